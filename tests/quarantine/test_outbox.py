"""The outbox: claimed once, recorded once, retried, given up, and reported to the sender."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from policies.envelope import Recipient
from quarantine import outbox, workflow
from quarantine.models import AuditEvent, Outgoing, OutgoingRecipient, Sealed, Sending
from quarantine.outbox import Result
from tests.support.stopped import NOW, PARENT, SENDER, make_envelope, make_raw

SOON = NOW + timedelta(minutes=5)
TWO = (PARENT, "b@x.example")


@pytest.fixture
def original(hold):
    """A released message for two recipients, claimed."""
    held, _ = hold(to=TWO)
    Outgoing.objects.all().delete()
    workflow.release(held.id, actor="dpo", now=NOW)
    return next(d for d in outbox.claim(now=NOW) if d.kind == "original")


def result(address, state, code=0, **more):
    return Result(address=address, state=state, code=code, **more)


def states(delivery):
    row = Outgoing.objects.get(id=delivery.id)
    return row.state, list(row.recipients.order_by("position").values_list("state", flat=True))


def test_a_claimed_row_is_nobody_elses_until_its_lease_ends(original):
    """Two loops never send the same row; a dead loop's rows come back."""
    assert outbox.claim(now=NOW) == []
    assert outbox.claim(now=NOW + timedelta(minutes=9, seconds=59)) == []
    again = outbox.claim(now=NOW + timedelta(minutes=10))
    assert original.id in [d.id for d in again]
    assert {d.attempts for d in again} == {2}


def test_a_lease_can_be_renewed(original):
    """A long send keeps its row."""
    outbox.renew(original, until=NOW + timedelta(hours=1))
    assert original.id not in [d.id for d in outbox.claim(now=NOW + timedelta(minutes=30))]


@pytest.mark.parametrize("report", ["sent", "retry", "failed", "renew"])
def test_who_lost_the_lease_writes_nothing(original, report):
    """The late loop is told; the other one's word counts."""
    outbox.claim(now=NOW + timedelta(hours=1))
    late = {
        "sent": lambda: outbox.sent(original, [result(PARENT, "sent", 250)], now=NOW),
        "retry": lambda: outbox.retry(original, at=SOON, now=NOW),
        "failed": lambda: outbox.failed(original, now=NOW),
        "renew": lambda: outbox.renew(original, until=SOON),
    }
    with pytest.raises(outbox.LeaseLost):
        late[report]()
    assert states(original) == (Sending.PENDING, ["pending", "pending"])


def test_sent_to_all(original):
    """Taken by the next hop: done, with code and time, and never claimed again."""
    outbox.sent(original, [result(a, "sent", 250, enhanced="2.0.0") for a in TWO], now=NOW)
    assert states(original) == (Sending.SENT, ["sent", "sent"])
    assert set(
        OutgoingRecipient.objects.filter(outgoing=original.id).values_list("code", "enhanced", "at")
    ) == {(250, "2.0.0", NOW)}
    assert original.id not in [d.id for d in outbox.claim(now=NOW + timedelta(days=9))]
    event = AuditEvent.objects.order_by("number").last()
    assert (event.kind, event.details["sent"], event.details["codes"]) == ("outgoing-sent", 2, [250])


def test_some_wait(original):
    """Who has it is not sent to again; who was deferred is tried at the time given."""
    outbox.sent(
        original, [result(PARENT, "sent", 250), result(TWO[1], "deferred", 451)], now=NOW, retry_at=SOON
    )
    assert states(original) == (Sending.PENDING, ["sent", "pending"])
    assert original.id not in [d.id for d in outbox.claim(now=SOON - timedelta(seconds=1))]
    [again] = [d for d in outbox.claim(now=SOON) if d.id == original.id]
    assert again.envelope.addresses == (TWO[1],)
    outbox.sent(again, [result(TWO[1], "sent", 250)], now=SOON)
    assert states(original) == (Sending.SENT, ["sent", "sent"])


def test_a_recipient_without_an_answer_waits(original):
    """No word is no success."""
    outbox.sent(original, [result(PARENT, "sent", 250)], now=NOW, retry_at=SOON)
    assert states(original) == (Sending.PENDING, ["sent", "pending"])


def test_nobody_heard_anything(original):
    """Next hop down: all of it again later."""
    outbox.retry(original, at=SOON, now=NOW)
    [again] = [d for d in outbox.claim(now=SOON) if d.id == original.id]
    assert (again.envelope.addresses, again.attempts) == (TWO, 2)


def test_given_up_when_its_time_is_over(original):
    """A retry beyond five days is a failure, and the sender hears of each recipient."""
    Outgoing.objects.filter(id=original.id).update(attempts=outbox.LEAST_TRIES)
    outbox.retry(original, at=NOW + timedelta(days=5, seconds=1), now=NOW)
    assert states(original) == (Sending.FAILED, ["failed", "failed"])
    [report] = [d for d in outbox.claim(now=NOW) if d.kind == "report"]
    assert report.envelope.addresses == (SENDER,)


