"""Levels P0 to P4 over whole extracts: what is personal data and how much of it."""

from dataclasses import replace

import pytest

from detectors.directory import Pupil
from detectors.findings import Part, Protection
from detectors.levels import Person, level_of
from detectors.recognize.ner import NamesFinder
from detectors.recognize.recognition import recognize
from tests.support.people import (
    SCHOOL,
    Listed,
    body,
    document,
    file_name,
    find,
    header,
    level,
    subject,
    table,
)

NAMES = ["Aisha Rahman", "Benjamin Clarke", "Chloe Adams", "Daniel Evans", "Erin Murphy", "Freya Robinson", "George Wright",
         "Hannah Patel", "Isaac Osei", "Jessica Nowak", "Kai Edwards", "Leo Hughes", "Megan Roberts", "Noah Singh", "Olivia Lewis"]  # fmt: skip
ROWS = [(f"Child{n}", "Surname", f"{n % 28 + 1:02}/03/2015") for n in range(30)]

CASES = [
    ("a newsletter about support", 0, [body("Our SENCO supports pupils with autism")]),
    ("a date alone", 0, [body("14/05/2014")]),
    ("a system is down", 0, [body("CPOMS is down today")]),
    ("a UPN alone", 1, [body("N999000123001")]),
    ("a UPN of nobody here", 1, [body("It is H999000123001. " + "UPN M99900012301A")]),
    ("a past paper", 1, [body("PP1 mark scheme for Amelia Thompson")]),
    ("a team sheet of fifteen", 2, [document("\n".join(NAMES))]),
    ("nine names", 1, [document("\n".join(NAMES[:9]))]),
    ("a report", 2, [document("School report: Amelia Thompson\nAttendance 96 %, predicted grade 7")]),
    ("initials, class and a plan", 3, [body("A.T. (4B) EHCP review Tuesday")]),
    ("a name and a condition", 3, [body("Amelia Thompson has autism")]),
    ("known-as name and a condition", 3, [body("Millie Thompson was diagnosed last week")]),
    ("name in the subject, condition in the body", 3, [subject("Amelia Thompson"), body("She has been diagnosed with epilepsy.")]),
    ("condition in the subject, name in the body", 3, [subject("SEN review"), body("For Amelia Thompson on Monday")]),
    ("condition in the file name, name inside", 3, [file_name("EHCP draft.docx"), document("Amelia Thompson, 4B")]),
    ("name and condition in a file name", 3, [file_name("Amelia Thompson EHCP.xlsx")]),
    ("class list with dates of birth", 4, [table(("Forename", "Surname", "DOB"), ROWS)]),
    ("hidden sheet with a UPN column", 4, [table(("Pupil", "UPN"), [(n, "") for n in NAMES] + [("x", "y")] * 5, hidden=True)]),
    ("four rows with dates of birth", 2, [table(("Forename", "Surname", "DOB"), ROWS[:4])]),
    ("a table without telling columns", 0, [table(("Room", "Chairs", "Tables"), [("Hall", "200", "20")] * 30)]),
    ("child protection words, first name", 4, [body("Amelia: strategy meeting, s.47")]),
    ("child protection words, initials and class", 4, [body("AT (4B) - child protection conference on Friday")]),
    ("initial, surname and class", 3, [body("A. Thompson (4B) has an EHCP")]),
    ("surname, initial and class", 3, [body("Thompson A 4B EHCP")]),
    ("initial and surname without a class", 0, [body("A. Thompson has an EHCP")]),
    ("five children and whom to ring", 4, [table(("Child", "Emergency contact"), [(f"Amelia {c}", f"07700 90011{n}") for n, c in enumerate("ABCDE")])]),
    ("a list of suppliers", 0, [table(("Name", "Phone"), [("Acme Paper", "01632 960111")] * 6)]),
    ("ordinary words that sound sensitive", 1, [body("My concern is that Amelia Thompson will be tired after transitioning to Year 5.")]),
    ("capitals for stress", 1, [body("PLEASE SEND THIS TO AMELIA THOMPSON")]),
    ("a good cause", 1, [body("Amelia Thompson ran for the cancer appeal")]),
    ("a system named", 4, [body("MyConcern entry about Amelia Thompson")]),
    ("two people with conditions", 4, [body("Amelia Thompson has autism. Jack Green has epilepsy.")]),
    ("a bystander counts once", 3, [body("Amelia Thompson has autism.\n\nJack Green scored the winning goal on Friday afternoon in the match against Hill Road.")]),
    ("five people with phone numbers", 4, [document("\n".join(f"{n}: mum 07700 90012{i}" for i, n in enumerate(NAMES[:5])))]),
    ("four people with phone numbers", 2, [document("\n".join(f"{n}: mum 07700 90012{i}" for i, n in enumerate(NAMES[:4])))]),
    ("one person named many times", 1, [document("\n".join(["Amelia Thompson"] * 40))]),
    ("a transfer file", 4, [file_name("9991234_CTF_9994321_001.xml")]),
    ("a published programme", 1, [document("\n".join(NAMES)), document("published", place="property: keywords")]),
    ("the school's own telephone in the signature", 1, [body("Amelia Thompson was late.\n\nS Green\n01632 960100\ns.green@example.sch.uk")]),
    ("a class list of another school", 4, [table(("Name", "DoB", "Class"), [(f"Liam Brown{n}", "12/05/2014", "X1") for n in range(6)])]),
    ("a payslip", 3, [document("Payslip for Sarah Green, NI number AB 12 34 56 C, salary")]),
    ("a member of staff in a rota", 0, [document("Cover rota: Sarah Green, Tuesday")]),
    ("an address in the head only", 0, [header("To", "jo.t@btinternet.com"), body("Write to jo.t@btinternet.com")]),
    ("a parent's address told to others", 2, [body("Contact Jo at jo.t@btinternet.com please")]),
    ("a weak name without a sign", 0, [body("Will Field trip money be returned?")]),
    ("two weak words of one category", 3, [body("Amelia Thompson: bruise on the arm, possible neglect")]),
    ("one weak word", 1, [body("Amelia Thompson went to first aid")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "expected", "extracts"), CASES, ids=[c[0] for c in CASES])
def test_levels_of_content(name, expected, extracts):
    """The level of the most telling part."""
    assert level(*extracts) == expected


def test_the_letter_of_a_child_on_no_list_does_not_pass():
    """A stranger's name beside a diagnosis is a person; the model's reading is what finds it."""
    finder = NamesFinder()
    assert level(body("Liam Brown, 12/05/2014, autism"), nlp=finder) == 3
    assert level(body("Liam Brown, 12/05/2014, autism")) == 0
    (unread,) = [f for f in find(body("Liam Brown, 12/05/2014, autism")) if f.kind == "names-not-read"]
    assert unread.count == 1


def test_the_model_reads_candidate_lines_only():
    """What tells nothing is never given to the model."""
    finder = Listed("Liam Brown")
    level(body("Dear Liam Brown,\n\n" + "The trip is on Friday.\n\n" * 500), nlp=finder)
    assert finder.lines == []
    level(body("Dear all,\n\n" + "The trip is on Friday.\n\n" * 500 + "Liam Brown has autism."), nlp=finder)
    assert len(finder.lines) == 1


def test_titled_adults_and_staff_are_not_unlisted_children():
    finder = Listed("Liam Brown", "Sarah Green")
    assert level(body("Dr Liam Brown wrote about autism. Sarah Green agrees."), nlp=finder) == 0


def test_quoted_text_raises_the_level_apart():
    """What the sender wrote has its level; the thread below has its own finding, marked as quoted."""
    found = [
        f
        for f in find(body("Thanks!"), body("Amelia Thompson has autism", quoted=True))
        if f.kind == "personal-data"
    ]
    assert [(f.level, f.quoted) for f in found] == [(3, True)]
    found = [
        f
        for f in find(body("Amelia Thompson is well"), body("She has autism", quoted=True))
        if f.kind == "personal-data"
    ]
    assert [(f.level, f.quoted) for f in found] == [(1, False)]


def test_namesakes_are_one_person_and_the_class_tells_them_apart():
    (found,) = [f for f in find(body("Oliver Williams 6C")) if f.kind == "pupil-name"]
    assert found.person == "p7"
    (found,) = [f for f in find(body("Oliver Williams")) if f.kind == "pupil-name"]
    assert (found.person, set(found.people)) == ("", {"p6", "p7"})


def test_the_people_counted_are_named_by_id_only():
    (found,) = [f for f in find(body("Amelia Thompson and Jack Green")) if f.kind == "personal-data"]
    assert (found.level, set(found.people), found.count) == (1, {"p1", "p4"}, 2)


def test_rules_of_the_levels():
    """Each threshold, one below and at it."""
    plain = [Person(id=str(n), plain=True) for n in range(5)]
    assert level_of(plain[:4]).level == 2
    assert level_of(plain).level == 4
    assert level_of([Person(id=str(n)) for n in range(9)]).level == 1
    assert level_of([Person(id=str(n)) for n in range(10)]).level == 2
    assert level_of([Person(id=str(n)) for n in range(10)], published=True).level == 1
    assert level_of([Person(id="1", sensitive=True)]).level == 3
    assert level_of([Person(id=str(n), sensitive=True) for n in range(2)]).level == 4
    assert level_of([], telling_rows=5).level == 4
    assert level_of([], telling_rows=4).level == 0
    assert level_of([]).level == 0


def test_the_subject_of_a_thread_goes_out_with_the_answer():
    """A quoted subject is still the subject of this message: with the sender's own words it makes the level."""
    old = subject("Re: Amelia Thompson")
    quoted = type(old)(part=old.part, where=old.where, place=old.place, text=old.text, quoted=True)
    assert [
        (f.level, f.quoted) for f in find(quoted, body("She has autism")) if f.kind == "personal-data"
    ] == [(3, False)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Child protection policy: renewed 6 Jun", False),
        ("Child protection concern, 6th Jun", False),
        ("Child protection concern: Jun told me", True),
        ("Child protection concern: Jun, 6 years old", True),
    ],
)
def test_a_month_is_no_child_of_that_name(text, named):
    """A day before it makes it a date."""
    called = replace(
        SCHOOL,
        pupils=(*SCHOOL.pupils, Pupil(id="jun", legal_forename="Jun", legal_surname="Mori")),
        version="with Jun",
    )
    found = recognize([body(text)], called, (), None)
    assert any(f.kind == "pupil-name" for f in found) is named


def test_the_name_of_a_locked_file_has_its_level_whatever_is_read_of_the_file():
    """What stands beside the lock, such as a comment, does not draw the name of the file behind it."""
    for locked, expected in (
        (Protection.STRONG, {("filename", 3), ("attachment", 3)}),
        (Protection.NONE, {("attachment", 3)}),
    ):
        part = Part(path="0/1", protection=locked)
        found = recognize(
            [file_name("Amelia Thompson EHCP.docx"), document("made by a program")], SCHOOL, (part,), None
        )
        assert {(f.where.value, f.level) for f in found if f.kind == "personal-data"} == expected
