"""`schoolgate serve console`: the web pages where people decide; it reads the store and never speaks SMTP."""

from typing import Any

from django.db import connections

from gateway.notify import notify
from gateway.settings import Settings
from quarantine.console import wsgi


class _Server(wsgi.Server):
    """The console's server, which says when it is ready."""

    def options(self) -> dict[str, Any]:
        return {**super().options(), "when_ready": lambda _server: notify("READY=1")}


def run(settings: Settings) -> None:
    """Run until SIGTERM."""
    connections.close_all()  # none is shared with the worker that is forked
    _Server(settings.console.listen).run()
