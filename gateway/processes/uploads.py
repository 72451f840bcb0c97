"""The part of mail out that looks at exports which the console took in: one at a time, beside the mail."""

import asyncio
import contextlib

from gateway import maillog
from gateway.gate import QuarantineDown
from gateway.processes.start import utc_now
from gateway.quarantine_calls import Threads
from gateway.settings import Settings
from gateway.settings_file import read
from gateway.uploads import Desk, take_next
from quarantine.keys import Keys

EVERY = 2.0  # seconds between two looks
PAUSE = 30.0  # after trouble


async def take_uploads(settings: Settings, keys: Keys, threads: Threads, stop: asyncio.Event) -> None:
    """Look until `stop`; one that is cut off comes back when its lease ends."""
    desk = Desk(
        settings=lambda: read(settings.source),
        fingerprints=keys.fingerprints,
        threads=threads,
        clock=utc_now,
    )
    stopping = asyncio.create_task(stop.wait())
    while not stop.is_set():
        looking = asyncio.create_task(take_next(desk))
        await asyncio.wait({looking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not looking.done():
            looking.cancel()
        pause = EVERY
        try:
            await looking
        except asyncio.CancelledError:
            break
        except Exception as error:  # noqa: BLE001  one of the loops: the next look tries again
            cause = error.cause if isinstance(error, QuarantineDown) else type(error).__name__
            maillog.failed(where="directory-upload", cause=cause)
            pause = PAUSE
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(stopping), pause)
    stopping.cancel()
