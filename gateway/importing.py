"""One import of the directory: read, compared with what is in force, kept with its leavers; nothing changes before `save`."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    after: Directory
    snapshot: Snapshot


def read_import(
    settings: Settings,
    paths: Sequence[Path],
    fingerprints: Fingerprints,
    *,
    now: datetime,
    confirmed: bool = False,
) -> Import:
    """The whole of it, or the first thing that is wrong with it."""
    if settings.directory.pupils:
        raise DirectoryError(
            "[directory] pupils", 0, "", "names files of its own", "Take the line out to use imports instead"
        )
    today = now.date()
    domains = tuple(d for school in settings.school for d in school.domains)
    export = read_export(paths, fingerprints, domains=domains, today=today)
    if not export.pupils and not confirmed:
        raise DirectoryError(
            paths[0].name, 0, "", "holds no pupil", "Check that the export is complete, or confirm it"
        )
    fresh = Snapshot(
        imported_at=now,
        format=export.format,
        source=source_mark(paths),
        pupils=export.pupils,
        staff=export.staff,
        contacts=export.contacts,
    )
    before = _directory(settings, fingerprints, load(settings.storage.path), today)
    after = _directory(settings, fingerprints, fresh, today)
    refuse_shrinking(before, after, confirmed=confirmed)
    kept = with_leavers(before, after, today)
    new = {pupil.id for pupil in after.pupils}
    leavers = tuple(pupil for pupil in kept.pupils if pupil.id not in new)
    return Import(
        export=export,
        changes=compare(before, after),
        after=kept,
        snapshot=replace(fresh, pupils=fresh.pupils + leavers),
    )


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
