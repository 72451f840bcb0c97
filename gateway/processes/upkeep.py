"""What time asks for: reminders, escalations, holds that end, and what is no longer kept; nothing is sent by the passing of time."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TypeVar

from gateway import maillog
from gateway.gate import QuarantineDown
from gateway.processes.start import utc_now
from gateway.quarantine_calls import Threads
from quarantine import figures, heads, retention
from quarantine.letters import digest, watching, weekly

T = TypeVar("T")

EVERY = 60.0  # seconds between two looks


async def keep_up(threads: Threads, stop: asyncio.Event) -> None:
    """Look once a minute until `stop`; one look that fails is said, and the next one tries again."""
    while not stop.is_set():
        await _look(threads, figures.close_due)  # before the purge: what goes has been counted
        await _look(threads, retention.run_due)
        await _look(threads, digest.send_due)
        await _look(threads, weekly.send_due)
        await _look(threads, watching.send_due)
        for head in await _look(threads, heads.sign_due) or ():
            maillog.audit_head(events=head.number, head=head.hash)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)


async def _look(threads: Threads, due: Callable[..., T]) -> T | None:
    """One kind of what is due, by itself: none of them stops another."""
    try:
        return await threads.call(due, now=utc_now())
    except QuarantineDown as down:
        maillog.failed(where="upkeep", cause=down.cause)
    except Exception as error:  # noqa: BLE001  one of the loops: a row that breaks us must not stop the others
        maillog.failed(where="upkeep", cause=type(error).__name__)
    return None
