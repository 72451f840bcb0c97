"""What the set in force says of an envelope: whose it is, and whether a machine sent it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from detectors.directory import Directory, Staff
from detectors.findings import Finding, Strength, Where
from detectors.fingerprints import Fingerprints
from gateway.processes.in_force import InForce
from gateway.settings import DirectoryFiles, NextHop, School, Senders, Settings
from policies import Bypass, Facts, Standing, Waiver, load_set
from policies.envelope import Envelope, Recipient
from policies.evidence import Evidence, RecipientFacts, SenderFacts
from policies.exceptions import Approver
from policies.verdict import Action
from quarantine.masks import address_fingerprint

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


def test_whoever_has_several_addresses_is_told_to_the_console_by_fingerprints_alone() -> None:
    """Nobody decides on their own mail, under whichever address it went; with one address there is nothing to tell."""
    several = Staff(id="1", work_emails=("head@oak.example", "h.green@oak.example"))
    staff = (several, Staff(id="2", work_emails=("b@oak.example",)), Staff(id="3"))
    prints = FORCE.directory.fingerprints
    [told] = replace(FORCE, directory=replace(FORCE.directory, staff=staff)).rules.aliases
    assert told == tuple(address_fingerprint(prints, address) for address in several.work_emails)


@pytest.mark.parametrize(("sender", "tags"), [("Copier@oak.example", ("unattended",)), ("a@oak.example", ())])
def test_a_machine_is_marked_as_one(sender: str, tags: tuple[str, ...]) -> None:
    """Policies may ask whether somebody is there to read an answer."""
    assert FORCE.whose(replace(ENVELOPE, mail_from=sender)).tags == tags


WAIVED = Waiver(
    id="w1",
    policy="subject-names",
    sender="s" * 32,
    reason="",
    approvers=(Approver("head@oak.example", frozenset({"head"})),),
    expires_at=datetime(2026, 1, 2, tzinfo=UTC),
)
PANIC = Bypass(
    reason="",
    by="dpo",
    started_at=datetime(2026, 1, 1, tzinfo=UTC),
    expires_at=datetime(2026, 1, 1, 2, tzinfo=UTC),
)


def named_subject(hour: int = 1, day: int = 1) -> Facts:
    """A pupil's full name in a subject, to somebody outside."""
    found = Finding(
        kind="pupil-name", recognizer="names", where=Where.SUBJECT, strength=Strength.FULL, person="p1"
    )
    return Facts(
        id="1",
        received_at=datetime(2026, 1, day, hour, tzinfo=UTC),
        sender=SenderFacts(kind="staff", fingerprint="s" * 32),
        recipients=(RecipientFacts(address="b@example.net", domain="example.net"),),
        evidence=(Evidence(finding=found),),
        school="oak",
    )


def test_a_standing_exception_lets_its_sender_pass_and_ends() -> None:
    """The hit stays in the record as a line with the exception's id; after its end it holds again."""
    before = FORCE.decide(named_subject())
    policy = next(h.policy for h in before.hits if h.action > Action.LOG)
    standing = Standing(waivers=(replace(WAIVED, policy=policy),))
    after = FORCE.decide(named_subject(), standing)
    assert after.action is Action.LOG
    assert {h.waived for h in after.hits if h.policy == policy} == {"w1"}
    assert FORCE.decide(named_subject(day=3), standing).action is before.action


def test_the_bypass_lets_all_pass_and_the_record_says_what_would_have_happened() -> None:
    """While it holds, and for its school; the verdict names it."""
    before = FORCE.decide(named_subject())
    during = FORCE.decide(named_subject(), Standing(bypasses=(PANIC,)))
    assert (during.action, during.would) == (Action.LOG, before.action)
    assert "panic-bypass" in {h.policy for h in during.hits}
    assert FORCE.decide(named_subject(hour=2), Standing(bypasses=(PANIC,))).action is before.action
    elsewhere = replace(PANIC, schools=frozenset({"elm"}))
    assert FORCE.decide(named_subject(), Standing(bypasses=(elsewhere,))).action is before.action
