"""What goes wrong on the way of a message: its client keeps it, or it is durable; never both, and never a word of it in the log."""

import asyncio
import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from prometheus_client import REGISTRY

from detectors.pool import Busy
from gateway import pipeline
from gateway.gate import QuarantineDown
from gateway.pipeline import handle
from gateway.relay import NextHopDown
from gateway.replies import Reply
from policies.evidence import Facts
from policies.verdict import Action, Verdict
from tests.support.pipeline import (
    GREY,
    OK,
    RAW,
    SECRET,
    FakeGate,
    FakePool,
    FakeQuarantine,
    FakeRelay,
    SurpriseError,
    envelope,
    heard,
    verdict,
)

pytestmark = pytest.mark.usefixtures("at_once")

FAILURES = [
    (FakeGate(pool=FakePool(Busy())), "4.3.2", "busy"),
    (FakeGate(pool=FakePool(SurpriseError(SECRET))), "4.3.0", "trouble"),
    (FakeGate(pool=FakePool(MemoryError())), "4.3.0", "trouble"),
    (FakeGate(relay=FakeRelay(error=NextHopDown("connect-TimeoutError"))), "4.4.1", "connect-TimeoutError"),
    (FakeGate(relay=FakeRelay(error=SurpriseError(SECRET))), "4.3.0", "trouble"),
    *(
        (FakeGate(action, quarantine=FakeQuarantine({call: error})), "4.3.0", cause)
        for action, call in ((Action.ASK, "hold"), (Action.QUARANTINE, "hold"), (Action.BLOCK, "refused"))
        for error, cause in (("OperationalError", "OperationalError"), (SurpriseError(SECRET), "trouble"))
    ),
]


@pytest.mark.parametrize(("fake", "enhanced", "cause"), FAILURES)
def test_what_is_our_fault_or_the_networks_is_a_451_and_nothing_is_stored(
    fake: FakeGate, enhanced: str, cause: str
) -> None:
    """No free worker, no next hop, no database, any exception of ours: generic words, no text of the exception."""
    reply, lines = heard(fake)
    assert (reply.code, reply.enhanced) == (451, enhanced)
    assert fake.quarantine.calls == []
    assert not fake.relay.sent
    assert [line["cause"] for line in lines if line["event"] == "deferred"] == [cause]
    assert SECRET not in repr(reply) + repr(lines)


@pytest.mark.parametrize("error", ["OperationalError", SurpriseError(SECRET)])
def test_when_the_record_fails_after_the_next_hop_took_it_the_mail_is_not_doubled(
    error: str | Exception,
) -> None:
    """The message is gone: 451 would bring it again. 250, and the loss of the record is said loudly."""
    fake = FakeGate(quarantine=FakeQuarantine({"passed": error}))
    reply, lines = heard(fake)
    assert reply == OK
    assert [line["event"] for line in lines] == ["failed", "relayed"]
    assert SECRET not in repr(lines)


