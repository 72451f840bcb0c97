"""Mail that got stuck, ended or went unseen because of a neighbour, a wrong moment or another version: each was lost once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from policies.verdict import Action, Cure, Verdict
from quarantine import keys, outbox, retention, store, workflow
from quarantine.letters import Result
from quarantine.models import (
    About,
    AuditEvent,
    Held,
    Mend,
    Mending,
    Outgoing,
    OutgoingRecipient,
    Sealed,
    Sending,
    State,
)
from quarantine.workflow import emergency, legal, mended
from tests.quarantine.test_copies import copy_for
from tests.quarantine.test_emergency import POLICE, declare
from tests.quarantine.test_emergency import held as asked_with_partners
from tests.support.asked import FILE, LATER, SUBJECT, asked, choose, claimed  # noqa: F401 - the fixture
from tests.support.stopped import NOW, PARENT, SENDER, make_raw, make_scan


def chosen(held: Held) -> Held:
    """All is chosen: it is to be mended."""
    choose(held, Cure.INITIALS)
    choose(held, Cure.REMOVE, 1)
    return held


def kept(held: Held) -> None:
    """An order about its sender."""
    order = legal.Keep(school=held.school, about=About.SENDER, key=held.sender, reason="A request")
    legal.put(order, actor="dpo", now=NOW)


def test_a_row_of_another_version_stopped_the_whole_outbox(hold):
    """The bug: what one row held was no cover of this version, each claim ended there, and nothing was sent any more."""
    other, mine = hold()[0], hold()[0]
    for held in (other, mine):
        workflow.release(held.id, actor="dpo", now=NOW)
    Outgoing.objects.filter(kind="notice").delete()
    sealed = bytes(Outgoing.objects.get(held=other).envelope or b"")
    Outgoing.objects.filter(held=other).update(envelope=store.seal(b"{}", keys.current().public))
    assert [d.reference for d in outbox.claim(now=NOW)] == [mine.id]
    assert Outgoing.objects.get(held=other).state == Sending.PENDING
    Outgoing.objects.filter(held=other).update(envelope=sealed)  # the version that can read it is back
    assert other.id in [d.reference for d in outbox.claim(now=NOW + outbox.OTHERS_WAIT)]


@pytest.mark.parametrize("due", ["reminded", "ended"])
@pytest.mark.parametrize("wrong", [b"damaged", b""])
def test_a_message_that_does_not_open_stopped_time_for_all_others(hold, due, wrong):
    """The bug: nobody was reminded and nothing ended or purged any more, behind one damaged row. It is still said."""
    bad, good = hold(Action.ASK)[0], hold(Action.ASK)[0]
    Outgoing.objects.update(state=Sending.SENT)
    OutgoingRecipient.objects.update(state=Sending.SENT)
    blob = wrong or store.seal(b"{}", keys.current().public)
    Held.objects.filter(id=bad.id).update(envelope=blob, expires_at=NOW, remind_at=NOW)
    now = NOW + (timedelta(hours=4) if due == "reminded" else timedelta(days=3))
    with pytest.raises(retention.CLOSED):
        retention.run_due(now=now)
    good.refresh_from_db()
    assert (good.reminders, good.state) == ((1, State.HELD) if due == "reminded" else (0, State.EXPIRED))
    assert Held.objects.get(id=bad.id).state == State.HELD


def test_what_its_sender_had_put_right_ended_unsent(asked):  # noqa: F811 - the fixture
    """The bug: chosen in time, and not yet mended (the machine was off): at the next start it ended instead of being sent."""
    held = chosen(asked())
    assert retention.expire_due(now=NOW + timedelta(days=9)) == 0
    job = claimed(NOW + timedelta(days=9))
    assert (job.held_id, Held.objects.get().state) == (held.id, State.HELD)


def test_choices_that_cannot_be_read_go_to_a_role(asked):  # noqa: F811 - the fixture
    """The bug: a choice of another version was tried every five minutes and told nobody; its sender could change nothing."""
    chosen(asked())
    Mending.objects.update(choices={"a problem of another version": "initials"})
    for n in range(mended.READINGS):
        assert Mending.objects.get().state == Mend.DUE
        with pytest.raises(KeyError):
            mended.claim(now=LATER + n * timedelta(minutes=6))
    assert mended.claim(now=LATER + timedelta(hours=1)) is None
    held = Held.objects.get()
    assert (held.state, held.action, Mending.objects.get().asked) == (State.HELD, "quarantine", "not-mended")
    assert AuditEvent.objects.get(kind="not-mended").details["why"] == "unreadable"


def test_a_message_under_a_legal_hold_was_replaced_by_the_mended_one(asked):  # noqa: F811 - the fixture
    """The bug: what came was thrown away a day later. Now a role decides about the message as it came."""
    held = chosen(asked())
    kept(held)
    verdict = Verdict(action=Action.ASK, hits=(FILE,), version="v1")
    mended.back(claimed(), make_raw(), make_scan(), verdict, verdict.hits, now=LATER)
    retention.purge(now=NOW + timedelta(days=3))
    held.refresh_from_db()
    assert (held.action, Mending.objects.get().asked) == ("quarantine", mended.STILL_THERE)
    assert Sealed.objects.filter(held=held).exists()


def test_a_late_copy_under_a_legal_hold_was_deleted(db):
    """The bug: the first copy was deleted, an order came, and the content of the next copy went all the same."""
    first = copy_for("a@x.example")
    workflow.delete(first.id, actor="dpo", now=LATER)
    kept(first)
    late = copy_for("b@x.example", now=LATER)
    late.refresh_from_db()
    assert (late.state, late.legal_hold) == (State.DELETED, True)
    assert late.message is not None


@pytest.mark.parametrize("answer", ["refused", "down"])
def test_a_sender_whom_no_letter_reaches_was_never_asked(asked, answer):  # noqa: F811 - the fixture
    """The bug: the question was refused (a no-reply address), or the next hop was away for days; the message ended unsent, and nobody knew of it."""
    held, end = asked(), NOW + timedelta(days=3)
    [notice] = outbox.claim(now=NOW)
    if answer == "refused":
        outbox.failed(notice, now=NOW, code=550, enhanced="5.1.1")
        retention.run_due(now=NOW)
    else:
        outbox.retry(notice, at=LATER, now=NOW)
        retention.run_due(now=end - timedelta(minutes=1))
        assert Held.objects.get().action == "ask"
    retention.run_due(now=end)
    held.refresh_from_db()
    assert (held.state, held.action, Mending.objects.get().asked) == (State.HELD, "quarantine", "not-heard")
    assert held.expires_at > end
    to = {a for d in outbox.claim(now=end) for a in d.envelope.addresses}
    assert "dpo@example.sch.uk" in to
    assert AuditEvent.objects.filter(kind="not-heard").count() == 1


def test_who_was_told_is_asked_and_nobody_else(asked):  # noqa: F811 - the fixture
    """A reminder that does not arrive takes nothing from a sender who has the question; it ends as it always did."""
    asked()
    [notice] = outbox.claim(now=NOW)
    outbox.sent(notice, [Result(address=SENDER, state="sent", code=250)], now=NOW)
    retention.run_due(now=NOW + timedelta(hours=4))
    [reminder] = outbox.claim(now=NOW + timedelta(hours=4))
    outbox.failed(reminder, now=LATER)
    retention.run_due(now=NOW + timedelta(hours=5))
    assert Held.objects.get().action == "ask"
    retention.run_due(now=NOW + timedelta(days=3))
    assert Held.objects.get().state == State.EXPIRED


def test_what_a_machine_sent_and_nobody_took_is_told_to_whoever_answers_for_it(hold, settings):
    """The bug: the report of a copier's released scan went to the copier, which reads no mail."""
    owners = {SENDER: "it@example.sch.uk"}
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, owners=owners)
    held, _ = hold()
    Outgoing.objects.all().delete()
    workflow.release(held.id, actor="dpo", now=NOW)
    [original] = [d for d in outbox.claim(now=NOW) if d.kind == "original"]
    outbox.failed(original, now=NOW, code=550, enhanced="5.1.1")
    [report] = [d for d in outbox.claim(now=NOW) if d.kind == "report"]
    assert report.envelope.addresses == ("it@example.sch.uk",)


@pytest.mark.django_db(transaction=True)
def test_an_emergency_that_did_not_go_and_was_deleted_meanwhile_is_told():
    """The bug: the lead deleted what waited, the partner could not be reached, and the sender believed that they had it."""
    message = asked_with_partners(POLICE, PARENT)
    declare(message)
    [delivery] = [d for d in outbox.claim(now=LATER) if d.kind == emergency.KIND]
    workflow.delete(message.id, actor="dpo", now=LATER)
    Outgoing.objects.exclude(kind=emergency.KIND).delete()
    deferred = [Result(address=POLICE, state="deferred", enhanced="4.4.1")]
    assert emergency.fall_back(delivery, deferred, now=LATER) == "failed"
    [report] = outbox.claim(now=LATER)
    assert (report.kind, report.envelope.addresses) == ("report", (SENDER,))
