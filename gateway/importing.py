"""One import of the directory: read, compared with what is in force, kept with its leavers; nothing changes before `save`."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from detectors.directory import Directory, DirectoryError
from detectors.directory.changes import Changes, compare, refuse_shrinking, with_leavers
from detectors.directory.export import Export, read_export
from detectors.fingerprints import Fingerprints
from gateway import installation
from gateway.settings import Settings
from gateway.snapshot import Snapshot, load

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
    """The whole of it, or the first thing that is wrong with it."""
    refuse_own_lists(settings)
    domains = tuple(d for school in settings.school for d in school.domains)
    export = read_export(paths, fingerprints, domains=domains, today=now.date())
    read = compared(settings, export, fingerprints, source=source_mark(paths), name=paths[0].name, now=now)
    if read.shrinks is not None and not confirmed:
        raise read.shrinks
    return read


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
