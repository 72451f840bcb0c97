"""Bytes in, same bytes out: whatever a message holds, the next hop stores what we received."""

import asyncio
from datetime import UTC, datetime
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import line_ends
from gateway.line_ends import ends_lines_well, stuffed
from gateway.relay import Relay
from gateway.relay.content import _BLOCK, content
from gateway.settings import NextHop
from policies.envelope import Envelope, Recipient
from tests.support.next_hop import ScriptedNextHop

ENVELOPE = Envelope(
    id="01",
    mail_from="a@example.sch.uk",
    recipients=(Recipient(address="b@example.org"),),
    received_at=datetime(2025, 6, 2, tzinfo=UTC),
)
PIECE = st.sampled_from([b".", b"..", b"\r\n", b"\r\n.", b"\r\n.\r\n", b"a", b"\xff", b"\x00", b"x" * 2000])
LINES = (
    st.lists(PIECE, max_size=30)
    .map(b"".join)
    .map(lambda raw: raw if raw.endswith(b"\r\n") else raw + b"\r\n")
)
TRACE = b"Received: x\r\n"


def undone(wire: bytes) -> bytes:
    """What a server stores: up to the first lone dot, stuffing undone."""
    body = b"\r\n" + wire
    body = body[: body.index(b"\r\n.\r\n") + 2]
    assert wire.endswith(b"\r\n.\r\n") or wire == b".\r\n"
    return body.replace(b"\r\n.", b"\r\n")[2:]


@given(LINES | st.just(b""))
def test_stuffing_can_be_undone_and_ends_where_the_message_ends(raw: bytes) -> None:
    """The first lone dot is the last one, and undoing the stuffing gives the received bytes."""
    wire = b"".join(content(ENVELOPE, raw, b"").blocks())
    assert undone(wire) == raw
    assert (stuffed(raw) is raw) == (b"\n." not in raw and not raw.startswith(b"."))


@given(st.integers(-3, 3), st.sampled_from([b"a" * 77 + b"\r\n", b".\r\n", b"..\r\n"]))
@settings(max_examples=20, deadline=None)
def test_large_messages_cut_into_blocks_are_the_same_bytes(around: int, line: bytes) -> None:
    """A block's edge may fall anywhere; only the last block holds the end."""
    raw = (line * (2 * _BLOCK // len(line) + 1))[: _BLOCK + around].rstrip(b"\r\n") + b"\r\n"
    blocks = list(content(ENVELOPE, raw, TRACE).blocks())
    assert undone(b"".join(blocks)) == TRACE + raw
    assert b"\r\n.\r\n" not in b"".join(blocks[:-1])


@given(
    st.binary(max_size=50) | st.text(alphabet="\r\n.a", max_size=30).map(str.encode), st.integers(1, 70_000)
)
def test_line_ends_are_judged_as_pairs(raw: bytes, block: int) -> None:
    """True exactly when no CR or LF stands alone, wherever the blocks that are looked at end."""
    rest = raw.replace(b"\r\n", b"")
    with mock.patch.object(line_ends, "_BLOCK", block):
        assert ends_lines_well(raw) == (b"\r" not in rest and b"\n" not in rest)


@given(st.text(alphabet="\n.a", max_size=60).map(str.encode), st.integers(1, 9))
def test_a_large_message_is_stuffed_block_by_block_as_it_is_whole(raw: bytes, size: int) -> None:
    """Wherever a block's edge falls, before, in or behind a line end and its dot."""
    assert b"".join(line_ends.stuffed_blocks(raw, size)) == stuffed(raw)


@given(st.text(alphabet="\r\n.a", max_size=60).map(str.encode), st.binary(max_size=9), st.integers(1, 5))
def test_pieces_put_together_are_what_the_library_replaces(head: bytes, tail: bytes, few: int) -> None:
    """With dots, without, behind the last one, and more of them than are put together piece by piece."""
    for old, new in ((b"\n.", b"\n.."), (b"\r\n.", b"\r\n")):
        with mock.patch.object(line_ends, "_FEW", few):
            assert line_ends.replaced(head + tail, old, new) == (head + tail).replace(old, new)


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n"])
def test_a_line_end_at_the_end_of_a_block(end: bytes) -> None:
    """A pair that is torn in two is a pair; half of one is none."""
    for before in range(line_ends._BLOCK - 2, line_ends._BLOCK + 2):
        assert ends_lines_well(b"a" * before + end + b"b") == (end == b"\r\n")


def test_any_content_arrives_as_it_was_received() -> None:
    """Over a real connection, many random messages one after the other, trace in front."""

    async def run() -> None:
        async with ScriptedNextHop() as hop:
            relay = Relay(NextHop(address=hop.address, tls="off"), "gate")
            sent: list[bytes] = []

            @given(LINES)
            @settings(max_examples=60, deadline=None)
            def collect(raw: bytes) -> None:
                sent.append(raw)

            collect()
            for raw in [*sent, b".\r\n" * 20_000, b"x" * 3_000_000 + b"\r\n"]:
                replies = await relay.send(ENVELOPE, raw, trace=TRACE)
                assert replies.reply.code == 250
                assert hop.taken.pop().data == TRACE + raw
            await relay.close()

    asyncio.run(run())
