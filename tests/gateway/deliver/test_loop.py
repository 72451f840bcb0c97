"""The delivery loop: rows go out as places get free, whatever breaks, and a stop lets them end."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from gateway import deliver
from gateway.deliver import AT_ONCE, retry_in, run
from gateway.gate import QuarantineDown
from quarantine.outbox import Delivery
from tests.gateway.deliver.rows import FakeOutbox, SlowRelay, delivery, post
from tests.support.pipeline import FakeRelay


def loop(outbox: FakeOutbox, relay: Any, until: Callable[[], bool], **more: Any) -> bool:
    """Run the delivery loop until something is true, then stop it; whether it drained."""

    async def story() -> bool:
        stop = asyncio.Event()
        task = asyncio.create_task(run(post(outbox, relay), stop, **more))
        async with asyncio.timeout(10):
            while not until():
                await asyncio.sleep(0.005)
        stop.set()
        return await task

    return asyncio.run(story())


def test_many_rows_go_out_without_waiting_for_the_clock() -> None:
    """A hundred rows take no hundred polls: a place that gets free is filled at once."""
    outbox, relay = FakeOutbox(due=[delivery(n) for n in range(100)]), FakeRelay()
    before = time.monotonic()
    assert loop(outbox, relay, lambda: len(outbox.log) == 100)
    assert time.monotonic() - before < 5
    assert sorted(entry[1] for entry in outbox.log) == list(range(100))
    assert outbox.most <= AT_ONCE


def test_a_row_that_breaks_us_does_not_stop_the_others() -> None:
    """Bytes that cannot be opened: that row waits, the others go."""
    broken = delivery(1)
    outbox, relay = FakeOutbox(due=[broken, delivery(2)]), FakeRelay()

    async def open_(row: Delivery) -> bytes:
        if row is broken:
            raise ValueError("Amelia Thompson")
        return row.open()

    outbox.open = open_  # type: ignore[method-assign]
    with structlog.testing.capture_logs() as lines:
        loop(outbox, relay, lambda: len(outbox.log) == 2)
    assert ("retry", 1, retry_in(1)) in outbox.log
    assert ("sent", 2, [250], retry_in(1)) in outbox.log
    assert "Amelia" not in repr(lines)


def test_the_loop_outlives_a_database_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is down nothing is lost and nothing spins; when it is back the mail goes."""
    monkeypatch.setattr(deliver, "PAUSE", 0.05)
    outbox, relay = (
        FakeOutbox(due=[delivery()], errors={"claim": QuarantineDown("OperationalError")}),
        FakeRelay(),
    )

    def healed() -> bool:
        if outbox.claims == 2:
            outbox.errors.clear()
        return len(outbox.log) == 1

    assert loop(outbox, relay, healed)
    assert outbox.claims <= 5


def test_a_nudge_is_heard_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "POLL", 60)
    outbox, relay = FakeOutbox(), FakeRelay()

    async def story() -> None:
        stop, wake = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(run(post(outbox, relay), stop, wake=wake))
        while not outbox.claims:
            await asyncio.sleep(0)
        outbox.due.append(delivery())
        wake.set()
        async with asyncio.timeout(5):
            while not outbox.log:
                await asyncio.sleep(0)
        stop.set()
        assert await task

    asyncio.run(story())


@pytest.mark.parametrize("ends", [True, False])
def test_a_stop_lets_what_is_under_way_end_within_its_time(ends: bool) -> None:
    """SIGTERM: no new row; those under way end, or are cut off and come back by their lease."""
    outbox = FakeOutbox(due=[delivery()])

    async def story() -> None:
        relay, stop = SlowRelay(), asyncio.Event()
        task = asyncio.create_task(run(post(outbox, relay), stop, drain=5 if ends else 0.05))
        await relay.started.wait()
        outbox.due.append(delivery(2))
        stop.set()
        if ends:
            relay.go.set()
        assert await task is ends
        assert relay.ended == ["sent" if ends else "cut off"]

    asyncio.run(story())
    assert [row.id for row in outbox.due] == [2]
