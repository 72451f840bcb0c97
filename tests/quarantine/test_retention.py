"""Time: it reminds, ends and purges, and never sends a held message; a legal hold stops it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies.verdict import Action
from quarantine import audit, destruction, outbox, retention, workflow
from quarantine.models import AuditEvent, Held, Outgoing, Question, Sealed, State, VerdictRecord
from quarantine.school_days import after_school_days
from quarantine.workflow import questions
from tests.support.stopped import NOW, make_envelope, make_raw, make_scan, make_verdict


def days(count):
    return NOW + timedelta(days=count)


def deliver_all(now):
    for delivery in outbox.claim(now=now):
        results = [outbox.Result(address=a, state="sent", code=250) for a in delivery.envelope.addresses]
        outbox.sent(delivery, results, now=now)


def test_holds_end_unsent(hold):
    """A question ends after three school days, a role's hold after thirty days; the bytes are not sent."""
    asked, _ = hold(Action.ASK)
    held, _ = hold(Action.QUARANTINE)
    assert retention.expire_due(now=days(2)) == 0
    assert retention.expire_due(now=days(3)) == 1
    assert Held.objects.get(id=asked.id).state == State.EXPIRED
    assert retention.expire_due(now=days(30)) == 1
    assert Held.objects.get(id=held.id).state == State.EXPIRED
    assert set(Outgoing.objects.values_list("kind", flat=True)) == {"notice"}


def test_reminders_are_sent_once_each(hold):
    """Running the clock often makes no more reminders."""
    hold(Action.ASK)
    soon = NOW + timedelta(hours=4)
    assert retention.remind_due(now=soon - timedelta(seconds=1)) == 0
    assert [retention.remind_due(now=soon) for _ in range(3)] == [1, 0, 0]


def test_bytes_of_a_decided_message_go_after_fourteen_days(hold):
    """Content, cover and note go; what was decided stays a year, then goes as well."""
    held, _ = hold()
    workflow.return_(held.id, actor="dpo", note="No", now=NOW)
    deliver_all(NOW)
    assert retention.purge(now=days(13))["contents"] == 0
    assert retention.purge(now=days(14))["contents"] == 1
    row = Held.objects.get(id=held.id)
    assert (row.message, row.envelope, row.note) == (None, None, None)
    assert not Sealed.objects.exists()
    retention.purge(now=days(364))
    assert Held.objects.exists()
    retention.purge(now=days(366))
    assert not Held.objects.exists()
    assert not VerdictRecord.objects.exists()


def test_bytes_that_are_being_sent_stay(hold):
    """A released message that still waits for the next hop is not purged under it."""
    held, raw = hold()
    workflow.release(held.id, actor="dpo", now=NOW)
    assert retention.purge(now=days(20))["contents"] == 0
    [original] = [d for d in outbox.claim(now=NOW) if d.kind == "original"]
    assert original.open() == raw


def test_question_and_answer_go_with_the_content(hold):
    """They may name a child as the message does: they stayed for a year, beside a certificate that all words were gone."""
    held, _ = hold()
    questions.ask_sender(held.id, actor="dpo", words="Is Anna his sister?", now=NOW)
    questions.answer(held.id, sender=held.sender, words="Yes, Anna is", now=NOW)
    workflow.return_(held.id, actor="dpo", note="No", now=NOW)
    deliver_all(NOW)
    assert retention.purge(now=days(31))["contents"] == 1
    row = Question.objects.get()
    assert (bytes(row.words), row.answer, row.answered_at) == (b"", None, NOW)


def test_a_legal_hold_stops_the_purge(hold):
    """Kept until the hold is lifted, however old."""
    held, _ = hold()
    workflow.return_(held.id, actor="dpo", note="No", now=NOW)
    workflow.legal_hold(held.id, actor="dpo", on=True, now=NOW)
    deliver_all(NOW)
    retention.run_due(now=days(2000))
    row = Held.objects.get(id=held.id)
    assert row.message is not None
    assert row.note is not None
    workflow.legal_hold(held.id, actor="dpo", on=False, now=days(2000))
    retention.run_due(now=days(2001))
    assert not Sealed.objects.exists()


