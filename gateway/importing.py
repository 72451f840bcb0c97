"""One import of the directory: read, compared with what is in force, kept with its leavers; nothing changes before `save`."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from detectors import exports
from detectors.directory import Directory, DirectoryError
from detectors.directory.changes import Changes, compare, refuse_shrinking, with_leavers
from detectors.directory.export import Export
from detectors.directory.members import contents
from detectors.exports import Reading
from detectors.fingerprints import Fingerprints
from detectors.process import WorkerError
from gateway import installation
from gateway.settings import Settings
from gateway.snapshot import Snapshot, load

Reads = Callable[..., Awaitable[Reading]]
LARGEST = 300_000_000  # bytes of people that come back: 100,000 pupils with 200,000 contacts make 65 MB
DEADLINE = 600.0  # seconds for one import on the server: 100,000 pupils take 40 on a busy machine
DAMAGED = "is damaged or no export, and cannot be read"
UNREADABLE = {
    "memory": "needs more memory than a reader may use",
    "deadline": "takes longer to read than an export may",
}
_READ = (".csv", ".xml", ".xlsx", ".txt", ".zip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What would be put in force."""

    export: Export
    changes: Changes
    before: str  # the version that was in force
    after: Directory
    snapshot: Snapshot
    shrinks: DirectoryError | None = field(default=None, repr=False)  # why it needs a person's word


def read_import(
    settings: Settings,
    paths: Sequence[Path],
    fingerprints: Fingerprints,
    *,
    now: datetime,
    confirmed: bool = False,
) -> Import:
    """The whole of it, or the first thing that is wrong with it. The files are opened behind the sandbox's walls alone."""
    refuse_own_lists(settings)
    files, name = contents(paths), paths[0].name
    try:
        reading = asyncio.run(
            read_apart(settings, files, fingerprints, now=now, largest=LARGEST, deadline=DEADLINE)
        )
    except WorkerError as trouble:
        problem = UNREADABLE.get(trouble.reason, DAMAGED)
        raise DirectoryError(name, 0, "", problem, "Check that it is the right file") from None
    read = compared(settings, reading.export, fingerprints, source=source_mark(paths), name=name, now=now)
    if read.shrinks is not None and not confirmed:
        raise read.shrinks
    return read


async def read_apart(
    settings: Settings,
    files: Sequence[tuple[str, bytes]],
    fingerprints: Fingerprints,
    *,
    now: datetime,
    read: Reads = exports.read,
    **bounds: float,
) -> Reading:
    """What files hold, read in the sandbox as the settings want it; WorkerError where they cannot be read."""
    return await read(
        files,
        schools=tuple(school.name for school in settings.school),
        domains=tuple(domain for school in settings.school for domain in school.domains),
        fingerprints=fingerprints,
        today=now.date(),
        memory=settings.scan.memory,
        require_sandbox=settings.sandbox.require,
        **bounds,
    )


def refuse_own_lists(settings: Settings) -> None:
    """Pupils come from the settings or from imports, not from both."""
    if settings.directory.pupils:
        raise DirectoryError(
            "[directory] pupils", 0, "", "names files of its own", "Take the line out to use imports instead"
        )


def compared(
    settings: Settings, export: Export, fingerprints: Fingerprints, *, source: str, name: str, now: datetime
) -> Import:
    """What an export that was read would change; `name` stands in what is said of it."""
    today = now.date()
    fresh = Snapshot(
        imported_at=now,
        format=export.format,
        source=source,
        pupils=export.pupils,
        staff=export.staff,
        contacts=export.contacts,
    )
    before = _directory(settings, fingerprints, load(settings.storage.path), today)
    after = _directory(settings, fingerprints, fresh, today)
    kept = with_leavers(before, after, today)
    new = {pupil.id for pupil in after.pupils}
    leavers = tuple(pupil for pupil in kept.pupils if pupil.id not in new)
    return Import(
        export=export,
        changes=compare(before, after),
        before=before.version,
        after=kept,
        shrinks=_shrinks(before, after, name),
        snapshot=replace(fresh, pupils=fresh.pupils + leavers),
    )


def _shrinks(before: Directory, after: Directory, name: str) -> DirectoryError | None:
    """Why the export is more likely broken than true."""
    if not after.pupils:
        return DirectoryError(
            name, 0, "", "holds no pupil", "Check that the export is complete, or confirm it"
        )
    try:
        refuse_shrinking(before, after)
    except DirectoryError as wrong:
        return wrong
    return None


def source_mark(paths: Sequence[Path]) -> str:
    """Names, sizes and times of the files: equal while nobody has touched them."""
    files = [f for p in paths for f in (sorted(p.iterdir()) if p.is_dir() else [p])]
    lines = [
        f"{f.name}\0{f.stat().st_size}\0{f.stat().st_mtime_ns}"
        for f in files
        if f.is_file() and f.suffix.lower() in _READ
    ]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest() if lines else ""


def _directory(
    settings: Settings, fingerprints: Fingerprints, snapshot: Snapshot | None, today: date
) -> Directory:
    allowed = replace(settings, directory=replace(settings.directory, allow_empty=True))
    return installation.directory(allowed, fingerprints, today=today, imported=snapshot)