def test_the_report_is_a_delivery_status_notification(original):
    """RFC 3464: null sender, who, why; and no word of the message."""
    refused = result(PARENT, "failed", 550, enhanced="5.1.1", text="No such user\r\nhere")
    outbox.sent(original, [refused, result(TWO[1], "sent", 250)], now=NOW)
    assert states(original) == (Sending.FAILED, ["failed", "sent"])
    [report] = [d for d in outbox.claim(now=NOW) if d.kind == "report"]
    assert report.envelope.mail_from == ""
    message = message_from_bytes(report.open(), policy=default)
    assert message.get_content_type() == "multipart/report"
    assert message["In-Reply-To"] == original.cover.message_id != ""
    words, status = message.iter_parts()
    assert words.get_content_type() == "multipart/alternative"
    about, recipient = status.get_payload()
    assert about["Reporting-MTA"] == "dns; gate.example.sch.uk"
    assert recipient["Final-Recipient"] == f"rfc822; {PARENT}"
    assert (recipient["Action"], recipient["Status"]) == ("failed", "5.1.1")
    assert recipient["Diagnostic-Code"] == "smtp; 550 5.1.1 No such user here"
    assert b"Anna" not in report.open()


@pytest.mark.parametrize(
    ("notify", "reported"), [((), True), (("FAILURE",), True), (("NEVER",), False), (("SUCCESS",), False)]
)
def test_notify_is_honoured(db, notify, reported):
    """RFC 3461: no report where the sender asked for none."""
    envelope = make_envelope()
    left = (Recipient(address=PARENT, notify=notify),)
    workflow.partial(envelope, make_raw(), left, now=NOW)
    [delivery] = outbox.claim(now=SOON)
    outbox.failed(delivery, now=SOON)
    assert bool(outbox.claim(now=SOON)) is reported


def test_the_null_sender_is_never_answered(db):
    """A report about a report is never sent."""
    workflow.partial(make_envelope(sender=""), make_raw(), (Recipient(address=PARENT),), now=NOW)
    [delivery] = outbox.claim(now=SOON)
    outbox.failed(delivery, now=SOON)
    assert outbox.claim(now=SOON) == []


def test_a_failed_notice_is_not_reported(hold):
    """Our own mail that fails makes no further mail."""
    hold()
    for delivery in outbox.claim(now=NOW):
        outbox.failed(delivery, now=NOW)
    assert outbox.claim(now=NOW + timedelta(days=1)) == []


@pytest.mark.parametrize("fate", ["sent", "failed"])
def test_partial_mail_leaves_no_content(db, fate):
    """What passed in two steps is gone when its last recipient is done."""
    workflow.partial(make_envelope(sender=""), make_raw(), (Recipient(address=PARENT),), now=NOW)
    [delivery] = outbox.claim(now=SOON)
    outbox.sent(delivery, [result(PARENT, fate, 250)], now=SOON)
    assert not Sealed.objects.exists()
    assert Outgoing.objects.get().envelope is None


def test_a_damaged_row_does_not_block_the_others(original, hold):
    """Sealed bytes that do not open fail alone, and say so in the audit."""
    Outgoing.objects.filter(id=original.id).update(envelope=b"damaged", lease_until=None)
    hold()
    claimed = outbox.claim(now=NOW)
    assert claimed
    assert original.id not in [d.id for d in claimed]
    assert states(original) == (Sending.FAILED, ["failed", "failed"])
    assert AuditEvent.objects.filter(kind="outgoing-damaged").count() == 1


def test_the_same_address_twice_is_answered_twice(db):
    """A recipient listed twice is two recipients of one address."""
    workflow.partial(
        make_envelope(), make_raw(), (Recipient(address=PARENT), Recipient(address=PARENT)), now=NOW
    )
    [delivery] = outbox.claim(now=SOON)
    outbox.sent(delivery, [result(PARENT, "sent", 250)], now=SOON)
    assert states(delivery) == (Sending.SENT, ["sent", "sent"])


def test_claim_takes_the_oldest_first_and_no_more_than_asked(db):
    """Fair, and bounded."""
    rows = [
        workflow.partial(
            make_envelope(), make_raw(), (Recipient(address=PARENT),), now=NOW, next_at=NOW + wait
        )
        for wait in (timedelta(minutes=3), timedelta(minutes=1), timedelta(minutes=2))
    ]
    claimed = outbox.claim(now=SOON, limit=2)
    assert [d.id for d in claimed] == [rows[1].id, rows[2].id]


def test_waiting_counts(original):
    """For health: how many wait, and how long the oldest."""
    late = NOW + timedelta(minutes=1)
    assert outbox.waiting(now=late) == {"pending": 2, "oldest_seconds": 60}


def test_claims_show_nothing(original):
    """No repr of a delivery, a result or an envelope's cover tells an address."""
    told = f"{original!r} {original.cover!r} {result(PARENT, 'failed', text='who')!r}"
    assert PARENT not in told
    assert replace(original, attempts=5).attempts == 5
