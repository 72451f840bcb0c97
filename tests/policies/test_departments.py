"""Reports name a department only where a figure of it says nothing about one person."""

import pytest

from detectors.directory.people import Staff
from policies.departments import ENOUGH, departments


def people(
    many: int, department: str = "Science", school: str = "", domain: str = "example.sch.uk", first: int = 0
):
    """So many members of staff of one department."""
    return tuple(
        Staff(id=f"{school}{domain}{n}", work_emails=(f"t{n}@{domain}",), department=department, school=school)
        for n in range(first, first + many)
    )  # fmt: skip


def test_a_department_with_enough_people_is_named():
    """In the spelling of its first line, however the others write it."""
    staff = (*people(ENOUGH - 1), *people(1, "SCIENCE", first=10))
    assert set(departments(staff).values()) == {"Science"}
    assert len(departments(staff)) == ENOUGH


NOBODY = {
    "one too few": people(ENOUGH - 1),
    "no department": people(ENOUGH, ""),
    "two schools of a trust": people(ENOUGH - 1, school="a") + people(ENOUGH - 1, school="b"),
    "two mail domains": people(ENOUGH - 1) + people(ENOUGH - 1, domain="b.sch.uk"),
    "somebody without an address": (*people(ENOUGH - 1), Staff(id="x", department="Science")),
}


@pytest.mark.parametrize("staff", NOBODY.values(), ids=NOBODY)
def test_a_small_department_is_never_named(staff):
    """Its people are among all the others."""
    assert departments(staff) == {}
