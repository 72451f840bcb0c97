"""Loads the directory from the files that the settings name: the whole of it is right, or none of it is taken."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from detectors.directory import build, columns
from detectors.directory.errors import DirectoryError
from detectors.directory.export import Export, read_export
from detectors.directory.members import is_export
from detectors.directory.people import Contact, Directory, Outsider, Partner, Pupil, Staff
from detectors.directory.sheets import Sheet, read
from detectors.fingerprints import Fingerprints

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryPaths:
    """The files of each kind; several files of a kind are read as one. `pupils` may also be a whole export of its own format."""

    pupils: tuple[Path, ...] = ()
    staff: tuple[Path, ...] = ()
    contacts: tuple[Path, ...] = ()
    partners: tuple[Path, ...] = ()
    outsiders: tuple[Path, ...] = ()


def load(
    files: DirectoryPaths,
    school_names: Sequence[str],
    domains: Sequence[str],
    fingerprints: Fingerprints,
    *,
    allow_empty: bool = False,
    today: date,
    imported: Export | None = None,
) -> Directory:
    """The snapshot, of the files and what was imported before. A directory without pupils would silently stop all protection: it is refused unless allowed."""
    whole = tuple(path for path in files.pupils if is_export(path))
    exports = [read_export([path], fingerprints, domains=domains, today=today) for path in whole]
    if imported is not None:
        exports.append(imported)
    tables = tuple(path for path in files.pupils if path not in whole)
    pupils = _all(
        tables, columns.PUPIL_ALIASES, build.PUPIL_REQUIRED, lambda s: build.pupils(s, fingerprints, today)
    )
    pupils += tuple(p for export in exports for p in export.pupils)
    if not pupils and not allow_empty:
        name = files.pupils[0].name if files.pupils else "[directory] pupils"
        raise DirectoryError(
            name, 0, "", "holds no pupil", "Name the right export, or set allow_empty = true"
        )
    keys = build.PupilKeys.of(pupils)
    return snapshot(
        school_names=tuple(school_names),
        domains=tuple(d.casefold() for d in domains),
        fingerprints=fingerprints,
        today=today,
        pupils=pupils,
        staff=tuple(p for export in exports for p in export.staff)
        + _all(
            files.staff, columns.STAFF_ALIASES, build.STAFF_REQUIRED, lambda s: build.staff(s, fingerprints)
        ),
        contacts=tuple(c for export in exports for c in export.contacts)
        + _all(
            files.contacts, columns.CONTACT_ALIASES, build.CONTACT_REQUIRED, lambda s: build.contacts(s, keys)
        ),
        partners=_all(files.partners, columns.PARTNER_ALIASES, build.PARTNER_REQUIRED, build.partners),
        outsiders=_all(files.outsiders, columns.OUTSIDER_ALIASES, build.OUTSIDER_REQUIRED, build.outsiders),
    )


def snapshot(
    *,
    school_names: tuple[str, ...],
    domains: tuple[str, ...],
    fingerprints: Fingerprints,
    today: date,
    pupils: tuple[Pupil, ...] = (),
    staff: tuple[Staff, ...] = (),
    contacts: tuple[Contact, ...] = (),
    partners: tuple[Partner, ...] = (),
    outsiders: tuple[Outsider, ...] = (),
) -> Directory:
    """A directory whose version is a keyed hash of all that it holds, in any order of the lines."""
    _unique(pupils)
    listed: tuple[Sequence[object], ...] = (pupils, staff, contacts, partners, outsiders)
    return Directory(
        school_names=school_names,
        domains=domains,
        fingerprints=fingerprints,
        pupils=pupils,
        staff=staff,
        contacts=contacts,
        partners=partners,
        outsiders=outsiders,
        version=version(fingerprints, school_names, domains, *listed),
        as_of=today,
    )


def version(fingerprints: Fingerprints, *listed: Iterable[object]) -> str:
    """Equal people give an equal version; nobody can guess people from it."""
    digest = hashlib.sha256()
    for people in listed:
        lines = sorted("\0".join(_values(person)) for person in people)
        digest.update("\1".join(lines).encode("utf-8", "surrogatepass") + b"\2")
    return fingerprints.of("directory", digest.hexdigest())[:16]


def _values(person: object) -> Iterable[str]:
    slots: Sequence[str] | None = getattr(person, "__slots__", None)
    return [str(person)] if slots is None else [f"{getattr(person, s)}" for s in slots]


def _unique(pupils: Sequence[Pupil]) -> None:
    seen: set[str] = set()
    for pupil in pupils:
        if pupil.id in seen:
            raise DirectoryError(
                "pupils", 0, "id", "the same pupil id stands twice", "Give every pupil one id"
            )
        seen.add(pupil.id)


def _all(
    paths: Sequence[Path],
    aliases: Mapping[str, Sequence[str]],
    required: Sequence[Sequence[str]],
    make: Callable[[Sheet], tuple[T, ...]],
) -> tuple[T, ...]:
    return tuple(person for path in paths for person in make(read(path, aliases, required)))
