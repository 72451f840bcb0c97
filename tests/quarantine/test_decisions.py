"""Decisions: each works from `held`, from nowhere else, wins or loses whole, and is told and audited."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from policies.verdict import Action
from quarantine import audit, in_force, keys, outbox, rows, store, workflow
from quarantine.config import Rules
from quarantine.masks import address_fingerprint
from quarantine.models import AuditEvent, Held, Outgoing, Sealed, State
from tests.support.stopped import NOW, PARENT, SENDER

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(hours=2)
LONG_AFTER = NOW + timedelta(days=31)

DECISIONS = {
    "release": (
        lambda held_id, **kw: workflow.release(held_id, actor="dpo", **kw),
        State.RELEASED,
        "released",
    ),
    "return": (
        lambda held_id, **kw: workflow.return_(held_id, actor="dpo", note="Why?", **kw),
        State.RETURNED,
        "returned",
    ),
    "delete": (lambda held_id, **kw: workflow.delete(held_id, actor="dpo", **kw), State.DELETED, "deleted"),
    "expire": (workflow.expire, State.EXPIRED, "expired"),
}
each_decision = pytest.mark.parametrize(("decide", "state", "event"), DECISIONS.values(), ids=DECISIONS)


def kinds():
    return list(AuditEvent.objects.order_by("number").values_list("kind", flat=True))


@each_decision
def test_it_works(hold, decide, state, event):
    """State, who and when are written; one event follows; the chain holds; the sender is told."""
    held, _ = hold()
    Outgoing.objects.all().delete()
    decided = decide(held.id, now=LONG_AFTER)
    row = Held.objects.get(id=held.id)
    assert (decided.state, row.state, row.decided_at) == (state, state, LONG_AFTER)
    assert row.decided_by == ("time" if event == "expired" else "dpo")
    assert kinds() == ["held", event]
    assert not audit.verify().problem
    notices = [d for d in outbox.claim(now=LONG_AFTER) if d.kind == "notice"]
    assert [n.envelope.addresses for n in notices] == [(SENDER,)]
    assert set(row.recipients.values_list("state", flat=True)) == {state}


@each_decision
@pytest.mark.parametrize("first", DECISIONS)
def test_the_second_is_told_who_was_faster(hold, decide, state, event, first):
    """From any decided state nothing can be decided, and nothing is written."""
    held, _ = hold()
    DECISIONS[first][0](held.id, now=LONG_AFTER)
    before = (kinds(), Outgoing.objects.count())
    with pytest.raises(workflow.AlreadyDecided) as lost:
        decide(held.id, now=LONG_AFTER + timedelta(minutes=1))
    assert lost.value.state == DECISIONS[first][1]
    assert lost.value.by == ("time" if first == "expire" else "dpo")
    assert lost.value.at == LONG_AFTER
    assert (kinds(), Outgoing.objects.count()) == before


@each_decision
def test_unknown_is_said(db, decide, state, event):
    """No such message."""
    with pytest.raises(workflow.HeldMissing):
        decide("nothing", now=NOW)


@each_decision
@pytest.mark.parametrize("broken", ["audit", "outbox"])
def test_a_failure_midway_changes_nothing(hold, monkeypatch, decide, state, event, broken):
    """If the event or the outbox row cannot be written, the message is still held as it was."""
    held, _ = hold()
    before = (
        Held.objects.values().get(id=held.id),
        kinds(),
        Outgoing.objects.count(),
        Sealed.objects.count(),
    )

    def fails(*args, **kwargs):
        raise OperationalError("database or disk is full")

    where, name = (rows, "insert") if broken == "audit" else (Outgoing, "_save_table")
    monkeypatch.setattr(where, name, fails)
    with pytest.raises(OperationalError):
        decide(held.id, now=LONG_AFTER)
    monkeypatch.undo()
    assert before == (
        Held.objects.values().get(id=held.id),
        kinds(),
        Outgoing.objects.count(),
        Sealed.objects.count(),
    )


def test_release_sends_the_bytes_as_received(hold):
    """All recipients, exact bytes, the envelope as it came."""
    held, raw = hold(to=(PARENT, "b@x.example"), envid="abc", ret="HDRS")
    workflow.release(held.id, actor="dpo", now=LATER)
    [original] = [d for d in outbox.claim(now=LATER) if d.kind == "original"]
    assert original.open() == raw
    assert original.envelope.addresses == (PARENT, "b@x.example")
    assert (original.envelope.mail_from, original.envelope.envid, original.envelope.ret) == (
        SENDER,
        "abc",
        "HDRS",
    )


def test_release_to_chosen_keeps_the_others_held(hold):
    """The chosen get it; the others wait, and can be decided on later."""
    held, raw = hold(to=(PARENT, "b@x.example", "c@x.example"))
    workflow.release(held.id, actor="dpo", now=LATER, recipients=["B@x.example"])
    row = Held.objects.get(id=held.id)
    assert (row.state, row.decided_at) == (State.HELD, None)
    assert list(row.recipients.order_by("position").values_list("state", flat=True)) == [
        "held",
        "released",
        "held",
    ]
    [original] = [d for d in outbox.claim(now=LATER) if d.kind == "original"]
    assert (original.envelope.addresses, original.open()) == (("b@x.example",), raw)
    workflow.release(held.id, actor="dsl", now=LATER)
    [rest] = [d for d in outbox.claim(now=LATER) if d.kind == "original"]
    assert rest.envelope.addresses == (PARENT, "c@x.example")
    assert Held.objects.get(id=held.id).state == State.RELEASED


@pytest.mark.parametrize("chosen", [[], ["nobody@x.example"], [PARENT, "nobody@x.example"]])
def test_release_to_others_than_the_envelope_is_refused(hold, chosen):
    """Nobody is added, and an empty choice is no choice."""
    held, _ = hold()
    with pytest.raises(workflow.UnknownRecipient):
        workflow.release(held.id, actor="dpo", now=LATER, recipients=chosen)
    assert Held.objects.get(id=held.id).state == State.HELD


def test_a_recipient_is_released_once(hold):
    """Who has it cannot get it again."""
    held, _ = hold(to=(PARENT, "b@x.example"))
    workflow.release(held.id, actor="dpo", now=LATER, recipients=[PARENT])
    with pytest.raises(workflow.UnknownRecipient):
        workflow.release(held.id, actor="dpo", now=LATER, recipients=[PARENT])


def test_what_was_released_before_is_said(hold):
    """After a release to some, a return does not claim that nothing has left."""
    held, _ = hold(to=(PARENT, "b@x.example"))
    workflow.release(held.id, actor="dpo", now=LATER, recipients=[PARENT])
    Outgoing.objects.all().delete()
    workflow.return_(held.id, actor="dpo", now=LATER, note="")
    [notice] = outbox.claim(now=LATER)
    assert b"It went to 1 person before" in notice.open()
    assert b"Nothing has left" not in notice.open()
    assert PARENT.encode() not in notice.open()  # the report is about the others


def test_nobody_decides_on_their_own_mail(hold):
    """The sender's own account, in any spelling, is refused."""
    held, _ = hold()
    for decide in (workflow.release, workflow.delete):
        with pytest.raises(workflow.OwnMessage):
            decide(held.id, actor="S.Green@example.sch.uk", now=LATER)
    assert Held.objects.get(id=held.id).version == 0


