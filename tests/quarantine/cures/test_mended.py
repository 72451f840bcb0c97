"""What becomes of a message whose sender has chosen: it goes when all is chosen, and never while it still hurts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from policies.verdict import Action, Cure, Hit, Verdict
from quarantine import audit, keys, outbox, store, workflow
from quarantine.models import Held, Outgoing, State
from quarantine.workflow import mended
from tests.support.asked import FILE, LATER, SUBJECT, choose, claimed, kinds, made
from tests.support.stopped import PARENT, make_envelope, make_scan


def test_it_goes_when_the_last_problem_is_chosen(asked):
    """Confirmed with a reason, the bytes as received go to all; the chain of events holds."""
    held = asked(SUBJECT)
    Outgoing.objects.all().delete()
    with pytest.raises(workflow.ReasonMissing):
        choose(held, Cure.CONFIRM)
    choose(held, Cure.CONFIRM, words="Anna Taylor is the author of the book")
    job = claimed()
    assert job.as_received
    mended.send(job, made(job, None), now=LATER)
    [sent] = outbox.claim(now=LATER)
    assert (sent.kind, sent.open()) == ("original", job.raw)
    row = Held.objects.get(id=held.id)
    assert (row.state, row.decided_by) == (State.RELEASED, "sender")
    assert kinds() == ["held", "cure-chosen", "cured"]
    assert not audit.verify().problem


def test_recipients_taken_out_do_not_get_it(asked):
    """Only the others do, and the row says so."""
    wrong = Hit(policy="near-miss-address", action=Action.ASK, why="Check it.", cures=(Cure.REMOVE,), kind="near-miss-recipient", recipients=(PARENT,))  # fmt: skip
    held = asked(wrong, to=(PARENT, "b@x.example"))
    choose(held, Cure.REMOVE)
    job = claimed()
    [parcel] = job.parcels
    assert (job.envelope(parcel).addresses, parcel.plan.hide) == (("b@x.example",), (PARENT,))
    mended.send(job, made(job), now=LATER)
    [sent] = [d for d in outbox.claim(now=LATER) if d.kind == "cured"]
    assert (sent.envelope.addresses, sent.open()) == (("b@x.example",), b"mended")
    states = dict(held.recipients.values_list("position", "state"))
    assert states == {0: State.RETURNED, 1: State.CURED}


def verdict_of(*hits, version="v1"):
    return Verdict(action=max(h.action for h in hits), hits=hits, version=version)


def test_what_was_confirmed_is_passed_over_and_nothing_else():
    """The same policy, value, part, recipients and policy set; a harsher action never."""
    job = mended.Job(held_id="x", lease="", tries=1, cover=cover(), parcels=(), left_out=frozenset(), raw=b"",
                     confirmed=((SUBJECT.policy, SUBJECT.fingerprint, SUBJECT.part, (), "v1"),))  # fmt: skip
    assert job.open_hits(verdict_of(SUBJECT)) == ()
    for other in (
        replace(SUBJECT, policy="another"),
        replace(SUBJECT, fingerprint="0" * 32),
        replace(SUBJECT, part="0/3"),
        replace(SUBJECT, action=Action.QUARANTINE),
        replace(SUBJECT, action=Action.BLOCK),
    ):
        assert job.open_hits(verdict_of(other)) == (other,)
    assert job.open_hits(verdict_of(SUBJECT, version="v2")) == (SUBJECT,)


def cover():
    from quarantine.cover import Cover

    return Cover(envelope=make_envelope())


@pytest.mark.parametrize(
    ("action", "state", "held_for"),
    [
        (Action.ASK, State.HELD, "ask"),
        (Action.QUARANTINE, State.HELD, "quarantine"),
        (Action.BLOCK, State.RETURNED, "ask"),
    ],
)
def test_what_still_hurts_after_mending(asked, action, state, held_for):
    """Asked again once; a harsher action wins at once: a role decides, or it comes back. The mended bytes are what waits."""
    held = asked(SUBJECT)
    choose(held, Cure.INITIALS)
    job = claimed()
    verdict = verdict_of(replace(FILE, action=action))
    mended.back(job, b"mended", make_scan(), verdict, verdict.hits, now=LATER)
    row = Held.objects.get(id=held.id)
    assert (row.state, row.action) == (state, held_for)
    assert [hit["policy"] for hit in row.hits] == ["lists-locked"]
    assert store.unseal(row.message.blob, keys.current().opening) == b"mended"
    assert not Outgoing.objects.filter(kind__in=("cured", "original")).exists()


def test_the_second_time_a_role_decides(asked):
    """A sender is not sent round and round."""
    held = asked(SUBJECT)
    for expected in ("ask", "quarantine"):
        choose(Held.objects.get(id=held.id), Cure.INITIALS)
        job = mended.claim(now=LATER)
        assert job is not None
        mended.back(job, b"mended", make_scan(), verdict_of(SUBJECT), (SUBJECT,), now=LATER)
        assert Held.objects.get(id=held.id).action == expected


def test_one_worker_mends_a_message(asked):
    """A claimed message is nobody else's until the lease ends; who lost the lease records nothing."""
    held = asked(SUBJECT)
    choose(held, Cure.INITIALS)
    first = mended.claim(now=LATER)
    assert first is not None
    assert mended.claim(now=LATER + timedelta(minutes=4)) is None
    second = mended.claim(now=LATER + timedelta(minutes=6))
    assert second is not None
    with pytest.raises(workflow.AlreadyDecided):
        mended.send(first, made(first), now=LATER)
    mended.send(second, made(second), now=LATER)
    with pytest.raises(workflow.AlreadyDecided):
        mended.send(second, made(second), now=LATER)
    assert Outgoing.objects.filter(kind="cured").count() == 1


def test_what_cannot_be_mended_goes_to_a_role(asked):
    """The message as it is waits for them."""
    held = asked(SUBJECT)
    choose(held, Cure.INITIALS)
    job = claimed()
    mended.give_up(job, "damaged", now=LATER)
    row = Held.objects.get(id=held.id)
    assert (row.state, row.action) == (State.HELD, "quarantine")
