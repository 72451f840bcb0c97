"""What the set in force says of an envelope: whose it is, and whether a machine sent it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from detectors.directory import Directory
from detectors.fingerprints import Fingerprints
from gateway.processes.in_force import InForce
from gateway.settings import DirectoryFiles, NextHop, School, Senders, Settings
from policies import load_set
from policies.envelope import Envelope, Recipient

FORCE = InForce(
    Settings(
        school=(
            School(name="Oak", domains=("oak.example",), key="oak"),
            School(name="Elm", domains=("elm.example", "elm.sch.example"), key="elm"),
        ),
        next_hop=NextHop(address="127.0.0.1:2526"),
        directory=DirectoryFiles(),
        senders=Senders(unattended={"copier@oak.example": "it@oak.example"}),
    ),
    Directory(school_names=("Oak",), domains=("oak.example",), fingerprints=Fingerprints(b"k" * 32)),
    load_set("default"),
)
ENVELOPE = Envelope(
    id="1",
    mail_from="a@oak.example",
    recipients=(Recipient(address="b@example.net"),),
    received_at=datetime(2026, 1, 1, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("sender", "school"),
    [
        ("a@oak.example", "oak"),
        ("a@ELM.example", "elm"),
        ("a@elm.sch.example", "elm"),
        ("a@stranger.example", "oak"),
        ("", "oak"),
    ],
)
def test_an_envelope_belongs_to_the_school_of_its_senders_domain(sender: str, school: str) -> None:
    """A bounce or an unknown domain goes to the first school: nothing is nobody's."""
    assert FORCE.whose(replace(ENVELOPE, mail_from=sender)).school == school


@pytest.mark.parametrize(("sender", "tags"), [("Copier@oak.example", ("unattended",)), ("a@oak.example", ())])
def test_a_machine_is_marked_as_one(sender: str, tags: tuple[str, ...]) -> None:
    """Policies may ask whether somebody is there to read an answer."""
    assert FORCE.whose(replace(ENVELOPE, mail_from=sender)).tags == tags
