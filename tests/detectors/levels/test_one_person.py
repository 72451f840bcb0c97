"""A paper that names one person and has one number of each kind is about that person, wherever the number stands."""

import pytest

from tests.support.people import body, document, find, subject, table

FILLER = "Basic pay 2,100.00\nTax 210.00\nPension 96.60\n" * 8


def about(*extracts):
    return {(f.person, f.level, f.count) for f in find(*extracts) if f.kind == "personal-data"}


@pytest.mark.parametrize(
    "paper",
    [
        document("Example School\nPayslip May 2026\nSarah Green\nEmployee 17\n\nNI number\nAB 12 34 56 C\nNet pay 1,793.40"),
        document(f"Employee: Sarah Green\n\n{FILLER}\nNI no: AB123456C"),
        document(f"NI no: AB123456C\nTax code 1257L\n{FILLER}\nPaid to GREEN Sarah"),
        table((), [("Payslip", "May"), ("Employee", "Sarah Green"), ("Net", "1793.40"), ("NI number", "AB 12 34 56 C")]),
    ],
)  # fmt: skip
def test_a_payslip_is_its_members_own(paper):
    assert {(person, count) for person, _, count in about(paper)} == {("s1", 1)}


def test_a_form_is_about_the_child_it_names():
    assert about(document("Name: Amelia Thompson\nSchool trip\n\nPassport number: 539268413")) == {
        ("p1", 2, 1)
    }
    assert about(subject("Amelia Thompson"), body("NHS number is 999 000 0018")) == {("p1", 2, 1)}


@pytest.mark.parametrize(
    "paper",
    [
        document("Sarah Green\n\nNI no: AB123456C\nNI no: CE123456D"),  # two people's numbers
        document("Amelia Thompson\nJack Green\n\nPassport number: 539268413"),  # whose?
    ],
)
def test_numbers_of_more_people_stay_somebody_elses(paper):
    assert all(count > 1 for _, _, count in about(paper))


def test_whoever_signs_a_paper_is_not_its_subject():
    assert about(document(f"NI no: AB123456C\n{FILLER}\nYours sincerely\n\nSarah Green\n")) <= {("", 1, 1)}
