"""What a client may not exceed: connections, line lengths and bytes in flight."""

import pytest

from tests.gateway.smtp.running import Slow, connected, gateway, run, until

pytestmark = pytest.mark.slow

MAIL = b"Subject: x\r\n\r\nbody\r\n.\r\n"


def test_connections_in_all_and_per_client() -> None:
    """One too many hears 421 and goes; when one leaves there is room again."""

    async def story(settings: dict[str, int], reply: str) -> None:
        async with gateway(**settings) as running:
            async with connected(running.port), connected(running.port):
                async with connected(running.port, hello=False) as third:
                    assert await third.line() == reply
                    assert await third.line() == ""
                await until(lambda: running.server.endpoint.in_use.connections == 2)
            await until(lambda: not running.server.endpoint.sessions)
            assert not running.server.endpoint.in_use.by_client
            async with connected(running.port) as client:
                assert await client.say("NOOP") == "250 2.0.0 OK"

    run(story({"max_connections": 2}, "421 4.7.0 Too many connections, please try again later"))
    run(
        story(
            {"max_connections_per_client": 2},
            "421 4.7.0 Too many connections from your address, please try again later",
        )
    )


@pytest.mark.parametrize("verb", [b"NOOP ", b"AUTH PLAIN ", b""])
def test_a_command_line_without_end(verb: bytes) -> None:
    """It costs no more memory than the limit, and the session."""

    async def story() -> None:
        async with gateway() as running, connected(running.port) as client:
            client.writer.write(verb + b"x" * 3_000_000)
            assert await client.reply() == "500 5.5.2 Command line too long, closing the connection"
            assert await client.line() == ""

    run(story())


@pytest.mark.parametrize(("size", "code"), [(2046, "250"), (2047, "500")])
def test_the_limit_of_command_lines(size: int, code: str) -> None:
    async def story() -> None:
        async with gateway() as running, connected(running.port) as client:
            assert (await client.say("NOOP " + "x" * (size - 5)))[:3] == code

    run(story())


def test_bytes_in_flight_are_bounded_over_all_sessions() -> None:
    """Beyond the bound a message is refused for now: at MAIL when it says its size, at DATA, or while it comes."""
    no_room = "451 4.3.1 Too much mail at once, please try again later"

    async def story() -> None:
        slow = Slow()
        async with gateway(slow, max_in_flight=1000) as running:
            async with connected(running.port) as first, connected(running.port) as second:
                await first.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
                await first.send(b"x" * 598 + b"\r\n.\r\n")
                await slow.started.wait()
                assert await second.say("MAIL FROM:<a@b> SIZE=500") == no_room
                assert await second.deliver(b"x" * 598 + b"\r\n.\r\n") == no_room
                assert running.server.endpoint.in_use.in_flight == 602
                slow.go.set()
                assert await first.reply() == "250 2.0.0 OK"
                assert await second.deliver(b"x" * 598 + b"\r\n.\r\n") == "250 2.0.0 OK"
                assert running.server.endpoint.in_use.in_flight == 0
            assert running.reports == [("no_room", "127.0.0.1")] * 2

    run(story())


def test_a_refused_message_is_not_read_for_ever() -> None:
    """Past twice the limit the reply comes though the message has not ended, and the session is over."""

    async def story() -> None:
        async with gateway(max_message=1000) as running, connected(running.port) as client:
            await client.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
            await client.send(b"x" * 1_200_000)
            assert await client.reply() == "552 5.3.4 Message larger than the limit"
            assert await client.line() == ""

    run(story())
