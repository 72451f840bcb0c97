"""A Schoolgate process that kills itself at a named step, as a power cut would: `python -m tests.support.killed STEP serve smtp`."""

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import django

from detectors.pool import Pool
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


def wrap(step: str) -> None:
    """Put the kill before or after one call; the step's second word on names it: "before scan", "after hold"."""
    from gateway.quarantine_calls import QuarantineCalls

    when, name = step.split()
    owner = {"scan": Pool, "send": Relay}.get(name, QuarantineCalls)
    setattr(owner, name, {"before": before, "after": after}[when](getattr(owner, name)))


if __name__ == "__main__":
    step, start = sys.argv.pop(1), django.setup

    def setup_and_wrap() -> None:
        start()
        wrap(step)  # what it wraps may be imported only now

    django.setup = setup_and_wrap
    main()
