"""Pipeline, real quarantine, delivery loop and a scripted next hop together: what is kept arrives, once."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from gateway import pipeline
from gateway.deliver import Post, deliver_one
from gateway.gate import Gate, QuarantineDown
from gateway.pipeline import handle
from gateway.quarantine_calls import OutboxCalls, QuarantineCalls, Threads
from gateway.relay import Relay
from gateway.settings import NextHop
from policies.verdict import Action
from quarantine import database, outbox, workflow
from quarantine.models import AuditEvent, Held, Outgoing, Remembered, Sealed, VerdictRecord
from tests.support.next_hop import ScriptedNextHop
from tests.support.pipeline import FakePool, envelope, facts
from tests.support.stopped import make_envelope, make_raw, make_scan, make_verdict

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NOW = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def threads() -> Iterator[Threads]:
    made = Threads(2)
    yield made
    made.close()


@dataclass
class Flow:
    """One gateway in this process, and the next hop behind it."""

    hop: ScriptedNextHop
    relay: Relay
    calls: QuarantineCalls
    rows: OutboxCalls
    now: datetime = NOW

    def gate(self, action: Action) -> Gate:
        return Gate(
            pool=FakePool(make_scan()),
            facts=facts,
            decide=lambda _: make_verdict(action),
            relay=self.relay,
            quarantine=self.calls,
            trace=lambda e: f"Received: id {e.id}\r\n".encode(),
        )

    async def deliver(self, kinds: tuple[str, ...] = ("original", "partial")) -> None:
        """Send all that is due of these kinds; what else is due stays leased."""
        post = Post(outbox=self.rows, relay=self.relay, trace=lambda e: f"Received: id {e.id}\r\n".encode())
        for row in await self.rows.claim(50, timedelta(minutes=3)):
            if row.kind in kinds:
                await deliver_one(post, row)


@asynccontextmanager
async def flow(threads: Threads, *script: str) -> AsyncIterator[Flow]:
    async with ScriptedNextHop(*script) as hop:
        relay = Relay(NextHop(address=hop.address, tls="off"), "gate.example.sch.uk")
        made = Flow(
            hop, relay, QuarantineCalls(threads, lambda: made.now), OutboxCalls(threads, lambda: made.now)
        )
        yield made
        await relay.close()


def counts() -> dict[str, int]:
    models = {"held": Held, "outgoing": Outgoing, "sealed": Sealed, "records": VerdictRecord}
    return {name: model.objects.count() for name, model in models.items()}


def events() -> list[str]:
    return [event.kind for event in AuditEvent.objects.order_by("number")]


def test_held_mail_is_there_when_the_client_hears_250_and_arrives_once_after_release(
    threads: Threads,
) -> None:
    """The bytes as received, to every recipient, with our Received line; a retry of the client holds nothing twice."""
    raw, sent = make_raw(), make_envelope(to=("a@example.org", "b@example.org"))

    async def story() -> ScriptedNextHop:
        async with flow(threads) as f:
            first = await handle(sent, raw, f.gate(Action.QUARANTINE))
            again = await handle(
                make_envelope(to=("b@example.org", "a@example.org")), raw, f.gate(Action.QUARANTINE)
            )
            assert (first.code, again.code) == (250, 250)
            assert sent.id in again.text
            await threads.call(workflow.release, sent.id, actor="user:1", now=f.now, note="the office asked")
            await f.deliver()
            await f.deliver()
            return f.hop

    hop = asyncio.run(story())
    [taken] = hop.taken
    assert taken.data == f"Received: id {sent.id}\r\n".encode() + raw
    assert [r.split(">")[0] for r in taken.rcpts] == ["RCPT TO:<a@example.org", "RCPT TO:<b@example.org"]
    assert counts()["held"] == 1
    assert events().count("held") == 1


def test_what_the_next_hop_takes_in_part_is_ours_and_goes_on_by_itself(threads: Threads) -> None:
    """Greylisted at first, taken later: each recipient gets it once; one who is refused is reported to the sender."""
    raw, sent = make_raw(), make_envelope(to=("a@example.org", "b@example.org", "gone@example.org"))

    async def story() -> ScriptedNextHop:
        async with flow(threads, "RCPT b@ -> 451 4.7.1 later", "RCPT gone@ -> 550 5.1.1 nobody") as f:
            assert (await handle(sent, raw, f.gate(Action.ALLOW))).code == 250
            f.hop.say()
            f.now += timedelta(minutes=10)
            await f.deliver()
            return f.hop

    hop = asyncio.run(story())
    assert [[r.split(">")[0] for r in t.rcpts] for t in hop.taken] == [
        ["RCPT TO:<a@example.org"],
        ["RCPT TO:<b@example.org"],
    ]
    assert {t.data for t in hop.taken} == {f"Received: id {sent.id}\r\n".encode() + raw}
    assert Outgoing.objects.filter(kind="partial", state="sent").count() == 1
    assert Outgoing.objects.filter(kind="report").count() == 1
    assert {"partial", "passed"} <= set(events())


def test_the_rest_is_given_up_after_its_time_with_a_report(threads: Threads) -> None:
    """Five days of 4xx end in one report to the sender, and no further try."""

    async def story() -> None:
        async with flow(threads, "RCPT b@ -> 451 4.7.1 later") as f:
            await handle(
                make_envelope(to=("a@example.org", "b@example.org")), make_raw(), f.gate(Action.ALLOW)
            )
            for _ in range(60):
                f.now += timedelta(hours=4)
                await f.deliver()

    asyncio.run(story())
    assert Outgoing.objects.get(kind="partial").state == "failed"
    assert Outgoing.objects.filter(kind="report").count() == 1


@pytest.mark.parametrize(
    ("action", "code", "held", "kept"),
    [(Action.ALLOW, 250, 0, 0), (Action.BLOCK, 550, 0, 0), (Action.ASK, 250, 1, 1)],
)
def test_only_what_is_held_keeps_content(
    threads: Threads, action: Action, code: int, held: int, kept: int
) -> None:
    """Passed and blocked mail leave a record and one audit event; the bytes stay with the sender or the next hop."""

    async def story() -> None:
        async with flow(threads) as f:
            assert (await handle(make_envelope(), make_raw(), f.gate(action))).code == code

    asyncio.run(story())
    assert counts()["held"] == held
    assert counts()["records"] == 1
    assert Sealed.objects.exclude(outgoing__kind="notice").count() == kept
    assert len(events()) == 1


@pytest.mark.parametrize("action", [Action.ASK, Action.QUARANTINE, Action.BLOCK])
@pytest.mark.parametrize(
    "failing", [OperationalError("database is locked"), OSError(28, "No space left"), RuntimeError()]
)
def test_a_commit_that_fails_is_a_451_and_leaves_nothing(
    threads: Threads, action: Action, failing: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last step of the transaction fails: no row, no notice, no event, and the client keeps its mail."""

    def fail(*_: Any, **__: Any) -> None:
        raise failing

    monkeypatch.setattr("quarantine.audit.append", fail)

    async def story() -> None:
        async with flow(threads) as f:
            reply = await handle(make_envelope(), make_raw(), f.gate(action))
            assert (reply.code, reply.enhanced) == (451, "4.3.0")

    asyncio.run(story())
    assert set(counts().values()) == {0}
    assert events() == []


