"""What the gateway remembers, through the real quarantine: a password after its file, and an address that has left."""

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError

from detectors.findings import Scan, Where
from detectors.scan import scan
from gateway.gate import Gate, QuarantineDown
from gateway.pipeline import handle
from gateway.processes import recall
from gateway.processes.in_force import InForce
from gateway.quarantine_calls import QuarantineCalls, Threads
from gateway.settings import DirectoryFiles, NextHop, School, Settings
from policies import History, load_set
from policies.envelope import RANDOM_BYTES, Envelope, new_id
from policies.verdict import Action
from quarantine import memory, retention, workflow
from quarantine.models import Held, Remembered, VerdictRecord
from tests.policies.school import COUNCIL, NOW, PARENT_A, PARENT_A2, SCHOOL, STRANGER, TEACHER, found, mail
from tests.policies.school import envelope as policy_envelope
from tests.policies.school import scan as written
from tests.support.mail import make_message
from tests.support.pipeline import FakePool, FakeRelay

pytestmark = pytest.mark.django_db(transaction=True)
FORCE = InForce(
    Settings(
        school=(School(name="Example", domains=("example.sch.uk",), key="example.sch.uk"),),
        next_hop=NextHop(address="127.0.0.1:2526"),
        directory=DirectoryFiles(),
    ),
    SCHOOL,
    load_set("default"),
)
LOCKED = make_message(sender=TEACHER, to=COUNCIL, subject="The list")
PASSWORD = make_message(
    sender=TEACHER, to=COUNCIL, subject="The list", body="The password is Tr0ub4dor&3\r\n"
)
# Real scans of these take seconds; tests/gateway/serve/test_switches.py does the same with the real program.
SCANS = {
    LOCKED: written(found("protected:strong")),
    PASSWORD: written(found("password-words", Where.BODY, "0/0")),
}


@pytest.fixture
def threads() -> Iterator[Threads]:
    made = Threads(1)
    yield made
    made.close()


def send(
    threads: Threads,
    raw: bytes,
    *to: str,
    at: datetime = NOW,
    action: Action | None = None,
    force: InForce = FORCE,
) -> str:
    """One message through the pipeline with real scan, facts, policies and quarantine; its id."""
    own = new_id(at, secrets.token_bytes(RANDOM_BYTES))
    envelope = replace(policy_envelope(TEACHER, *to, at=at), school="example.sch.uk", id=own)

    async def history(_envelope: Envelope, s: Scan) -> History:
        return await recall.history(force, frozenset(), envelope, s, threads=threads, now=at)

    gate = Gate(
        pool=FakePool(
            next((s for known, s in SCANS.items() if raw.startswith(known)), None) or scan(raw, SCHOOL)
        ),
        facts=force.facts,
        decide=lambda f: (
            force.decide(f) if action is None else replace(force.decide(f), action=action, hits=())
        ),
        relay=FakeRelay(),
        quarantine=QuarantineCalls(threads, lambda: at),
        trace=lambda _e: b"",
        history=history,
    )
    asyncio.run(handle(envelope, raw, gate))
    return envelope.id


def hit(message_id: str) -> bool:
    return "password-follows" in VerdictRecord.objects.get(id=message_id).policies


def test_a_password_within_a_day_of_its_file_is_noticed(threads: Threads) -> None:
    """To the same person, within 24 hours; not to somebody else, and not a day later."""
    send(threads, LOCKED, COUNCIL, action=Action.ALLOW)
    assert hit(send(threads, PASSWORD, COUNCIL, at=NOW + timedelta(hours=23)))
    assert not hit(send(threads, PASSWORD, STRANGER, at=NOW + timedelta(hours=1)))
    assert not hit(send(threads, PASSWORD, COUNCIL, at=NOW + timedelta(hours=24)))


