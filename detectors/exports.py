"""Has an export that somebody sent in read by a sandboxed worker that is gone afterwards; only typed records come back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from detectors import frames
from detectors.directory.columns import Column
from detectors.directory.errors import DirectoryError
from detectors.directory.export import Export
from detectors.directory.people import Directory
from detectors.fingerprints import Fingerprints
from detectors.forks import Forks
from detectors.limits import Limits
from detectors.process import Lost, WorkerError

DEADLINE = 180.0  # seconds for one export


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an export holds, and how many of its pupils' names are ordinary words too."""

    export: Export = field(repr=False)
    weak: int


async def read(
    files: Sequence[tuple[str, bytes]],
    *,
    schools: tuple[str, ...],
    domains: tuple[str, ...],
    fingerprints: Fingerprints,
    today: date,
    memory: int = 2_000_000_000,
    require_sandbox: bool = True,
    largest: int = frames.MAX_REPLY,
    deadline: float = DEADLINE,
) -> Reading:
    """The whole of it; DirectoryError is the fault of the file, WorkerError that it cannot be read at all.

    `largest`: bytes of what may come back.
    """
    empty = Directory(school_names=schools, domains=domains, fingerprints=fingerprints)
    setup = frames.Setup(directory=empty, limits=Limits(), memory=memory, require_sandbox=require_sandbox)
    request = frames.Read(files=tuple(files), today=today)
    reply = await _asked(setup, request, largest, deadline)
    match reply:
        case frames.Exported():
            return Reading(export=_export(reply), weak=reply.weak)
        case frames.Faulty():
            raise DirectoryError(reply.file, reply.line, reply.column, reply.problem, reply.remedy)
        case frames.Failed():
            raise WorkerError(reply.reason)
        case _:
            raise WorkerError("worker-crash")


async def _asked(setup: frames.Setup, request: frames.Read, largest: int, deadline: float) -> frames.Reply:
    """One question to one worker."""
    forks = Forks(setup)
    try:
        worker = await forks.fork("export_worker")
        try:
            async with asyncio.timeout(deadline):
                await worker.write(frames.pack_request(request))
                return await worker.read(largest)
        except TimeoutError:
            raise WorkerError("deadline") from None
        except Lost as lost:
            raise WorkerError("worker-crash") from lost
        finally:
            await asyncio.shield(worker.end())
    finally:
        await forks.close()


def _export(reply: frames.Exported) -> Export:
    previews = {
        name: tuple(Column(header, field, never=never) for header, field, never in columns)
        for name, columns in reply.columns.items()
    }
    return Export(reply.format, reply.pupils, reply.staff, reply.contacts, previews)
