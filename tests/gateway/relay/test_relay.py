"""The next hop's behaviour is data; what the relay makes of it is the property."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import trustme
import uvloop

from gateway.relay import NextHopDown, Relay, Replies
from gateway.settings import NextHop, TlsRule
from policies.envelope import Envelope, Recipient
from tests.support.next_hop import EXTENSIONS, ScriptedNextHop

LOOPS = [uvloop.new_event_loop, asyncio.new_event_loop]  # the one that we run on, and the standard's
RAW = b"From: a@example.sch.uk\r\nSubject: books\r\n\r\nHello\r\n"
TRACE = b"Received: from x by gate; now\r\n"


def run_on(loop: Callable[[], asyncio.AbstractEventLoop], story: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(story)


def envelope(*to: str, mail_from: str = "a@example.sch.uk", **more: object) -> Envelope:
    recipients = tuple(Recipient(address=address) for address in to or ("b@example.org",))
    made = Envelope(
        id="01", mail_from=mail_from, recipients=recipients, received_at=datetime(2025, 6, 2, tzinfo=UTC)
    )
    return replace(made, **more)  # type: ignore[arg-type]


def settings(hop: ScriptedNextHop, **more: object) -> NextHop:
    return replace(NextHop(address=hop.address, tls="off", timeout=5), **more)  # type: ignore[arg-type]


def with_hop(
    script: tuple[str, ...],
    story: Callable[[ScriptedNextHop, Relay], Awaitable[None]],
    *,
    extensions: tuple[str, ...] = EXTENSIONS,
    **more: object,
) -> None:
    """Run a story with one scripted hop and one relay that points to it."""

    async def run() -> None:
        async with ScriptedNextHop(*script, extensions=extensions) as hop:
            relay = Relay(settings(hop, **more), "gate.example.sch.uk")
            try:
                await story(hop, relay)
            finally:
                await relay.close()

    run_on(uvloop.new_event_loop, run())


def codes(replies: Replies) -> list[int]:
    return [reply.code for _, reply in replies.rows]


@pytest.mark.parametrize("extensions", [EXTENSIONS, (), ("PIPELINING",)])
@pytest.mark.parametrize(
    ("script", "expected", "taken"),
    [
        ((), [250, 250], 1),
        (("RCPT b@ -> 451 4.2.0 grey",), [451, 250], 1),
        (("RCPT b@ -> 550 5.1.1 nobody",), [550, 250], 1),
        (("RCPT b@ -> 452 4.5.3 too many", "RCPT c@ -> 550 5.1.1 no"), [452, 550], 0),
        (("RCPT -> 550 5.1.1 no", "DATA -> 354 go on"), [550, 550], 0),
        (("MAIL -> 550 5.7.1 not you",), [550, 550], 0),
        (("MAIL -> 450 4.7.1 later",), [450, 450], 0),
        (("DATA -> 451 4.3.0 later",), [451, 451], 0),
        (("DOT -> 554 5.7.1 spam",), [554, 554], 0),
        (("DOT -> 452 4.3.1 full",), [452, 452], 0),
        (("RCPT b@ -> 550 5.1.1 no", "DOT -> 451 4.3.0 later"), [550, 451], 0),
        (("MAIL -> 530 5.7.0 must log in",), [451, 451], 0),
        (("DOT -> 421 4.3.2 closing",), [451, 451], 0),
    ],
)
def test_each_recipient_hears_what_the_next_hop_said_of_them(
    script: tuple[str, ...], expected: list[int], taken: int, extensions: tuple[str, ...]
) -> None:
    """Own code per recipient, pipelined or not; complaints about our session (530, 421) never bounce mail;
    and the connection is fit for the next message afterwards."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        replies = await relay.send(envelope("b@example.org", "c@example.org"), RAW, trace=TRACE)
        assert codes(replies) == expected
        assert len(hop.taken) == taken
        assert not replies.doubtful
        hop.say()
        assert codes(await relay.send(envelope("d@example.org"), RAW, trace=TRACE)) == [250]
        assert hop.taken[-1].rcpts == ("RCPT TO:<d@example.org>",)

    with_hop(script, story, extensions=extensions)


