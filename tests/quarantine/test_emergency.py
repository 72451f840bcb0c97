"""A child is at risk now: listed partners at once, the rest by the lead's click, some never, and all of it on the record."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from detectors.findings import Scan
from policies.verdict import Action
from quarantine import audit, in_force, outbox, retention, workflow
from quarantine.config import Rules
from quarantine.letters import Result
from quarantine.models import AuditEvent, Held, Mend, Mending, Outgoing, State
from quarantine.workflow import emergency
from tests.support.stopped import NOW, PARENT, make_envelope, make_raw, make_scan, make_verdict

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=5)
POLICE, COUNCIL, FORBIDDEN = "desk@met.police.uk", "mash@council.gov.uk", "max@forbidden.example"
WAYS = {POLICE: "at-once", COUNCIL: "at-once", PARENT: "lead", FORBIDDEN: "never"}


def held(*to: str, action: Action = Action.ASK) -> Held:
    scan: Scan = make_scan()
    found = workflow.hold(
        make_envelope(to=to), make_raw(), scan, make_verdict(action), now=NOW, emergency=WAYS
    )
    Outgoing.objects.all().delete()
    return found


def states(message: Held) -> list[str]:
    return list(message.recipients.order_by("position").values_list("state", flat=True))


def declare(message: Held, **more: object) -> Held:
    return emergency.declare(message.id, sender=message.sender, now=LATER, **more)


def letters() -> list[tuple[str, tuple[str, ...], str]]:
    """Each notice that waits: its subject, whom it goes to, and its words."""
    found = []
    for delivery in outbox.claim(now=LATER):
        if delivery.kind == "notice":
            mail = message_from_bytes(delivery.open(), policy=default)
            text = mail.get_body(("plain",)).get_content()
            found.append((str(mail["subject"]), delivery.envelope.addresses, text))
    return found


@pytest.mark.parametrize("action", [Action.ASK, Action.QUARANTINE])
def test_all_listed_partners_have_it_at_once(action):
    """Whoever would have decided: the bytes as received, over TLS that is proven; the lead and the DPO are told."""
    message = held(POLICE, COUNCIL, action=action)
    declare(message)
    message.refresh_from_db()
    assert (message.state, message.decided_by, message.emergency_at) == (State.RELEASED, "sender", LATER)
    [row] = Outgoing.objects.filter(kind=emergency.KIND)
    assert (row.message_id, row.next_at) == (message.message_id, LATER)
    [(subject, to, words)] = letters()
    assert "was sent at once" in subject
    assert set(to) == {"dsl@example.sch.uk", "dpo@example.sch.uk"}
    assert "2 partners" in words
    event = AuditEvent.objects.get(kind="emergency")
    assert event.details == {"at_once": 2, "waits": 0, "never": 0}
    assert audit.verify().problem == ""


def test_everybody_else_waits_for_one_click_of_the_lead():
    """The lead's roles are those of the policy set; whom nothing reaches is left out by their click too."""
    in_force.record(Rules(policy_set="v", mode="enforce", lead=("head",)), now=NOW)
    message = held(PARENT, POLICE, FORBIDDEN)
    declare(message, words="The boy is at the station")
    message.refresh_from_db()
    assert states(message) == [State.HELD, State.RELEASED, State.HELD]
    assert (message.action, message.reviewers[0]) == (Action.QUARANTINE.word, "head")
    [(subject, to, words)] = letters()
    assert subject.startswith("Act now")
    assert "head@example.sch.uk" in to
    assert f"/held/{message.id}/" in words
    emergency.release(message.id, actor="head@example.sch.uk", now=LATER)
    assert states(message) == [State.RELEASED, State.RELEASED, State.HELD]
    with pytest.raises(workflow.OwnMessage):
        emergency.release(held(PARENT).id, actor="s.green@example.sch.uk", now=LATER)


