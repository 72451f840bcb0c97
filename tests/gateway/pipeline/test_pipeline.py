"""Every way of a message: what the client hears, what is kept, and that it is told of exactly once."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from detectors.pool import Busy
from gateway import pipeline
from gateway.gate import QuarantineDown
from gateway.pipeline import REASON, blocked, handle
from gateway.relay import NextHopDown
from gateway.replies import REPLIES, Reply
from policies.evidence import Facts
from policies.verdict import Action, Hit, Verdict
from tests.support.pipeline import OK, RAW, FakeGate, FakePool, FakeQuarantine, FakeRelay, envelope, verdict

GREY = Reply(451, "4.7.1", "greylisted")
FULL = Reply(452, "4.2.2", "mailbox full")
GONE = Reply(550, "5.1.1", "no such person")
SPAM = Reply(554, "5.7.1", "we do not like it")


@pytest.fixture(autouse=True, scope="module")
def at_once() -> Iterator[None]:
    """A record that cannot be written is not waited for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "PATIENT", 0.0)
        yield


def heard(fake: FakeGate, *to: str) -> tuple[Reply, list[dict[str, Any]]]:
    """Run one message through; the reply and the lines of the mail log."""
    with structlog.testing.capture_logs() as lines:
        reply = asyncio.run(handle(envelope(*to), RAW, fake.gate()))
    return reply, [dict(line) for line in lines]


def counted() -> float:
    """All messages that the metrics know of, whatever became of them."""
    return sum(
        sample.value
        for metric in REGISTRY.collect()
        if metric.name == "schoolgate_messages"
        for sample in metric.samples
        if sample.name.endswith("_total")
    )


# ---- the four actions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", [Action.ALLOW, Action.LOG])
def test_allowed_mail_goes_to_the_next_hop_and_the_client_hears_its_answer(action: Action) -> None:
    """The bytes as received, our Received line beside them, the next hop's own words back, one record."""
    fake = FakeGate(action)
    reply, [line] = heard(fake)
    assert reply == OK
    [(sent, raw, trace)] = fake.relay.sent
    assert raw is RAW
    assert fake.relay.judged == [True]  # when it came by SMTP, and these are the same bytes
    assert sent.id.encode() in trace
    assert fake.quarantine.calls == ["passed"]
    assert (line["event"], line["action"], line["accepted"]) == ("relayed", action.word, 1)


@pytest.mark.parametrize("action", [Action.ASK, Action.QUARANTINE])
def test_held_mail_is_committed_before_the_client_hears_250(action: Action) -> None:
    fake = FakeGate(action)
    reply, [line] = heard(fake)
    assert (reply.code, reply.enhanced) == (250, "2.0.0")
    assert envelope().id in reply.text
    assert fake.quarantine.calls == ["hold"]
    assert not fake.relay.sent
    assert (line["event"], line["action"], line["policies"]) == ("held", action.word, ["subject-name"])


def test_a_retry_of_held_mail_hears_of_the_first_hold() -> None:
    """The client lost our 250 and comes again: the same reference, no second hold."""
    fake = FakeGate(Action.ASK, quarantine=FakeQuarantine(first="01FIRST"))
    reply, [line] = heard(fake)
    assert reply.code == 250
    assert "01FIRST" in reply.text
    assert (line["event"], line["first"]) == ("repeated", "01FIRST")


def test_blocked_mail_is_refused_with_the_policys_own_words() -> None:
    """550 5.7.1, the reason and the reference; the sender's notice and the audit event are on the disk before."""
    fake = FakeGate(Action.BLOCK)
    reply, [line] = heard(fake)
    assert (reply.code, reply.enhanced) == (550, "5.7.1")
    assert "A pupil's full name in the subject" in reply.text
    assert envelope().id in reply.text
    assert fake.quarantine.calls == ["refused"]
    assert not fake.relay.sent
    assert (line["event"], line["code"]) == ("refused", 550)


@given(st.lists(st.text(max_size=200), max_size=5))
def test_a_reason_is_one_bounded_ascii_line_that_ends_with_the_reference(whys: list[str]) -> None:
    """Whatever a policy's author wrote, and however much of it."""
    hits = tuple(Hit(policy=str(n), action=Action.BLOCK, why=why) for n, why in enumerate(whys))
    reply = blocked(Verdict(action=Action.BLOCK, hits=hits), "01REF")
    assert len(reply.text) <= REASON
    assert reply.text.isascii()
    assert reply.text.isprintable()
    assert "01REF" in reply.text


