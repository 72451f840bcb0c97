"""Every way of a message: what the client hears, what is kept, and that it is told of exactly once."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from detectors.pool import Busy
from gateway.pipeline import REASON, blocked
from gateway.relay import NextHopDown
from gateway.replies import REPLIES, Reply
from policies.verdict import Action, Hit, Verdict
from tests.support.pipeline import (
    FULL,
    GONE,
    GREY,
    OK,
    RAW,
    SECRET,
    SPAM,
    FakeGate,
    FakePool,
    FakeQuarantine,
    FakeRelay,
    SurpriseError,
    envelope,
    heard,
)

pytestmark = pytest.mark.usefixtures("at_once")


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
