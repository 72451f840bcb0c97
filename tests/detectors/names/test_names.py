"""Names in running text, lists, tables and file names: found in every form, and nobody found who is not meant."""

import pytest

from detectors.directory import Directory, Pupil
from detectors.findings import Strength
from detectors.fingerprints import Fingerprints
from detectors.recognize.recognition import recognize
from tests.support.people import body, document, file_name, find, header, subject, table

FULL = [
    ("p1", "Dear Jo,\n\nAmelia Thompson forgot her coat."),
    ("p1", "Amelia\nThompson was late"),
    ("p1", "> Amelia\n> Thompson was late"),
    ("p1", "Amelia J. Thompson"),
    ("p1", "Amelia (Millie) Thompson"),
    ("p1", 'Amelia "Millie" Thompson'),
    ("p1", "Amelia  Thompson"),
    ("p1", "Amelia\tThompson"),
    ("p1", "Thompson\tAmelia"),
    ("p1", "Amelia,Thompson,4B"),
    ("p1", "AMELIA THOMPSON"),
    ("p1", "amelia_thompson_report"),
    ("p1", "THOMPSON, Amelia Jane"),
    ("p1", "Miss Amelia Thompson"),
    ("p1", "Ａｍｅｌｉａ Ｔｈｏｍｐｓｏｎ"),
    ("p1", "Ame\u00adlia Thomp\u200bson"),
    ("p1", "Amélia Thómpson"),
    ("p1", "Аmеliа Тhоmрsоn"),
    ("p2", "Khan, Mohammed Yusuf"),
    ("p2", "Mohammed-Yusuf Khan"),
    ("p2", "Yusuf Khan"),
    ("p9", "Zoe O`Brien"),
    ("p9", "Zoë Walsh"),
    ("p9", "OBrien, Zoe"),
    ("p4", "Fatima Begum, Jack Green and Oliver Smith"),
    ("p3", "Jack Green, Fatima Begum"),
    ("p5", "Field, Will 4B"),
    ("p5", "Will Field (4B)"),
]
WEAK = [
    ("p5", "Will Field trip money"),
    ("p2", "Muhammad Khan"),
    ("p1", "Jane Thompson"),
    ("p4", "Jack Green Park"),
    ("p5", "Grace, Field, Will, May"),
]
NOBODY = [
    "Mrs Amelia Thompson",
    "Mr Jack Green",
    "Thompson, Mrs Amelia",
    "Ms. Amelia Thompson",
    "jack.green@company.com",
    "https://example.org/amelia-thompson",
    "St Thomas Green School",
    "St. Thomas Green School newsletter",
    "Emily Thompson",
    "Amelia",
    "Thompson",
    "Amelia T",
    "A. Thompson",
    "Jack and Fatima went home",
    "Jack Jones, Amelia Smith, Will Brown",
    "Sarah Green",
    "we will field a team",
    "Thomas Brown, Jack White, Will Thompson",
    "Jack Brown, Thomas Khan",
    "Jones, Amelia; Thompson, Oscar",
    "Emily Thompson, Amelia Jones",
    "the Green family and Jack",
    "Daniel said Evans Street is closed",
    "see khan.md",
]


def names(*extracts):
    return {
        (f.person, f.strength)
        for f in find(*extracts)
        if f.kind == "pupil-name" and f.strength is not Strength.PARTIAL
    }


@pytest.mark.parametrize(("person", "text"), FULL, ids=[t for _, t in FULL])
def test_full(person, text):
    """Any forename with any surname of one pupil, however it is written."""
    assert (person, Strength.FULL) in names(body(text))


@pytest.mark.parametrize(("person", "text"), WEAK, ids=[t for _, t in WEAK])
def test_weak(person, text):
    """Doubtful, and only doubtful."""
    assert names(body(text)) == {(person, Strength.WEAK)}


@pytest.mark.parametrize("text", NOBODY)
def test_nobody(text):
    """Adults, places, other people, and halves of names."""
    assert names(body(text)) == set()
    assert not {s for _, s in names(subject(text))} & {Strength.FULL}


