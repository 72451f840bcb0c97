"""A real Postfix as the next hop: the bytes arrive, its replies are understood, and connections are kept."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
import uvloop

from gateway.relay import NextHopDown, Relay, Replies
from gateway.settings import NextHop
from policies.envelope import Envelope, Recipient
from tests.support.servers import postfix

pytestmark = pytest.mark.slow

# Postfix completes the header of a local client's mail, so these have what it would add.
HEADER = (
    b"From: a@example.sch.uk\r\nTo: b@example.org\r\nMessage-ID: <1@example.sch.uk>\r\n"
    b"Date: Mon, 02 Jun 2025 10:00:00 +0100\r\n"
)
RAW = (
    HEADER
    + b"Subject: dots\r\nX-Long: "
    + b"x" * 900
    + b"\r\n\r\n.\r\n..\r\n.leading\r\nlong "
    + b"word " * 150
    + b"\r\ntrailing blanks  \r\n\r\n"
)


def envelope(*to: str, **more: object) -> Envelope:
    recipients = tuple(Recipient(address=address) for address in to)
    return Envelope(
        id="01",
        mail_from="a@example.sch.uk",
        recipients=recipients,
        received_at=datetime(2025, 6, 2, tzinfo=UTC),
        **more,  # type: ignore[arg-type]
    )


def send(hop: NextHop, *messages: tuple[Envelope, bytes]) -> list[Replies]:
    async def run() -> list[Replies]:
        relay = Relay(hop, "gate.example.sch.uk")
        try:
            return [await relay.send(e, raw, trace=b"Received: from x by gate\r\n") for e, raw in messages]
        finally:
            await relay.close()

    return uvloop.run(run())


def test_postfix_stores_the_bytes_and_answers_per_recipient(tmp_path: Path) -> None:
    """One connection for all; refused recipients by their own reply; 8-bit and UTF-8 mail as it is."""
    eight_bit = HEADER + b"Subject: caf\xc3\xa9\r\n\r\nna\xefve\r\n"
    with postfix(local_domains="example.org") as server:
        hop = NextHop(address=f"127.0.0.1:{server.port}")
        first, mixed, none, latin, utf8 = send(
            hop,
            (envelope("b@example.org"), RAW),
            (envelope("c@example.org", "d@[bad"), b"Subject: mixed\r\n\r\nx\r\n"),
            (envelope("d@[bad", "e@[bad"), RAW),
            (envelope("f@example.org", body="8BITMIME"), eight_bit),
            (envelope("grüße@example.org", smtputf8=True), b"Subject: utf8\r\n\r\nx\r\n"),
        )
        assert [[r.code // 100 for _, r in x.rows] for x in (first, mixed, none, latin, utf8)] == [
            [2],
            [2, 5],
            [5, 5],
            [2],
            [2],
        ]
        assert first.dsn
        stored = [mail.replace(b"\n", b"\r\n") for mail in server.wait_mails(4)]
        assert sum(mail.endswith(b"Received: from x by gate\r\n" + RAW) for mail in stored) == 1
        assert sum(mail.endswith(b"Received: from x by gate\r\n" + eight_bit) for mail in stored) == 1
        assert server.log().count(" connect from") == 2  # the test's own look, and ours


@pytest.mark.parametrize(("name", "sent"), [("mx.example.net", True), ("other.example.net", False)])
def test_verified_tls_with_a_real_server(tmp_path: Path, name: str, sent: bool) -> None:
    """The chain and the name are checked; without both nothing is said beyond STARTTLS."""
    ca = trustme.CA()
    issued = ca.issue_cert("mx.example.net")
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    (tmp_path / "key.pem").write_bytes(issued.private_key_and_cert_chain_pem.bytes())
    extra = f"smtpd_tls_security_level = encrypt\nsmtpd_tls_chain_files = {tmp_path}/key.pem\n"
    with postfix(extra=extra) as server:
        hop = NextHop(address=f"127.0.0.1:{server.port}", tls="verified", name=name, ca=tmp_path / "ca.pem")
        if sent:
            [replies] = send(hop, (envelope("b@example.org"), RAW))
            assert replies.reply.code == 250
            server.wait_mails(1)
        else:
            with pytest.raises(NextHopDown):
                send(hop, (envelope("b@example.org"), RAW))
            assert not server.mails()


def test_a_restart_of_the_server_between_two_messages_is_not_noticed(tmp_path: Path) -> None:
    """Its smtpd ends the kept connection; the next message goes by a fresh one."""
    with postfix(extra="smtpd_timeout = 1s") as server:

        async def run() -> None:
            relay = Relay(NextHop(address=f"127.0.0.1:{server.port}"), "gate")
            await relay.send(envelope("b@example.org"), RAW)
            [pool] = relay._pools.values()
            async with asyncio.timeout(20):
                while pool._idle[0].alive:
                    await asyncio.sleep(0.05)
            replies = await relay.send(envelope("b@example.org"), RAW)
            assert replies.reply.code == 250
            await relay.close()

        uvloop.run(run())
        server.wait_mails(2)
