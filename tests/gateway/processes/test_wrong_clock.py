"""A clock that jumps: nothing ends, is deleted or told because of it, and nothing waits for a time that was wrong."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import structlog

from gateway.processes import upkeep
from gateway.processes.start import utc_now
from gateway.processes.steady import REST, Steady
from gateway.quarantine_calls import Threads
from quarantine.models import AuditEvent, Held, Outgoing, Sending, State
from tests.support.servers import until
from tests.support.stopped import make_envelope, make_raw, make_scan, make_verdict

HOUR = timedelta(hours=1)
EVENLY = REST.total_seconds()


class Clock:
    """The time of day, as far off as somebody has put it."""

    def __init__(self) -> None:
        self.off = timedelta()
        self.looks = 0

    def __call__(self) -> datetime:
        self.looks += 1
        return utc_now() + self.off


@pytest.fixture
def threads() -> Iterator[Threads]:
    made = Threads(1)
    yield made
    made.close()


def kept_up(threads: Threads, *offsets: timedelta) -> list[str]:
    """Upkeep while the clock is put off by each of these in turn; what it logged."""
    clock = Clock()

    async def main() -> None:
        stop = asyncio.Event()
        keeping = asyncio.create_task(upkeep.keep_up(threads, stop, clock=clock, every=0.01))
        for off in offsets:
            clock.off, seen = off, clock.looks
            await asyncio.to_thread(until, lambda seen=seen: clock.looks > seen + 2, "two looks")
        stop.set()
        await keeping

    with structlog.testing.capture_logs() as lines:
        asyncio.run(main())
    return [line["event"] for line in lines]


def hold_now() -> Held:
    """A message held a moment ago, with the notices of that."""
    from quarantine import workflow

    now = utc_now()
    return workflow.hold(make_envelope(received_at=now), make_raw(), make_scan(), make_verdict(), now=now)


def test_a_clock_that_goes_evenly_is_believed() -> None:
    """At once after a start that follows on, also over a weekend, and with small corrections."""
    start, steady = utc_now(), Steady()
    assert steady.start(start, 100.0, last=start - timedelta(days=2)) == 0.0
    assert steady.believed(100.0)
    for second in range(0, 600, 60):
        corrected = timedelta(seconds=second + second / 20)
        assert steady.look(start + corrected, 100.0 + second) == 0.0
        assert steady.believed(100.0 + second)


@pytest.mark.parametrize("jump", [timedelta(minutes=3), timedelta(days=40), -timedelta(minutes=3), -HOUR])
def test_a_clock_that_jumped_is_believed_once_it_has_gone_evenly(jump: timedelta) -> None:
    """Forwards or back: it rests for a while from the last jump on."""
    start, steady = utc_now(), Steady()
    steady.start(start, 0.0, last=start)
    assert steady.look(start + jump, 0.0) == pytest.approx(jump.total_seconds())
    assert not steady.believed(EVENLY - 1)
    assert steady.look(start, 60.0) == pytest.approx(-jump.total_seconds() - 60, abs=1)  # and back again
    assert not steady.believed(EVENLY)
    assert steady.believed(EVENLY + 61)


@pytest.mark.parametrize(("away", "back"), [(-HOUR, True), (timedelta(days=30), False)])
def test_a_start_at_a_time_that_does_not_follow_on_is_as_after_a_jump(away: timedelta, back: bool) -> None:
    """Before the last event on the record, or weeks after it: what is due waits for a quarter of an hour."""
    start, steady = utc_now(), Steady()
    assert (steady.start(start + away, 0.0, last=start) < 0) is back
    assert not steady.believed(EVENLY - 1)
    assert steady.believed(EVENLY)


@pytest.mark.django_db(transaction=True)
def test_a_clock_put_forward_by_weeks_ended_holds_and_deleted_content(threads: Threads) -> None:
    """The bug: one wrong minute a month ahead returned every held message and purged what was kept."""
    held = hold_now()
    events = kept_up(threads, timedelta(), timedelta(days=400), timedelta())
    held.refresh_from_db()
    assert (held.state, held.envelope is None) == (State.HELD, False)
    assert events.count("clock-jumped") == 2
    assert not AuditEvent.objects.filter(kind__in=["purged", "expired"]).exists()


@pytest.mark.django_db(transaction=True)
def test_a_time_that_comes_evenly_still_ends_holds(threads: Threads) -> None:
    """The same hold, months old, under a clock that goes as it should: it ends."""
    held = hold_now()
    past = utc_now() - timedelta(days=60)
    Held.objects.filter(id=held.id).update(received_at=past, expires_at=past + timedelta(days=30))
    assert kept_up(threads, timedelta()) == ["audit-head"]
    held.refresh_from_db()
    assert held.state != State.HELD


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ahead", [HOUR, timedelta(days=3)])
def test_a_notice_written_under_a_clock_ahead_waited_for_that_time(
    threads: Threads, ahead: timedelta
) -> None:
    """The bug: written while the clock was wrong, it was due when the right time had reached the wrong one."""
    hold_now()
    late = utc_now() + ahead
    Outgoing.objects.update(created_at=late, next_at=late)
    kept_up(threads, ahead, timedelta())
    assert Outgoing.objects.filter(state=Sending.PENDING, next_at__lte=utc_now()).exists()
    assert not Outgoing.objects.filter(next_at__gt=utc_now()).exists()


@pytest.mark.django_db(transaction=True)
def test_a_notice_of_days_ahead_goes_after_a_start_as_well(threads: Threads) -> None:
    """The clock was right again before the process came back: its record still shows the time that was wrong."""
    hold_now()
    late = utc_now() + timedelta(days=3)
    Outgoing.objects.update(created_at=late, next_at=late)
    kept_up(threads, timedelta())
    assert not Outgoing.objects.filter(next_at__gt=utc_now()).exists()