def test_forename_and_surname_in_neighbouring_cells():
    """A table has the two in columns, in either order, with others between."""
    rows = [("4B", "Thompson", "Amelia"), ("5A", "Green", "Jack")]
    assert names(table(("Class", "Surname", "Forename"), rows)) == {
        ("p1", Strength.FULL),
        ("p4", Strength.FULL),
    }
    rows = [("Thompson", "4B", "Amelia"), ("Green", "5A", "Jack")]
    assert names(table(("Surname", "Class", "Forename"), rows)) == {
        ("p1", Strength.FULL),
        ("p4", Strength.FULL),
    }


def test_one_row_does_not_reach_into_the_next():
    """The surname of one row and the forename of the next are no name."""
    assert names(table(("Forename", "Surname"), [("Oscar", "Thompson"), ("Amelia", "Jones")])) == set()


def test_file_names_and_archive_listings():
    for name in (
        "Amelia Thompson.pdf",
        "amelia-thompson-2026.pdf",
        "AmeliaThompson.docx",
        "Reports/4B/Thompson_Amelia.pdf",
        "ameliathompson.jpg",
    ):
        assert names(file_name(name)) == {("p1", Strength.FULL)}, name


def test_a_parent_of_the_same_name_is_only_doubtful():
    """Jo Thompson is a parent; Mark Green is another; neither is a pupil."""
    assert names(body("Jo Thompson, Mark Green")) == set()


def test_quoted_and_header_names_keep_their_place():
    found = [
        f
        for f in find(body("Amelia Thompson", quoted=True), header("To", "Amelia Thompson <x@example.org>"))
        if f.kind == "pupil-name"
    ]
    assert [(f.where, f.quoted) for f in found] == [("body", True), ("header", False)]


def test_each_finding_says_form_and_place():
    (found,) = [f for f in find(document("first line\nThompson, Amelia")) if f.kind == "pupil-name"]
    assert (found.place, found.masked) == ("page 1, line 2", "M… T…")
    assert found.why == "it is the name in the register, surname first"


def test_weak_names_are_listed_for_the_officer():
    """At import: whose name is ordinary words or famous; nobody else."""
    from dataclasses import replace

    from detectors.directory import Pupil
    from detectors.recognize.name_lists import weak_names
    from tests.support.people import SCHOOL

    more = (
        Pupil(id="h", legal_forename="Harry", legal_surname="Potter"),
        Pupil(id="s", legal_forename="Summer", legal_surname="May"),
    )
    assert weak_names(replace(SCHOOL, pupils=(*SCHOOL.pupils, *more))) == ["p5", "h", "s"]


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("Victoria Park fun run", Strength.WEAK), ("Victoria Park, 4B", Strength.FULL), ("Victoria Park absent", Strength.FULL), ("victoria park at 9.50", None), ("Mark Hill car park", Strength.WEAK),
        ("Park, Victoria 4B", Strength.FULL), ("Poppy Wood", Strength.FULL), ("Zoë “Zo” O'Brien", Strength.FULL), ("Zoë ‘Zo’ O’Brien", Strength.FULL),
    ],
)  # fmt: skip
def test_names_of_places_and_things(text, strength):
    """A place's name needs a second sign, an ordinary child's does not; quotation marks around a short name change nothing."""
    more = (
        Pupil(id="v", legal_forename="Victoria", legal_surname="Park", class_name="4B"),
        Pupil(id="m", legal_forename="Mark", legal_surname="Hill", class_name="4B"),
        Pupil(id="w", legal_forename="Poppy", legal_surname="Wood", class_name="4B"),
        Pupil(
            id="z", legal_forename="Zoë", preferred_forename="Zo", legal_surname="O'Brien", class_name="4B"
        ),
    )
    school = Directory(school_names=("Hill",), domains=(), fingerprints=Fingerprints(b"k" * 32), pupils=more)
    found = [f.strength for f in recognize([subject(text)], school, (), None) if f.kind == "pupil-name"]
    assert found == ([strength] if strength else [])
