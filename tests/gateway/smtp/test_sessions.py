"""Sessions: listening addresses, errors of ours, mail that goes in circles."""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import uvloop

from gateway.replies import Reply
from gateway.smtp.trace import received
from policies.envelope import Envelope
from tests.gateway.smtp.running import HOSTNAME, LOOP_KEY, connected, gateway, run

pytestmark = pytest.mark.slow

MAIL = b"Subject: x\r\n\r\nbody\r\n.\r\n"


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_both_event_loops(loop_factory: Callable[[], Any]) -> None:
    async def story() -> None:
        async with gateway() as running, connected(running.port) as client:
            assert (await client.deliver(MAIL)).startswith("250 2.0.0 Message taken")
            assert await client.say("QUIT") == "221 2.0.0 Goodbye"
            assert await client.line() == ""

    run(story(), loop_factory=loop_factory)


@pytest.mark.parametrize(
    "error", [ValueError("Alice Smith"), KeyError("x"), OSError("disk"), TimeoutError(), Exception()]
)
def test_an_exception_of_ours_is_451_without_its_text(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """The client keeps its mail and learns nothing; the report has the kind; the session goes on."""

    async def broken(envelope: Envelope, raw: bytes) -> Reply:
        raise error

    async def story() -> None:
        async with gateway(broken) as running, connected(running.port) as client:
            assert await client.deliver(MAIL) == "451 4.3.0 Local trouble, please try again later"
            assert await client.say("NOOP") == "250 2.0.0 OK"
            ((what, client_address),) = running.reports
            assert re.fullmatch(rf"exception:{type(error).__name__}:test_sessions\.py:\d+", what)
            assert client_address == "127.0.0.1"

    with caplog.at_level(logging.DEBUG):
        run(story())
    assert "Alice" not in caplog.text


def test_an_exception_in_a_command_ends_that_session_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with gateway() as running, connected(running.port) as client, connected(running.port) as other:
            monkeypatch.setattr("gateway.smtp.addresses.sender", lambda *_, **__: 1 / 0)
            assert await client.say("MAIL FROM:<a@b>") == "421 4.3.0 Local trouble, closing the connection"
            assert await client.line() == ""
            assert await other.say("NOOP") == "250 2.0.0 OK"
            assert running.reports[0][0].startswith("exception:ZeroDivisionError:")

    run(story())


def test_logs_hold_no_line_of_the_client(caplog: pytest.LogCaptureFixture) -> None:
    """aiosmtpd logs every line; we do not."""

    async def story() -> None:
        async with gateway() as running, connected(running.port) as client:
            await client.deliver(b"Subject: Alice Smith\r\n.\r\n", to="planted@example.org")
            await client.say("VRFY planted", "XYZZY planted", "MAIL FROM:<planted")

    with caplog.at_level(logging.DEBUG):
        run(story())
    for planted in ("planted", "Alice", "example"):
        assert planted not in caplog.text


def test_an_address_in_use_leaves_nothing_open() -> None:
    """When one of the addresses cannot be had, the start fails as a whole."""

    async def story() -> None:
        async with gateway() as running:
            with pytest.raises(OSError, match="in use"):
                async with gateway(listen=("127.0.0.1:0", f"127.0.0.1:{running.port}")):
                    raise AssertionError

    run(story())


def test_several_addresses() -> None:
    """Each on a port of its own."""

    async def story() -> None:
        async with gateway(listen=("127.0.0.1:0", "127.0.0.2:0")) as running:
            for host, port in zip(("127.0.0.1", "127.0.0.2"), running.server.ports, strict=True):
                reader, writer = await asyncio.open_connection(host, port)
                assert (await reader.readline()).startswith(b"220 ")
                writer.close()

    run(story())


def test_a_loop_is_refused() -> None:
    async def story() -> None:
        async with gateway() as running, connected(running.port) as client:
            await client.deliver(MAIL)
            envelope = running.taken.pop()[0]
            lines = [received(replace(envelope, id=envelope.id[:-1] + c), HOSTNAME, LOOP_KEY) for c in "123"]
            assert (await client.deliver(b"".join(lines[1:]) + MAIL)).startswith("250")
            assert await client.deliver(b"".join(lines) + MAIL) == (
                "554 5.4.6 Mail loop: the message has been here too often"
            )
            assert len(running.taken) == 1

    run(story())
