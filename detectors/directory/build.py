"""Turns the rows of an export into people, strictly: one bad row refuses the whole file, with its place and its remedy."""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from detectors.directory.people import Contact, Outsider, Partner, Pupil, Staff
from detectors.directory.sheets import Row, Sheet
from detectors.fingerprints import Fingerprints
from detectors.recognize.addresses import normalise_email, normalise_phone

PUPIL_REQUIRED = (("legal_forename", "preferred_forename"), ("legal_surname", "preferred_surname"))
STAFF_REQUIRED = (("forename",), ("surname",))
CONTACT_REQUIRED = (("pupil_id", "pupil_upn", "admission_number"), ("email", "phone", "surname"))
PARTNER_REQUIRED = (("domain",),)
OUTSIDER_REQUIRED = (("email",),)

_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YES = frozenset({"1", "y", "yes", "true", "t", "x"})
_NO = frozenset({"", "0", "n", "no", "false", "f", "none", "-"})
_DATES = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%Y-%m-%d %H:%M:%S",
    "%d/%m/%y",
    "%d %b %Y",
    "%d %B %Y",
    "%Y%m%d",
)
LEAVER = timedelta(days=366)
LONGEST_DEPARTMENT = 60  # letters


@dataclass(frozen=True, slots=True)
class PupilKeys:
    """How contacts point at pupils: by our id, by UPN or by admission number."""

    ids: frozenset[str]
    by_upn: dict[str, str]
    by_admission: dict[tuple[str, str], frozenset[str]]  # (school, number); "" for a row that names no school

    @classmethod
    def of(cls, pupils: Sequence[Pupil]) -> "PupilKeys":
        numbers: dict[tuple[str, str], set[str]] = {}
        for pupil in pupils:
            for school in {"", pupil.school} if pupil.admission_number else ():
                numbers.setdefault((school, pupil.admission_number), set()).add(pupil.id)
        return cls(
            frozenset(p.id for p in pupils),
            {p.upn: p.id for p in pupils if p.upn},
            {key: frozenset(ids) for key, ids in numbers.items()},
        )


def pupils(sheet: Sheet, fingerprints: Fingerprints, today: date) -> tuple[Pupil, ...]:
    """The pupils of a sheet; who left more than a year ago is dropped."""
    found: dict[str, Pupil] = {}
    for row in sheet.rows:
        pupil = _pupil(row, fingerprints)
        if pupil.id in found:
            raise row.fault(
                "id", "names a pupil who stands in an earlier line", "Remove one of the two lines"
            )
        found[pupil.id] = pupil
    return tuple(p for p in found.values() if not (p.left and p.left < today - LEAVER))


def _pupil(row: Row, fingerprints: Fingerprints) -> Pupil:
    legal, preferred = row.first("legal_surname"), row.first("preferred_surname")
    forename = row.first("legal_forename") or row.first("preferred_forename")
    if not (legal or preferred) or not forename:
        column = "legal_forename" if not forename else "legal_surname"
        raise row.fault(column, "is empty", "Give every pupil a forename and a surname")
    return Pupil(
        id=pupil_id(row, fingerprints),
        legal_forename=row.first("legal_forename"),
        middle_names=row.first("middle_names"),
        legal_surname=legal,
        preferred_forename=row.first("preferred_forename"),
        preferred_surname=preferred,
        former_surname=row.first("former_surname"),
        dob=day(row, "dob"),
        upn=_number(row, "upn", r"[A-Z]\d{11}[\dA-Z]", "a letter, eleven digits and a digit or letter"),
        uln=_number(row, "uln", r"\d{10}", "ten digits"),
        uci=_number(row, "uci", r"\w{12}[A-Z]", "thirteen characters"),
        admission_number=row.first("admission_number"),
        email=normalise_email(row.first("email")),
        class_name=row.first("class"),
        school=row.first("school"),
        left=day(row, "left"),
    )


def pupil_id(row: Row, fingerprints: Fingerprints) -> str:
    """The id of a row; for an export without ids an opaque one from what stays the same from day to day."""
    if row.first("id"):
        return row.first("id")
    parts = [row.first(f) for f in ("upn", "admission_number", "legal_forename", "legal_surname", "dob")]
    school = row.first("school")  # in a trust two schools may give one admission number
    number = f"{school}\0{parts[1]}" if school and parts[1] else parts[1]
    return "p-" + fingerprints.of("pupil-id", parts[0] or number or "\0".join(parts[2:]))[:16]


def _number(row: Row, column: str, shape: str, words: str) -> str:
    value = re.sub(r"[\s-]", "", row.first(column)).upper()
    if value and not re.fullmatch(shape, value):
        raise row.fault(column, f"is not {words}", "Correct it at the source, or leave the cell empty")
    return value


def day(row: Row, column: str) -> date | None:
    """A date in any of the ways in which exports write one."""
    text = row.first(column)
    if not text:
        return None
    if _ISO.fullmatch(text):  # as most exports write it, and fifty times as fast
        with contextlib.suppress(ValueError):
            return date.fromisoformat(text)
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a birthday has no time zone
        except ValueError:
            continue
    raise row.fault(column, "is not a date", "Write dates like 2014-05-14 or 14/05/2014")