def test_who_sent_it_under_another_address_does_not_decide_on_it(hold):
    """The staff list knows the addresses of one person; a colleague's several addresses hinder nobody."""
    held, _ = hold()
    prints = keys.current().fingerprints
    people = ((SENDER, "head@example.sch.uk"), ("dpo@example.sch.uk", "a.officer@example.sch.uk"))
    aliases = tuple(tuple(address_fingerprint(prints, one) for one in person) for person in people)
    in_force.record(Rules(policy_set="v", mode="enforce", aliases=aliases), now=NOW)
    with pytest.raises(workflow.OwnMessage):
        workflow.release(held.id, actor="Head@example.sch.uk", now=LATER)
    workflow.release(held.id, actor="dpo@example.sch.uk", now=LATER)
    assert Held.objects.get(id=held.id).state == State.RELEASED


def test_delete_drops_the_bytes_at_once(hold):
    """Deleted is deleted; what other rows hold of our own stays."""
    held, _ = hold()
    sealed = held.message_id
    workflow.delete(held.id, actor="dpo", now=LATER)
    assert not Sealed.objects.filter(id=sealed).exists()


def test_delete_leaves_what_is_being_sent(hold):
    """Released to one and deleted for the rest: the one still gets it, then the bytes go."""
    held, raw = hold(to=(PARENT, "b@x.example"))
    workflow.release(held.id, actor="dpo", now=LATER, recipients=[PARENT])
    workflow.delete(held.id, actor="dpo", now=LATER)
    [original] = [d for d in outbox.claim(now=LATER) if d.kind == "original"]
    assert original.open() == raw


