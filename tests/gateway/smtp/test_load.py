"""Many big messages at once: the bytes stay right, memory stays bounded, and a small session is not kept waiting."""

import asyncio
import hashlib
import random
import resource
import smtplib
import socket
import sys
from pathlib import Path

import pytest

from gateway.replies import Reply
from policies.envelope import Envelope
from tests.gateway.smtp.big_senders import SESSIONS, body
from tests.gateway.smtp.running import TAKEN, Running, connected, gateway, run

ROOT = Path(__file__).parents[3]
SECONDS = (
    5  # that a small session may wait at most: far more than it does, far less than the load lasts in a stall
)


@pytest.mark.slow
def test_twenty_big_messages_do_not_stall_a_small_session() -> None:
    """While 20 sessions send 10 MB each, another one's NOOP is answered soon, every time, and no byte is lost."""
    digests: list[str] = []

    async def digest(envelope: Envelope, raw: bytes) -> Reply:
        digests.append(hashlib.sha256(raw).hexdigest())
        return TAKEN.fill(id=envelope.id)

    async def story() -> None:
        async with gateway(digest) as running, connected(running.port) as small:
            words = (sys.executable, "-m", "tests.gateway.smtp.big_senders", str(running.port))
            senders = await asyncio.create_subprocess_exec(*words, cwd=ROOT)
            gone = asyncio.create_task(senders.wait())
            while not gone.done():
                async with asyncio.timeout(SECONDS):
                    assert await small.say("NOOP") == "250 2.0.0 OK"
                await asyncio.wait([gone], timeout=0.01)
            assert running.server.endpoint.in_use.in_flight == 0

    run(story())
    assert sorted(digests) == sorted(hashlib.sha256(body(n)).hexdigest() for n in range(SESSIONS))


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
