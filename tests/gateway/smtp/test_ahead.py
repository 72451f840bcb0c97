"""Commands that are sent ahead are answered in one piece, in their order; nothing that somebody waits for is kept back."""

import asyncio

import pytest

from gateway.smtp.connection import KEPT_BACK, Connection
from tests.gateway.smtp.running import connected, gateway, run

pytestmark = pytest.mark.slow

AHEAD = b"MAIL FROM:<a@school.example>\r\nRCPT TO:<b@home.example>\r\nRCPT TO:<c@home.example>\r\nDATA\r\n"
MAIL = b"Subject: x\r\n\r\nbody\r\n.\r\n"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What goes to the client, write by write."""
    pieces: list[bytes] = []
    say = Connection._say

    def noted(self: Connection, wire: bytes = b"") -> None:
        pieces.append(b"".join((*self._kept_back, wire)))
        say(self, wire)

    monkeypatch.setattr(Connection, "_say", noted)
    return pieces


def codes(piece: bytes) -> list[bytes]:
    return [line[:3] for line in piece.splitlines()]


def test_the_replies_to_a_pipelined_envelope_go_together(said: list[bytes]) -> None:
    """MAIL, two RCPT and DATA in one packet: one write with four replies; and 250 after the message by itself."""

    async def story() -> None:
        async with gateway() as running, connected(running.port) as client:
            await client.say("EHLO x")
            said.clear()
            client.writer.write(AHEAD)
            assert [(await client.line())[:3] for _ in range(4)] == ["250", "250", "250", "354"]
            client.writer.write(MAIL + b"NOOP\r\n")
            assert (await client.line()).startswith("250 2.0.0 Message taken")
            assert await client.line() == "250 2.0.0 OK"

    run(story())
    assert [codes(piece) for piece in said[:3]] == [[b"250", b"250", b"250", b"354"], [b"250"], [b"250"]]


def test_a_long_list_is_answered_piece_by_piece(said: list[bytes]) -> None:
    """What is kept back is bounded, whatever a client sends ahead."""

    async def story() -> None:
        async with gateway() as running, connected(running.port) as client:
            await client.say("EHLO x")
            said.clear()
            client.writer.write(b"NOOP\r\n" * 250)
            assert {await client.line() for _ in range(250)} == {"250 2.0.0 OK"}

    run(story())
    assert max(len(codes(piece)) for piece in said) <= KEPT_BACK + 1


@pytest.mark.parametrize("last", [b"QUIT\r\n", b"GET / HTTP/1.1\r\n", b"NOOP"])
def test_what_was_kept_back_is_said_before_the_end(last: bytes) -> None:
    """The session ends in the middle of what was sent ahead: every command before it has its reply."""

    async def story() -> list[str]:
        async with gateway() as running, connected(running.port) as client:
            await client.say("EHLO x")
            client.writer.write(b"NOOP\r\nVRFY x\r\n" + last)
            client.writer.write_eof()
            lines = []
            while line := await asyncio.wait_for(client.line(), 10):
                lines.append(line)
            return lines

    assert [line[:3] for line in run(story())][:2] == ["250", "252"]
