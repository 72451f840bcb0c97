"""STARTTLS: both event loops, nothing taken over from the clear, certificates renewed in place."""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
import uvloop

from tests.gateway.smtp.running import Running, connected, gateway, run, until

pytestmark = pytest.mark.slow

MAIL = b"Subject: x\r\n\r\nbody\r\n.\r\n"


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
