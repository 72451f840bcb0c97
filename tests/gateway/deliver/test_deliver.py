"""The delivery loop on an outbox in memory: every row is sent, or comes back, and nothing is sent twice knowingly."""

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog

from gateway import deliver
from gateway.deliver import AT_ONCE, LEASE, Post, deliver_one, retry_in, run
from gateway.gate import QuarantineDown
from gateway.relay import NextHopDown, Replies
from gateway.replies import Reply
from quarantine.cover import Cover
from quarantine.outbox import Delivery, LeaseLost
from tests.support.pipeline import OK, RAW, FakeRelay, envelope

NOW = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
GREY = Reply(451, "4.7.1", "greylisted")
GONE = Reply(550, "5.1.1", "no such person")


def delivery(number: int = 1, *, kind: str = "original", attempts: int = 1) -> Delivery:
    return Delivery(
        id=number,
        lease="token",
        kind=kind,
        reference=f"01REF{number}",
        school="example.sch.uk",
        attempts=attempts,
        created_at=NOW,
        give_up_at=NOW + timedelta(days=5),
        cover=Cover(envelope=envelope()),
        open=lambda: RAW,
    )


@dataclass
class FakeOutbox:
    """Rows wait in `due`; what is written down about them goes into `log`."""

    due: list[Delivery] = field(default_factory=list)
    log: list[tuple[Any, ...]] = field(default_factory=list)
    errors: dict[str, BaseException] = field(default_factory=dict)
    state: str = "sent"
    claims: int = 0
    most: int = 0

    def _may_fail(self, name: str) -> None:
        if name in self.errors:
            raise self.errors[name]

    async def claim(self, limit: int, lease: timedelta, holding: Collection[int]) -> list[Delivery]:
        self.claims += 1
        self.most = max(self.most, limit)
        assert lease == LEASE
        assert not {row.id for row in self.due}.intersection(holding)
        self._may_fail("claim")
        taken, self.due = self.due[:limit], self.due[limit:]
        return taken

    async def open(self, delivery: Delivery) -> bytes:
        self._may_fail("open")
        return delivery.open()

    async def renew(self, delivery: Delivery, lease: timedelta) -> None:
        self._may_fail("renew")
        self.log.append(("renew", delivery.id))

    async def sent(self, delivery: Delivery, replies: Replies, retry_in: timedelta) -> str:
        self._may_fail("sent")
        self.log.append(("sent", delivery.id, [r.code for _, r in replies.rows], retry_in))
        return self.state

    async def retry(self, delivery: Delivery, retry_in: timedelta) -> str:
        self._may_fail("retry")
        self.log.append(("retry", delivery.id, retry_in))
        return self.state

    async def fall_back(self, delivery: Delivery, replies: Replies | None) -> str:
        self._may_fail("fall_back")
        codes = None if replies is None else [r.code for _, r in replies.rows]
        self.log.append(("fall-back", delivery.id, codes))
        return "failed"


def post(outbox: FakeOutbox, relay: Any) -> Post:
    return Post(outbox=outbox, relay=relay, trace=lambda e: f"Received: {e.id}\r\n".encode())


def one(outbox: FakeOutbox, relay: Any, row: Delivery) -> list[dict[str, Any]]:
    with structlog.testing.capture_logs() as lines:
        asyncio.run(deliver_one(post(outbox, relay), row))
    return [dict(line) for line in lines]


@pytest.mark.parametrize(
    ("kind", "traced"),
    [("original", True), ("partial", True), ("cured", True), ("notice", False), ("report", False)],
)
def test_a_row_is_sent_as_it_was_received_and_written_down(kind: str, traced: bool) -> None:
    """The original bytes, our Received line in front of what a client handed in, none on our own notices."""
    outbox, relay = FakeOutbox(), FakeRelay()
    [line] = one(outbox, relay, delivery(kind=kind))
    [(_, raw, trace)] = relay.sent
    assert (raw, bool(trace)) == (RAW, traced)
    assert outbox.log == [("sent", 1, [250], retry_in(1))]
    assert (line["event"], line["kind"], line["code"]) == ("outgoing-sent", kind, 250)


@pytest.mark.parametrize(
    ("relay", "state", "written", "event"),
    [
        (FakeRelay((GREY,)), "pending", ("sent", 1, [451], retry_in(3)), "outgoing-retry"),
        (FakeRelay((GONE,)), "failed", ("sent", 1, [550], retry_in(3)), "outgoing-failed"),
        (
            FakeRelay(error=NextHopDown("greeting-421")),
            "pending",
            ("retry", 1, retry_in(3)),
            "outgoing-retry",
        ),
        (
            FakeRelay(error=NextHopDown("greeting-421")),
            "failed",
            ("retry", 1, retry_in(3)),
            "outgoing-failed",
        ),
    ],
)
def test_what_was_not_taken_waits_by_the_schedule_or_fails_by_the_outboxs_word(
    relay: FakeRelay, state: str, written: tuple[Any, ...], event: str
) -> None:
    outbox = FakeOutbox(state=state)
    lines = one(outbox, relay, delivery(attempts=3))
    assert outbox.log == [written]
    assert lines[-1]["event"] == event


