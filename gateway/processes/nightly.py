"""The nightly import: a changed export in the named folder is put in force by the same command that a person would use."""

import asyncio
import contextlib
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway import maillog, metrics, snapshot
from gateway.importing import source_mark
from gateway.processes.names import command
from gateway.processes.start import utc_now
from gateway.settings import Settings

EVERY = 300.0  # seconds between two looks
NIGHT = range(1, 5)  # hours, as the school's clock says
QUIET = timedelta(minutes=5)  # since the last change: an export that is still being written is left alone
LONGEST = 1800.0  # seconds for one import
_CLOCK = ZoneInfo("Europe/London")


async def import_nightly(settings: Settings, stop: asyncio.Event) -> None:
    """Look every few minutes until `stop`; an export that was refused is not tried again before it changes."""
    folder, tried = settings.directory.import_folder, ""
    while folder is not None and not stop.is_set():
        try:
            mark = await asyncio.to_thread(due, settings, folder, utc_now())
            if mark and mark != tried:
                tried = mark
                await _import(stop)
        except Exception as error:  # noqa: BLE001  one of the loops: the next look tries again
            maillog.failed(where="nightly-import", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)


def due(settings: Settings, folder: Path, now: datetime) -> str:
    """The mark of an export that waits: it is night, it is not the one in force, and nobody is writing it."""
    if now.astimezone(_CLOCK).hour not in NIGHT or not folder.is_dir():
        return ""
    newest = max((f.stat().st_mtime for f in folder.iterdir() if f.is_file()), default=0.0)
    if now.timestamp() - newest < QUIET.total_seconds():
        return ""
    mark, known = source_mark([folder]), snapshot.load(settings.storage.path)
    return "" if known is not None and known.source == mark else mark


async def _import(stop: asyncio.Event) -> None:
    """In a process of its own, which is ended when we are."""
    process = await asyncio.create_subprocess_exec(
        *command("directory", "import", "--folder", "--yes"), stdout=asyncio.subprocess.DEVNULL
    )
    stopping = asyncio.create_task(stop.wait())
    ending = asyncio.create_task(process.wait())
    await asyncio.wait({stopping, ending}, timeout=LONGEST, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not ending.done():
        process.terminate()
    code = await ending
    metrics.RELOADS.labels(outcome="refused" if code else "done").inc()
    if code:
        maillog.failed(where="nightly-import", cause=f"exit-{code}")
