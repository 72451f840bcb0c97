"""Legal holds: for a message, its sender or a person in it, with a reason; nothing takes away what one of them covers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from policies.verdict import Action
from quarantine import destruction, outbox, retention, workflow
from quarantine.models import AuditEvent, Held, LegalHold, State, VerdictRecord
from quarantine.workflow import legal
from tests.quarantine.console.conftest import OTHER
from tests.support.stopped import NOW, make_envelope, make_raw, make_scan, make_verdict

pytestmark = pytest.mark.slow

REASON = "A complaint about Anna Taylor"


def put(browser, held, what, reason=REASON):
    return browser.post(
        reverse("legal-hold", args=[held.id]), {"keep-what": what, "keep-reason": reason}, follow=True
    )


def person_of(held):
    return next(f["person"] for f in held.findings if f["person"])


def test_a_message_is_kept_and_deletion_refused(hold, signed_in):
    """Until the hold ends; the reason is sealed and shown to who may see it."""
    held, _ = hold()
    dpo = signed_in("dpo")
    put(dpo, held, "message")
    order = LegalHold.objects.get()
    assert REASON.encode() not in bytes(order.reason)
    with pytest.raises(workflow.LegalHold):
        workflow.delete(held.id, actor="other@example.sch.uk", now=NOW)
    page = dpo.get(reverse("legal-holds")).content.decode()
    assert REASON in page
    assert dpo.user.email in page
    dpo.post(reverse("legal-hold-end", args=[order.id]))
    workflow.delete(held.id, actor="other@example.sch.uk", now=NOW)
    assert {e.kind for e in AuditEvent.objects.filter(kind__startswith="legal")} == {
        "legal-hold",
        "legal-hold-ended",
    }


@pytest.mark.parametrize("missing", [{"keep-what": "message"}, {"keep-what": "all", "keep-reason": "x"}, {}])
def test_an_order_names_what_and_why(hold, signed_in, missing):
    """Otherwise nothing is kept and the page says what is missing."""
    held, _ = hold()
    assert signed_in("dpo").post(reverse("legal-hold", args=[held.id]), missing).status_code == 422
    assert not LegalHold.objects.exists()


@pytest.mark.parametrize("what", ["sender", "person"])
def test_what_there_is_and_what_comes_is_kept(hold, signed_in, what):
    """All from the sender, or all about the person: older messages, and those held later, but nobody else's."""
    older, _ = hold()
    held, _ = hold()
    put(signed_in("dpo"), held, what if what == "sender" else f"person:{person_of(held)}")
    assert Held.objects.get(id=older.id).legal_hold
    later = workflow.hold(make_envelope(), make_raw(), make_scan(), make_verdict(), now=NOW)
    assert Held.objects.get(id=later.id).legal_hold
    other = make_envelope(sender="d.okoro@example.sch.uk")
    empty = replace(make_scan(), findings=())
    stranger = workflow.hold(other, make_raw(), empty, make_verdict(), now=NOW)
    assert not Held.objects.get(id=stranger.id).legal_hold


def test_two_orders_on_one_message(hold, signed_in):
    """When one of them ends, the other still keeps it; the same order twice is one."""
    held, _ = hold()
    dpo = signed_in("dpo")
    for what in ("message", "sender", "sender"):
        put(dpo, held, what)
    first, second = LegalHold.objects.order_by("made_at")
    legal.end(first.id, actor="x", schools=["example.sch.uk"], now=NOW)
    assert Held.objects.get(id=held.id).legal_hold
    legal.end(second.id, actor="x", schools=["example.sch.uk"], now=NOW)
    assert not Held.objects.get(id=held.id).legal_hold


def test_no_purge_takes_what_is_kept(hold, signed_in):
    """Neither content, nor row, nor record, nor event, nor the record of the sender's mail that passed."""
    held, _ = hold()
    workflow.passed(make_envelope(), make_scan(), make_verdict(Action.LOG), now=NOW)
    put(signed_in("dpo"), held, "sender")
    workflow.return_(held.id, actor="other@example.sch.uk", note="No", now=NOW)
    for delivery in outbox.claim(now=NOW):
        results = [outbox.Result(address=a, state="sent", code=250) for a in delivery.envelope.addresses]
        outbox.sent(delivery, results, now=NOW)
    for day in (15, 91, 366, 800):
        retention.purge(now=NOW + timedelta(days=day))
    kept = Held.objects.select_related("message").get(id=held.id)
    assert (kept.state, kept.message is not None, kept.envelope is not None) == (State.RETURNED, True, True)
    assert VerdictRecord.objects.count() == 2
    assert AuditEvent.objects.get(kind="held", reference=held.id).details is not None
    assert not AuditEvent.objects.filter(kind=destruction.DESTROYED).exists()


def test_another_school_sees_and_ends_none_of_ours(hold, signed_in):
    """Not in the list, and not by its address."""
    held, _ = hold()
    put(signed_in("dpo"), held, "message")
    order = LegalHold.objects.get()
    theirs = signed_in("dpo", school=OTHER)
    assert order.id not in theirs.get(reverse("legal-holds")).content.decode()
    theirs.post(reverse("legal-hold-end", args=[order.id]))
    assert LegalHold.objects.get().ended_at is None