@pytest.mark.parametrize(
    "step",
    [
        "CONNECT -> 554 5.7.1 go away",
        "CONNECT -> 421 4.3.2 busy",
        "CONNECT -> drop",
        "CONNECT -> garbage",
        "CONNECT -> silence",
        "EHLO -> drop",
        "EHLO -> 421 4.3.2 busy",
        "EHLO -> silence",
        "MAIL -> drop",
        "MAIL -> garbage",
        "MAIL -> silence",
        "MAIL -> 421 4.3.2 closing",
        "RCPT -> drop",
        "RCPT -> silence",
        "DATA -> drop",
        "DATA -> garbage",
        "DATA -> silence",
        "DATA -> 421 4.3.2 closing",
    ],
)
@pytest.mark.parametrize("extensions", [EXTENSIONS, ()])
def test_before_the_final_dot_a_dead_next_hop_is_down(step: str, extensions: tuple[str, ...]) -> None:
    """Nothing was taken, so nothing is doubtful, and the reply is a 451 of ours."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        with pytest.raises(NextHopDown) as down:
            await relay.send(envelope(), RAW)
        assert down.value.reply.code == 451
        assert not hop.taken

    with_hop((step,), story, extensions=extensions, timeout=0.1)


def test_nobody_listening_is_a_next_hop_down() -> None:
    async def run() -> None:
        async with ScriptedNextHop() as hop:
            address = hop.address
        relay = Relay(NextHop(address=address), "gate")
        with pytest.raises(NextHopDown):
            await relay.send(envelope(), RAW)
        await relay.close()

    run_on(uvloop.new_event_loop, run())


@pytest.mark.parametrize("step", ["DOT -> drop", "DOT -> take-and-drop", "DOT -> garbage", "DOT -> silence"])
def test_after_the_final_dot_a_lost_answer_is_doubtful_and_not_tried_again(step: str) -> None:
    """RFC 1047: the message may be there. It is a 451, marked; a second try by us would make two for sure."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        hop.say()
        await relay.send(envelope(), RAW)  # the connection is a kept one now
        hop.say(step)
        replies = await relay.send(envelope(), RAW, within=0.2)
        assert replies.doubtful
        assert codes(replies) == [451]
        assert hop.commands.count(".") == 2

    with_hop((), story)


@pytest.mark.parametrize(
    "step", ["hang up", "MAIL -> drop", "MAIL -> 421 4.4.2 idle", "RCPT -> drop", "DATA -> drop"]
)
def test_a_kept_connection_found_dead_is_replaced_by_a_fresh_one(step: str) -> None:
    """A restart of the next hop between two messages costs nobody anything."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        await relay.send(envelope(), RAW)
        if step == "hang up":
            hop.hang_up()
        else:
            hop.say(f"once {step}")
        assert codes(await relay.send(envelope(), RAW)) == [250]
        assert len(hop.taken) == 2
        assert hop.connections == 2

    with_hop((), story)


def test_connections_are_kept_and_bounded() -> None:
    """One after the other uses one connection; many at once use no more than allowed."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        for _ in range(5):
            await relay.send(envelope(), RAW)
        assert hop.connections == 1
        await asyncio.gather(*(relay.send(envelope(), RAW) for _ in range(30)))
        assert hop.connections <= 3
        assert len(hop.taken) == 35

    with_hop((), story, connections=3)


def test_a_full_pool_is_waited_for_no_longer_than_allowed() -> None:
    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        first = asyncio.create_task(relay.send(envelope(), RAW, within=0.2))
        while not hop.commands:
            await asyncio.sleep(0.01)
        with pytest.raises(NextHopDown, match="pool-full"):
            await relay.send(envelope(), RAW, within=0.05)
        with pytest.raises(NextHopDown):
            await first

    with_hop(("MAIL -> silence",), story, connections=1)


