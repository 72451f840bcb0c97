"""Whatever a server sends, and however it is cut: whole replies or an end, never more than the bounds, never an exception."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.relay.wire import Answer, Lost, Wire
from gateway.replies import Reply


class Transport(asyncio.Transport):
    """Takes what it is given and says when it was dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.aborted = False
        self.written = b""

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def abort(self) -> None:
        self.aborted = True


def with_wire(story: Callable[[Wire, Transport], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        wire, transport = Wire(), Transport()
        wire.connection_made(transport)
        return await story(wire, transport)

    return asyncio.run(run())


async def all_answers(wire: Wire) -> list[Answer]:
    """What can be read at once, until nothing is there or the connection has ended."""
    found = []
    try:
        while True:
            found.append(await wire.answer(asyncio.get_running_loop().time() + 0.001))
    except Lost:
        return found


LINE = st.builds(
    lambda code, mark, text: f"{code}{mark}{text}\r\n".encode(),
    st.sampled_from([220, 250, 354, 451, 550, 199, 600]),
    st.sampled_from([" ", "-", "", "x"]),
    st.sampled_from(["", "ok", "5.1.1 no", "é"]),
)
STREAM = st.lists(LINE | st.binary(max_size=20), max_size=12).map(b"".join)


@given(STREAM, st.lists(st.integers(0, 200), max_size=6))
def test_the_cuts_of_a_stream_change_nothing(stream: bytes, cuts: list[int]) -> None:
    """TCP has no messages: the replies are those of the whole stream."""
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[a:b] for a, b in itertools.pairwise(edges)]

    async def whole(wire: Wire, _: Transport) -> list[Answer]:
        wire.data_received(stream)
        return await all_answers(wire)

    async def cut(wire: Wire, _: Transport) -> list[Answer]:
        for piece in pieces:
            wire.data_received(piece)
        return await all_answers(wire)

    assert with_wire(whole) == with_wire(cut)


@given(STREAM)
def test_every_answer_makes_a_reply_that_a_client_may_hear(stream: bytes) -> None:
    """One printable ASCII line, bounded, whose enhanced code fits its code."""

    async def story(wire: Wire, _: Transport) -> list[Reply]:
        wire.data_received(stream)
        return [answer.reply() for answer in await all_answers(wire)]

    for reply in with_wire(story):
        assert reply.text
        assert reply.text.isascii()
        assert reply.text.isprintable()
        assert len(reply.text) <= 400
        assert reply.enhanced[0] == str(reply.code)[0]


@pytest.mark.parametrize(
    "flood",
    [
        [b"x" * 1000] * 5,  # a line without end
        [b"250-more\r\n"] * 200,  # a reply without end
        [b"250 ok\r\n"] * 5000,  # replies that nobody asked for
        [b"250 " + b"x" * 5000 + b"\r\n"],  # a line beyond the bound, all at once
    ],
)
def test_a_flood_ends_the_connection_and_is_not_collected(flood: list[bytes]) -> None:
    async def story(wire: Wire, transport: Transport) -> None:
        for piece in flood:
            wire.data_received(piece)
        assert transport.aborted
        assert not wire.quiet
        assert len(wire._buffer) < 10_000
        assert len(await all_answers(wire)) < 5000
        with pytest.raises(Lost):
            wire.write(b"MAIL")

    with_wire(story)


def test_what_came_before_the_end_still_counts() -> None:
    """A server that says 554 and hangs up has said 554."""

    async def story(wire: Wire, _: Transport) -> None:
        wire.data_received(b"554 go away\r\n")
        wire.connection_lost(None)
        assert (await wire.answer(asyncio.get_running_loop().time() + 1)).code == 554
        with pytest.raises(Lost, match="closed"):
            await wire.answer(asyncio.get_running_loop().time() + 1)

    with_wire(story)


def test_a_server_that_stops_reading_is_waited_for_only_so_long() -> None:
    """Back-pressure has an end."""

    async def story(wire: Wire, _: Transport) -> None:
        now = asyncio.get_running_loop().time
        wire.pause_writing()
        asyncio.get_running_loop().call_soon(wire.resume_writing)
        await wire.drained(now() + 1)
        wire.pause_writing()
        with pytest.raises(Lost, match="timeout"):
            await wire.drained(now() + 0.01)
        asyncio.get_running_loop().call_soon(wire.connection_lost, None)
        with pytest.raises(Lost):
            await wire.drained(now() + 1)

    with_wire(story)