def staff(sheet: Sheet, fingerprints: Fingerprints) -> tuple[Staff, ...]:
    """The staff of a sheet. Private addresses and numbers become fingerprints here and go no further."""
    found: dict[str, Staff] = {}
    for row in sheet.rows:
        work = tuple(a for a in addresses(row, "work_email") if a)
        key = row.first("id") or (
            work[0] if work else "\0".join((row.first("forename"), row.first("surname")))
        )
        person = Staff(
            id="s-" + fingerprints.of("staff-id", key)[:16],  # never that of a pupil with the same number
            forename=row.first("forename"),
            surname=row.first("surname"),
            work_emails=work,
            private_emails=tuple(fingerprints.of("email", a) for a in addresses(row, "personal_email")),
            private_phones=tuple(fingerprints.of("phone", n) for n in _phones(row, "personal_phone")),
            role=row.first("role"),
            department=department(row.first("department")),
            school=row.first("school"),
        )
        if person.id in found:
            raise row.fault(
                "id", "names a person who stands in an earlier line", "Remove one of the two lines"
            )
        found[person.id] = person
    return tuple(found.values())


def department(name: str) -> str:
    """A department's name in one line of bounded length: it stands in reports."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[
        :LONGEST_DEPARTMENT
    ].rstrip()


def addresses(row: Row, column: str) -> tuple[str, ...]:
    given = [part for cell in row.all(column) for part in re.split(r"[;,\s]+", cell) if part]
    normal = tuple(normalise_email(part) for part in given)
    if not all(normal):
        raise row.fault(
            column, "is not an e-mail address", "Correct it, or leave the cell empty; separate several with ;"
        )
    return normal


def _phones(row: Row, column: str) -> tuple[str, ...]:
    given = [part for cell in row.all(column) for part in re.split(r"[;,/]+", cell) if part.strip()]
    normal = tuple(
        normalise_phone(part if part.strip().startswith(("0", "+")) else f"0{part.strip()}") for part in given
    )
    if not all(normal):
        raise row.fault(
            column,
            "is not a telephone number",
            "Correct it, or leave the cell empty; separate several with ;",
        )
    return normal


def contacts(sheet: Sheet, keys: PupilKeys) -> tuple[Contact, ...]:
    """The contacts of a sheet: one per pupil and address, for exports hold several addresses in one row."""
    return tuple(contact for row in sheet.rows for contact in _contacts(row, keys))


def _contacts(row: Row, keys: PupilKeys) -> list[Contact]:
    pupil = _pupil_of(row, keys)
    emails, phones = addresses(row, "email") or ("",), _phones(row, "phone") or ("",)
    flag = row.first("no_contact").casefold()
    if flag not in _YES | _NO:
        raise row.fault(
            "no_contact",
            "is neither yes nor no",
            "Write yes where a court order or the school forbids contact",
        )
    return [
        Contact(
            pupil_id=pupil,
            forename=row.first("forename"),
            surname=row.first("surname"),
            email=emails[n] if n < len(emails) else "",
            phone=phones[n] if n < len(phones) else "",
            relationship=row.first("relationship"),
            no_contact=flag in _YES,
        )
        for n in range(max(len(emails), len(phones)))
    ]


def _pupil_of(row: Row, keys: PupilKeys) -> str:
    pupil = row.first("pupil_id")
    if pupil and pupil in keys.ids:
        return pupil
    other = keys.by_upn.get(row.first("pupil_upn").upper(), "")
    same = keys.by_admission.get((row.first("school"), row.first("admission_number")), frozenset())
    if not other and len(same) > 1:
        raise row.fault(
            "admission_number",
            "is the number of several pupils",
            "Add a column school, or give the pupils' UPN",
        )
    if other or same:
        return other or next(iter(same))
    raise row.fault(
        "pupil_id", "names no pupil of the pupils file", "Export pupils and contacts on the same day"
    )


def partners(sheet: Sheet) -> tuple[Partner, ...]:
    """Listed organisations: their domain, their TLS grade and the reason."""
    found = []
    for row in sheet.rows:
        domain, grade = row.first("domain").casefold().lstrip("@."), row.first("tls").upper() or "T1"
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain):
            raise row.fault("domain", "is not a mail domain", "Write it like council.gov.uk")
        if grade not in {"T0", "T1", "T2", "T3"}:
            raise row.fault("tls", "is not a grade", "Write T0, T1, T2 or T3")
        found.append(Partner(domain=domain, tls=grade, reason=row.first("reason")))
    return tuple(found)


def outsiders(sheet: Sheet) -> tuple[Outsider, ...]:
    """Listed people outside, such as governors."""
    found = []
    for row in sheet.rows:
        address = normalise_email(row.first("email"))
        if not address:
            raise row.fault("email", "is not an e-mail address", "Correct it, or remove the line")
        found.append(Outsider(email=address, role=row.first("role")))
    return tuple(found)