def test_a_cancelled_send_leaves_no_connection_behind_and_frees_its_place() -> None:
    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        sending = asyncio.create_task(relay.send(envelope(), RAW))
        while "MAIL" not in "".join(hop.commands):
            await asyncio.sleep(0.01)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        hop.say()
        assert codes(await relay.send(envelope(), RAW)) == [250]
        assert len(hop.taken) == 1

    with_hop(("RCPT -> silence",), story, connections=1)


# ---- what the next hop can, and what the mail needs -------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "more", "extensions", "expected"),
    [
        (RAW, {}, (), ""),
        (RAW, {"body": "8BITMIME"}, (), ""),
        (RAW + "é".encode(), {"body": "8BITMIME"}, (), "5.6.3"),
        (RAW + "é".encode(), {}, (), "5.6.3"),
        (RAW + "é".encode(), {"body": "8BITMIME"}, ("8BITMIME",), ""),
        (RAW, {"smtputf8": True}, (), ""),
        (RAW.replace(b"books", "bücher".encode()), {"smtputf8": True}, ("8BITMIME",), "5.6.7"),
        (RAW.replace(b"books", "bücher".encode()), {"smtputf8": True}, ("8BITMIME", "SMTPUTF8"), ""),
        (RAW.replace(b"books", "bücher".encode()), {}, ("8BITMIME",), ""),
        (RAW, {"mail_from": "grüße@example.sch.uk", "smtputf8": True}, ("8BITMIME",), "5.6.7"),
        (RAW, {"mail_from": "grüße@example.sch.uk", "smtputf8": True}, ("SMTPUTF8",), ""),
        (RAW, {}, ("SIZE 60",), "5.3.4"),
        (RAW, {}, ("SIZE 5000",), ""),
        (RAW, {}, ("SIZE 0",), ""),
        (RAW, {}, ("SIZE",), ""),
        (RAW + b"bare\n.\r\n", {}, EXTENSIONS, "5.6.0"),
        (RAW + b"bare\rcr\r\n", {}, EXTENSIONS, "5.6.0"),
    ],
)
def test_mail_that_the_next_hop_cannot_take_is_refused_never_changed(
    raw: bytes, more: dict[str, object], extensions: tuple[str, ...], expected: str
) -> None:
    """8BITMIME → 5.6.3, SMTPUTF8 → 5.6.7, SIZE → 5.3.4, and bare line ends never go out."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        replies = await relay.send(envelope(**more), raw, trace=TRACE)  # type: ignore[arg-type]
        [(_, reply)] = replies.rows
        if expected:
            assert (reply.code // 100, reply.enhanced) == (5, expected)
            assert not hop.taken
        else:
            assert reply.code == 250
            assert hop.taken[0].data == TRACE + raw + (b"" if raw.endswith(b"\r\n") else b"\r\n")

    with_hop((), story, extensions=extensions)


def test_parameters_go_on_when_the_next_hop_has_the_extension_and_only_then() -> None:
    """SIZE, BODY, SMTPUTF8, RET, ENVID, NOTIFY and ORCPT arrive as they came."""
    recipient = Recipient(
        address="b@example.org", notify=("SUCCESS", "FAILURE"), orcpt="rfc822;b@example.org"
    )
    asked = envelope(recipients=(recipient,), body="8BITMIME", smtputf8=True, ret="HDRS", envid="QQ314159")

    async def good(hop: ScriptedNextHop, relay: Relay) -> None:
        replies = await relay.send(asked, RAW, trace=TRACE)
        size = len(RAW + TRACE)
        [taken] = hop.taken
        assert taken.mail == (
            f"MAIL FROM:<a@example.sch.uk> SIZE={size} BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ314159"
        )
        assert taken.rcpts == ("RCPT TO:<b@example.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b@example.org",)
        assert replies.dsn

    async def bare(hop: ScriptedNextHop, relay: Relay) -> None:
        replies = await relay.send(asked, RAW, trace=TRACE)
        [taken] = hop.taken
        assert (taken.mail, *taken.rcpts) == ("MAIL FROM:<a@example.sch.uk>", "RCPT TO:<b@example.org>")
        assert not replies.dsn

    with_hop((), good)
    with_hop((), bare, extensions=())


def test_a_server_without_ehlo_is_greeted_with_helo() -> None:
    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        assert codes(await relay.send(envelope(), RAW)) == [250]
        assert "HELO gate.example.sch.uk" in hop.commands

    with_hop(("EHLO -> 502 what",), story)


@pytest.mark.parametrize("address", ["b@example.org>\r\nRCPT TO:<x@example.net", "b@example.org\n"])
def test_no_address_can_add_a_command(address: str) -> None:
    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        with pytest.raises(ValueError, match="line end"):
            await relay.send(envelope(address), RAW)
        assert not any("x@example.net" in command for command in hop.commands)

    with_hop((), story)


# ---- odd answers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code", "enhanced", "text"),
    [
        ("550-5.1.1 The box\\r\\n550 5.1.1 is gone", 550, "5.1.1", "The box is gone"),
        ("550 gone", 550, "5.0.0", "gone"),
        ("550", 550, "5.0.0", "no reason given"),
        ("450 5.1.1 mixed up", 450, "4.0.0", "mixed up"),
        ("550 5.7.1 caf\\xe9 \\x07 bell", 550, "5.7.1", "caf bell"),
        ("550 5.7.1 " + "x" * 1000, 550, "5.7.1", "x" * 400),
    ],
)
def test_replies_are_passed_on_as_one_printable_line(
    answer: str, code: int, enhanced: str, text: str
) -> None:
    """Multi-line, bare, 8-bit and endless texts; the enhanced class always fits the code."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        [(_, reply)] = (await relay.send(envelope(), RAW)).rows
        assert (reply.code, reply.enhanced, reply.text) == (code, enhanced, text)

    with_hop((f"DOT -> raw {answer}",), story)


