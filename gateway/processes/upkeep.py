"""What time asks for: reminders, escalations, holds that end, and what is no longer kept; nothing is sent by the passing of time."""

import asyncio
import contextlib

from gateway import maillog
from gateway.gate import QuarantineDown
from gateway.processes.start import utc_now
from gateway.quarantine_calls import Threads
from quarantine import retention

EVERY = 60.0  # seconds between two looks


async def keep_up(threads: Threads, stop: asyncio.Event) -> None:
    """Look once a minute until `stop`; one look that fails is said, and the next one tries again."""
    while not stop.is_set():
        try:
            await threads.call(retention.run_due, now=utc_now())
        except QuarantineDown as down:
            maillog.failed(where="upkeep", cause=down.cause)
        except Exception as error:  # noqa: BLE001  one of the loops: a row that breaks us must not stop the others
            maillog.failed(where="upkeep", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)