def test_only_the_policies_that_block_are_named_in_the_refusal() -> None:
    hits = (
        Hit(policy="a", action=Action.BLOCK, why="One – reason."),
        Hit(policy="b", action=Action.ASK, why="A question."),
        Hit(policy="c", action=Action.BLOCK, why="One – reason."),
        Hit(policy="d", action=Action.BLOCK, why="Another’s reason."),
    )
    text = blocked(Verdict(action=Action.BLOCK, hits=hits), "R").text
    assert text.startswith("One - reason; Another's reason")


# ---- the next hop's word ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("replies", "code", "calls", "left"),
    [
        ((OK, OK), 250, ["passed"], 0),
        ((GONE, SPAM), 550, [], 0),
        ((GREY, FULL), 451, [], 0),
        ((GONE, GREY), 451, [], 0),
        ((OK, GREY), 250, ["partial", "passed"], 1),
        ((GREY, OK), 250, ["partial", "passed"], 1),
        ((OK, GONE), 250, ["partial", "passed"], 1),
        ((GREY, OK, GONE), 250, ["partial", "passed"], 2),
    ],
)
def test_the_next_hops_word_is_ours_and_what_it_takes_in_part_is_kept(
    replies: tuple[Reply, ...], code: int, calls: list[str], left: int
) -> None:
    """All refused → that reply, nothing kept. Some → 250, and the rest is ours. A deferral beats a refusal: nobody
    who might still get the mail is given up."""
    fake = FakeGate(relay=FakeRelay(replies))
    reply, lines = heard(fake, *(f"r{n}@example.org" for n in range(len(replies))))
    assert reply.code == code
    assert fake.quarantine.calls == calls
    assert len(fake.quarantine.left) == left
    assert len(lines) == 1


def test_a_lost_last_answer_is_a_451_that_is_counted_apart() -> None:
    """RFC 1047: it may arrive twice; nothing is stored, and the doubt is in log and metric."""
    before = REGISTRY.get_sample_value("schoolgate_may_double_total") or 0
    fake = FakeGate(relay=FakeRelay((REPLIES["next_hop_down"],), doubtful=True))
    reply, [line] = heard(fake)
    assert reply.code == 451
    assert fake.quarantine.calls == []
    assert line["event"] == "may-double"
    assert REGISTRY.get_sample_value("schoolgate_may_double_total") == before + 1


# ---- what goes wrong --------------------------------------------------------------------------------------------


class SurpriseError(Exception):
    """An error of ours whose text must not be seen."""


SECRET = "Amelia Thompson"
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


# ---- exactly one ------------------------------------------------------------------------------------------------

ENDS = {"relayed", "held", "repeated", "refused", "deferred", "may-double"}
ERRORS: list[Any] = [None, "OperationalError", SurpriseError(SECRET)]


@given(
    action=st.sampled_from(list(Action)),
    replies=st.lists(st.sampled_from([OK, GREY, GONE]), min_size=1, max_size=4),
    down=st.dictionaries(
        st.sampled_from(["hold", "refused", "passed", "partial"]), st.sampled_from(ERRORS[1:])
    ),
    pool=st.sampled_from([None, Busy(), SurpriseError(SECRET)]),
    hop=st.sampled_from([None, NextHopDown("x"), SurpriseError(SECRET)]),
    doubtful=st.booleans(),
)
def test_every_message_has_exactly_one_end(
    action: Action, replies: list[Reply], down: dict[str, Any], pool: Any, hop: Any, doubtful: bool
) -> None:
    """Whatever fails: one reply, one line that tells the end, one count; and a 250 only for what is durable:
    taken by the next hop, every recipient of it, or ours by a commit."""
    fake = FakeGate(
        action,
        pool=FakePool(pool) if pool else FakePool(),
        relay=FakeRelay(tuple(replies), hop, doubtful and all(r.code != 250 for r in replies)),
        quarantine=FakeQuarantine(dict(down)),
    )
    before = counted()
    reply, lines = heard(fake, *(f"r{n}@example.org" for n in range(len(replies))))
    ends = Counter(line["event"] for line in lines if line["event"] in ENDS)
    assert ends.total() == 1
    assert counted() == before + 1
    assert SECRET not in repr(lines) + repr(reply)
    durable = "hold" in fake.quarantine.calls
    if fake.relay.sent:
        durable = all(r.code == 250 for r in replies) or (
            any(r.code == 250 for r in replies) and "partial" in fake.quarantine.calls
        )
    assert (reply.code == 250) == durable