@pytest.mark.parametrize("flood", ["x" * 10_000, "250-x\\r\\n" * 500, "999 what", "25x", "-"])
def test_a_flood_or_nonsense_is_the_end_of_the_connection(flood: str) -> None:
    """Nothing is collected without a bound."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        with pytest.raises(NextHopDown):
            await relay.send(envelope(), RAW)

    with_hop((f"MAIL -> raw {flood}",), story)


@pytest.mark.parametrize(
    ("early", "expected"),
    [
        ("552 5.3.4 too big", [552]),
        ("451 4.3.1 full", [451]),
        ("250 2.0.0 taken", None),
        ("421 4.3.2 bye", None),
    ],
)
def test_an_answer_before_the_final_dot_is_a_refusal_and_never_an_acceptance(
    early: str, expected: list[int] | None
) -> None:
    """Half a message taken is no message taken."""
    big = RAW + b"x" * 70 + b"\r\n" + (b"y" * 76 + b"\r\n") * 100_000

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        if expected is None:
            with pytest.raises(NextHopDown):
                await relay.send(envelope(), big)
        else:
            assert codes(await relay.send(envelope(), big)) == expected
        assert not hop.taken

    with_hop((f"BODY -> {early}",), story)


def test_unasked_words_on_an_idle_connection_end_its_use() -> None:
    """A reply that nobody asked for could be taken for the next one."""

    async def story(hop: ScriptedNextHop, relay: Relay) -> None:
        await relay.send(envelope(), RAW)
        [writer] = hop._writers
        writer.write(b"250 2.0.0 and another\r\n")
        await writer.drain()
        [pool] = relay._pools.values()
        while pool._idle[0].alive:
            await asyncio.sleep(0)
        assert codes(await relay.send(envelope(), RAW)) == [250]
        assert hop.connections == 2

    with_hop((), story)


# ---- TLS --------------------------------------------------------------------------------------------------------


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
