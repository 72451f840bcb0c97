"""Replies as servers really write them, and as they should not: one printable line, a bound, or an end."""

import asyncio

import pytest

from gateway.relay import NextHopDown, Relay
from tests.support.next_hop import ScriptedNextHop
from tests.support.relaying import RAW, codes, envelope, with_hop


@pytest.mark.parametrize(
    ("answer", "code", "enhanced", "text"),
    [
        ("550-5.1.1 The box\\r\\n550 5.1.1 is gone", 550, "5.1.1", "The box is gone"),
        ("550 gone", 550, "5.0.0", "gone"),
        ("550", 550, "5.0.0", "no reason given"),
        ("450 5.1.1 mixed up", 450, "4.0.0", "mixed up"),
        ("550 5.7.1 caf\\xe9 \\x07 bell", 550, "5.7.1", "caf bell"),
        ("550 5.7.1 " + "x" * 1000, 550, "5.7.1", "x" * 400),
    ],
)
def test_replies_are_passed_on_as_one_printable_line(
    answer: str, code: int, enhanced: str, text: str
) -> None:
    """Multi-line, bare, 8-bit and endless texts; the enhanced class always fits the code."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        [(_, reply)] = (await relay.send(envelope(), RAW)).rows
        assert (reply.code, reply.enhanced, reply.text) == (code, enhanced, text)

    with_hop((f"DOT -> raw {answer}",), story)


@pytest.mark.parametrize("flood", ["x" * 10_000, "250-x\\r\\n" * 500, "999 what", "25x", "-"])
def test_a_flood_or_nonsense_is_the_end_of_the_connection(flood: str) -> None:
    """Nothing is collected without a bound."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        with pytest.raises(NextHopDown):
            await relay.send(envelope(), RAW)

    with_hop((f"MAIL -> raw {flood}",), story)


@pytest.mark.parametrize(
    ("early", "expected"),
    [
        ("552 5.3.4 too big", [552]),
        ("451 4.3.1 full", [451]),
        ("250 2.0.0 taken", None),
        ("421 4.3.2 bye", None),
    ],
)
def test_an_answer_before_the_final_dot_is_a_refusal_and_never_an_acceptance(
    early: str, expected: list[int] | None
) -> None:
    """Half a message taken is no message taken."""
    big = RAW + b"x" * 70 + b"\r\n" + (b"y" * 76 + b"\r\n") * 100_000

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        if expected is None:
            with pytest.raises(NextHopDown):
                await relay.send(envelope(), big)
        else:
            assert codes(await relay.send(envelope(), big)) == expected
        assert not hop.taken

    with_hop((f"BODY -> {early}",), story)


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
@pytest.mark.parametrize(
    "answer", ["DATA -> 250 2.0.0 ok", "DATA -> 334 go on", "MAIL -> raw 250 one\\r\\n250 too many"]
)
def test_what_was_not_sent_is_never_taken(answer: str, extensions: tuple[str, ...]) -> None:
    """A yes to DATA itself, or an answer too many before it, counted as a message that had arrived: it was lost without a word."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        with pytest.raises(NextHopDown, match="garbage"):
            await relay.send(envelope(), RAW)
        assert not hop.taken
        hop.say()
        assert codes(await relay.send(envelope(), RAW)) == [250]
        assert len(hop.taken) == 1

    with_hop((answer,), story, extensions=extensions)


def test_unasked_words_on_an_idle_connection_end_its_use() -> None:
    """A reply that nobody asked for could be taken for the next one."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        await relay.send(envelope(), RAW)
        [writer] = hop._writers
        writer.write(b"250 2.0.0 and another\r\n")
        await writer.drain()
        [pool] = relay._pools.values()
        while pool._idle[0].alive:
            await asyncio.sleep(0)
        assert codes(await relay.send(envelope(), RAW)) == [250]
        assert hop.connections == 2

    with_hop((), story)
