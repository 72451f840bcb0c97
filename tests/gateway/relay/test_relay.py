"""The next hop's behaviour is data; what the relay makes of it is the property."""

import asyncio

import pytest
import uvloop

from gateway.relay import NextHopDown, Relay, connection
from gateway.settings import NextHop
from tests.support.next_hop import EXTENSIONS, ScriptedNextHop
from tests.support.relaying import RAW, TRACE, codes, envelope, run_on, with_hop


@pytest.mark.parametrize("extensions", [EXTENSIONS, (), ("PIPELINING",)])
@pytest.mark.parametrize(
    ("script", "expected", "taken"),
    [
        ((), [250, 250], 1),
        (("RCPT b@ -> 451 4.2.0 grey",), [451, 250], 1),
        (("RCPT b@ -> 550 5.1.1 nobody",), [550, 250], 1),
        (("RCPT b@ -> 452 4.5.3 too many", "RCPT c@ -> 550 5.1.1 no"), [452, 550], 0),
        (("RCPT -> 550 5.1.1 no", "DATA -> 354 go on"), [550, 550], 0),
        (("MAIL -> 550 5.7.1 not you",), [550, 550], 0),
        (("MAIL -> 450 4.7.1 later",), [450, 450], 0),
        (("DATA -> 451 4.3.0 later",), [451, 451], 0),
        (("DOT -> 554 5.7.1 spam",), [554, 554], 0),
        (("DOT -> 452 4.3.1 full",), [452, 452], 0),
        (("RCPT b@ -> 550 5.1.1 no", "DOT -> 451 4.3.0 later"), [550, 451], 0),
        (("MAIL -> 530 5.7.0 must log in",), [451, 451], 0),
        (("DOT -> 421 4.3.2 closing",), [451, 451], 0),
    ],
)
def test_each_recipient_hears_what_the_next_hop_said_of_them(
    script: tuple[str, ...], expected: list[int], taken: int, extensions: tuple[str, ...]
) -> None:
    """Own code per recipient, pipelined or not; complaints about our session (530, 421) never bounce mail;
    and the connection is fit for the next message afterwards."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        replies = await relay.send(envelope("b@example.org", "c@example.org"), RAW, trace=TRACE)
        assert codes(replies) == expected
        assert len(hop.taken) == taken
        assert not replies.doubtful
        hop.say()
        assert codes(await relay.send(envelope("d@example.org"), RAW, trace=TRACE)) == [250]
        assert hop.taken[-1].rcpts == ("RCPT TO:<d@example.org>",)

    with_hop(script, story, extensions=extensions)


@pytest.mark.parametrize(
    "step",
    [
        "CONNECT -> 554 5.7.1 go away",
        "CONNECT -> 421 4.3.2 busy",
        "CONNECT -> drop",
        "CONNECT -> garbage",
        "CONNECT -> silence",
        "EHLO -> drop",
        "EHLO -> 421 4.3.2 busy",
        "EHLO -> silence",
        "MAIL -> drop",
        "MAIL -> garbage",
        "MAIL -> silence",
        "MAIL -> 421 4.3.2 closing",
        "RCPT -> drop",
        "RCPT -> silence",
        "DATA -> drop",
        "DATA -> garbage",
        "DATA -> silence",
        "DATA -> 421 4.3.2 closing",
    ],
)
@pytest.mark.parametrize("extensions", [EXTENSIONS, ()])
def test_before_the_final_dot_a_dead_next_hop_is_down(step: str, extensions: tuple[str, ...]) -> None:
    """Nothing was taken, so nothing is doubtful, and the reply is a 451 of ours."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        with pytest.raises(NextHopDown) as down:
            await relay.send(envelope(), RAW)
        assert down.value.reply.code == 451
        assert not hop.taken

    with_hop((step,), story, extensions=extensions, timeout=0.1)


def test_nobody_listening_is_a_next_hop_down() -> None:
    async def run() -> None:
        async with ScriptedNextHop() as hop:
            address = hop.address
        relay = Relay(NextHop(address=address), "gate")
        with pytest.raises(NextHopDown):
            await relay.send(envelope(), RAW)
        await relay.close()

    run_on(uvloop.new_event_loop, run())


@pytest.mark.parametrize("step", ["DOT -> drop", "DOT -> take-and-drop", "DOT -> garbage", "DOT -> silence"])
def test_after_the_final_dot_a_lost_answer_is_doubtful_and_not_tried_again(step: str) -> None:
    """RFC 1047: the message may be there. It is a 451, marked; a second try by us would make two for sure."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        hop.say()
        await relay.send(envelope(), RAW)  # the connection is a kept one now
        hop.say(step)
        replies = await relay.send(envelope(), RAW, within=0.2)
        assert replies.doubtful
        assert codes(replies) == [451]
        assert hop.commands.count(".") == 2

    with_hop((), story)


@pytest.mark.parametrize(
    "step", ["hang up", "MAIL -> drop", "MAIL -> 421 4.4.2 idle", "RCPT -> drop", "DATA -> drop"]
)
def test_a_kept_connection_found_dead_is_replaced_by_a_fresh_one(step: str) -> None:
    """A restart of the next hop between two messages costs nobody anything."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        await relay.send(envelope(), RAW)
        if step == "hang up":
            hop.hang_up()
        else:
            hop.say(f"once {step}")
        assert codes(await relay.send(envelope(), RAW)) == [250]
        assert len(hop.taken) == 2
        assert hop.connections == 2

    with_hop((), story)


def test_connections_are_kept_and_bounded() -> None:
    """One after the other uses one connection; many at once use no more than allowed."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        for _ in range(5):
            await relay.send(envelope(), RAW)
        assert hop.connections == 1
        await asyncio.gather(*(relay.send(envelope(), RAW) for _ in range(30)))
        assert hop.connections <= 3
        assert len(hop.taken) == 35

    with_hop((), story, connections=3)


def test_a_full_pool_is_waited_for_no_longer_than_allowed() -> None:
    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        first = asyncio.create_task(relay.send(envelope(), RAW, within=0.2))
        while not hop.commands:
            await asyncio.sleep(0.01)
        with pytest.raises(NextHopDown, match="pool-full"):
            await relay.send(envelope(), RAW, within=0.05)
        with pytest.raises(NextHopDown):
            await first

    with_hop(("MAIL -> silence",), story, connections=1)


def test_a_cancelled_send_leaves_no_connection_behind_and_frees_its_place() -> None:
    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        sending = asyncio.create_task(relay.send(envelope(), RAW))
        while "MAIL" not in "".join(hop.commands):
            await asyncio.sleep(0.01)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        hop.say()
        assert codes(await relay.send(envelope(), RAW)) == [250]
        assert len(hop.taken) == 1

    with_hop(("RCPT -> silence",), story, connections=1)


def test_a_server_that_hangs_after_its_refusal_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal is the answer; the connection is given up, and the next message has a fresh one."""
    monkeypatch.setattr(connection, "_RESET", 0.05)

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        assert codes(await relay.send(envelope(), RAW)) == [550]
        hop.say()
        assert codes(await relay.send(envelope(), RAW)) == [250]
        assert hop.connections == 2

    with_hop(("RCPT -> 550 5.1.1 no", "RSET -> silence"), story)
