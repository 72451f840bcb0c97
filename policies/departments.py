"""Which departments reports may name: those with so many people that a figure says nothing about one of them."""

from collections.abc import Iterable

from detectors.directory.people import Staff

ENOUGH = 5  # who have a work address in one school: below that a department's figures are a table of teachers

Group = tuple[str, str, str]  # school, mail domain, department in its one spelling


def departments(staff: Iterable[Staff]) -> dict[str, str]:
    """Staff id → the department's name, spelt as its first line spells it; nobody of a small department is there."""
    groups: dict[Group, list[Staff]] = {}
    for person in staff:
        if person.department and person.work_emails:
            groups.setdefault(_group(person), []).append(person)
    return {
        person.id: people[0].department
        for people in groups.values()
        if len(people) >= ENOUGH
        for person in people
    }


def _group(person: Staff) -> Group:
    """Schools of a trust are reported apart, so each needs enough people of its own."""
    domain = person.work_emails[0].rpartition("@")[2]
    return person.school, domain, person.department.casefold()
