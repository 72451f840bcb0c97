"""A Schoolgate process that kills itself at a named step, as a power cut would: `python -m tests.support.killed STEP serve smtp`."""

import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import django

from detectors.pool import Pool
from gateway.ahead import Ahead
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


def in_writer(call: Callable[..., Any]) -> Callable[..., Any]:
    """The end after a call, in the one thread that writes records."""

    def dying(*args: Any, **named: Any) -> Any:
        done = call(*args, **named)
        if threading.current_thread().name == "writer":
            die()
        return done

    return dying


def wrap_commit(when: str) -> None:
    """All of a change is written and not committed; or it is, and nobody has been told."""
    from gateway import writing
    from quarantine import database

    if when == "before":
        database._number = in_writer(database._number)  # the last look before the commit
    else:
        writing.together = in_writer(writing.together)


def wrap_entry(when: str) -> None:
    """The record is about to be worked out, or is, while the next hop has the message."""
    make = Ahead.make

    def dying(entry: Ahead[Any]) -> None:
        if when == "after":
            make(entry)
        die()

    Ahead.make = dying  # type: ignore[method-assign]


def wrap_call(when: str, name: str) -> None:
    """One call of the loop."""
    from gateway.quarantine_calls import QuarantineCalls

    owner = {"scan": Pool, "send": Relay}.get(name, QuarantineCalls)
    setattr(owner, name, {"before": before, "after": after}[when](getattr(owner, name)))


def wrap(step: str) -> None:
    """Put the kill before or after something; the step's second word names it: "before scan", "after hold", "before commit"."""
    when, name = step.split()
    if name == "commit":
        wrap_commit(when)
    elif name == "entry":
        wrap_entry(when)
    else:
        wrap_call(when, name)


if __name__ == "__main__":
    step, start = sys.argv.pop(1), django.setup

    def setup_and_wrap() -> None:
        start()
        wrap(step)  # what it wraps may be imported only now

    django.setup = setup_and_wrap
    main()
