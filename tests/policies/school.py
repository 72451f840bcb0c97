"""The made-up school of the policy tests: people, envelopes and scans written by hand."""

from datetime import UTC, datetime

from detectors.directory.people import Contact, Directory, Outsider, Partner, Pupil, Staff
from detectors.findings import Finding, Part, Protection, Scan, Strength, Where
from detectors.fingerprints import Fingerprints
from detectors.recognize.addresses import normalise_email, normalise_phone
from policies import Facts, History, facts
from policies.envelope import Envelope, Recipient

NOW = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)
PRINTS = Fingerprints(b"k" * 32)

TEACHER = "s.green@example.sch.uk"
OFFICE = "office@example.sch.uk"
HR = "hr@example.sch.uk"
DPO = "dpo@example.sch.uk"
DSL = "dsl@example.sch.uk"
OWN = "sarahgreen84@gmail.com"
PARENT_A = "kim.thompson@gmail.com"
PARENT_A2 = "lee.thompson@outlook.com"
PARENT_B = "pat.osei@btinternet.com"
FORBIDDEN = "max.thompson@yahoo.co.uk"
GOVERNOR = "gov.ernor@gmail.com"
STRANGER = "somebody@gmail.com"
FIRM = "d.green@company.com"
COUNCIL = "sen@council.gov.uk"
SECURE = "team@mash.example.org"
PARTNER = "bookings@tripcentre.example"
OTHER_SCHOOL = "head@other.sch.uk"
PUPIL_MAIL = "amelia.t.2014@gmail.com"
AI = "bot@otter.ai"


def mail(address: str) -> str:
    return PRINTS.of("email", normalise_email(address))


def phone(number: str) -> str:
    return PRINTS.of("phone", normalise_phone(number))


def directory(families: int = 0) -> Directory:
    """Amelia (a) with Kim and Lee, and Max whom the school must not write to; Kofi (b) with Pat; Jack (j) with Sarah."""
    more_pupils = tuple(
        Pupil(id=f"f{n}", legal_forename="Test", legal_surname=f"Family{n}") for n in range(families)
    )
    more_contacts = tuple(
        Contact(pupil_id=f"f{n}", email=f"family{n}@families.example") for n in range(families)
    )
    return Directory(
        school_names=("Example Primary School",),
        domains=("example.sch.uk",),
        fingerprints=PRINTS,
        pupils=(
            Pupil(id="a", legal_forename="Amelia", legal_surname="Thompson", email=PUPIL_MAIL),
            Pupil(id="a2", legal_forename="Aiden", legal_surname="Thompson"),
            Pupil(id="b", legal_forename="Kofi", legal_surname="Osei"),
            Pupil(id="j", legal_forename="Jack", legal_surname="Green"),
            *more_pupils,
        ),
        staff=(
            Staff(
                id="s1",
                forename="Sarah",
                surname="Green",
                work_emails=(TEACHER,),
                private_emails=(mail(OWN),),
                private_phones=(phone("07700 900123"),),
                role="Teacher",
            ),
            Staff(id="s2", forename="Ola", surname="Office", work_emails=(OFFICE,), role="Office"),
            Staff(id="s3", forename="Hetty", surname="Rose", work_emails=(HR,), role="HR"),
            Staff(id="s4", forename="Dan", surname="Park", work_emails=(DPO,), role="DPO"),
            Staff(id="s5", forename="Dee", surname="Ell", work_emails=(DSL,), role="DSL"),
        ),
        contacts=(
            Contact(pupil_id="a", email=PARENT_A, phone="07700 900321"),
            Contact(pupil_id="a2", email=PARENT_A),
            Contact(pupil_id="a", email=PARENT_A2),
            Contact(pupil_id="a", email=FORBIDDEN, no_contact=True),
            Contact(pupil_id="b", email=PARENT_B),
            Contact(pupil_id="j", email=OWN),
            *more_contacts,
        ),
        partners=(
            Partner(domain="mash.example.org", tls="T3"),
            Partner(domain="tripcentre.example", tls="T1"),
        ),
        outsiders=(Outsider(email=GOVERNOR, role="governor"),),
        version="d1",
    )


SCHOOL = directory()


def envelope(sender: str, *to: str, at: datetime = NOW, tags: tuple[str, ...] = ()) -> Envelope:
    return Envelope(
        id="01TEST",
        mail_from=sender,
        recipients=tuple(Recipient(address=a) for a in to),
        received_at=at,
        tags=tags,
    )


def data(
    level: int, *people: str, where: Where = Where.ATTACHMENT, part: str = "0/1", **more: object
) -> Finding:
    """Personal data of a level about these people, as the scan reports it for one part."""
    return Finding(
        kind="personal-data", recognizer="levels", level=level, people=people, where=where,
        part="0/0" if where in (Where.BODY, Where.SUBJECT) else part, count=len(people), fingerprint=f"p{level}", **more
    )  # fmt: skip


def name(
    person: str = "a", where: Where = Where.SUBJECT, strength: Strength = Strength.FULL, **more: object
) -> Finding:
    return Finding(
        kind="pupil-name", recognizer="names", person=person, where=where, strength=strength, masked="A… T…",
        fingerprint=f"n{person}", **more
    )  # fmt: skip


def address(value: str, where: Where = Where.BODY, **more: object) -> Finding:
    return Finding(kind="email-address", recognizer="addresses", where=where, fingerprint=mail(value), **more)


def number(value: str, where: Where = Where.BODY, **more: object) -> Finding:
    return Finding(kind="phone", recognizer="phones", where=where, fingerprint=phone(value), **more)


def header(place: str, value: str, *, free: bool = False) -> Finding:
    strength = Strength.WEAK if free else None
    return Finding(
        kind="header-address", recognizer="addresses", where=Where.HEADER, place=place, fingerprint=mail(value),
        strength=strength,
    )  # fmt: skip


def found(kind: str, where: Where = Where.ATTACHMENT, part: str = "0/1", **more: object) -> Finding:
    return Finding(kind=kind, recognizer="test", where=where, part=part, **more)


def scan(
    *findings: Finding, attachment: bool | None = None, protection: Protection = Protection.NONE
) -> Scan:
    """A scan with one attachment when a finding stands in it, or when the caller says so."""
    has = any(f.part.startswith("0/1") for f in findings) if attachment is None else attachment
    file = Part(path="0/1", label="list.xlsx", sniffed="xlsx", protection=protection)
    parts = (Part(path="0", role=Where.MESSAGE), Part(path="0/0", role=Where.BODY), *((file,) if has else ()))
    return Scan(parts=parts, findings=findings, versions={"detectors": "1"})


def case(sender: str, to: str | tuple[str, ...], *findings: Finding, history: History | None = None,
         attachment: bool | None = None, protection: Protection = Protection.NONE, school: Directory = SCHOOL,
         at: datetime = NOW) -> Facts:  # fmt: skip
    """The facts of one message."""
    recipients = (to,) if isinstance(to, str) else to
    return facts(
        envelope(sender, *recipients, at=at),
        scan(*findings, attachment=attachment, protection=protection),
        school,
        history or History.empty(),
    )