def test_a_locked_database_is_quarantine_down_and_heals(
    threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process holds the write lock longer than we wait; afterwards the same thread works again."""
    if connection.vendor != "sqlite":
        return  # PostgreSQL locks rows, not the database
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.1)
    other = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    sent, raw, scan = make_envelope(), make_raw(), make_scan()

    async def story() -> None:
        async with flow(threads) as f:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(QuarantineDown, match="OperationalError"):
                await f.calls.hold(sent, raw, scan, make_verdict(), facts(sent, scan))
            other.execute("ROLLBACK")
            assert await f.calls.hold(sent, raw, scan, make_verdict(), facts(sent, scan)) == sent.id

    asyncio.run(story())
    other.close()


def test_a_disk_that_stays_full_costs_the_record_of_one_message_and_then_lets_none_pass(
    threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first has gone before anybody could know; those after it stay with their sender, until there is room again."""

    async def story() -> None:
        async with flow(threads) as f:
            with monkeypatch.context() as full:
                full.setattr(pipeline, "PATIENT", 0.0)
                full.setattr(database, "_number", no_room)
                codes = [
                    (await handle(make_envelope(), make_raw(), f.gate(Action.ALLOW))).code for _ in range(3)
                ]
            assert (codes, len(f.hop.taken)) == ([250, 451, 451], 1)
            assert (await handle(make_envelope(), make_raw(), f.gate(Action.ALLOW))).code == 250
            assert len(f.hop.taken) == 2

    def no_room() -> None:
        raise OperationalError("database or disk is full")

    asyncio.run(story())
    assert events() == ["passed"]
    assert not Remembered.objects.filter(kind="trial").exists()


def test_an_expired_lease_is_nobodys(threads: Threads) -> None:
    """We were too slow and somebody else has the row: our word about it does not count."""

    async def story() -> None:
        async with flow(threads) as f:
            await handle(envelope(), make_raw(), f.gate(Action.ASK))
            [row, *_] = await f.rows.claim(50, timedelta(minutes=3))
            f.now += timedelta(minutes=4)
            again = await f.rows.claim(50, timedelta(minutes=3))
            assert row.id in [r.id for r in again]
            with pytest.raises(outbox.LeaseLost):
                await f.rows.retry(row, timedelta(minutes=5))

    asyncio.run(story())


def test_threads_close_their_connections() -> None:
    """Each thread closes the one that it opened, even those that never had anything to do."""
    threads, ends = Threads(3), []

    async def story(call: Callable[[], int]) -> None:
        ends.append(await threads.call(call))

    asyncio.run(story(Held.objects.count))
    threads.close()
    assert ends == [0]
    with pytest.raises(RuntimeError):
        asyncio.run(story(lambda: 1))
