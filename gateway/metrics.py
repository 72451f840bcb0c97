"""The numbers of the gateway for Prometheus, and /metrics /healthz /readyz on a port of their own: counts and times, no values."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

MESSAGES = Counter("schoolgate_messages", "Messages by what became of them", ["action"])
DEFERRED = Counter("schoolgate_deferred", "Messages answered 4xx, by cause", ["cause"])
HITS = Counter("schoolgate_policy_hits", "Hits by policy", ["policy", "action"])
FINDINGS = Counter("schoolgate_findings", "Findings by kind", ["kind"])
SESSIONS = Gauge("schoolgate_smtp_sessions", "SMTP sessions open now", multiprocess_mode="livesum")
REJECTED = Counter("schoolgate_smtp_rejected", "Sessions and commands refused, by cause", ["cause"])
SCAN_SECONDS = Histogram(
    "schoolgate_scan_seconds", "Time of one scan", buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
)
HANDLE_SECONDS = Histogram(
    "schoolgate_handle_seconds",
    "From the final dot to the reply",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
)
MESSAGE_BYTES = Histogram(
    "schoolgate_message_bytes", "Size of messages", buckets=(1e4, 1e5, 5e5, 1e6, 5e6, 1e7, 2.5e7, 5e7)
)
OUTGOING = Counter("schoolgate_outgoing", "Messages of the outbox by outcome", ["kind", "outcome"])
MAY_DOUBLE = Counter(
    "schoolgate_may_double", "Messages whose last reply was lost after the next hop took them"
)
RECORDS_LOST = Counter(
    "schoolgate_records_lost", "Messages that the next hop took and that could not be recorded", ["record"]
)
RELOADS = Counter("schoolgate_reloads", "Reloads by outcome", ["outcome"])
RELOAD_BROKEN = Gauge(
    "schoolgate_reload_broken",
    "1 while the set on disk is broken and the old one is in force",
    multiprocess_mode="max",
)
DIRECTORY_PUPILS = Gauge(
    "schoolgate_directory_pupils", "Pupils in the directory in force", multiprocess_mode="max"
)
DIRECTORY_AGE = Gauge(
    "schoolgate_directory_age_seconds", "Age of the oldest directory file", multiprocess_mode="max"
)
RESTARTS = Counter(
    "schoolgate_child_restarts", "Child processes that died and were started again", ["process"]
)

MULTIPROCESS = (
    "PROMETHEUS_MULTIPROC_DIR"  # set by the supervisor, for itself and its children: one folder, one sum
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The running HTTP server; `port` is the real one where 0 was asked for."""

    server: ThreadingHTTPServer
    thread: Thread

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(timeout=5)


def exposition(folder: Path | None = None) -> bytes:
    """All numbers as Prometheus reads them; with `folder`, the sum over the processes that write there."""
    if folder is None:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]  # the library has no types here
    return generate_latest(registry)


def start(listen: str, ready: Callable[[], dict[str, bool]], *, folder: Path | None = None) -> Endpoint:
    """Serve on `listen` ("address:port"): /readyz asks `ready`, which must be quick and must not raise."""
    host, _, port = listen.rpartition(":")

    class Handler(BaseHTTPRequestHandler):
        """Three pages, GET only; nothing of the request is logged."""

        timeout = 10  # a client that says nothing holds no thread

        def do_GET(self) -> None:
            match self.path:
                case "/metrics":
                    self._answer(200, CONTENT_TYPE_LATEST, exposition(folder))
                case "/healthz":
                    self._answer(200, "text/plain", b"ok\n")
                case "/readyz":
                    states = ready()
                    code = 200 if states and all(states.values()) else 503
                    self._answer(code, "application/json", json.dumps(states).encode() + b"\n")
                case _:
                    self._answer(404, "text/plain", b"not found\n")

        def _answer(self, code: int, content_type: str, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the mail log is for mail."""

    server = ThreadingHTTPServer((host.strip("[]"), int(port)), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    return Endpoint(server, thread)
