"""A real Postfix as the school's mail server in front: pipelined, over verified TLS, with a certificate of its own."""

import asyncio
import contextlib
import smtplib
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from gateway.settings import Client as Peer
from gateway.smtp.endpoint import Endpoint
from policies.envelope import Recipient
from tests.gateway.smtp.running import Running, gateway, run, until
from tests.support.servers import postfix

pytestmark = pytest.mark.slow

MESSAGE = (
    b"Subject: Gr\xc3\xbc\xc3\x9fe\r\nFrom: a@example.sch.uk\r\n\r\n.dot\r\n..\r\n" + b"y" * 900 + b"\r\n"
)


def submit(port: int, recipients: dict[str, list[str]], *options: str) -> None:
    """A teacher's mail program: one message with DSN options, some options for all and some for each recipient."""
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
        smtp.ehlo()
        assert smtp.mail("a@example.sch.uk", ["BODY=8BITMIME", *options])[0] == 250
        for recipient, wishes in recipients.items():
            assert smtp.rcpt(recipient, wishes)[0] == 250
        assert smtp.data(MESSAGE)[0] == 250


@contextlib.asynccontextmanager
async def school(running: Running, *, tls_out: str, extra: str):
    """Postfix that relays all its mail to us; started and stopped beside the loop."""
    server = postfix(relayhost=f"[127.0.0.1]:{running.port}", tls_out=tls_out, extra=extra, local_domains="")
    try:
        yield await asyncio.to_thread(server.__enter__)
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


def test_postfix_delivers(authority: trustme.CA, school_tls: dict[str, Path]) -> None:
    """Bytes, DSN wishes and TLS arrive; the certificate that was agreed on is shown and accepted."""
    folder = Path(school_tls["CA"]).parent
    leaf = authority.issue_cert("mail.example.sch.uk")
    leaf.private_key_and_cert_chain_pem.write_to_path(folder / "postfix.pem")
    extra = (
        f"smtp_tls_CAfile = {school_tls['CA']}\nsmtp_tls_cert_file = {folder / 'postfix.pem'}\n"
        f"smtp_tls_key_file = {folder / 'postfix.pem'}\nsmtp_tls_secure_cert_match = gw.example.sch.uk"
    )
    peer = Peer(
        name="school", networks=("127.0.0.0/8",), certificate="mail.example.sch.uk", ca=school_tls["CA"]
    )
    recipients = {
        "b@example.org": ["NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;B+2Bx@example.org"],
        "c@example.org": ["NOTIFY=NEVER"],
    }

    async def story() -> None:
        settings = {"tls_certificate": school_tls["CERT"], "tls_key": school_tls["KEY"]}
        async with (
            gateway(allow_from=(), client=(peer,), **settings) as running,
            school(running, tls_out="secure", extra=extra) as server,
        ):
            await asyncio.to_thread(submit, server.port, recipients, "RET=HDRS", "ENVID=QQ1")
            await until(lambda: bool(running.taken))
            (envelope, raw) = running.taken.pop()
            assert envelope.tls.startswith("TLSv1.3 ")
            assert (envelope.protocol, envelope.body) == ("ESMTPS", "8BITMIME")
            assert (envelope.mail_from, envelope.ret, envelope.envid) == ("a@example.sch.uk", "HDRS", "QQ1")
            assert envelope.recipients == (
                Recipient(
                    address="b@example.org",
                    notify=("SUCCESS", "FAILURE"),
                    orcpt="rfc822;B+2Bx@example.org",
                ),
                Recipient(address="c@example.org", notify=("NEVER",), orcpt="rfc822;c@example.org"),
            )
            assert raw.endswith(MESSAGE.partition(b"\r\n\r\n")[2])

    run(story())


def test_postfix_keeps_what_we_do_not_take(school_tls: dict[str, Path]) -> None:
    """No room for now: the message stays in Postfix's queue, and arrives once there is room."""

    async def story() -> None:
        async with gateway(max_in_flight=100) as running, school(running, tls_out="none", extra="") as server:
            await asyncio.to_thread(submit, server.port, {"b@example.org": []})
            await until(lambda: bool(running.reports))
            assert {what for what, _ in running.reports} == {"no_room"}
            assert running.taken == []
            make_room(running.server.endpoint)
            await until(lambda: bool(running.taken))

    def make_room(endpoint: Endpoint) -> None:
        endpoint.settings = replace(endpoint.settings, max_in_flight=1_000_000)

    run(story())