def test_a_record_is_not_lost_because_the_database_is_down_for_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next hop has it; the record waits for a moment, and is written once."""
    monkeypatch.setattr(pipeline, "PATIENT", 5.0)
    monkeypatch.setattr(pipeline, "AGAIN", 0.0)
    fake, tries = FakeGate(), []
    passed = fake.quarantine.passed

    async def down_at_first(*message: Any, **more: Any) -> None:
        tries.append(message)
        if len(tries) < 3:
            raise QuarantineDown("OperationalError")
        await passed(*message, **more)

    monkeypatch.setattr(fake.quarantine, "passed", down_at_first)
    reply, lines = heard(fake)
    assert reply == OK
    assert (len(tries), len(fake.relay.sent), fake.quarantine.calls) == (3, 1, ["passed"])
    assert [line["event"] for line in lines] == ["relayed"]


def test_nothing_goes_on_while_nothing_can_be_put_on_record() -> None:
    """A disk that stays full can be read, and mail would pass for hours without a trace: its sender keeps it."""
    fake = FakeGate(quarantine=FakeQuarantine({"ready": "OperationalError"}))
    reply, lines = heard(fake)
    assert (reply.code, reply.enhanced) == (451, "4.3.0")
    assert not fake.relay.sent
    assert [line["cause"] for line in lines if line["event"] == "deferred"] == ["OperationalError"]


def test_an_entry_that_cannot_be_made_is_said_loudly_and_the_mail_is_not_doubled() -> None:
    """Made ahead it fails in silence, and again where the record asks for it: as any record that cannot be written."""
    fake = FakeGate(quarantine=FakeQuarantine({"entry": SurpriseError(SECRET)}))
    reply, lines = heard(fake)
    assert reply == OK
    assert [line["event"] for line in lines] == ["failed", "relayed"]
    assert SECRET not in repr(lines)


@pytest.mark.parametrize(("recipients", "meanwhile"), [(1, 1), (pipeline.QUICK, 0)])
def test_the_entry_is_worked_out_while_the_next_hop_has_the_message(recipients: int, meanwhile: int) -> None:
    """Not before it is sent, and once: the answer finds only the writing left. A large one stalls nobody, but is left to the writer."""
    fake = FakeGate()
    seen: list[tuple[int, int]] = []
    send = fake.relay.send

    async def slow(*message: Any, **more: Any) -> Any:
        first = fake.quarantine.worked_out
        await asyncio.sleep(0)
        seen.append((first, fake.quarantine.worked_out))
        return await send(*message, **more)

    gate = replace(fake.gate(), relay=SimpleNamespace(send=slow))
    to = envelope(*(f"r{n}@example.org" for n in range(recipients)))
    assert asyncio.run(handle(to, RAW, gate)) == OK
    assert seen == [(0, meanwhile)]
    assert fake.quarantine.worked_out == 1


@pytest.mark.parametrize("error", ["OperationalError", SurpriseError(SECRET)])
def test_when_the_rest_cannot_be_kept_nobody_is_lost(error: str | Exception) -> None:
    """Some have the message, the others only the client can still serve: 451, and the doubling is counted."""
    before = REGISTRY.get_sample_value("schoolgate_may_double_total") or 0
    fake = FakeGate(relay=FakeRelay((OK, GREY)), quarantine=FakeQuarantine({"partial": error}))
    reply, lines = heard(fake, "b@example.org", "c@example.org")
    assert reply.code == 451
    assert fake.quarantine.calls == []
    assert [line["event"] for line in lines] == ["failed", "may-double"]
    assert REGISTRY.get_sample_value("schoolgate_may_double_total") == before + 1


def test_the_last_reply_comes_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever hangs, the client hears a 451 before it gives up on us."""
    monkeypatch.setattr(pipeline, "LAST_REPLY", 0.05)
    fake = FakeGate(pool=FakePool(wait=lambda: asyncio.sleep(60)))
    reply, [line] = heard(fake)
    assert reply.code == 451
    assert line["cause"] == "deadline"


def test_a_record_that_hangs_does_not_hold_up_the_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next hop took it, the database hangs: 250 in time all the same."""
    monkeypatch.setattr(pipeline, "RELAYED_BY", 0.05)
    monkeypatch.setattr(pipeline, "RECORDED_IN", 0.05)
    fake = FakeGate()

    async def hang(*_: object, **_more: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(fake.quarantine, "passed", hang)
    reply, _ = heard(fake)
    assert reply == OK


def test_a_verdict_on_many_recipients_stalls_nobody() -> None:
    """While it is worked out, the loop serves the other sessions."""
    going = threading.Event()

    def slow(found: Facts) -> Verdict:
        assert going.wait(10), "the loop did nothing else"
        return verdict(Action.ALLOW)

    async def story() -> Reply:
        many = envelope(*(f"r{n}@example.org" for n in range(pipeline.QUICK)))
        task = asyncio.create_task(handle(many, RAW, replace(FakeGate().gate(), decide=slow)))
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.01, going.set)
        return await task

    assert asyncio.run(story()) == OK


def test_a_cancelled_message_is_told_of_and_stays_cancelled() -> None:
    """The process is stopped: no reply, no 250; the client still has its mail."""

    async def story() -> None:
        started = asyncio.Event()

        async def wait() -> None:
            started.set()
            await asyncio.sleep(60)

        task = asyncio.create_task(handle(envelope(), RAW, FakeGate(pool=FakePool(wait=wait)).gate()))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with structlog.testing.capture_logs() as lines:
        asyncio.run(story())
    assert [(line["event"], line["cause"]) for line in lines] == [("deferred", "cancelled")]
