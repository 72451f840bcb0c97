"""The web server of the sender's pages: the console's, under a name of its own and with less patience."""

import logging
from typing import Any

from django.db import connections

from quarantine.console import wsgi

LOGGERS = ("django.request", "django.security.csrf", "django.security.DisallowedHost")


def quiet_paths() -> None:
    """The address of a page is a key to it: Django's log lines keep their words and lose it."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if _without_path not in logger.filters:
            logger.addFilter(_without_path)


def _without_path(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(_kept(one) for one in record.args)
    return True


def _kept(value: object) -> object:
    return "a page" if isinstance(value, str) and "/" in value else value


class Server(wsgi.Server):
    """Gunicorn for short pages."""

    def load(self) -> Any:
        quiet_paths()
        return super().load()

    def options(self) -> dict[str, Any]:
        return {**super().options(), "timeout": 30, "proc_name": "schoolgate-pages"}


def run(listen: str) -> None:
    """Serve until a signal says stop. `quarantine.setup.start` has run in this process."""
    connections.close_all()  # none is shared with the worker that gunicorn forks
    Server(listen).run()
