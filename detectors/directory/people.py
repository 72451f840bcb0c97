"""The school's own people as an immutable snapshot: what the matcher and the facts know, and nothing that they need not."""

import sys
from dataclasses import dataclass, field
from datetime import date

from detectors.fingerprints import Fingerprints

_SHARED = ("legal_forename", "legal_surname", "preferred_forename", "class_name", "school")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    id: str  # opaque, ours: never a UPN
    legal_forename: str = field(default="", repr=False)
    middle_names: str = field(default="", repr=False)
    legal_surname: str = field(default="", repr=False)
    preferred_forename: str = field(default="", repr=False)
    preferred_surname: str = field(default="", repr=False)
    former_surname: str = field(default="", repr=False)
    dob: date | None = field(default=None, repr=False)
    upn: str = field(default="", repr=False)
    uln: str = field(default="", repr=False)
    uci: str = field(default="", repr=False)
    admission_number: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    class_name: str = ""
    school: str = ""
    left: date | None = None  # leavers are matched for a year

    def __post_init__(self) -> None:
        """What many pupils share is kept once."""
        for name in _SHARED:
            if value := getattr(self, name):
                object.__setattr__(self, name, sys.intern(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    id: str
    forename: str = field(default="", repr=False)
    surname: str = field(default="", repr=False)
    work_emails: tuple[str, ...] = ()  # lower case
    private_emails: tuple[str, ...] = ()  # fingerprints ("email"), never the addresses
    private_phones: tuple[str, ...] = ()  # fingerprints ("phone"), never the numbers
    role: str = ""
    department: str = ""  # for reports alone: no rule asks for it
    school: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    pupil_id: str
    forename: str = field(default="", repr=False)
    surname: str = field(default="", repr=False)
    email: str = field(default="", repr=False)  # normalised
    phone: str = field(default="", repr=False)
    relationship: str = ""
    no_contact: bool = False  # a court order, or the school's own flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A listed organisation: who it is and how far its transport may be trusted (T0..T3)."""

    domain: str
    tls: str = "T1"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsider:
    """A listed person outside: a governor, a supply teacher, a trustee."""

    email: str = field(repr=False)
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """One immutable, versioned snapshot. Compare versions, never contents."""

    school_names: tuple[str, ...]
    domains: tuple[str, ...]  # the school's own mail domains, lower case
    fingerprints: Fingerprints
    pupils: tuple[Pupil, ...] = field(default=(), repr=False)
    staff: tuple[Staff, ...] = field(default=(), repr=False)
    contacts: tuple[Contact, ...] = field(default=(), repr=False)
    partners: tuple[Partner, ...] = ()
    outsiders: tuple[Outsider, ...] = field(default=(), repr=False)
    version: str = ""
    as_of: date | None = None  # the day of the import: ages are counted from it
