"""Many big messages at once: the bytes stay right, memory stays bounded, and a small session is not kept waiting."""

import asyncio
import hashlib
import random
import resource
import smtplib
import socket
import threading
import time
from pathlib import Path

import pytest

from gateway.replies import Reply
from policies.envelope import Envelope
from tests.gateway.smtp.running import TAKEN, Running, connected, gateway, run

BIG = 10_000_000
SESSIONS = 20
LINE = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\r\n"


def body(number: int) -> bytes:
    """About 10 MB of lines like base64, different for each session."""
    head = b"X-Session: %d\r\n\r\n" % number
    return head + LINE * ((BIG - len(head)) // len(LINE))


def send_from_threads(port: int, messages: list[bytes]) -> list[threading.Thread]:
    """Blocking clients of their own, so that their work is not on the loop that is watched."""

    def deliver(message: bytes) -> None:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=60) as connection,
            connection.makefile("rb") as file,
        ):
            connection.sendall(b"HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n")
            while not file.readline().startswith(b"354"):
                pass
            connection.sendall(message + b".\r\n")
            assert file.readline().startswith(b"250")

    threads = [threading.Thread(target=deliver, args=(message,)) for message in messages]
    for thread in threads:
        thread.start()
    return threads


@pytest.mark.slow
def test_twenty_big_messages_do_not_stall_a_small_session() -> None:
    """While 20 sessions send 10 MB each, another one's NOOP is answered within two seconds, every time."""
    digests: list[str] = []

    async def digest(envelope: Envelope, raw: bytes) -> Reply:
        digests.append(hashlib.sha256(raw).hexdigest())
        return TAKEN.fill(id=envelope.id)

    async def story() -> list[float]:
        messages = [body(n) for n in range(SESSIONS)]
        waits: list[float] = []
        async with gateway(digest) as running, connected(running.port) as small:
            threads = send_from_threads(running.port, messages)
            while any(thread.is_alive() for thread in threads) or not waits:
                before = time.monotonic()
                assert await small.say("NOOP") == "250 2.0.0 OK"
                waits.append(time.monotonic() - before)
                await asyncio.sleep(0.001)
            assert running.server.endpoint.in_use.in_flight == 0
            assert await small.deliver(b"small\r\n.\r\n") != ""
        assert sorted(digests[:-1]) == sorted(hashlib.sha256(message).hexdigest() for message in messages)
        return waits

    waits = run(story())
    assert max(waits) < 2


@pytest.mark.slow
def test_a_stream_without_line_break_or_end_takes_no_memory() -> None:
    """200 MB to a server that takes 1 MB: the process does not grow by them (stock 1.4.6 does)."""

    async def story() -> None:
        async with gateway(max_message=1_000_000) as running:
            for _ in range(50):
                await flood(client_block, running)

    client_block = b"x" * 1_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run(story())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000  # kilobytes


async def flood(block: bytes, running: Running) -> None:
    """Four times the limit without a line break; the reply, and the end of the session."""
    async with connected(running.port) as client:
        await client.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
        for _ in range(4):
            client.writer.write(block)
        assert await client.reply() == "552 5.3.4 Message larger than the limit"


def test_random_bytes_in_random_packets() -> None:
    """Over a real socket too: what was sent is what is handed over, byte for byte."""
    rng = random.Random(7)
    raw = b"".join(
        rng.choice([b".", b"\r\n", b"..\r\n", rng.randbytes(50).translate(None, b"\r\n")])
        for _ in range(20_000)
    )
    raw += b"\r\n"
    wire = (
        b"\r\n".join(b"." + line if line.startswith(b".") else line for line in raw.split(b"\r\n")) + b".\r\n"
    )

    async def story() -> None:
        async with gateway() as running, connected(running.port) as client:
            client.writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await client.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
            at = 0
            while at < len(wire):
                size = rng.choice([1, 2, 3, 1000, 5000])
                await client.send(wire[at : at + size])
                at += size
            assert (await client.reply()).startswith("250")
            assert running.taken[0][1] == raw

    run(story())


@pytest.mark.parametrize("tls", [False, True], ids=["clear", "tls"])
def test_smtplib(tls: bool, school_tls: dict[str, Path], client_tls: object) -> None:
    """Python's own client: several messages on one connection, dots and long lines and all."""
    message = b"Subject: x\r\n\r\n.dot\r\n..\r\n" + b"y" * 3000 + b"\r\n"

    def client(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example.sch.uk", timeout=20) as smtp:
            if tls:
                smtp.starttls(context=client_tls)
            smtp.login("copier", "open sesame") if tls else smtp.ehlo()
            for _ in range(3):
                refused = smtp.sendmail("a@example.sch.uk", ["b@example.org", "no address"], message)
                assert list(refused) == ["no address"]

    async def story() -> None:
        settings = {
            "tls_certificate": school_tls["CERT"],
            "tls_key": school_tls["KEY"],
            "users": school_tls["USERS"],
        }
        async with gateway(**settings if tls else {}) as running:
            await asyncio.to_thread(client, running.port)
            assert [raw for _, raw in running.taken] == [message] * 3
            assert {envelope.protocol for envelope, _ in running.taken} == {"ESMTPSA" if tls else "ESMTP"}

    run(story())