def test_a_note_is_kept_sealed(hold):
    """The officer's words reach the sender, and stand in no row in clear."""
    held, _ = hold()
    workflow.return_(held.id, actor="dpo", now=LATER, note="Ask Anna's mother first")
    row = Held.objects.get(id=held.id)
    assert b"mother" not in bytes(row.note)
    assert store.unseal(row.note, keys.current().opening) == b"Ask Anna's mother first"
    assert AuditEvent.objects.get(kind="returned").details["note"] is True


def test_expire_waits_for_its_time(hold):
    """Not a second early."""
    held, _ = hold()
    with pytest.raises(workflow.NotDue):
        workflow.expire(held.id, now=held.expires_at - timedelta(seconds=1))
    workflow.expire(held.id, now=held.expires_at)


def test_legal_hold_stops_deletion_and_expiry(hold):
    """Kept by law: neither an officer nor time removes it; release and return stay possible."""
    held, _ = hold()
    workflow.legal_hold(held.id, actor="dpo", on=True, now=NOW)
    with pytest.raises(workflow.LegalHold):
        workflow.delete(held.id, actor="dpo", now=NOW)
    with pytest.raises(workflow.LegalHold):
        workflow.expire(held.id, now=LONG_AFTER)
    workflow.release(held.id, actor="dpo", now=NOW)
    assert kinds() == ["held", "legal-hold", "released"]


def test_sender_is_reminded_twice_then_left_alone(hold):
    """After four hours and one school day; never before; then no more."""
    held, _ = hold(Action.ASK)
    with pytest.raises(workflow.NotDue):
        workflow.remind(held.id, now=NOW + timedelta(hours=3))
    first = workflow.remind(held.id, now=NOW + timedelta(hours=4))
    assert first.remind_at == NOW + timedelta(days=1, hours=4)
    second = workflow.remind(held.id, now=first.remind_at)
    assert (second.reminders, second.remind_at) == (2, None)


def test_reviewers_are_told_again_after_a_school_day(hold):
    """A role's hold escalates to those who decide."""
    held, _ = hold()
    Outgoing.objects.all().delete()
    workflow.remind(held.id, now=held.remind_at)
    [told] = outbox.claim(now=held.remind_at)
    assert told.envelope.addresses == ("dpo@example.sch.uk",)


def test_passed_on_to_another_role(hold):
    """The other role decides from now, and hears of it."""
    held, _ = hold()
    Outgoing.objects.all().delete()
    workflow.pass_on(held.id, actor="dpo", roles=["dsl"], now=LATER)
    assert Held.objects.get(id=held.id).reviewers == ["dsl"]
    [told] = outbox.claim(now=LATER)
    assert told.envelope.addresses == ("dsl@example.sch.uk",)


def test_kept_longer(hold):
    """The end moves; the state does not."""
    held, _ = hold()
    workflow.keep_longer(held.id, actor="dpo", until=LONG_AFTER, now=NOW)
    row = Held.objects.get(id=held.id)
    assert (row.state, row.expires_at) == (State.HELD, LONG_AFTER)


@pytest.mark.parametrize(("reason", "kept"), [("to decide", "to decide"), ("About Anna Taylor", "own words")])
def test_viewing_content_is_an_event(hold, reason, kept):
    """Who, what part and why; somebody's own words may name a child and are not kept."""
    held, _ = hold()
    workflow.viewed(held.id, actor="dpo@example.sch.uk", part="0/1", reason=reason, now=LATER)
    event = AuditEvent.objects.get(kind="viewed")
    assert (event.actor, event.details) == ("dpo@example.sch.uk", {"part": "0/1", "reason": kept})
