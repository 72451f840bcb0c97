"""Signing in at the next hop: by AUTH PLAIN or LOGIN, inside TLS whose certificate was checked, and nowhere else."""

import asyncio
import base64
import ssl
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from gateway.relay import NextHopDown, Relay
from gateway.settings import NextHop
from gateway.settings_values import Secret
from tests.support.next_hop import EXTENSIONS, ScriptedNextHop
from tests.support.relaying import RAW, codes, envelope, run_on, settings
from tests.support.servers import free_port

USER, PASSWORD = "gate@example.sch.uk", "correct-horse"
SIGNED = {"user": USER, "password": Secret(PASSWORD)}


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def authority() -> tuple[trustme.CA, ssl.SSLContext]:
    ca = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("mx.example.net").configure_cert(context)
    return ca, context


@pytest.mark.parametrize(
    ("offered", "script", "outcome"),
    [
        ("AUTH PLAIN LOGIN", ["AUTH PLAIN -> 235 2.7.0 ok"], "250"),
        (
            "AUTH LOGIN",
            [
                "AUTH LOGIN -> 334 VXNlcm5hbWU6",
                f"{b64(USER).upper()} -> 334 UGFzc3dvcmQ6",
                f"{b64(PASSWORD).upper()} -> 235 2.7.0 ok",
            ],
            "250",
        ),
        ("AUTH PLAIN", ["AUTH -> 535 5.7.8 wrong"], "auth-535"),
        ("AUTH PLAIN", ["AUTH -> 454 4.7.0 later"], "auth-454"),
        ("AUTH LOGIN", ["AUTH -> 535 5.7.8 no"], "auth-535"),
        ("AUTH PLAIN", ["AUTH -> drop"], "auth-closed"),
        ("AUTH CRAM-MD5", [], "auth-not-offered"),
        ("HELP", [], "auth-not-offered"),
    ],
)
def test_signing_in_is_part_of_the_way_out(offered: str, script: list[str], outcome: str) -> None:
    """A refusal means "not now": nothing is stored, the client keeps its mail, and no mail goes without signing in."""
    ca, context = authority()

    async def run() -> None:
        with ca.cert_pem.tempfile() as file:
            async with ScriptedNextHop(*script, extensions=(*EXTENSIONS, offered), tls=context) as hop:
                more = {"tls": "verified", "name": "mx.example.net", "ca": file, **SIGNED}
                relay = Relay(settings(hop, **more), "gate")
                if outcome == "250":
                    assert codes(await relay.send(envelope("a@x.org"), RAW)) == [250]
                else:
                    with pytest.raises(NextHopDown) as down:
                        await relay.send(envelope("a@x.org"), RAW)
                    assert down.value.reason == outcome
                    assert down.value.reply.code == 451
                    assert hop.taken == []
                await relay.close()

    run_on(asyncio.new_event_loop, run())


@pytest.mark.parametrize("tls", ["off", "opportunistic", "required"])
def test_a_password_goes_to_nobody_who_was_not_checked(tls: str) -> None:
    """The settings refuse it; and the relay by itself never says it."""
    _, context = authority()

    async def run() -> None:
        async with ScriptedNextHop(
            "AUTH -> 235 2.7.0 ok", extensions=(*EXTENSIONS, "AUTH PLAIN"), tls=context
        ) as hop:
            relay = Relay(settings(hop, tls=tls, **SIGNED), "gate")
            with pytest.raises(NextHopDown):
                await relay.send(envelope("a@x.org"), RAW)
            assert not any(line.startswith("AUTH") for line in hop.commands)
            await relay.close()

    run_on(asyncio.new_event_loop, run())


def test_the_password_shows_nowhere() -> None:
    """Neither in the settings' words nor in the route's."""
    hop = NextHop(address="mx.example.net:587", tls="verified", user=USER, password=Secret(PASSWORD))
    relay = Relay(hop, "gate")
    assert PASSWORD not in repr(hop) + repr(relay._routes.default)


class Inbox:
    """Takes mail from who has signed in."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        return "250 taken"


@pytest.mark.slow
@pytest.mark.parametrize(("password", "goes"), [(PASSWORD, True), ("wrong", False)])
def test_a_real_server_that_wants_a_password(tmp_path: Path, password: str, goes: bool) -> None:
    """Another program's server, which takes mail of nobody else."""
    ca, context = authority()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    inbox = Inbox()

    def known(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()))

    server = Controller(
        inbox,
        "127.0.0.1",
        free_port(),
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=known,
    )
    server.start()
    try:

        async def run() -> None:
            hop = NextHop(
                address=f"127.0.0.1:{server.port}",
                tls="verified",
                name="mx.example.net",
                ca=tmp_path / "ca.pem",
                user=USER,
                password=Secret(password),
            )
            relay = Relay(hop, "gate")
            if goes:
                assert codes(await relay.send(envelope("a@x.org"), RAW)) == [250]
            else:
                with pytest.raises(NextHopDown):
                    await relay.send(envelope("a@x.org"), RAW)
            await relay.close()

        run_on(asyncio.new_event_loop, run())
    finally:
        server.stop()
    assert bool(inbox.taken) is goes
