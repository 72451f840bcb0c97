"""A Schoolgate process that kills itself at a named step, as a power cut would: `python -m tests.support.killed STEP serve smtp`."""

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from detectors.pool import Pool
from gateway import quarantine_calls
from gateway.cli import main
from gateway.relay import Relay

Async = Callable[..., Awaitable[Any]]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(call: Async) -> Async:
    async def dying(*args: Any, **named: Any) -> Any:
        die()

    return dying


def after(call: Async) -> Async:
    async def dying(*args: Any, **named: Any) -> Any:
        await call(*args, **named)
        die()

    return dying


CALLS = quarantine_calls.QuarantineCalls
STEPS: dict[str, tuple[type, str, Callable[[Async], Async]]] = {
    "before the scan": (Pool, "scan", before),
    "after the scan": (Pool, "scan", after),
    "before the hold": (CALLS, "hold", before),
    "after the hold": (CALLS, "hold", after),
    "before the refusal is kept": (CALLS, "refused", before),
    "after the refusal is kept": (CALLS, "refused", after),
    "before the relay": (Relay, "send", before),
    "after the relay": (Relay, "send", after),
}


if __name__ == "__main__":
    owner, name, wrap = STEPS[sys.argv.pop(1)]
    setattr(owner, name, wrap(getattr(owner, name)))
    main()
