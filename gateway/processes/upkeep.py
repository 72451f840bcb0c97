"""What time asks for: reminders, escalations, holds that end, and what is no longer kept; nothing is sent by the passing of time.

A clock that jumped is not believed for a while: what is deleted or reported too early can never be taken back.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from gateway import maillog
from gateway.gate import QuarantineDown
from gateway.processes.start import utc_now
from gateway.processes.steady import Steady
from gateway.quarantine_calls import Threads
from quarantine import audit, figures, heads, outbox, retention
from quarantine.letters import digest, watching, weekly

T = TypeVar("T")

EVERY = 60.0  # seconds between two looks


async def keep_up(
    threads: Threads, stop: asyncio.Event, *, clock: Callable[[], datetime] = utc_now, every: float = EVERY
) -> None:
    """Look once a minute until `stop`; one look that fails is said, and the next one tries again."""
    steady = Steady()
    while not stop.is_set():
        try:
            await _once(threads, steady, clock)
        except QuarantineDown as down:
            maillog.failed(where="upkeep", cause=down.cause)
        except Exception as error:  # noqa: BLE001  one of the loops: the next look tries again
            maillog.failed(where="upkeep", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every)


async def _once(threads: Threads, steady: Steady, clock: Callable[[], datetime]) -> None:
    """One look: first at the clock itself, and at what it has put off while it was wrong."""
    last = None if steady.started else await threads.call(audit.latest)
    now, ticks = clock(), asyncio.get_running_loop().time()
    jump = steady.look(now, ticks) if steady.started else steady.start(now, ticks, last=last)
    if jump:
        maillog.clock_jumped(seconds=jump)
    await threads.call(outbox.set_right, now=now, went_back=jump < 0)
    if not steady.believed(ticks):
        return
    await _look(threads, figures.close_due, now)  # before the purge: what goes has been counted
    for due in (retention.run_due, digest.send_due, weekly.send_due, watching.send_due):
        await _look(threads, due, now)
    for head in await _look(threads, heads.sign_due, now) or ():
        maillog.audit_head(events=head.number, head=head.hash)


async def _look(threads: Threads, due: Callable[..., T], now: datetime) -> T | None:
    """One kind of what is due, by itself: none of them stops another."""
    try:
        return await threads.call(due, now=now)
    except QuarantineDown as down:
        maillog.failed(where="upkeep", cause=down.cause)
    except Exception as error:  # noqa: BLE001  one of the loops: a row that breaks us must not stop the others
        maillog.failed(where="upkeep", cause=type(error).__name__)
    return None