def test_it_is_said_once_and_by_its_sender_alone():
    """A second click changes nothing; neither does another sender's, nor one after the decision."""
    message = held(POLICE, PARENT)
    with pytest.raises(workflow.HeldMissing):
        emergency.declare(message.id, sender="x" * 32, now=LATER)
    declare(message)
    rows = Outgoing.objects.count()
    with pytest.raises(workflow.AlreadyDecided):
        declare(message)
    assert Outgoing.objects.filter(reference=message.id).count() == rows
    decided = held(PARENT)
    workflow.release(decided.id, actor="dpo@example.sch.uk", now=LATER)
    with pytest.raises(workflow.AlreadyDecided):
        declare(decided)
    due = held(PARENT)
    Mending.objects.create(held=due, school=due.school, state=Mend.DUE, next_at=NOW)
    with pytest.raises(workflow.AlreadyDecided):
        declare(due)
    due.refresh_from_db()
    assert due.emergency_at is None


def test_who_cannot_be_reached_over_proven_tls_waits_for_the_lead():
    """Never in the clear, never only after hours: the message is open again, lead and sender are told to act."""
    message = held(POLICE, COUNCIL)
    declare(message)
    [delivery] = [d for d in outbox.claim(now=LATER) if d.kind == emergency.KIND]
    Outgoing.objects.exclude(kind=emergency.KIND).delete()
    results = [Result(address=POLICE, state="sent", code=250), Result(address=COUNCIL, state="deferred")]
    assert emergency.fall_back(delivery, results, now=LATER) == "failed"
    message.refresh_from_db()
    assert states(message) == [State.RELEASED, State.HELD]
    assert (message.state, message.decided_at) == (State.HELD, None)
    told = {subject[:16]: (to, words) for subject, to, words in letters()}
    assert "proven to be safe" in told["Act now: a child"][1]
    assert told["Please phone now"][0] == ("s.green@example.sch.uk",)
    assert Outgoing.objects.get(kind=emergency.KIND).recipients.get(position=0).state == "sent"
    emergency.release(message.id, actor="dsl@example.sch.uk", now=LATER)
    assert states(message) == [State.RELEASED, State.RELEASED]


def test_a_deleted_message_is_not_brought_back():
    """Its content is gone: the row ends, nothing is opened again."""
    message = held(POLICE)
    declare(message)
    [delivery] = [d for d in outbox.claim(now=LATER) if d.kind == emergency.KIND]
    Held.objects.filter(id=message.id).update(message=None)
    results = [Result(address=POLICE, state="deferred")]
    assert emergency.fall_back(delivery, results, now=LATER) == "failed"
    message.refresh_from_db()
    assert message.state == State.RELEASED


def test_the_lead_is_asked_again_every_quarter_of_an_hour():
    """While nobody has clicked, and only so often."""
    message = held(PARENT)
    declare(message)
    at = LATER
    for _ in range(3):
        at += timedelta(minutes=15)
        Outgoing.objects.all().delete()
        assert retention.remind_due(now=at) == 1
        assert Outgoing.objects.filter(kind="notice").count() == 1
    assert retention.remind_due(now=at + timedelta(minutes=14)) == 0


def test_the_words_of_the_sender_are_sealed_and_no_row_tells():
    """What they write for the lead opens with the private key alone; events hold counts."""
    message = held(PARENT)
    declare(message, words="Ring 07700 900999")
    rows = repr(list(Mending.objects.values())) + repr(list(AuditEvent.objects.values()))
    assert "900999" not in rows
    assert PARENT not in rows


def test_a_copy_that_somebody_decided_meanwhile_stops_none_of_the_others(monkeypatch):
    """One click for all copies: it ended at the first that was gone, and a child's message stayed behind."""
    one, other = held(PARENT), held(PARENT)
    Held.objects.filter(id=other.id).update(copy_of=one)
    emergency.declare(one.id, sender=one.sender, now=LATER)
    release, tried = workflow.decisions.release, []

    def faster(held_id, **more):
        tried.append(held_id)
        if len(tried) == 1:
            raise workflow.AlreadyDecided("dsl@example.sch.uk", "released", LATER)
        return release(held_id, **more)

    monkeypatch.setattr(workflow.decisions, "release", faster)
    emergency.release(one.id, actor="dsl@example.sch.uk", now=LATER)
    assert len(tried) == 2
    assert states(Held.objects.get(id=tried[1])) == ["released"]


def test_the_click_says_so_where_nobody_may_have_it():
    """Nothing was released, and the console said that it was."""
    message = held(FORBIDDEN)
    declare(message)
    with pytest.raises(workflow.NotOffered):
        emergency.release(message.id, actor="dsl@example.sch.uk", now=LATER)
