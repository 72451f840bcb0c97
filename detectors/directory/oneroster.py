"""OneRoster 1.1 and 1.2, and School Data Sync 2.1 which shares its files: users with roles, birthdays, and whose parent is whose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from detectors.directory.build import department
from detectors.directory.errors import DirectoryError
from detectors.directory.people import Contact, Pupil, Staff
from detectors.directory.records import Record, records
from detectors.fingerprints import Fingerprints
from detectors.recognize.addresses import normalise_email, normalise_phone

_PARENTS = frozenset({"parent", "guardian", "relative"})
_STAFF = frozenset({"teacher", "administrator", "aide", "proctor", "staff", "principal", "districtadministrator",
                    "siteadministrator", "systemadministrator", "counselor", "faculty", "adjunct"})  # fmt: skip


def format_of(files: Mapping[str, bytes]) -> str:
    """The name of the format, told by its files and headers."""
    if "relationships.csv" in files or b"activeDirectoryMatchId" in files["users.csv"][:2_000]:
        return "School Data Sync version 2.1"
    return "OneRoster 1.2" if "roles.csv" in files else "OneRoster 1.1"


def read(
    files: Mapping[str, bytes], fingerprints: Fingerprints
) -> tuple[tuple[Pupil, ...], tuple[Staff, ...], tuple[Contact, ...]]:
    """Pupils, staff and contacts. Passwords and everything special about a pupil are never looked at."""
    users = [r for r in records(files, "users.csv", ("sourcedId", "givenName", "familyName")) if _active(r)]
    roles = _roles(files, users)
    born = {
        r.get("sourcedId") or r.get("userSourcedId"): _day(r)
        for r in records(files, "demographics.csv", (), optional=True)
    }
    by_id = {r.get("sourcedId"): r for r in users}
    places = _places(files, users)
    pupils = {
        i: _pupil(r, fingerprints, born.get(i), places[i].school)
        for i, r in by_id.items()
        if "student" in roles.get(i, ())
    }
    if not pupils:
        raise DirectoryError("users.csv", 0, "role", "names no student", "Export students as well")
    staff = tuple(
        _staff(r, fingerprints, places[i]) for i, r in by_id.items() if roles.get(i, frozenset()) & _STAFF
    )
    links = _links(files, by_id, roles)
    contacts = tuple(
        _contact(by_id[p], pupils[s].id, role) for s, p, role in links if s in pupils and p in by_id
    )
    return tuple(pupils.values()), staff, contacts


def _active(record: Record) -> bool:
    return record.get("status").lower() not in {"tobedeleted", "inactive"}


def _roles(files: Mapping[str, bytes], users: Sequence[Record]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {
        r.get("sourcedId"): frozenset({r.get("role").lower()} - {""}) for r in users
    }
    for record in records(files, "roles.csv", ("userSourcedId", "role"), optional=True):
        user = record.get("userSourcedId")
        if user in found:
            found[user] |= {record.get("role").lower()}
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the organisation somebody is."""

    school: str
    department: str


def _places(files: Mapping[str, bytes], users: Sequence[Record]) -> dict[str, _Place]:
    """The place of each user: by the organisations of the user's row, then by those of the roles."""
    orgs = {r.get("sourcedId"): r for r in records(files, "orgs.csv", (), optional=True)}
    of = {
        r.get("sourcedId"): [*r.get("orgSourcedIds").split(","), r.get("primaryOrgSourcedId")] for r in users
    }
    for record in records(files, "roles.csv", ("userSourcedId", "role"), optional=True):
        of.get(record.get("userSourcedId"), []).append(record.get("orgSourcedId"))
    return {user: _place([i.strip() for i in ids if i.strip()], orgs) for user, ids in of.items()}


def _place(ids: Sequence[str], orgs: Mapping[str, Record]) -> _Place:
    """A department is no school: who is named in one alone belongs to the school above it."""
    departments = [orgs[i] for i in ids if i in orgs and orgs[i].get("type").lower() == "department"]
    named = {d.get("sourcedId") for d in departments}
    schools = (*(i for i in ids if i not in named), *(d.get("parentSourcedId") for d in departments))
    return _Place(
        school=next(filter(None, schools), ""),
        department=department(departments[0].get("name")) if departments else "",
    )


def _pupil(record: Record, fingerprints: Fingerprints, born: date | None, school: str) -> Pupil:
    return Pupil(
        id="p-" + fingerprints.of("pupil-id", record.get("sourcedId"))[:16],
        legal_forename=record.needed("givenName"),
        middle_names=record.get("middleName"),
        legal_surname=record.needed("familyName"),
        preferred_forename=record.get("preferredGivenName"),
        preferred_surname=record.get("preferredFamilyName"),
        dob=born,
        email=normalise_email(record.get("email")),
        school=school,
    )


def _staff(record: Record, fingerprints: Fingerprints, place: _Place) -> Staff:
    address = normalise_email(record.get("email"))
    return Staff(
        id="s-" + fingerprints.of("staff-id", record.get("sourcedId"))[:16],
        forename=record.needed("givenName"),
        surname=record.needed("familyName"),
        work_emails=(address,) if address else (),
        role=record.get("role"),
        department=place.department,
        school=place.school,
    )


def _links(
    files: Mapping[str, bytes], by_id: Mapping[str, Record], roles: Mapping[str, frozenset[str]]
) -> list[tuple[str, str, str]]:
    """(student, parent, relationship): from the students' agents, and from relationships.csv."""
    found: dict[tuple[str, str], str] = {}
    for user, record in by_id.items():
        for agent in (a.strip() for a in record.get("agentSourcedIds").split(",") if a.strip()):
            for student, parent in ((user, agent), (agent, user)):
                parental = roles.get(parent, frozenset()) & _PARENTS
                if parental:
                    found[student, parent] = min(parental)
    for record in records(
        files, "relationships.csv", ("userSourcedId", "relationshipUserSourcedId"), optional=True
    ):
        role = record.get("relationshipRole").lower()
        if role in _PARENTS:  # a doctor or an aide is no parent
            found[record.get("userSourcedId"), record.get("relationshipUserSourcedId")] = role
    return [(student, parent, role) for (student, parent), role in found.items()]


def _contact(record: Record, pupil_id: str, role: str) -> Contact:
    return Contact(
        pupil_id=pupil_id,
        forename=record.get("givenName"),
        surname=record.get("familyName"),
        email=normalise_email(record.get("email")),
        phone=normalise_phone(record.get("sms") or record.get("phone")),
        relationship=role,
    )


def _day(record: Record) -> date | None:
    text = record.get("birthDate")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise record.fault("birthDate", "is not a date", "Write dates like 2014-05-14") from None
