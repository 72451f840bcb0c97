"""Who is silent, slow or never reads is sent away, and hears why."""

import asyncio

import pytest

from gateway.replies import REPLIES, Reply
from policies.envelope import Envelope
from tests.gateway.smtp.running import connected, gateway, run, until

pytestmark = pytest.mark.slow

MAIL = b"Subject: x\r\n\r\nbody\r\n.\r\n"


def test_a_silent_client_is_sent_away() -> None:
    async def story() -> None:
        async with gateway(command_timeout=0.1) as running, connected(running.port) as client:
            assert await client.line() == "421 4.4.2 Timed out, closing the connection"
            assert await client.line() == ""
            assert running.reports == [("timed_out", "127.0.0.1")]

    run(story())


def test_a_message_that_never_ends_is_sent_away() -> None:
    """The whole of DATA has one deadline: a byte now and then does not extend it."""

    async def story() -> None:
        async with gateway(data_timeout=0.3) as running, connected(running.port) as client:
            await client.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
            answer = asyncio.create_task(client.line())
            while not answer.done():
                client.writer.write(b"x")
                await asyncio.wait([answer], timeout=0.02)
            assert await answer == "421 4.4.2 Timed out, closing the connection"
            assert running.taken == []

    run(story())


def test_who_waits_after_a_false_end_hears_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that ends its message with <LF>.<LF> is told so, not left to time out."""
    monkeypatch.setattr("gateway.smtp.intake.QUIET", 0.05)

    async def story() -> None:
        async with gateway() as running, connected(running.port) as client:
            assert await client.deliver(b"scan\n.\n") == (
                "550 5.6.0 Bare <CR> or <LF> in the message, closing the connection"
            )
            assert await client.line() == ""
            assert running.taken == []

    run(story())


def test_handling_has_no_time_out_of_ours() -> None:
    """While the handler works, the command and DATA time-outs are off: the pipeline has its own."""

    async def story() -> None:
        async def slow(envelope: Envelope, raw: bytes) -> Reply:
            await asyncio.sleep(0.2)
            return REPLIES["ok"]

        impatient = {"command_timeout": 0.05, "data_timeout": 0.05}
        async with gateway(slow, **impatient) as running, connected(running.port) as client:
            assert await client.deliver(MAIL) == "250 2.0.0 OK"

    run(story())


@pytest.mark.slow
def test_who_never_reads_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replies that nobody takes fill the socket; then the session ends instead of waiting for ever."""
    monkeypatch.setattr("gateway.smtp.connection.LINGER", 0.1)

    async def story() -> None:
        async with (
            gateway(command_timeout=0.2, max_commands=10**9) as running,
            connected(running.port) as client,
        ):
            client.writer.transport.pause_reading()
            client.writer.write(b"HELP\r\n" * 200_000)
            await until(lambda: not running.server.endpoint.sessions)
            assert ("timed_out", "127.0.0.1") in running.reports

    run(story())
