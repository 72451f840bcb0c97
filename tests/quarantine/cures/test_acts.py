"""What a sender does: each act wins or loses whole, is audited, and needs no private key."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError

from policies.verdict import Cure
from quarantine import keys, outbox, rows, store, workflow
from quarantine.models import AuditEvent, Held, Mending, Outgoing, Sealed, State
from quarantine.workflow import mending
from tests.support.asked import FILE, LATER, SUBJECT, choose, claimed, kinds
from tests.support.stopped import NOW


def test_words_are_sealed_and_nowhere_else(asked):
    """A reason may name somebody."""
    held = asked(SUBJECT)
    choose(held, Cure.CONFIRM, words="Anna Taylor wrote it")
    row = Mending.objects.get(held=held)
    assert store.unseal(base64.b64decode(row.words[0]), keys.current().opening) == b"Anna Taylor wrote it"
    assert "Anna" not in str(list(AuditEvent.objects.values()))


def test_a_choice_can_be_changed_until_the_last(asked):
    """The later choice counts."""
    held = asked(SUBJECT, FILE)
    choose(held, Cure.ENCRYPT, 1)
    choose(held, Cure.REMOVE, 1)
    choose(held, Cure.INITIALS, 0)
    plan = claimed().parcels[0].plan
    assert (plan.initials, plan.encrypt, [t.path for t in plan.remove]) == (True, (), ["0/1"])


ACTS = {
    "choose": lambda held: choose(held, Cure.INITIALS),
    "noted": lambda held: mending.noted(held.id, sender=held.sender, now=LATER),
    "ask": lambda held: mending.ask(held.id, Cure.ASK_DPO, sender=held.sender, now=LATER, words="May I?"),
    "cancel": lambda held: mending.cancel(held.id, sender=held.sender, now=LATER),
}
each_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)


@each_act
def test_a_replay_after_the_last_choice_changes_nothing(asked, act):
    """What is on its way is on its way."""
    held = asked(SUBJECT)
    choose(held, Cure.INITIALS)
    before = (kinds(), Mending.objects.values().get(), Held.objects.get().state)
    with pytest.raises(workflow.AlreadyDecided):
        act(held)
    assert before == (kinds(), Mending.objects.values().get(), Held.objects.get().state)


@each_act
def test_somebody_elses_message_is_not_there(asked, act):
    """Bound to the sender: another's act finds nothing."""
    held = asked(SUBJECT)
    stranger = replace_sender(held)
    with pytest.raises(workflow.HeldMissing):
        act(stranger)
    assert kinds() == ["held"]


def replace_sender(held):
    held.sender = "0" * 64
    return held


@each_act
def test_a_decided_message_stays_decided(asked, act):
    """The officer was faster."""
    held = asked(SUBJECT)
    workflow.return_(held.id, actor="dpo", note="No.", now=NOW)
    with pytest.raises(workflow.AlreadyDecided):
        act(held)


def test_a_cure_that_is_not_offered_is_refused(asked):
    """Nor a problem that is not there, nor a password that was not made."""
    held = asked(SUBJECT)
    with pytest.raises(workflow.NotOffered):
        choose(held, Cure.ENCRYPT)
    with pytest.raises(workflow.NotOffered):
        mending.choose(held.id, "nothing", Cure.INITIALS, sender=held.sender, now=LATER)
    with pytest.raises(workflow.NotOffered):
        mending.noted(held.id, sender=held.sender, now=LATER)
    with pytest.raises(workflow.NotOffered):
        mending.ask(held.id, Cure.CONFIRM, sender=held.sender, now=LATER)


@pytest.mark.parametrize("cure", mending.ASKS)
def test_asking_gives_it_to_a_role_and_sends_nothing(asked, cure):
    """The hold becomes a role's, who are told; the sender's words are sealed; the original still waits."""
    held = asked(SUBJECT)
    Outgoing.objects.all().delete()
    mending.ask(held.id, cure, sender=held.sender, now=LATER, words="This is an author")
    row = Held.objects.get(id=held.id)
    assert (row.state, row.action, row.reviewers) == (State.HELD, "quarantine", ["dpo"])
    assert row.expires_at > NOW + timedelta(days=29)
    [told] = outbox.claim(now=LATER)
    assert told.envelope.addresses == ("dpo@example.sch.uk",)
    assert Mending.objects.get().asked == cure
    assert kinds() == ["held", "asked"]


def test_cancelling_deletes_now(asked):
    """Nobody gets it, the sealed bytes are gone, a near miss is counted; a legal hold keeps it."""
    kept = asked(SUBJECT)
    workflow.legal_hold(kept.id, actor="dpo", on=True, now=NOW)
    with pytest.raises(workflow.LegalHold):
        mending.cancel(kept.id, sender=kept.sender, now=LATER)
    held = asked(SUBJECT)
    blob = held.message_id
    mending.cancel(held.id, sender=held.sender, now=LATER)
    row = Held.objects.get(id=held.id)
    assert (row.state, row.decided_by) == (State.DELETED, "sender")
    assert not Sealed.objects.filter(id=blob).exists()
    assert AuditEvent.objects.get(kind="cancelled").details == {"near_miss": True}


@each_act
def test_no_act_needs_the_private_key(asked, settings, act):
    """The pages' process has none."""
    held = asked(FILE) if act is ACTS["noted"] else asked(SUBJECT)
    if act is ACTS["noted"]:
        choose(held, Cure.ENCRYPT)
    settings.SCHOOLGATE_KEYS = replace(settings.SCHOOLGATE_KEYS, private=None)
    act(held)


@each_act
def test_a_failure_midway_changes_nothing(asked, monkeypatch, act):
    """If the event cannot be written, the message waits as it did."""
    held = asked(FILE) if act is ACTS["noted"] else asked(SUBJECT)
    if act is ACTS["noted"]:
        choose(held, Cure.ENCRYPT)
    before = (Held.objects.values().get(), list(Mending.objects.values()), kinds(), Outgoing.objects.count())

    def fails(*args, **kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(rows, "insert", fails)
    with pytest.raises(OperationalError):
        act(held)
    monkeypatch.undo()
    assert before == (
        Held.objects.values().get(),
        list(Mending.objects.values()),
        kinds(),
        Outgoing.objects.count(),
    )
