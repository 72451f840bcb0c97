"""How each process begins and ends: its log, its quarantine, its signals, and word to whoever started it."""

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from gateway import maillog
from gateway.installation import UMASK, quarantine_config
from gateway.notify import die_with_parent
from gateway.settings import Settings
from gateway.supervisor import PARENT
from quarantine import setup
from quarantine.keys import Keys


def utc_now() -> datetime:
    """The one clock of a process."""
    return datetime.now(UTC)


def begin(settings: Settings, *, may_read: bool, serves: Literal["console", "pages"] = "console") -> Keys:
    """Before any thread or loop: the log is set up, the quarantine is open, and its keys are the right ones."""
    os.umask(UMASK)
    if parent := os.environ.get(PARENT):
        die_with_parent(int(parent))
    maillog.configure()
    config = quarantine_config(settings, may_read=may_read, serves=serves)
    setup.setup(config)
    setup.take_over(config)  # where this process is a copy
    return setup.start(config, now=utc_now())


def stop_event(reload: Callable[[], None] | None = None) -> asyncio.Event:
    """Set by SIGTERM or SIGINT; SIGHUP calls `reload`."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if reload is not None:
        loop.add_signal_handler(signal.SIGHUP, reload)
    return stop