@pytest.mark.parametrize(
    ("relay", "written"),
    [
        (FakeRelay(), ("sent", 1, [250], retry_in(1))),
        (FakeRelay((GONE,)), ("sent", 1, [550], retry_in(1))),
        (FakeRelay((GREY,)), ("fall-back", 1, [451])),
        (FakeRelay(error=NextHopDown("no-starttls")), ("fall-back", 1, None)),
    ],
)
def test_an_emergency_goes_over_proven_tls_at_once_or_somebody_has_to_act(
    relay: FakeRelay, written: tuple[Any, ...]
) -> None:
    """It never waits for a second try, and never goes over anything less."""
    outbox = FakeOutbox()
    one(outbox, relay, delivery(kind="emergency"))
    assert outbox.log == [written]
    assert relay.proven == [True] * len(relay.sent)


def test_an_error_of_ours_does_not_make_an_emergency_wait() -> None:
    """Then the safeguarding lead is asked."""
    outbox, busy = FakeOutbox(due=[delivery(kind="emergency")]), {}  # type: ignore[var-annotated]

    async def story() -> None:
        await deliver.deliver_due(post(outbox, FakeRelay(error=RuntimeError())), busy)
        await asyncio.gather(*busy)

    with structlog.testing.capture_logs():
        asyncio.run(story())
    assert outbox.log == [("fall-back", 1, None)]


def test_a_lost_last_answer_is_tried_again_and_counted_as_a_possible_double() -> None:
    outbox = FakeOutbox(state="pending")
    lines = one(outbox, FakeRelay((GREY,), doubtful=True), delivery())
    assert outbox.log == [("sent", 1, [451], retry_in(1))]
    assert "may-double" in [line["event"] for line in lines]


def test_the_waits_grow_and_stay_within_hours() -> None:
    """Five days hold some thirty tries, the first soon; attempts of any number have a wait."""
    waits = [retry_in(n) for n in range(1, 40)]
    assert waits == sorted(waits)
    assert waits[0] <= timedelta(minutes=5)
    assert waits[-1] <= timedelta(hours=4)
    assert retry_in(0) == waits[0]


@pytest.mark.parametrize(
    "errors",
    [
        {"sent": QuarantineDown("OperationalError")},
        {"sent": LeaseLost()},
        {"open": QuarantineDown("OperationalError")},
    ],
)
def test_when_the_fate_cannot_be_written_down_the_lease_decides(errors: dict[str, BaseException]) -> None:
    """Nothing is raised, nothing else is written: the row comes back when its lease ends."""
    outbox = FakeOutbox(errors=errors)
    lines = one(outbox, FakeRelay(), delivery())
    assert outbox.log == []
    assert [line["event"] for line in lines] == ["failed"]


class SlowRelay:
    """Sends when told to; says whether it was cut off."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.started = asyncio.Event()
        self.ended: list[str] = []

    async def send(
        self, envelope: Any, raw: bytes, *, trace: bytes, within: float, proven: bool = False
    ) -> Replies:
        self.started.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.ended.append("cut off")
            raise
        self.ended.append("sent")
        return Replies(tuple((r, OK) for r in envelope.recipients))


def test_a_long_send_keeps_its_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """While it takes long the lease is renewed, so that nobody else sends the same."""
    monkeypatch.setattr(deliver, "RENEW", 0.02)
    outbox = FakeOutbox()

    async def story() -> None:
        relay = SlowRelay()
        task = asyncio.create_task(deliver_one(post(outbox, relay), delivery()))
        while ("renew", 1) not in outbox.log:
            await asyncio.sleep(0.01)
        relay.go.set()
        await task
        assert relay.ended == ["sent"]

    asyncio.run(story())
    assert outbox.log[-1][0] == "sent"


def test_a_lost_lease_cuts_the_send_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else has the row by now: what is not sent yet is not sent by us."""
    monkeypatch.setattr(deliver, "RENEW", 0.02)
    outbox = FakeOutbox(errors={"renew": LeaseLost()})

    async def story() -> None:
        relay = SlowRelay()
        await deliver_one(post(outbox, relay), delivery())
        assert relay.ended == ["cut off"]

    asyncio.run(story())
    assert outbox.log == []


# ---- the loop ---------------------------------------------------------------------------------------------------


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
