"""Microsoft School Data Sync, version 1: student, teacher and user files, and who is whose guardian."""

from collections.abc import Mapping
from datetime import date, datetime

from detectors.directory.people import Contact, Pupil, Staff
from detectors.directory.records import Record, records
from detectors.fingerprints import Fingerprints
from detectors.recognize.addresses import normalise_email, normalise_phone

_PARENTS = frozenset(
    {"parent", "guardian", "relative"}
)  # doctor, aide, administrator, child and other are none


def read(
    files: Mapping[str, bytes], fingerprints: Fingerprints
) -> tuple[tuple[Pupil, ...], tuple[Staff, ...], tuple[Contact, ...]]:
    """Pupils, staff and parents; of guardians only those whose role makes them family."""
    rows = records(files, "student.csv", ("SIS ID", "First Name", "Last Name"))
    pupils = {r.get("SIS ID"): _pupil(r, fingerprints) for r in rows}
    teachers = records(files, "teacher.csv", ("SIS ID", "First Name", "Last Name"), optional=True)
    people = {
        normalise_email(r.get("Email")): r for r in records(files, "user.csv", ("Email",), optional=True)
    }
    contacts = []
    for link in records(files, "guardianrelationship.csv", ("SIS ID", "Email", "Role"), optional=True):
        pupil, address = pupils.get(link.get("SIS ID")), normalise_email(link.get("Email"))
        if link.get("Role").lower() in _PARENTS and address:
            if pupil is None:
                raise link.fault("SIS ID", "names no student of this export", "Export the full set of files")
            contacts.append(_contact(people.get(address), pupil.id, address, link.get("Role").lower()))
    return tuple(pupils.values()), tuple(_staff(r, fingerprints) for r in teachers), tuple(contacts)


def _pupil(record: Record, fingerprints: Fingerprints) -> Pupil:
    return Pupil(
        id="p-" + fingerprints.of("pupil-id", record.needed("SIS ID"))[:16],
        legal_forename=record.needed("First Name"),
        middle_names=record.get("Middle Name"),
        legal_surname=record.needed("Last Name"),
        dob=_day(record),
        admission_number=record.get("Student Number"),
        email=normalise_email(record.get("Secondary Email") or record.get("Username")),
        school=record.get("School SIS ID"),
    )


def _day(record: Record) -> date | None:
    text = record.get("Birthdate")
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a birthday has no time zone
        except ValueError:
            continue
    raise record.fault("Birthdate", "is not a date", "Write dates like 2014-05-14")


def _staff(record: Record, fingerprints: Fingerprints) -> Staff:
    address = normalise_email(record.get("Secondary Email") or record.get("Username"))
    return Staff(
        id="s-" + fingerprints.of("staff-id", record.get("SIS ID"))[:16],
        forename=record.needed("First Name"),
        surname=record.needed("Last Name"),
        work_emails=(address,) if address else (),
        role=record.get("Title"),
        school=record.get("School SIS ID"),
    )


def _contact(record: Record | None, pupil_id: str, address: str, role: str) -> Contact:
    return Contact(
        pupil_id=pupil_id,
        forename=record.get("First Name") if record else "",
        surname=record.get("Last Name") if record else "",
        email=address,
        phone=normalise_phone(record.get("Phone")) if record else "",
        relationship=role,
    )
