"""What a message costs does not grow with the school: look-ups are made once for each version of the directory."""

from dataclasses import replace

import pytest

from detectors.directory.people import Staff
from detectors.fingerprints import Fingerprints
from policies import History, facts
from tests.policies.school import PARENT_A, STRANGER, TEACHER, data, directory, envelope, header, scan


def hashes(monkeypatch: pytest.MonkeyPatch, colleagues: int, sender: str) -> int:
    """How many keyed hashes the facts of one message take, with so many more people on the staff list."""
    school = directory()
    more = tuple(
        Staff(id=f"t{n}", forename="Test", surname=f"Person{n}", work_emails=(f"t{n}@example.sch.uk",))
        for n in range(colleagues)
    )
    school = replace(school, staff=(*school.staff, *more))
    message, found = envelope(sender, PARENT_A), scan(header("From", "a@elsewhere.example"), data(2, "a"))
    facts(message, found, school, History.empty())  # the look-ups of this version
    calls: list[str] = []
    really = Fingerprints.of

    def counted(self: Fingerprints, kind: str, value: str) -> str:
        calls.append(kind)
        return really(self, kind, value)

    with monkeypatch.context() as patched:
        patched.setattr(Fingerprints, "of", counted)
        facts(message, found, school, History.empty())
    return len(calls)


@pytest.mark.parametrize("sender", [TEACHER, STRANGER, ""])
def test_a_long_staff_list_is_not_hashed_for_each_message(
    monkeypatch: pytest.MonkeyPatch, sender: str
) -> None:
    """As many keyed hashes for three hundred colleagues as for none."""
    assert hashes(monkeypatch, 300, sender) == hashes(monkeypatch, 0, sender) < 20
