"""An export sent to the console: sealed until somebody's last word about it, looked at by the gateway, in force only once confirmed."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError

from quarantine import audit, config, keys, store
from quarantine.database import one_transaction
from quarantine.models import DirectoryUpload, Upload
from quarantine.models.uploads import OPEN

LARGEST = 10_000_000  # bytes of all its files; what is larger is imported on the server
KEPT = timedelta(days=1)  # an export that nobody decides on
SHOWN = timedelta(days=7)  # what became of it
LEASE = timedelta(minutes=10)


class UploadError(Exception):
    """It cannot be done as things stand; the words are for the person who asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with an export, for the person who made it."""

    file: str = ""
    line: int = 0
    column: str = ""
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found: counts and headings, no value of a row."""

    format: str = ""
    columns: tuple[
        tuple[str, tuple[tuple[str, str], ...]], ...
    ] = ()  # file → (header, what it was taken for)
    pupils: int = 0
    staff: int = 0
    contacts: int = 0
    new: int = 0
    gone: int = 0
    changed: int = 0
    staff_more: int = 0
    contacts_more: int = 0
    newly_forbidden: int = 0
    weak: int = 0
    shrinks: Fault | None = None  # why it needs a second word
    again: bool = False  # the lists changed after the first look
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    name: str
    data: str  # base64


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One export to be looked at, or to be put in force."""

    id: int
    files: tuple[tuple[str, bytes], ...] = field(repr=False)
    by: str  # who sent it, or who confirmed it
    confirmed: bool
    shrink: bool
    base: str


def begin(files: Sequence[tuple[str, bytes]], *, by: str, now: datetime) -> DirectoryUpload:
    """Put an export up for being looked at; one at a time."""
    packed = [_File(name=name, data=base64.b64encode(data).decode()) for name, data in files]
    sealed = store.seal_record(packed, keys.current().public)
    try:
        with one_transaction():
            row = DirectoryUpload.objects.create(
                school=config.current().schools[0].key, by=by, at=now, files=sealed
            )
            audit.append(
                "directory-uploaded", now=now, actor=by, files=len(files), size=sum(len(d) for _, d in files)
            )
    except IntegrityError:
        raise UploadError("Another export is being looked at. Decide about it first.") from None
    return row


def newest() -> DirectoryUpload | None:
    """The one that the page is about."""
    return DirectoryUpload.objects.defer("files").order_by("-id").first()


def report(row: DirectoryUpload) -> Report | None:
    """What was found in it; None while nobody has looked."""
    return store.unseal_record(Report, row.report, keys.current().opening) if row.report else None


def names(row: DirectoryUpload) -> list[str]:
    """The names of its files, while it is kept."""
    return [name for name, _ in _files(row)] if row.files else []


def confirm(key: int, *, actor: str, shrink: bool, now: datetime) -> None:
    """It is to be put in force as it was shown."""
    with one_transaction():
        changed = DirectoryUpload.objects.filter(id=key, state=Upload.PREVIEWED).update(
            state=Upload.CONFIRMED, confirmed_by=actor, shrink=shrink, lease=None
        )
        if not changed:
            raise UploadError("Somebody else has decided about this export. You changed nothing.")
        audit.append("directory-confirmed", now=now, actor=actor, fewer=shrink)


def drop(key: int, *, actor: str, now: datetime) -> None:
    """It is thrown away; the lists in force stay."""
    with one_transaction():
        free = DirectoryUpload.objects.filter(id=key, state__in=[Upload.WAITING, Upload.PREVIEWED])
        if not free.update(state=Upload.DROPPED, files=None, ended_at=now, confirmed_by=actor):
            raise UploadError("Somebody else has decided about this export. You changed nothing.")
        audit.append("directory-dropped", now=now, actor=actor)


def claim(*, now: datetime) -> Job | None:
    """The next one to be looked at or put in force; nobody else gets it for a while."""
    due = DirectoryUpload.objects.filter(
        state__in=[Upload.WAITING, Upload.CONFIRMED], files__isnull=False
    ).exclude(lease__gt=now, lease__lte=now + LEASE)
    if not due.exists():
        return None
    with one_transaction():
        row = due.select_for_update(skip_locked=True).order_by("id").first()
        if row is None:
            return None
        DirectoryUpload.objects.filter(id=row.id).update(lease=now + LEASE)
    return Job(
        id=row.id,
        files=_files(row),
        by=row.confirmed_by or row.by,
        confirmed=row.state == Upload.CONFIRMED,
        shrink=row.shrink,
        base=row.base,
    )


def previewed(job: Job, found: Report, *, base: str) -> None:
    """Its person decides now, seeing this; nothing happens when they have thrown it away meanwhile."""
    DirectoryUpload.objects.filter(id=job.id, state__in=[Upload.WAITING, Upload.CONFIRMED]).update(
        state=Upload.PREVIEWED, report=_sealed(found), base=base, lease=None, shrink=False, confirmed_by=""
    )


def imported(job: Job, found: Report, *, now: datetime) -> None:
    """It is in force, and its bytes are gone."""
    _end(job, Upload.IMPORTED, found, now)


def refused(job: Job, fault: Fault, *, now: datetime) -> None:
    """Something is wrong with it: nothing has changed, and its bytes are gone."""
    with one_transaction():
        _end(job, Upload.REFUSED, Report(fault=fault), now)
        audit.append("directory-refused", now=now, actor=job.by)


def forget(*, now: datetime) -> int:
    """Exports that nobody decided on, and what became of the others."""
    old = DirectoryUpload.objects.filter(state__in=OPEN, at__lte=now - KEPT)
    dropped = old.update(state=Upload.DROPPED, files=None, ended_at=now)
    return dropped + DirectoryUpload.objects.filter(at__lte=now - SHOWN).delete()[0]


def _end(job: Job, state: Upload, found: Report, now: datetime) -> None:
    DirectoryUpload.objects.filter(id=job.id, state__in=OPEN).update(
        state=state, report=_sealed(found), files=None, ended_at=now, lease=None
    )


def _sealed(found: Report) -> bytes:
    return store.seal_record(found, keys.current().public)


def _files(row: DirectoryUpload) -> tuple[tuple[str, bytes], ...]:
    packed = store.unseal_record(list[_File], row.files or b"", keys.current().opening)
    return tuple((one.name, base64.b64decode(one.data)) for one in packed)
