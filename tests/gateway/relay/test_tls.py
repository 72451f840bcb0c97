"""TLS is what the settings ask, for the next hop and for each partner, or nothing is sent."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import replace

import pytest
import trustme
import uvloop

from gateway.relay import NextHopDown, Relay
from gateway.settings import NextHop, TlsRule
from policies.envelope import Recipient
from tests.support.next_hop import ScriptedNextHop
from tests.support.relaying import RAW, codes, envelope, run_on, settings

LOOPS = [uvloop.new_event_loop, asyncio.new_event_loop]  # the one that we run on, and the standard's


def authority() -> tuple[trustme.CA, ssl.SSLContext]:
    ca = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("mx.example.net").configure_cert(context)
    return ca, context


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(
    ("tls", "offered", "name", "trusted", "outcome"),
    [
        ("off", True, "mx.example.net", True, "clear"),
        ("opportunistic", False, "", False, "clear"),
        ("opportunistic", True, "wrong.example.net", False, "secured"),
        ("required", False, "", False, "down"),
        ("required", True, "wrong.example.net", False, "secured"),
        ("verified", True, "mx.example.net", True, "secured"),
        ("verified", True, "wrong.example.net", True, "down"),
        ("verified", True, "mx.example.net", False, "down"),
        ("verified", False, "mx.example.net", True, "down"),
        ("mistyped", True, "wrong.example.net", True, "down"),
    ],
)
def test_tls_is_what_the_settings_ask_or_nothing_is_sent(
    tls: str,
    offered: bool,
    name: str,
    trusted: bool,
    outcome: str,
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    """verified = chain and name; required = encrypted; and neither ever falls back to clear text."""
    ca, context = authority()

    async def run() -> None:
        with ca.cert_pem.tempfile() as file:
            async with ScriptedNextHop(tls=context if offered else None) as hop:
                more: dict[str, object] = {"tls": tls, "name": name, "ca": file if trusted else None}
                relay = Relay(settings(hop, **more), "gate")
                if outcome == "down":
                    with pytest.raises(NextHopDown) as down:
                        await relay.send(envelope(), RAW)
                    assert down.value.reply.enhanced == "4.7.5"
                    assert not hop.taken
                    assert not any("MAIL" in command for command in hop.commands)
                else:
                    assert codes(await relay.send(envelope(), RAW)) == [250]
                    assert bool(hop.secured) == (outcome == "secured")
                await relay.close()

    run_on(loop, run())


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(
    ("name", "trusted", "goes"),
    [("mx.example.net", True, True), ("wrong.example.net", True, False), ("mx.example.net", False, False)],
)
def test_what_must_be_proven_is_proven_whatever_the_way_asks(
    name: str, trusted: bool, goes: bool, loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    """An emergency on a way that is otherwise in the clear: TLS with a certificate that fits, or nothing is sent."""
    ca, context = authority()

    async def run() -> None:
        with ca.cert_pem.tempfile() as file:
            async with ScriptedNextHop(tls=context) as hop:
                more: dict[str, object] = {"tls": "off", "name": name, "ca": file if trusted else None}
                relay = Relay(settings(hop, **more), "gate")
                if goes:
                    assert codes(await relay.send(envelope(), RAW, proven=True)) == [250]
                    assert hop.secured
                else:
                    with pytest.raises(NextHopDown):
                        await relay.send(envelope(), RAW, proven=True)
                    assert not hop.taken
                await relay.close()

    run_on(loop, run())


@pytest.mark.parametrize(
    "step", ["STARTTLS -> 454 4.7.0 not now", "STARTTLS -> drop", "STARTTLS -> raw 220 go\\r\\n250 injected"]
)
@pytest.mark.parametrize(("tls", "sent"), [("opportunistic", True), ("required", False)])
def test_a_broken_starttls_falls_back_only_when_tls_is_opportunistic(step: str, tls: str, sent: bool) -> None:
    _, context = authority()

    async def run() -> None:
        async with ScriptedNextHop(step, tls=context) as hop:
            relay = Relay(settings(hop, tls=tls), "gate")
            if sent:
                assert codes(await relay.send(envelope(), RAW)) == [250]
            else:
                with pytest.raises(NextHopDown):
                    await relay.send(envelope(), RAW)
            assert len(hop.taken) == sent
            await relay.close()

    run_on(uvloop.new_event_loop, run())


@pytest.mark.parametrize("partner_up", [True, False])
def test_a_partner_domain_goes_its_own_verified_way(partner_up: bool) -> None:
    """Two routes, one message: each recipient by their own; a route that is down defers only its own."""
    ca, context = authority()

    async def run() -> None:
        with ca.cert_pem.tempfile() as file:
            async with (
                ScriptedNextHop() as usual,
                ScriptedNextHop(tls=context if partner_up else None) as other,
            ):
                rule = TlsRule(domain="Partner.example", tls="verified", address=other.address)
                await two_ways(usual, other, settings(usual, domain=(rule,), ca=file))

    async def two_ways(usual: ScriptedNextHop, other: ScriptedNextHop, hop: NextHop) -> None:
        relay = Relay(hop, "gate")
        route = relay._routes.of(Recipient(address="x@partner.EXAMPLE."))
        relay._routes._by_domain["partner.example"] = replace(route, name="mx.example.net")
        replies = await relay.send(envelope("x@partner.example", "b@example.org"), RAW)
        assert codes(replies) == [250 if partner_up else 451, 250]
        assert [t.rcpts for t in usual.taken] == [("RCPT TO:<b@example.org>",)]
        assert len(other.taken) == partner_up
        assert len(replies.left) == (not partner_up)
        await relay.close()

    run_on(uvloop.new_event_loop, run())


def test_a_probe_says_of_each_server_whether_mail_could_go() -> None:
    """The same greeting, EHLO and TLS as mail has, without a message."""
    _, context = authority()

    async def run() -> None:
        async with ScriptedNextHop() as usual, ScriptedNextHop(tls=context) as other:
            rules = (
                TlsRule(domain="a.example", tls="required", address=other.address),
                TlsRule(domain="b.example", tls="verified", address=other.address),
                TlsRule(domain="c.example", tls="off"),
            )
            relay = Relay(settings(usual, domain=rules), "gate")
            found = await relay.probe(within=5)
            assert found == {
                f"{usual.address} (off)": "",
                f"{other.address} (required)": "",
                f"{other.address} (verified)": "tls-SSLCertVerificationError",
            }
            assert not any("MAIL" in command for command in (*usual.commands, *other.commands))

    run_on(uvloop.new_event_loop, run())
