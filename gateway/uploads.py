"""Looks at an export that the console took in, and puts it in force once its person has said so: as `directory import` does."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from detectors import exports
from detectors.directory import DirectoryError
from detectors.directory.columns import Column
from detectors.fingerprints import Fingerprints
from detectors.process import WorkerError
from detectors.sandbox import SandboxError
from gateway import maillog
from gateway.imported import put_in_force
from gateway.importing import (
    DAMAGED,
    UNREADABLE,
    Import,
    Reads,
    compared,
    read_apart,
    refuse_own_lists,
    source_mark,
)
from gateway.quarantine_calls import Threads
from gateway.settings import Settings
from gateway.settings_file import SettingsError
from quarantine import uploads
from quarantine.uploads import Fault, Job, Report

_SETTINGS = Fault(problem="The settings of the server are broken", remedy="Tell IT: `schoolgate check`")
_REMEDY = "Check that it is the right file. For a large one: `schoolgate directory import FILE` on the server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the work needs."""

    settings: Callable[[], Settings]  # as the file says now
    fingerprints: Fingerprints
    threads: Threads
    clock: Callable[[], datetime]
    read: Reads = exports.read


async def take_next(desk: Desk) -> bool:
    """One export, from being claimed to what is then known of it; whether there was one."""
    job = await desk.threads.call(uploads.claim, now=desk.clock())
    if job is None:
        return False
    try:
        settings = await asyncio.to_thread(desk.settings)
        read, weak = await _looked(desk, settings, job)
    except SettingsError:
        await desk.threads.call(uploads.refused, job, _SETTINGS, now=desk.clock())
    except DirectoryError as wrong:
        await desk.threads.call(uploads.refused, job, _fault(wrong), now=desk.clock())
    except (WorkerError, SandboxError) as trouble:
        reason = getattr(trouble, "reason", "sandbox")
        maillog.failed(where="directory-upload", cause=reason)
        await desk.threads.call(uploads.refused, job, _broken(reason), now=desk.clock())
    else:
        await _settled(desk, settings, job, read, weak)
    return True


async def _looked(desk: Desk, settings: Settings, job: Job) -> tuple[Import, int]:
    """Read in the sandbox; compared here, as typed records."""
    refuse_own_lists(settings)
    now = desk.clock()
    reading = await read_apart(settings, job.files, desk.fingerprints, now=now, read=desk.read)
    folder = settings.directory.import_folder
    source = (
        source_mark([folder]) if folder and folder.is_dir() else ""
    )  # an older export there waits for a change
    read = await asyncio.to_thread(
        compared, settings, reading.export, desk.fingerprints, source=source, name=job.files[0][0], now=now
    )
    return read, reading.weak


async def _settled(desk: Desk, settings: Settings, job: Job, read: Import, weak: int) -> None:
    """In force where that was confirmed and is still what was shown; otherwise its person decides."""
    same = read.before == job.base
    if not (job.confirmed and same and (job.shrink or read.shrinks is None)):
        found = _report(read, weak, again=job.confirmed)
        await desk.threads.call(uploads.previewed, job, found, base=read.before)
        return
    now = desk.clock()
    await desk.threads.call(put_in_force, settings.storage.path, read, actor=job.by, now=now)
    await desk.threads.call(uploads.imported, job, _report(read, weak, again=False), now=now)


def _report(read: Import, weak: int, *, again: bool) -> Report:
    changes, export = read.changes, read.export
    return Report(
        format=export.format,
        columns=tuple((name, _meanings(columns)) for name, columns in export.previews.items()),
        pupils=len(export.pupils),
        staff=len(export.staff),
        contacts=len(export.contacts),
        new=len(changes.new),
        gone=len(changes.gone),
        changed=len(changes.changed),
        staff_more=changes.staff,
        contacts_more=changes.contacts,
        newly_forbidden=changes.newly_forbidden,
        weak=weak,
        shrinks=_fault(read.shrinks) if read.shrinks else None,
        again=again,
    )


def _meanings(columns: tuple[Column, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (c.header, c.field.replace("_", " ") or ("never imported" if c.never else "left out"))
        for c in columns
    )


def _broken(reason: str) -> Fault:
    return Fault(problem=f"It {UNREADABLE.get(reason, DAMAGED)}", remedy=_REMEDY)


def _fault(wrong: DirectoryError) -> Fault:
    return Fault(
        file=wrong.file, line=wrong.line, column=wrong.column, problem=wrong.problem, remedy=wrong.remedy
    )
