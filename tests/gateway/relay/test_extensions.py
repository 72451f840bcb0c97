"""What the next hop can and what the mail needs: passed on where it has it, refused where it has not, never changed."""

import pytest

from gateway.relay import Relay
from policies.envelope import Recipient
from tests.support.next_hop import EXTENSIONS, ScriptedNextHop
from tests.support.relaying import RAW, TRACE, codes, envelope, with_hop


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
