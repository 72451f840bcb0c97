"""A first name that is a word as well (Poppy, Jack, Will) is a child's beside a class or child protection words; a word, a month and a teacher are not."""

from dataclasses import replace

import pytest

from detectors.directory import Pupil
from detectors.recognize.recognition import recognize
from tests.support.people import SCHOOL, body

CALLED = ("Poppy", "Grace", "Jack", "Ruby", "Will", "Mark", "May", "Jordan", "Hope", "Thomas", "Amelia")
ROLL = replace(
    SCHOOL,
    version="first names",
    pupils=tuple(Pupil(id=f, legal_forename=f, legal_surname="Ormerod", class_name="4B") for f in CALLED),
)


def level(text: str) -> int:
    return max((f.level for f in recognize([body(text)], ROLL, (), None)), default=0)


@pytest.mark.parametrize("name", CALLED)
def test_a_class_or_child_protection_words_make_it_a_child(name):
    assert level(f"{name} (4B) has autism and an EHCP.") == 3
    assert level(f"{name} 4B ADHD medication") == 3
    assert level(f"I am worried about {name}: the social worker visited, child protection plan.") == 4


@pytest.mark.parametrize("name", ["Poppy", "Grace", "Jack", "Ruby", "Amelia"])
def test_at_the_beginning_too_where_it_is_mostly_a_name(name):
    assert level(f"{name} is on a child protection plan.") == 4


@pytest.mark.parametrize(
    "text",
    [
        "Mr Thomas is our lead for child protection plans.", "Please tell Mrs. Grace about any child protection plan.", "Hope you are well. The child protection plan template has changed.",
        "We send child protection plans again in May.", "Will you send the child protection plan?", "Children from Jordan: a child protection plan is made by the council.", "Mark the child protection plan as read.",
        "Will Section 47 apply here?", "May Strategy Meeting dates", "Amelia Smith: strategy meeting", "Mr Thomas Section 47 lead",
    ],
)  # fmt: skip
def test_words_places_months_and_teachers_are_nobody(text):
    assert level(text) == 0
