"""Which column of an export is which: our own headers and the names that the systems of UK schools give them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PUPIL_ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("pupil id", "student id", "person id", "mis id", "sourcedid", "system id", "upi"),
    "upn": ("unique pupil number",),
    "uln": ("unique learner number", "learner number"),
    "uci": ("unique candidate identifier", "candidate uci"),
    "admission_number": ("admission no", "adm no", "admission", "adno", "admission number"),
    "legal_forename": (
        "forename",
        "first name",
        "given name",
        "legal first name",
        "forenames",
        "legal forename",
    ),
    "middle_names": ("middle name", "middle name s", "legal middle names", "other names"),
    "legal_surname": ("surname", "last name", "family name", "legal last name", "legal surname"),
    "preferred_forename": (
        "preferred name",
        "chosen name",
        "known as",
        "preferred first name",
        "chosen forename",
    ),
    "preferred_surname": ("preferred last name", "chosen surname", "preferred family name"),
    "former_surname": ("previous surname", "former name", "former last name"),
    "dob": ("date of birth", "birth date", "birthdate", "d o b"),
    "class": (
        "reg group",
        "registration group",
        "form",
        "tutor group",
        "class name",
        "reg",
        "registration",
        "house form",
    ),
    "email": ("school email", "pupil email", "student email", "email address"),
    "school": ("school name", "academy"),
    "left": ("leaving date", "date of leaving", "dol", "left on"),
}
STAFF_ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("staff id", "employee id", "staff code", "person id", "sourcedid", "payroll number"),
    "forename": ("first name", "given name", "legal forename", "preferred forename", "known as"),
    "surname": ("last name", "family name", "legal surname"),
    "work_email": ("email", "school email", "work e mail", "email address", "work email address", "aliases"),
    "personal_email": ("home email", "private email", "personal e mail", "home e mail"),
    "personal_phone": (
        "mobile",
        "home phone",
        "private phone",
        "personal mobile",
        "mobile phone",
        "personal number",
    ),
    "role": ("job title", "post", "position"),
    "department": (
        "dept",
        "department name",
        "faculty",
        "team",
        "subject area",
        "curriculum area",
        "subject department",
    ),
    "school": ("school name", "academy"),
}
CONTACT_ALIASES: dict[str, tuple[str, ...]] = {
    "pupil_id": ("student id", "pupil", "pupilid", "mis id"),
    "pupil_upn": ("upn", "unique pupil number"),
    "admission_number": ("admission no", "adm no"),
    "school": ("school name", "academy"),
    "forename": ("contact forename", "parent forename", "first name", "given name"),
    "surname": ("contact surname", "parent surname", "last name", "family name"),
    "email": ("parent email", "contact email", "email address", "primary email", "home email"),
    "phone": (
        "mobile",
        "telephone",
        "contact phone",
        "parent phone",
        "mobile phone",
        "phone number",
        "home phone",
    ),
    "relationship": ("relationship to pupil", "relation", "contact type"),
    "no_contact": ("court order", "no contact", "no contact flag", "do not contact", "court order flag"),
}
PARTNER_ALIASES: dict[str, tuple[str, ...]] = {
    "domain": ("mail domain",),
    "tls": ("tls grade",),
    "reason": ("note", "why"),
}
OUTSIDER_ALIASES: dict[str, tuple[str, ...]] = {
    "email": ("email address", "address"),
    "role": ("post", "kind"),
}

# Never imported, whatever a file offers: data that the gateway does not need must not be here to be lost.
NEVER = re.compile(
    r"\b(sen|send|sen stage|ehcp|ethnic\w*|fsm|free school meals?|pupil premium|pp|ever ?6|eal|home language|"
    r"religio\w*|faith|password|looked after|lac|cla|medical\w*|nationality|country of birth|gender|sex)\b"
)


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of a file was taken for: a field of ours, `never` imported, or unknown and left out."""

    header: str
    field: str  # "" when left out
    never: bool = False


def plain(header: str) -> str:
    """A header without case, punctuation and numbering: "Parent_Email 2" is "parent email"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header.strip().lstrip("\ufeff"))
    return re.sub(r"\s+\d$", "", re.sub(r"[^a-z0-9]+", " ", spaced.casefold()).strip())


def taken_for(headers: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> tuple[Column, ...]:
    """The preview of an import: each header with the field that it was taken for. Our own names go first."""
    names = {plain(alias): field for field, spellings in aliases.items() for alias in spellings}
    names |= {plain(field): field for field in aliases}
    return tuple(_column(header, names) for header in headers)


def _column(header: str, names: Mapping[str, str]) -> Column:
    name = plain(header)
    if name in names:
        return Column(header, names[name])
    return Column(header, "", never=bool(NEVER.search(name)))
