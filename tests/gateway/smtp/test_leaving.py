"""Clients that leave in the middle: half a message is nobody's, a whole one is handled to its end."""

import asyncio
import ssl
from pathlib import Path

import pytest

from gateway.replies import REPLIES, Reply
from policies.envelope import Envelope
from tests.gateway.smtp.running import connected, gateway, run, until

pytestmark = pytest.mark.slow

MAIL = b"Subject: x\r\n\r\nbody\r\n.\r\n"


@pytest.mark.parametrize("sent", [b"", b"Subj", b"Subject: x\r\n.\r", b"x\r\n\r\n.."])
def test_a_message_without_its_end_is_nobodys(sent: bytes) -> None:
    """A connection that breaks before the final dot: nothing is handed over."""

    async def story() -> None:
        async with gateway() as running:
            async with connected(running.port) as client:
                await client.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
                await client.send(sent)
                client.writer.close()
            await until(lambda: not running.server.endpoint.sessions)
            assert running.taken == []
            assert running.server.endpoint.in_use.in_flight == 0

    run(story())


def test_a_half_closed_client_hears_the_answer() -> None:
    """Who sends all and shuts its side down still gets every reply."""

    async def story() -> None:
        async with gateway() as running, connected(running.port, hello=False) as client:
            await client.send(b"HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n" + MAIL + b"NOOP\r\n")
            client.writer.write_eof()
            replies = [await client.line() for _ in range(7)]
            assert [r[:3] for r in replies] == ["220", "250", "250", "250", "354", "250", "250"]
            assert await client.line() == ""
            assert len(running.taken) == 1

    run(story())


@pytest.mark.parametrize("complete", [True, False])
def test_the_stream_ends_while_a_message_is_handled(complete: bool) -> None:
    """A second message, a command and the end of the stream wait their turn; a torn message is nobody's."""

    async def story() -> None:
        release, taken = asyncio.Event(), []

        async def slow(envelope: Envelope, raw: bytes) -> Reply:
            taken.append(raw)
            await release.wait()
            return REPLIES["ok"]

        async with gateway(slow) as running, connected(running.port) as client:
            await client.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
            await client.send(b"one\r\n.\r\n")
            await until(lambda: bool(taken))
            second = b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\ntwo\r\n"
            await client.send(second + (b".\r\nNOOP\r\n" if complete else b""))
            client.writer.write_eof()
            session = next(iter(running.server.endpoint.sessions))
            await until(lambda: session._reader._eof)
            release.set()
            expected = ["250", "250", "250", "354", *(["250", "250"] if complete else []), ""]
            assert [(await client.line())[:3] for _ in expected] == expected
            assert taken == ([b"one\r\n", b"two\r\n"] if complete else [b"one\r\n"])

    run(story())


def test_a_message_is_handled_to_its_end_though_the_client_has_gone() -> None:
    """Between the final dot and our reply it is ours: the handler is not cut short, the lost reply is reported."""

    async def story() -> None:
        started, go_on, finished = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def slow(envelope: Envelope, raw: bytes) -> Reply:
            started.set()
            await go_on.wait()
            finished.set()
            return REPLIES["ok"]

        async with gateway(slow) as running:
            async with connected(running.port) as client:
                await client.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
                await client.send(MAIL)
                await started.wait()
                client.reset()
            await until(lambda: next(iter(running.server.endpoint.sessions)).transport is None)
            go_on.set()
            await until(lambda: not running.server.endpoint.sessions)
            assert finished.is_set()
            assert running.reports == [("reply_lost", "127.0.0.1")]

    run(story())


def test_who_hangs_up_in_the_middle_of_auth(school_tls: dict[str, Path], client_tls: ssl.SSLContext) -> None:
    async def story() -> None:
        settings = {
            "tls_certificate": school_tls["CERT"],
            "tls_key": school_tls["KEY"],
            "users": school_tls["USERS"],
        }
        async with gateway(**settings) as running:
            async with connected(running.port) as client:
                await client.start_tls(client_tls)
                assert (await client.say("HELO x", "AUTH LOGIN")).startswith("334")
                client.writer.close()
            await until(lambda: not running.server.endpoint.sessions)
            assert running.reports == []

    run(story())
