"""Numbers that other figures follow, and headings that programs write in one word: both were once overlooked."""

import pytest

from tests.support.people import body, find, kinds, table

FOLLOWED = [
    "Mum 07700 900123 4 children",
    "07700 900123 (4 children)",
    "Mum is on 07700 900123. 4 children",
    "07700900123 12/05/2026",
    "07700 900 123 123 places",
    "+44 7700 900123 4 children",
    "+44 (0)7700 900123 4 children",
    "0161 496 0123 2 adults",
    "(0161) 496 0123 2 adults",
    "020 7946 0123 3",
    "01632 960123 14 3 2",
]
NO_PHONE = [
    "part 0123 456 789 01 2",
    "0 7 7 0 0 9 0 0 1 2 3 4 5",
    "reading 07700900123.4",
    "12.07700900123 4",
    "order 07700 900123 4 boxes",
    "077009001234 4 boxes",
    "SN07700 900123 4",
]


@pytest.mark.parametrize("text", FOLLOWED)
def test_a_telephone_number_with_a_lone_figure_behind_it_is_read(text):
    assert "phone" in kinds(body(text))


@pytest.mark.parametrize("text", NO_PHONE)
def test_figures_in_other_groups_or_of_an_order_are_no_telephone_number(text):
    assert "phone" not in kinds(body(text))


def test_the_lone_figure_is_no_part_of_the_number():
    (phone,) = (f for f in find(body("Jo's mum 07700 900123 4 children")) if f.kind == "phone")
    (plain,) = (f for f in find(body("Jo's mum 07700 900123, 4 children")) if f.kind == "phone")
    assert phone.fingerprint == plain.fingerprint
    assert phone.masked == plain.masked


ADMISSIONS = ["StudentID", "PupilID", "PupilIdNo", "AdmissionNo", "AdminNo", "SimsID", "PUPILID", "studentid", "student_id", "Learner-ID", "Pupil  No", "Student Ref No"]  # fmt: skip
OTHERS = ["PupilIdea", "StudentIdentity", "Childcode2", "PupilNotes", "TeacherID", "ArborIdle", "Pupil", "ID"]


@pytest.mark.parametrize("heading", ADMISSIONS)
def test_admission_numbers_under_a_heading_in_one_word_are_read(heading):
    rows = [("004213", "7"), ("004214", "8")]
    assert "admission-number" in kinds(table((heading, "Mark"), rows))
    assert "admission-number" in kinds(table(("A long title", ""), [(heading, "Mark"), *rows]))
    assert "admission-number" in kinds(body(f"{heading}\tMark\n004213\t7\n004214\t8"))
    assert "admission-number" in kinds(body(f"{heading}: 004213"))


@pytest.mark.parametrize("heading", OTHERS)
def test_other_headings_in_one_word_promise_no_admission_numbers(heading):
    assert "admission-number" not in kinds(table((heading, "Mark"), [("004213", "7"), ("004214", "8")]))


def test_only_the_register_s_numbers_are_admission_numbers():
    assert "admission-number" not in kinds(table(("StudentID", "Mark"), [("994213", "7"), ("994214", "8")]))


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (("PupilName", "NHSNumber"), True),
        (("StudentName", "NHS_No"), True),
        (("Pupil name", "NHS number"), True),
        (("Filename", "NHSNumber"), False),
        (("FileName", "NHSNumber"), False),
        (("ClassName", "NHSNumber"), False),
        (("Rename", "NHSNumber"), False),
    ],
)
def test_people_under_a_heading_in_one_word_are_named(header, named):
    rows = [("Kezia Doyle", "9434765919"), ("Imogen Vass", "9434765870")]
    assert ("unlisted-name" in kinds(table(header, rows))) is named


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (("FullName", "DateOfBirth"), 4),
        (("Full name", "DoB"), 4),
        (("Full name", "PupilPremium"), 4),
        (("Full name", "Boots"), 0),
        (("Full name", "DateOfBooking"), 0),
    ],
)
def test_a_list_promises_pupils_by_a_heading_in_one_word(header, expected):
    """Six rows about people on no list make a bulk of personal data where a heading says what they tell."""
    listed = table(header, [(f"Liam Brown{n}", "yes") for n in range(6)])
    assert max((f.level for f in find(listed)), default=0) == expected
