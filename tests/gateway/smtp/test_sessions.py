"""Sessions that do not go by the book: errors of ours, clients that leave, limits, time-outs, shutdown."""

import asyncio
import logging
import re
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
import uvloop

from gateway.replies import REPLIES, Reply
from gateway.smtp.trace import received
from policies.envelope import Envelope
from tests.gateway.smtp.running import HOSTNAME, LOOP_KEY, Running, connected, gateway, run, until

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


# Clients that leave


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


# Limits


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
        release, waiting = asyncio.Event(), asyncio.Event()

        async def slow(envelope: Envelope, raw: bytes) -> Reply:
            waiting.set()
            await release.wait()
            return REPLIES["ok"]

        async with gateway(slow, max_in_flight=1000) as running:
            async with connected(running.port) as first, connected(running.port) as second:
                await first.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
                await first.send(b"x" * 598 + b"\r\n.\r\n")
                await waiting.wait()
                assert await second.say("MAIL FROM:<a@b> SIZE=500") == no_room
                assert await second.deliver(b"x" * 598 + b"\r\n.\r\n") == no_room
                assert running.server.endpoint.in_use.in_flight == 602
                release.set()
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


# Time-outs


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


# TLS


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_tls_on_both_event_loops(
    loop_factory: Callable[[], Any], school_tls: dict[str, Path], client_tls: ssl.SSLContext
) -> None:
    async def story() -> None:
        settings = {"tls_certificate": school_tls["CERT"], "tls_key": school_tls["KEY"]}
        async with gateway(**settings) as running, connected(running.port) as client:
            await client.start_tls(client_tls)
            await client.say("EHLO x")
            assert (await client.deliver(b"x" * 300_000 + b"\r\n.\r\n")).startswith("250")
            assert running.taken[0][0].tls.startswith("TLSv1.3 ")
            assert await client.say("QUIT") == "221 2.0.0 Goodbye"
            assert await client.line() == ""

    run(story(), loop_factory=loop_factory)


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_clear_text_after_starttls_is_never_a_command(
    loop_factory: Callable[[], Any], school_tls: dict[str, Path]
) -> None:
    """Slipped in behind our 220, it reaches the handshake and fails there; no reply to it is ever sent."""

    async def story() -> None:
        settings = {"tls_certificate": school_tls["CERT"], "tls_key": school_tls["KEY"]}
        async with gateway(**settings) as running, connected(running.port) as client:
            assert (await client.say("STARTTLS")).startswith("220")
            await client.send(b"EHLO x\r\nMAIL FROM:<a@b>\r\n")
            answer = await asyncio.wait_for(client.reader.read(), 20)
            assert b"250" not in answer
            await until(lambda: not running.server.endpoint.sessions)
            assert running.reports == [("tls_failed", "127.0.0.1")]

    run(story(), loop_factory=loop_factory)


def test_shutdown_during_a_handshake(school_tls: dict[str, Path]) -> None:
    async def story() -> None:
        settings = {"tls_certificate": school_tls["CERT"], "tls_key": school_tls["KEY"]}
        async with gateway(**settings) as running, connected(running.port) as client:
            assert (await client.say("STARTTLS")).startswith("220")
            await running.server.close(0.2)
            assert not running.server.endpoint.sessions

    run(story())


def test_a_renewed_certificate(tmp_path: Path, authority: trustme.CA, client_tls: ssl.SSLContext) -> None:
    """Certificates are replaced without a pause; a broken one leaves the old one in use and is reported."""

    def write(name: str) -> None:
        leaf = authority.issue_cert("gw.example.sch.uk", common_name=name)
        leaf.private_key_pem.write_to_path(tmp_path / "key")
        leaf.cert_chain_pems[0].write_to_path(tmp_path / "cert")

    async def shown(running: Running) -> str:
        async with connected(running.port) as client:
            await client.start_tls(client_tls)
            await client.say("NOOP")
            subject = client.writer.get_extra_info("ssl_object").getpeercert()["subject"]
            return dict(pair for rdn in subject for pair in rdn)["commonName"]

    async def story() -> None:
        settings = {"tls_certificate": tmp_path / "cert", "tls_key": tmp_path / "key"}
        async with gateway(**settings) as running:
            assert await shown(running) == "old"
            write("new")
            assert await shown(running) == "old"
            running.server.renew()
            assert await shown(running) == "new"
            (tmp_path / "cert").write_text("broken")
            running.server.renew()
            assert await shown(running) == "new"
            assert running.reports == [("certificate:SSLError", "")]

    write("old")
    run(story())


# Loops


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


# Shutdown


def test_shutdown_waits_for_the_message_and_sends_the_idle_away() -> None:
    async def story() -> None:
        release, waiting = asyncio.Event(), asyncio.Event()

        async def slow(envelope: Envelope, raw: bytes) -> Reply:
            waiting.set()
            await release.wait()
            return REPLIES["ok"]

        async with (
            gateway(slow) as running,
            connected(running.port) as idle,
            connected(running.port) as in_data,
            connected(running.port) as handled,
        ):
            await handled.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
            await handled.send(MAIL)
            await waiting.wait()
            await in_data.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
            await in_data.send(b"half")
            closing = asyncio.create_task(running.server.close(20))
            assert await idle.line() == "421 4.3.2 Closing down, please try again later"
            assert await idle.line() == ""
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", running.port)
            release.set()
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
