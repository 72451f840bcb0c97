"""The console as a WSGI application, and the web server that runs it: one process, some threads."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from gunicorn.app.base import BaseApplication

THREADS = 8  # a school has a handful of officers; one process keeps the sign-in limits in one place
TIMEOUT = 60  # seconds; the slowest page opens one sealed message


def application() -> WSGIHandler:
    """The application; `quarantine.setup` has run."""
    return WSGIHandler()


class Server(BaseApplication):
    """Gunicorn with our few settings and no file of its own."""

    def __init__(self, listen: str) -> None:
        self.listen = listen
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options().items():
            self.cfg.set(name, value)

    def options(self) -> dict[str, Any]:
        return {
            "bind": [self.listen],
            "workers": 1,
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": TIMEOUT,
            "graceful_timeout": 10,
            "limit_request_line": 4094,
            "accesslog": None,  # addresses of pages name references; the audit says who saw what
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": "schoolgate-console",
        }

    def load(self) -> Any:
        return application()


def run(listen: str) -> None:
    """Serve until a signal says stop. `quarantine.setup.start` has run in this process."""
    connections.close_all()  # none is shared with the worker that gunicorn forks
    Server(listen).run()