@pytest.mark.parametrize(("action", "kept"), [(Action.LOG, 90), (Action.BLOCK, 365)])
def test_records_go_by_their_kind(db, action, kept):
    """What passed is remembered 90 days, what was stopped a year."""
    workflow.passed(make_envelope(), make_scan(), make_verdict(action), now=NOW, raw=make_raw())
    retention.purge(now=days(kept - 1))
    assert VerdictRecord.objects.count() == 1
    retention.purge(now=days(kept))
    assert VerdictRecord.objects.count() == 0


def test_old_events_are_emptied_and_the_chain_holds(hold):
    """Who and what go after a year; the purge itself is an event with its counts."""
    hold()
    counts = retention.purge(now=days(365))
    event = AuditEvent.objects.get(number=1)
    assert (event.actor, event.details, event.salt) == ("", None, "")
    assert counts["events"] == 1
    assert AuditEvent.objects.get(kind="purged").details["events"] == 1
    assert not audit.verify().problem


def test_orphans_go(db):
    """Sealed bytes that nothing refers to are not kept."""
    Sealed.objects.create(school="example.sch.uk", blob=b"x", size=1, created_at=NOW)
    assert retention.purge(now=NOW + timedelta(hours=23))["orphans"] == 0
    assert retention.purge(now=days(1))["orphans"] == 1


def test_nothing_due_writes_nothing(db):
    """A quiet day leaves no event."""
    assert not any(retention.run_due(now=NOW).values())
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (NOW, 1, days(1)),  # Monday → Tuesday
        (days(4), 1, days(7)),  # Friday → Monday
        (days(5), 3, days(9)),  # Saturday → Wednesday
        (days(1), 1, days(3)),  # Tuesday, Wednesday is a holiday → Thursday
        (NOW, 0, NOW),
    ],
)
def test_school_days(start, count, end):
    """Weekends and holidays do not count."""
    assert (
        after_school_days(start, count, frozenset({days(2).date()}) if start == days(1) else frozenset())
        == end
    )


def test_an_endless_holiday_ends():
    """A calendar that is all holidays does not turn for ever."""
    every_day = frozenset(days(n).date() for n in range(400))
    assert after_school_days(NOW, 1, every_day) > days(100)


def test_content_is_never_read_to_delete_it(hold):
    """Deciding and purging 50 MB messages needs no memory for them."""
    held, _ = hold()
    other, _ = hold()
    with CaptureQueriesContext(connection) as queries:
        workflow.delete(held.id, actor="dpo", now=NOW)
        workflow.return_(other.id, actor="dpo", note="No", now=NOW)
        claimed = outbox.claim(now=NOW)
        for delivery in claimed:
            outbox.failed(delivery, now=NOW)
        retention.run_due(now=days(14))
    assert not Sealed.objects.exists()
    assert not [q["sql"] for q in queries if q["sql"].startswith("SELECT") and '"blob"' in q["sql"]]


def test_the_tables_are_those_of_the_models(db):
    """No migration is missing."""
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_what_is_destroyed_is_certified(hold):
    """Each message has its event, and the certificate names it, its time and its rule; others' days are left out."""
    held, _ = hold()
    workflow.delete(held.id, actor="dpo@example.sch.uk", now=NOW)
    deliver_all(NOW)
    retention.purge(now=days(14))
    event = AuditEvent.objects.get(kind=destruction.DESTROYED)
    assert (event.reference, event.details) == (held.id, {"days": 14, "decided_as": "deleted"})
    lines = "\n".join(destruction.certificate(since=days(14), until=days(14), now=days(15)))
    assert f"{held.id}" in lines
    assert "1 messages." in lines
    assert "0 messages." in "\n".join(destruction.certificate(since=days(16), until=None, now=days(17)))