def test_a_held_file_counts_while_it_waits_and_a_day_after_its_release(threads: Threads) -> None:
    """A file that waits for an officer is protected from its password as well; one that is returned is forgotten."""
    first = send(threads, LOCKED, COUNCIL, action=Action.QUARANTINE)
    later = NOW + timedelta(days=3)
    assert hit(send(threads, PASSWORD, COUNCIL, at=later))
    workflow.release(first, actor="dpo", now=later)
    again = PASSWORD + b"Regards\r\n"  # the same bytes would be a retry of what is held
    assert hit(send(threads, again, COUNCIL, at=later + timedelta(hours=23)))
    assert not hit(send(threads, PASSWORD, COUNCIL, at=later + timedelta(hours=25)))
    second = send(threads, LOCKED, PARENT_A, at=later, action=Action.QUARANTINE)
    workflow.return_(second, actor="dpo", note="No", now=later)
    assert not hit(send(threads, PASSWORD, PARENT_A, at=later))


def test_what_is_blocked_is_not_remembered(threads: Threads) -> None:
    """Nothing went, so nothing can follow."""
    send(threads, LOCKED, COUNCIL, action=Action.BLOCK)
    assert not Remembered.objects.exists()


def test_only_keyed_hashes_are_kept_and_they_go_by_age(threads: Threads) -> None:
    """No address in the row; purged when its time has passed."""
    send(threads, LOCKED, COUNCIL, action=Action.ALLOW)
    [row] = Remembered.objects.values_list("key", flat=True)
    assert len(row) == 32
    assert COUNCIL not in row
    assert retention.purge(now=NOW + timedelta(hours=25))["remembered"] == 1


def test_an_address_that_left_the_directory_is_known_for_a_year(threads: Threads) -> None:
    """The first look learns; a contact who is gone is a former one; who comes back is none."""
    gone = mail(PARENT_A)
    without = replace(
        FORCE,
        directory=replace(
            SCHOOL, contacts=tuple(c for c in SCHOOL.contacts if c.email != PARENT_A), version="2"
        ),
    )

    def look(force: InForce, at: datetime = NOW) -> frozenset[str]:
        return asyncio.run(recall.former_contacts(force, threads=threads, now=at))

    assert look(FORCE) == frozenset()
    assert look(without) == {gone}
    assert look(without, NOW + timedelta(days=365)) == {gone}
    assert look(without, NOW + timedelta(days=367)) == frozenset()
    assert look(FORCE) == frozenset()


def test_mail_to_a_former_contact_is_noticed() -> None:
    """The parent's old address, beside the family's present one."""
    contacts = tuple(c for c in SCHOOL.contacts if c.email != PARENT_A)
    force = replace(FORCE, directory=replace(SCHOOL, contacts=contacts, version="3"))
    raw = make_message(
        sender=TEACHER, to=PARENT_A2, subject="Reading", body="Amelia Thompson reads well.\r\n"
    )
    result = scan(raw, force.directory)
    envelope = policy_envelope(TEACHER, PARENT_A2, PARENT_A)
    former = frozenset({mail(PARENT_A)})
    kinds = force.facts(envelope, result, History(former_contacts=former)).kinds
    assert "former-contact-recipient" in kinds
    assert "former-contact-recipient" not in force.facts(envelope, result).kinds


def test_the_memory_is_asked_only_where_a_password_is_spoken_of(
    threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ordinary mail costs no question; where the database does not answer, the mail stays with its sender."""

    def down(_keys: object, *, now: datetime) -> frozenset[str]:
        raise OperationalError

    monkeypatch.setattr(memory, "recall", down)
    send(threads, make_message(sender=TEACHER, subject="Sports day"), COUNCIL)
    assert VerdictRecord.objects.count() == 1
    before = VerdictRecord.objects.count()
    send_down = policy_envelope(TEACHER, COUNCIL)
    with pytest.raises(QuarantineDown):
        asyncio.run(recall.history(FORCE, frozenset(), send_down, SCANS[PASSWORD], threads=threads, now=NOW))
    assert VerdictRecord.objects.count() == before
    assert not Held.objects.exists()
