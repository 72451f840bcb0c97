"""Reads an export of any known format into people, with a preview of what every column was taken for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from detectors.directory import build, columns, ctf, oneroster, sds
from detectors.directory.columns import Column
from detectors.directory.members import members, unpacked
from detectors.directory.people import Contact, Pupil, Staff
from detectors.directory.sheets import parse
from detectors.fingerprints import Fingerprints


@dataclass(frozen=True, slots=True)
class Export:
    """What an export holds. `format` in words; `previews`: for each file, its columns as they were understood."""

    format: str
    pupils: tuple[Pupil, ...] = field(default=(), repr=False)
    staff: tuple[Staff, ...] = field(default=(), repr=False)
    contacts: tuple[Contact, ...] = field(default=(), repr=False)
    previews: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)


def read_export(
    paths: Sequence[Path], fingerprints: Fingerprints, *, domains: Sequence[str] = (), today: date
) -> Export:
    """A transfer file, OneRoster, School Data Sync, or tables of any school system: told by what is in them."""
    return _read(members(paths), fingerprints, domains=domains, today=today)


def of_files(
    given: Sequence[tuple[str, bytes]],
    fingerprints: Fingerprints,
    *,
    domains: Sequence[str] = (),
    today: date,
) -> Export:
    """The same for files that are already here: name and bytes of each."""
    return _read(unpacked(given), fingerprints, domains=domains, today=today)


def _read(
    files: Mapping[str, bytes], fingerprints: Fingerprints, *, domains: Sequence[str], today: date
) -> Export:
    if any(name.endswith(".xml") for name in files):
        pupils, contacts = ctf.read(files, fingerprints, tuple(domains))
        return Export("common transfer file", pupils, (), contacts)
    if {"student.csv", "guardianrelationship.csv"} & set(files):
        return Export("School Data Sync version 1", *sds.read(files, fingerprints))
    if "users.csv" in files:
        return Export(oneroster.format_of(files), *oneroster.read(files, fingerprints))
    return _tables(files, fingerprints, today)


_KINDS = (("contact", "contacts"), ("parent", "contacts"), ("guardian", "contacts"), ("staff", "staff"),
          ("employee", "staff"), ("workforce", "staff"))  # fmt: skip


def _tables(files: Mapping[str, bytes], fingerprints: Fingerprints, today: date) -> Export:
    """CSV or XLSX files of any system: the file's name, or else its columns, say whom it holds."""
    sorted_files: dict[str, dict[str, bytes]] = {"pupils": {}, "staff": {}, "contacts": {}}
    for name, data in files.items():
        sorted_files[_kind(name, data)][name] = data
    previews: dict[str, tuple[Column, ...]] = {}
    pupils: tuple[Pupil, ...] = ()
    staff: tuple[Staff, ...] = ()
    contacts: tuple[Contact, ...] = ()
    for name, data in sorted_files["pupils"].items():
        sheet = parse(data, name, columns.PUPIL_ALIASES, build.PUPIL_REQUIRED)
        previews[name] = sheet.columns
        pupils += build.pupils(sheet, fingerprints, today)
    keys = build.PupilKeys.of(pupils)
    for name, data in sorted_files["staff"].items():
        sheet = parse(data, name, columns.STAFF_ALIASES, build.STAFF_REQUIRED)
        previews[name] = sheet.columns
        staff += build.staff(sheet, fingerprints)
    for name, data in sorted_files["contacts"].items():
        sheet = parse(data, name, columns.CONTACT_ALIASES, build.CONTACT_REQUIRED)
        previews[name] = sheet.columns
        contacts += build.contacts(sheet, keys)
    for name, data in sorted_files["pupils"].items():
        contacts += _parents_in(name, data, fingerprints)
    return Export("tables", pupils, staff, contacts, previews)


def _kind(name: str, data: bytes) -> str:
    named = next((kind for word, kind in _KINDS if word in name), "")
    if named:
        return named
    found = {c.field for c in parse(data, name, columns.CONTACT_ALIASES, ()).columns}
    if found & {"pupil_id"} and found & {"relationship", "no_contact"}:
        return "contacts"
    return (
        "staff"
        if re.search(
            "work.?e-?mail|job.?title", "".join(c.header for c in parse(data, name, {}, ()).columns).lower()
        )
        else "pupils"
    )


_PARENT_COLUMNS = {
    "email": (
        "parent email",
        "contact email",
        "parent email address",
        "mother email",
        "father email",
        "carer email",
    )
}


def _parents_in(name: str, data: bytes, fingerprints: Fingerprints) -> tuple[Contact, ...]:
    """Parents' addresses that stand in the pupils' own rows, as several systems export them."""
    own = parse(data, name, columns.PUPIL_ALIASES, build.PUPIL_REQUIRED)
    parents = parse(data, name, _PARENT_COLUMNS, ())
    return tuple(
        Contact(pupil_id=build.pupil_id(row, fingerprints), email=address, relationship="parent")
        for row, parent in zip(own.rows, parents.rows, strict=True)
        for address in build.addresses(parent, "email")
    )
