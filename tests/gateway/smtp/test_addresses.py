"""MAIL and RCPT: which paths and parameters are taken, which are refused, and under which name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.smtp.addresses import Sender, recipient, sender
from gateway.smtp.refused import Refused
from policies.envelope import Recipient


def refusal(argument: str, *, smtputf8: bool = False) -> str:
    with pytest.raises(Refused) as caught:
        recipient(argument, extended=True, smtputf8=smtputf8)
    return caught.value.name


@pytest.mark.parametrize(
    "address",
    [
        "a@b",
        "first.last@example.org",
        "o'hara+tag@example.org",
        "a!#$%&'*+-/=?^_`{|}~@example.org",
        '"first last"@example.org',
        '"a@b"@example.org',
        '"a>b"@example.org',
        r'"quo\"te"@example.org',
        '""@example.org',
        "a@[192.0.2.1]",
        "a@[IPv6:2001:db8::1]",
        "a@[ipv6:::1]",
        "root@copier_1.school.local",
        "a@xn--bcher-kva.example",
        "a" * 100 + "@example.org",
        "SRS0=" + "x" * 200 + "@example.org",
        "user%host@example.org",
    ],
)
def test_addresses_that_are_taken(address: str) -> None:
    """Taken in the very spelling in which they came, also behind a space and with parameters."""
    assert recipient(f"TO:<{address}>", extended=True, smtputf8=False) == Recipient(address=address)
    assert recipient(f"to: <{address}> NOTIFY=NEVER", extended=True, smtputf8=False).address == address
    assert sender(f"FROM:<{address}>", extended=False, auth=False) == Sender(address=address)


@pytest.mark.parametrize(
    "path",
    [
        "<a>",
        "<a@>",
        "<@b>",
        "<a@b",
        "<a@b>>",
        "<a@b>,<c@d>",
        "<a b@example.org>",
        "<.a@example.org>",
        "<a.@example.org>",
        "<a..b@example.org>",
        "<a@b@example.org>",
        '<"a"b@example.org>',
        '<"a@example.org>',
        "<a@-example.org>",
        "<a@example-.org>",
        "<a@example..org>",
        "<a@example.org.>",
        "<a@.example.org>",
        "<a@exam ple.org>",
        "<a@[192.0.2.256]>",
        "<a@[192.0.2.1>",
        "<a@[IPv6:12345::]>",
        "<a@[2001:db8::1]>",
        "<a@[x-tag:thing]>",
        "<a\t@example.org>",
        "<a\x7f@example.org>",
        "<a@example.org\x01>",
        "<" + "a" * 520 + "@example.org>",
        "<>",
    ],
)
def test_addresses_that_are_refused(path: str) -> None:
    assert refusal(f"TO:{path}") == "bad_recipient"


@pytest.mark.parametrize(
    ("argument", "name"),
    [
        ("", "syntax"),
        ("TO", "syntax"),
        ("TO:", "syntax"),
        ("TO a@b", "syntax"),
        ("TO:a@b", "syntax"),
        ("FROM:<a@b>", "syntax"),
        ("<a@b>", "syntax"),
        ("TO:<@a.example:b@c.example>", "source_route"),
        ("TO:<@a.example,@b.example:c@d.example>", "source_route"),
        ("TO:<zo\u00eb@example.org>", "needs_smtputf8"),
        ("TO:<a@b\u00fccher.example>", "needs_smtputf8"),
        ("TO:<a@b> =x", "unknown_parameter"),
        ("TO:<a@b> X=", "unknown_parameter"),
        ("TO:<a@b> FOO", "unknown_parameter"),
        ("TO:<a@b> NOTIFY", "bad_parameter"),
        ("TO:<a@b> NOTIFY=", "unknown_parameter"),
        ("TO:<a@b> NOTIFY=ALWAYS", "bad_parameter"),
        ("TO:<a@b> NOTIFY=NEVER NOTIFY=NEVER", "bad_parameter"),
        ("TO:<a@b> ORCPT=rfc822;", "bad_parameter"),
        ("TO:<a@b> ORCPT=;x", "bad_parameter"),
        ("TO:<a@b> ORCPT=rfc822;zo\u00eb@example.org", "bad_parameter"),
        ("TO:<a@b> ORCPT=rfc822;" + "a" * 500, "bad_parameter"),
        ("TO:<a@b> ORCPT=rfc822;+2b", "bad_parameter"),
    ],
)
def test_what_else_is_refused(argument: str, name: str) -> None:
    assert refusal(argument) == name


@pytest.mark.parametrize(
    "argument",
    [
        "TO:<zo\u00eb@b\u00fccher.example>",
        "TO:<\u7528\u6237@\u4f8b\u5b50.example>",
        'TO:<"zo\u00eb g"@example.org>',
    ],
)
def test_smtputf8_addresses(argument: str) -> None:
    assert recipient(argument, extended=True, smtputf8=True).address == argument[4:-1]


@pytest.mark.parametrize("letter", ["\u202e", "\u200b", "\x85", "\u2028", "\ufeff", "\u00a0", "\ue000"])
def test_letters_that_cannot_be_seen_are_no_address(letter: str) -> None:
    """Direction marks, zero-width letters and controls hide who the recipient is."""
    assert refusal(f"TO:<a{letter}b@example.org>", smtputf8=True) == "bad_recipient"


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("FROM:<>", Sender(address="")),
        ("from:<> size=12 BODY=8bitmime", Sender(address="", size=12, body="8BITMIME")),
        ("FROM:<a@b>  RET=FULL   ENVID=x+3Dy", Sender(address="a@b", ret="FULL", envid="x+3Dy")),
        ("FROM:<a@b> SMTPUTF8", Sender(address="a@b", smtputf8=True)),
    ],
)
def test_mail_parameters(argument: str, expected: Sender) -> None:
    assert sender(argument, extended=True, auth=False) == expected


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ("SIZE=x", "bad_parameter"),
        ("SIZE=" + "1" * 21, "bad_parameter"),
        ("SIZE=-1", "bad_parameter"),
        ("SIZE=\u0661", "bad_parameter"),
        ("SIZE", "bad_parameter"),
        ("BODY=BINARYMIME", "bad_parameter"),
        ("SMTPUTF8=1", "bad_parameter"),
        ("RET=ALL", "bad_parameter"),
        ("ENVID", "bad_parameter"),
        ("ENVID=" + "a" * 101, "bad_parameter"),
        ("ENVID=a;b=c", "unknown_parameter"),
        ("AUTH=<>", "unknown_parameter"),
        ("NOTIFY=NEVER", "unknown_parameter"),
        ("HOLDFOR=60", "unknown_parameter"),
    ],
)
def test_mail_parameters_that_are_refused(parameters: str, name: str) -> None:
    with pytest.raises(Refused) as caught:
        sender(f"FROM:<a@b> {parameters}", extended=True, auth=False)
    assert caught.value.name == name


def test_auth_parameter_where_auth_is_offered() -> None:
    """RFC 4954 §5: taken, and trusted for nothing."""
    assert sender("FROM:<a@b> AUTH=x+2By", extended=True, auth=True) == Sender(address="a@b")


@given(st.text(max_size=80))
def test_any_text_is_taken_or_refused(text: str) -> None:
    """No argument makes the parser fail in any other way, and a refusal never carries the text."""
    for prefix in ("", "TO:", "TO:<", "TO:<a@b> "):
        assert outcome(prefix + text) in {"taken", 501, 553, 555}


def outcome(argument: str) -> str | int:
    """The code of the refusal, or "taken" for an address that cannot break out of its brackets."""
    try:
        address = recipient(argument, extended=True, smtputf8=True).address
    except Refused as refused:
        return refused.reply.code
    return "taken" if address and not set("<\r\n\0") & set(address.partition('"')[0]) else "broken"
