"""What a message costs does not grow with the school: look-ups are made once for each version of the directory."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from detectors.directory.people import Contact, Staff
from detectors.fingerprints import Fingerprints
from detectors.recognize.addresses import normalise_email
from policies import History, facts
from policies.people import _by_end, _ends, known
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


LETTERS = st.text("abc.1", min_size=1, max_size=12).map(lambda local: f"x{local}x@ab.example")


@given(LETTERS, st.data())
def test_what_is_one_edit_away_is_looked_at(listed: str, draw: st.DataObject) -> None:
    """A letter more, less, another or two swapped, anywhere: the ends under which we look hold the listed address."""
    n = draw.draw(st.integers(0, len(listed) - 1))
    letter = draw.draw(st.sampled_from("ab.1@"))
    edits = (
        listed[:n] + letter + listed[n:],
        listed[:n] + listed[n + 1 :],
        listed[:n] + letter + listed[n + 1 :],
        listed[:n] + listed[n : n + 2][::-1] + listed[n + 2 :],
        listed,
    )
    by_end = _by_end([listed])
    for written in edits:
        assert OSA.distance(written, listed) <= 1
        assert any(listed in by_end.get(key, ()) for key in _ends(written)), (written, listed)


@given(st.lists(LETTERS, max_size=8), LETTERS)
def test_a_near_miss_is_found_as_by_comparing_with_each(listed: list[str], written: str) -> None:
    """The same answer, with a look at a few of many thousand contacts."""
    school = directory()
    contacts = (*school.contacts, *(Contact(pupil_id="a", email=email) for email in listed))
    people = known(replace(school, contacts=contacts))
    mine = normalise_email(written)
    distances = [OSA.distance(mine, contact) for contact in people.contacts]
    assert people.near_miss(written) == (min(distances) == 1)
