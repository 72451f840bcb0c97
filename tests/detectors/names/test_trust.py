"""Several schools of one trust in one directory: the sender's own pupils come first, and others need a second sign."""

from datetime import date

import pytest

from detectors.directory import Directory, Pupil, Staff
from detectors.extract.extracts import Extract
from detectors.findings import Finding, Strength
from detectors.fingerprints import Fingerprints
from detectors.recognize.recognition import recognize
from tests.support.people import body, header, subject, table

TRUST = Directory(
    school_names=("Hill School", "Vale School"),
    domains=("trust.sch.uk",),
    fingerprints=Fingerprints(b"k" * 32),
    pupils=(
        Pupil(id="hill", legal_forename="Amelia", legal_surname="Thompson", class_name="4B", school="Hill", admission_number="0042", dob=date(2014, 5, 14)),
        Pupil(id="vale", legal_forename="Amelia", legal_surname="Thompson", class_name="6C", school="Vale", admission_number="0042", dob=date(2012, 3, 1)),
        Pupil(id="only-vale", legal_forename="Freya", legal_surname="Robinson", class_name="6C", school="Vale"),
    ),
    staff=(
        Staff(id="s1", forename="Sarah", surname="Green", work_emails=("s.green@trust.sch.uk",), school="Hill"),
        Staff(id="s2", forename="Mark", surname="Dale", work_emails=("m.dale@trust.sch.uk",), school="Vale"),
        Staff(id="s3", forename="Jo", surname="Moor", work_emails=("j.moor@trust.sch.uk",)),
    ),
)  # fmt: skip
HILL, VALE = "Sarah Green <S.Green@trust.sch.uk>", "m.dale@trust.sch.uk"
CENTRAL, STRANGER = "j.moor@trust.sch.uk", "scanner@trust.sch.uk"


def named(sender: str, *extracts: Extract) -> list[Finding]:
    found = recognize((header("From", sender), *extracts), TRUST, (), None)
    return [f for f in found if f.kind in {"pupil-name", "admission-number"}]


@pytest.mark.parametrize(("sender", "person"), [(HILL, "hill"), (VALE, "vale")])
def test_of_two_pupils_with_one_name_the_senders_own_is_meant(sender, person):
    """In a subject, in a table with columns, and by an admission number that both schools gave."""
    (found,) = named(sender, subject("Amelia Thompson"))
    assert (found.person, found.strength) == (person, Strength.FULL)
    (found,) = named(sender, table(("Forename", "Surname"), [("Amelia", "Thompson")]))
    assert found.person == person
    (found,) = named(sender, body("adm no 0042"))
    assert found.person == person


@pytest.mark.parametrize("sender", [CENTRAL, STRANGER])
def test_whoever_belongs_to_no_school_may_mean_either(sender):
    (found,) = named(sender, subject("Amelia Thompson"))
    assert (found.person, set(found.people), found.strength) == ("", {"hill", "vale"}, Strength.FULL)


def test_a_class_says_more_than_the_senders_school():
    (found,) = named(HILL, subject("Amelia Thompson 6C"))
    assert (found.person, found.strength) == ("vale", Strength.FULL)
    (found,) = named(HILL, subject("Freya Robinson 6C"))
    assert (found.person, found.strength) == ("only-vale", Strength.FULL)


def test_a_pupil_of_another_school_needs_a_second_sign():
    """The name alone is a warning; with a class, a birthday or a sensitive word it is sure."""
    (found,) = named(HILL, subject("Freya Robinson"))
    assert (found.person, found.strength) == ("only-vale", Strength.WEAK)
    (found,) = named(VALE, subject("Freya Robinson"))
    assert found.strength is Strength.FULL
    (found,) = named(HILL, body("Freya Robinson has autism"))
    assert found.strength is Strength.FULL


def test_one_school_needs_no_sender():
    """Where all are of one school nothing is weakened, whoever writes."""
    one = Directory(
        school_names=("Hill School",), domains=("trust.sch.uk",), fingerprints=Fingerprints(b"k" * 32),
        pupils=(TRUST.pupils[0],), staff=(Staff(id="s", work_emails=("m.dale@trust.sch.uk",), school="Office"),),
    )  # fmt: skip
    (found,) = [
        f
        for f in recognize((header("From", VALE), subject("Amelia Thompson")), one, (), None)
        if f.kind == "pupil-name"
    ]
    assert found.strength is Strength.FULL
