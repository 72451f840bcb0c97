"""What the detection bench's first set taught: names in odd spellings, signatures that are nobody's data, tables under a line of words."""

import pytest

from detectors.directory import Directory, Pupil, Staff
from detectors.extract.extracts import Extract
from detectors.extract.walk import read_message
from detectors.findings import Finding, Strength
from detectors.fingerprints import Fingerprints
from detectors.limits import Limits
from detectors.recognize.recognition import recognize
from tests.support.people import body, document, subject

SCHOOL = Directory(
    school_names=("Example School",),
    domains=("example.sch.uk",),
    fingerprints=Fingerprints(b"k" * 32),
    pupils=(
        Pupil(id="ipek", legal_forename="İpek", legal_surname="Yıldız", class_name="1A"),
        Pupil(id="duc", legal_forename="Đức", legal_surname="Huỳnh", class_name="2A"),
    ),
    staff=(Staff(id="s1", forename="Malcolm", surname="Dunstable", work_emails=("m.d@example.sch.uk",)),),
)


def found(*extracts: Extract) -> list[Finding]:
    return recognize(extracts, SCHOOL, (), None)


@pytest.mark.parametrize(
    ("text", "person"),
    [("i̇pek yıldız", "ipek"), ("İPEK YILDIZ", "ipek"), ("Ipek Yildiz", "ipek"), ("DucHuynh pick-up", "duc"), ("HuynhDuc.pdf", "duc")],
)  # fmt: skip
def test_a_name_is_found_in_odd_letters(text, person):
    """A small İ keeps a loose accent; a short name in one word is told by its two capitals."""
    assert [(f.person, f.strength) for f in found(subject(text)) if f.kind == "pupil-name"] == [
        (person, Strength.FULL)
    ]


@pytest.mark.parametrize("text", ["duchuynh", "Duchuynh", "DUCHUYNH", "DuChuynh"])
def test_a_short_word_without_its_two_capitals_is_no_name(text):
    assert not [f for f in found(subject(text)) if f.kind == "pupil-name"]


HR = "An enhanced DBS check is needed."


@pytest.mark.parametrize(
    "closing",
    ["Kind regards", "Best wishes,", "Yours sincerely", "Thanks", "Many thanks,", "With kind regards"],
)
def test_whoever_signs_is_not_written_about(closing):
    """An advert's words of employment do not make its sender their subject."""
    assert not [f for f in found(body(f"{HR}\n\n{closing}\n\nMr Malcolm Dunstable\nOffice\n")) if f.level]


@pytest.mark.parametrize(
    "name", ["Malcolm Dunstable (he/him)", "Malcolm Dunstable (they/them)", "malcolm dunstable (he/they),"]
)
def test_whoever_signs_with_pronouns_is_not_written_about(name):
    """Below a closing that nobody foresees."""
    assert not [f for f in found(body(f"{HR}\n\nBye for now\n\n{name}\nbursar | The Trust\n")) if f.level]


@pytest.mark.parametrize(
    "extract",
    [
        body(f"{HR}\n\nMalcolm Dunstable (expired)\n"),
        body("Malcolm Dunstable: the disciplinary meeting is on Friday.\n\nKind regards\nJo"),
        body("The disciplinary meeting is on Friday.\n\nMalcolm Dunstable knows."),
        body("All staff\nthe grievance came\nfrom Malcolm Dunstable"),
        document("The grievance was heard.\n\nKind regards\n\nMalcolm Dunstable\n"),
    ],
)
def test_a_member_of_staff_in_the_text_is_somebody(extract):
    assert any(f.level for f in found(extract))


def test_a_table_below_a_line_of_words_keeps_its_headings():
    """Tabs in a text file make columns, also under "Please check."."""
    raw = b"Content-Type: text/plain; name=list.txt\r\nContent-Disposition: attachment; filename=list.txt\r\n\r\nPlease check.\r\nPupil\tAdm No\r\nMin Choi\t006722\r\nQuang Lee\t002709\r\n"
    extracts = read_message(raw, Limits()).extracts
    tables = [e.table for e in extracts if e.table]
    assert [t.header for t in tables] == [("Pupil", "Adm No")]
    assert any("Please check." in e.text for e in extracts)
