"""Shutting down waits for the message in hand, and not for ever."""

import asyncio

import pytest

from gateway.replies import REPLIES, Reply
from policies.envelope import Envelope
from tests.gateway.smtp.running import Slow, connected, gateway, run, until

pytestmark = pytest.mark.slow

MAIL = b"Subject: x\r\n\r\nbody\r\n.\r\n"


def test_shutdown_waits_for_the_message_and_sends_the_idle_away() -> None:
    async def story() -> None:
        slow = Slow()
        async with (
            gateway(slow) as running,
            connected(running.port) as idle,
            connected(running.port) as in_data,
            connected(running.port) as handled,
        ):
            await handled.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
            await handled.send(MAIL)
            await slow.started.wait()
            await in_data.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
            await in_data.send(b"half")
            closing = asyncio.create_task(running.server.close(20))
            assert await idle.line() == "421 4.3.2 Closing down, please try again later"
            assert await idle.line() == ""
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", running.port)
            slow.go.set()
            await in_data.send(b" a message\r\n.\r\n")
            for client in (handled, in_data):
                assert await client.line() == "250 2.0.0 OK"
                assert await client.line() == "421 4.3.2 Closing down, please try again later"
                assert await client.line() == ""
            await closing

    run(story())


def test_shutdown_does_not_wait_for_ever() -> None:
    """After `drain` seconds the rest is dropped without a reply: the client still has its message."""

    async def story() -> None:
        cancelled = asyncio.Event()

        async def stuck(envelope: Envelope, raw: bytes) -> Reply:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()
            return REPLIES["ok"]

        async with gateway(stuck) as running, connected(running.port) as client:
            await client.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
            await client.send(MAIL)
            await until(lambda: running.server.endpoint.in_use.in_flight > 0)
            await running.server.close(0.1)
            assert cancelled.is_set()
            assert await client.line() == ""
            assert not running.server.endpoint.sessions
            assert running.reports == [("dropped", "127.0.0.1")]

    run(story())
