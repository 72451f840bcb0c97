"""`schoolgate serve pages`: where senders mend their mail; it can face the internet, holds no private key and speaks no SMTP."""

from typing import Any

from django.db import connections

from gateway.notify import notify
from gateway.settings import Settings
from quarantine.pages import wsgi


class _Server(wsgi.Server):
    """The pages' server, which says when it is ready."""

    def options(self) -> dict[str, Any]:
        return {**super().options(), "when_ready": lambda _server: notify("READY=1")}


def run(settings: Settings) -> None:
    """Run until SIGTERM."""
    connections.close_all()  # none is shared with the worker that is forked
    _Server(settings.pages.listen).run()
