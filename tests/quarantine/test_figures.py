"""Figures by day: each message counted once, on the day it belongs to, and still there when the message is not."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quarantine import figures, workflow
from quarantine.figures import Sort
from tests.support.stopped import NOW

SCHOOL = "example.sch.uk"


def total(found, sort):
    """What was counted of one sort, over all days."""
    counts = Counter()
    for day in found.values():
        counts.update({name: many for (_, kind, name), many in day.items() if kind == sort and many})
    return dict(counts)


@pytest.fixture
def decided(hold):
    """Three held on one day: released as a false alarm after half an hour, returned a day later, and one that waits."""
    from quarantine.models import Held

    rows = [hold(now=NOW, received_at=NOW)[0] for _ in range(3)]
    workflow.release(rows[0].id, actor="dpo@example.sch.uk", now=NOW + timedelta(minutes=30))
    Held.objects.filter(id=rows[0].id).update(false_alarm=True)
    workflow.return_(rows[1].id, actor="dpo@example.sch.uk", note="x", now=NOW + timedelta(hours=25))
    return rows


def test_closed_days_say_what_was_counted_live(decided):
    """Before and after the day is closed the same figures come out, and closing twice changes nothing."""
    from quarantine.models import Figure

    first, schools = NOW.date() - timedelta(days=7), [SCHOOL]
    live = figures.since(first, schools, now=NOW + timedelta(hours=26))
    later = NOW + timedelta(days=3)
    assert figures.close_due(now=later) == 3
    rows = Figure.objects.count()
    assert figures.close_due(now=later) == 0
    assert Figure.objects.count() == rows
    kept = figures.since(first, schools, now=later)
    for sort in Sort:
        assert total(kept, sort) == total(live, sort), sort
    assert total(kept, Sort.VERDICT) == {"quarantine": 3}
    assert total(kept, Sort.OUTCOME) == {"released": 1, "returned": 1}
    assert total(kept, Sort.TIME) == {"within an hour": 1, "within 3 days": 1}
    assert total(kept, Sort.ALARM) == {"decided": 2, "false": 1}
    assert set(total(kept, Sort.POLICY).values()) == {3}


def test_figures_outlive_the_messages_and_end_after_a_year(decided):
    """A purge of the records leaves the counts; after thirteen months they go too."""
    from quarantine.models import ClosedDay, Figure, Held, VerdictRecord

    figures.close_due(now=NOW + timedelta(days=3))
    Held.objects.all().delete()
    VerdictRecord.objects.all().delete()
    found = figures.since(NOW.date(), [SCHOOL], now=NOW + timedelta(days=3))
    assert total(found, Sort.VERDICT) == {"quarantine": 3}
    ClosedDay.objects.create(day=(NOW + timedelta(days=500)).date())
    VerdictRecord.objects.create(
        id="later", school=SCHOOL, action="allow", received_at=NOW + timedelta(days=501),
        sender="x", recipients=1, size=1, parts=1,
    )  # fmt: skip
    figures.close_due(now=NOW + timedelta(days=503))
    assert not Figure.objects.filter(day__lte=NOW.date() + timedelta(days=2)).exists()


def test_departments_are_counted_like_policies(db):
    """Each message that a policy concerned, once; what went unhindered is nobody's figure."""
    from quarantine.models import VerdictRecord

    found = (("Science", "ask"), ("Science", "log"), ("Science", "allow"), ("", "block"))
    for n, (department, action) in enumerate(found):
        VerdictRecord.objects.create(
            id=str(n), school=SCHOOL, action=action, received_at=NOW, sender="x", recipients=1, size=1,
            parts=1, department=department, policies=["a", "b"],
        )  # fmt: skip
    live = figures.since(NOW.date(), [SCHOOL], now=NOW)
    figures.close_due(now=NOW + timedelta(days=1))
    closed = figures.since(NOW.date(), [SCHOOL], now=NOW + timedelta(days=1))
    for read in (live, closed):
        assert total(read, Sort.DEPARTMENT) == {"Science": 2, "": 1}


def test_another_schools_figures_are_not_ours(decided):
    """A person sees the counts of the schools they may see."""
    assert total(figures.since(NOW.date(), ["other.sch.uk"], now=NOW), Sort.VERDICT) == {}


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), 1),
        (datetime(2026, 7, 1, 23, 1, tzinfo=UTC), 2),  # past midnight by the school's clock
        (datetime(2026, 12, 1, 23, 59, tzinfo=UTC), 1),
    ],
)
def test_a_day_is_a_day_by_the_schools_clock(db, at, day):
    """Summer time counts."""
    from quarantine.models import Figure, VerdictRecord

    VerdictRecord.objects.create(
        id="one", school=SCHOOL, action="log", received_at=at, sender="x", recipients=1, size=1, parts=1
    )
    figures.close_due(now=at + timedelta(days=2))
    assert Figure.objects.get(sort=Sort.VERDICT).day.day == day


def test_a_page_reads_as_often_for_many_days_as_for_one(decided):
    """The number of queries does not grow with the days."""
    figures.close_due(now=NOW + timedelta(days=20))
    with CaptureQueriesContext(connection) as queries:
        figures.since(NOW.date() - timedelta(days=365), [SCHOOL], now=NOW + timedelta(days=20))
    assert len(queries) <= 6
