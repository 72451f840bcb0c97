"""A small made-up school for the tests of recognition."""

from collections.abc import Sequence
from datetime import date

from detectors.directory import Contact, Directory, Pupil, Staff
from detectors.extract.extracts import Extract, Table
from detectors.findings import Finding, Part, Where
from detectors.fingerprints import Fingerprints
from detectors.recognize.ner import FindsPeople
from detectors.recognize.recognition import recognize

PRINTS = Fingerprints(b"k" * 32)
SCHOOL = Directory(
    school_names=("Example Primary School", "St Thomas Green School"),
    domains=("example.sch.uk",),
    fingerprints=PRINTS,
    pupils=(
        Pupil(
            id="p1",
            legal_forename="Amelia",
            middle_names="Jane",
            legal_surname="Thompson",
            preferred_forename="Millie",
            dob=date(2014, 5, 14),
            upn="N999000123001",
            admission_number="004213",
            email="a.thompson@pupils.example.sch.uk",
            class_name="4B",
        ),
        Pupil(id="p2", legal_forename="Mohammed Yusuf", legal_surname="Khan", class_name="5A", dob=date(2013, 9, 2)),
        Pupil(id="p3", legal_forename="Fatima", legal_surname="Begum", class_name="2B"),
        Pupil(id="p4", legal_forename="Jack", legal_surname="Green", class_name="5A"),
        Pupil(id="p5", legal_forename="Will", legal_surname="Field", class_name="4B"),
        Pupil(id="p6", legal_forename="Oliver", legal_surname="Williams", class_name="1A"),
        Pupil(id="p7", legal_forename="Oliver", legal_surname="Williams", class_name="6C"),
        Pupil(id="p8", legal_forename="Thomas", legal_surname="Green", class_name="6C"),
        Pupil(id="p9", legal_forename="Zoë", legal_surname="O'Brien", former_surname="Walsh", class_name="6C"),
        *(
            Pupil(id=f"q{n}", legal_forename=f, legal_surname=s, class_name="3A")
            for n, (f, s) in enumerate(
                [
                    ("Aisha", "Rahman"), ("Benjamin", "Clarke"), ("Chloe", "Adams"), ("Daniel", "Evans"), ("Erin", "Murphy"),
                    ("Freya", "Robinson"), ("George", "Wright"), ("Hannah", "Patel"), ("Isaac", "Osei"), ("Jessica", "Nowak"),
                    ("Kai", "Edwards"), ("Leo", "Hughes"), ("Megan", "Roberts"), ("Noah", "Singh"), ("Olivia", "Lewis"),
                ]
            )
        ),
    ),
    staff=(Staff(id="s1", forename="Sarah", surname="Green", work_emails=("s.green@example.sch.uk",), private_emails=(PRINTS.of("email", "sarahgreen84@gmail.com"),)),),
    contacts=(
        Contact(pupil_id="p1", forename="Jo", surname="Thompson", email="jo.t@btinternet.com", phone="+447700900111"),
        Contact(pupil_id="p4", forename="Mark", surname="Green", email="mark.green@example.org"),
    ),
    version="test-1",
    as_of=date(2026, 3, 2),
)  # fmt: skip


def body(text: str, *, quoted: bool = False, part: str = "0/0") -> Extract:
    return Extract(part=part, where=Where.BODY, text=text, quoted=quoted)


def subject(text: str) -> Extract:
    return Extract(part="0", where=Where.SUBJECT, place="subject", text=text)


def header(name: str, text: str) -> Extract:
    return Extract(part="0", where=Where.HEADER, place=name, text=text)


def file_name(text: str, part: str = "0/1") -> Extract:
    return Extract(part=part, where=Where.FILENAME, place="file name", text=text)


def document(text: str, part: str = "0/1", place: str = "page 1") -> Extract:
    return Extract(part=part, where=Where.ATTACHMENT, place=place, text=text)


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], part: str = "0/1", *, hidden: bool = False
) -> Extract:
    places = tuple(f"sheet 1, row {n}" for n in range(2, len(rows) + 2))
    whole = Table(header=tuple(header), rows=tuple(tuple(r) for r in rows), places=places)
    text = "\n".join("\t".join(r) for r in ([header] if header else []) + list(rows))
    return Extract(part=part, where=Where.ATTACHMENT, place="sheet 1", text=text, table=whole, hidden=hidden)


def find(*extracts: Extract, nlp: FindsPeople | None = None, parts: Sequence[Part] = ()) -> list[Finding]:
    return recognize(extracts, SCHOOL, parts, nlp)


def kinds(*extracts: Extract, nlp: FindsPeople | None = None, parts: Sequence[Part] = ()) -> set[str]:
    return {f.kind for f in find(*extracts, nlp=nlp, parts=parts)}


def level(*extracts: Extract, nlp: FindsPeople | None = None) -> int:
    return max((f.level for f in find(*extracts, nlp=nlp)), default=0)


class Listed:
    """Finds the people it was told of, and remembers what it was asked to read."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.lines: list[str] = []

    def people(self, lines: Sequence[str]) -> list[list[tuple[int, int]]]:
        self.lines += lines
        return [[(line.index(n), line.index(n) + len(n)) for n in self.names if n in line] for line in lines]
