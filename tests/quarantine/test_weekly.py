"""The weekly report: each Monday once, to DPO and head; who saw content and why; the signed ends; no teacher and no value."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from quarantine import heads, incidents, outbox, workflow
from quarantine.letters import weekly
from quarantine.models import Outgoing
from tests.support.stopped import SENDER

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 6, 15, 7, 30, tzinfo=LONDON)
SCHOOL = "example.sch.uk"


@pytest.fixture
def a_week(hold, db):
    """A message that was seen and returned, one that waits, one incident, and a signed head."""
    wednesday = MONDAY - timedelta(days=5)
    seen, _ = hold(now=wednesday, received_at=wednesday)
    hold(now=wednesday, received_at=wednesday)
    workflow.viewed(seen.id, actor="dpo@example.sch.uk", part="0", reason="decide", now=wednesday)
    workflow.return_(seen.id, actor="dpo@example.sch.uk", note="No", now=wednesday)
    told = incidents.Told(school=SCHOOL, happened="lost", words="Anna's file", aware_at=wednesday)
    incidents.tell(told, by="dsl@example.sch.uk", now=wednesday)
    return heads.sign_due(now=wednesday)[0]


def reports(now):
    return [d for d in outbox.claim(now=now, limit=100) if d.envelope.id.endswith("-weekly")]


def test_it_says_what_happened_and_who_looked(a_week):
    """Figures, the reviewers' names and reasons, the signed end of the record; no sender, no recipient, no words."""
    assert weekly.send_due(now=MONDAY) == 1
    (report,) = reports(MONDAY)
    assert "dpo@example.sch.uk" in report.envelope.addresses
    raw = report.open().decode()
    text = " ".join(raw.replace("=\r\n", "").split())
    for said in (
        "Checked in all: 2",
        "Waiting now: 1",
        "Open incidents: 1",
        "decide (1)",
        "returned 1",
        a_week.hash,
    ):
        assert said in text, said
    for planted in (SENDER, "Anna", "pat.quill", "A… T…"):
        assert planted not in text


@pytest.mark.parametrize("hours", [0, 1, 12])
def test_it_is_sent_once(a_week, hours):
    """However often the clock is looked at."""
    weekly.send_due(now=MONDAY)
    assert weekly.send_due(now=MONDAY + timedelta(hours=hours)) == 0


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (MONDAY.replace(hour=6, minute=59), 0),
        (MONDAY, 1),
        (MONDAY.replace(hour=23), 1),
        (MONDAY + timedelta(days=1), 0),
        (MONDAY - timedelta(days=1), 0),
    ],
)
def test_it_is_sent_on_monday_morning(db, moment, sent):
    """Or later on that day, when the gateway was down in the morning; not at night, and not on another day."""
    assert weekly.send_due(now=moment) == sent
    assert Outgoing.objects.filter(reference__startswith="2026-W").count() == sent


@pytest.mark.parametrize("month", [3, 10])
def test_a_week_with_a_change_of_clocks_begins_at_midnight(month):
    """The school's midnight, summer or winter."""
    sunday = datetime(2026, month, 25 if month == 10 else 29, 12, tzinfo=LONDON)
    start = weekly.week_end(sunday + timedelta(days=1))
    assert (start.hour, start.weekday()) == (0, 0)
