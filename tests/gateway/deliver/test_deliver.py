"""One row of the outbox: it is sent and written down, or comes back, and nothing is sent twice knowingly."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import structlog

from gateway import deliver
from gateway.deliver import deliver_one, retry_in
from gateway.gate import QuarantineDown
from gateway.relay import NextHopDown
from gateway.replies import Reply
from quarantine.outbox import LeaseLost
from tests.gateway.deliver.rows import FakeOutbox, SlowRelay, delivery, one, post
from tests.support.pipeline import RAW, FakeRelay

GREY = Reply(451, "4.7.1", "greylisted")
GONE = Reply(550, "5.1.1", "no such person")


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
    assert relay.judged == [False] * len(relay.sent)  # what comes out of the store is looked at again


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
def test_when_the_fate_cannot_be_written_down_the_lease_decides(
    errors: dict[str, BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is raised, nothing else is written: the row comes back when its lease ends."""
    monkeypatch.setattr(deliver, "AGAIN", (0.0, 0.0))
    outbox = FakeOutbox(errors=errors)
    lines = one(outbox, FakeRelay(), delivery())
    assert outbox.log == []
    assert [line["event"] for line in lines] == ["failed"]


def test_an_answer_is_not_forgotten_because_the_database_is_down_for_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A notice that went while the disk was full came again: now its answer waits, and is written once it can be."""
    monkeypatch.setattr(deliver, "AGAIN", (0.0, 0.0))
    outbox, relay, tries = FakeOutbox(), FakeRelay(), []
    sent = outbox.sent

    async def down_at_first(*answer: Any) -> str:
        tries.append(answer)
        if len(tries) < 3:
            raise QuarantineDown("OperationalError")
        return await sent(*answer)

    outbox.sent = down_at_first  # type: ignore[method-assign]
    lines = one(outbox, relay, delivery())
    assert len(relay.sent) == 1
    assert outbox.log == [("sent", 1, [250], retry_in(1))]
    assert [line["event"] for line in lines] == ["outgoing-sent"]


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
