"""What is kept in the database stands a clock that is put forward or back: leases, waits, joined notices, copies, refusals."""

from datetime import timedelta

import pytest

from policies.verdict import Action
from quarantine import outbox, trials, workflow
from quarantine.cures.problems import open_problems
from quarantine.models import Held, Mend, Mending, Outgoing, Sending, Trial
from quarantine.workflow import mended
from tests.quarantine.test_copies import asking, copy_for
from tests.support.asked import SUBJECT
from tests.support.stopped import NOW, SENDER, make_envelope, make_raw, make_scan, make_verdict

DAYS = timedelta(days=3)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def waiting(hold):
    """One notice that waits to be sent."""
    hold()
    Outgoing.objects.exclude(id=Outgoing.objects.first().id).delete()
    return Outgoing.objects.get()


def test_a_clock_put_forward_sent_what_was_being_sent(waiting):
    """The bug: the lease ended by the clock, and the same process sent its own row a second time."""
    [row] = outbox.claim(now=NOW)
    assert outbox.claim(now=NOW + DAYS, holding={row.id}) == []
    assert [again.id for again in outbox.claim(now=NOW + DAYS)] == [row.id]  # of a process that died


def test_a_lease_of_a_clock_ahead_kept_its_row_for_days(waiting):
    """The bug: who died under the wrong clock held the row until that time. Who lives renews it meanwhile."""
    [row] = outbox.claim(now=NOW + DAYS)
    outbox.set_right(now=NOW, went_back=True)
    assert outbox.claim(now=NOW) == []
    outbox.renew(row, until=NOW + timedelta(minutes=3))
    assert outbox.claim(now=NOW + 2 * MINUTE) == []
    [again] = outbox.claim(now=NOW + 4 * MINUTE)
    assert again.id == row.id


@pytest.mark.parametrize("went_back", [True, False])
def test_a_wait_of_days_was_believed(waiting, went_back):
    """The bug: a retry put off under a clock three days ahead stayed put off. Now none waits longer than the schedule allows."""
    Outgoing.objects.update(next_at=NOW + DAYS)
    assert outbox.set_right(now=NOW, went_back=went_back) == 1
    assert len(outbox.claim(now=NOW)) == 1


def test_a_notice_written_in_an_hour_that_nobody_saw_waited_for_it(waiting):
    """The bug: ahead and back between two looks, or while the process was down; such a row tells by its own times."""
    hour = NOW + timedelta(hours=1)
    Outgoing.objects.update(created_at=hour, next_at=hour)
    assert outbox.set_right(now=NOW, went_back=False) == 1
    assert len(outbox.claim(now=NOW)) == 1


def test_a_retry_put_off_in_an_hour_that_nobody_saw_waited_for_it(waiting):
    """The same of a row that was tried in that hour."""
    [row] = outbox.claim(now=NOW)
    outbox.retry(row, at=NOW + timedelta(hours=1, minutes=5), now=NOW + timedelta(hours=1))
    assert outbox.set_right(now=NOW + MINUTE, went_back=False) == 1
    assert len(outbox.claim(now=NOW + MINUTE)) == 1


def test_a_notice_was_given_up_after_its_first_try(waiting):
    """The bug: three days ahead its two days were over, and one 4xx was the end of it. It is tried for hours first."""
    for attempt in range(1, outbox.LEAST_TRIES + 1):
        [row] = outbox.claim(now=NOW + DAYS * attempt)
        assert row.attempts == attempt
        outbox.retry(row, at=NOW + DAYS * (attempt + 1), now=NOW + DAYS * attempt)
    waiting.refresh_from_db()
    assert waiting.state == Sending.FAILED


def test_an_ordinary_wait_stays(waiting):
    """With a clock that goes evenly a retry waits for its time."""
    Outgoing.objects.update(next_at=NOW + timedelta(hours=4))
    assert outbox.set_right(now=NOW, went_back=False) == 0
    assert outbox.claim(now=NOW) == []


def test_a_message_that_is_to_be_mended_waited_for_a_wrong_time(db):
    """The bug: claimed under a clock days ahead, it was not mended before that day."""
    held = copy_for("a@x.example", verdict=asking(SUBJECT))
    choices = {one.key: one.cures[0] for one in open_problems(held)}
    wrong = {"state": Mend.DUE, "choices": choices, "lease": "x", "next_at": NOW + DAYS}
    Mending.objects.create(held=held, school=held.school, **wrong)
    assert mended.claim(now=NOW) is not None
    assert mended.claim(now=NOW) is None  # our own lease counts


def test_a_trial_claimed_by_a_clock_ahead_was_never_judged(db):
    """The bug: its lease ended days later, when nobody looked any more."""
    trials.begin(make_raw(), sender=SENDER, to=[], who="x", school="example.sch.uk", now=NOW)
    Trial.objects.update(lease=NOW + DAYS)
    assert trials.claim(now=NOW) is not None
    assert trials.claim(now=NOW) is None


def refuse(raw, now):
    """It is refused, as many times as its server offers it."""
    workflow.refused(
        make_envelope(received_at=now), make_scan(), make_verdict(Action.BLOCK), now=now, raw=raw
    )


def told():
    return Outgoing.objects.filter(kind="notice", state=Sending.PENDING).count()


@pytest.mark.parametrize("later", [timedelta(minutes=11), timedelta(hours=5), DAYS, -DAYS])
def test_a_refusal_was_told_again_when_its_answer_was_lost(db, later):
    """The bug: a server that did not hear the answer came back after ten minutes, and the sender heard of it twice."""
    raw = make_raw()
    refuse(raw, NOW)
    first = told()
    refuse(raw, NOW + later)
    assert (first > 0, told()) == (True, first)


def test_copies_of_a_clock_ahead_took_in_later_mail(db):
    """The bug: the same words, sent again before the wrong time was reached, waited for the decision about the first."""
    copy_for("a@x.example", now=NOW + DAYS)
    copy_for("b@x.example", now=NOW)
    assert Held.objects.exclude(copy_of=None).count() == 0
