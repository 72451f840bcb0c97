"""The Received line and the loop mark in it."""

import email
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from gateway.smtp.trace import HOP_LIMIT, PASS_LIMIT, header, loops, received
from policies.envelope import Envelope, Recipient, new_id

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOW = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
ENVELOPE = Envelope(
    id=new_id(NOW, bytes(10)),
    mail_from="a@example.sch.uk",
    recipients=(Recipient(address="secret@example.org"),),
    received_at=NOW,
    client="192.0.2.1",
    helo="mail.example.sch.uk",
    tls="TLSv1.3 TLS_AES_256_GCM_SHA384",
    user="copier",
    protocol="ESMTPSA",
)


def again(number: int, key: bytes = KEY) -> bytes:
    """The line of another pass."""
    return received(replace(ENVELOPE, id=new_id(NOW, number.to_bytes(10, "big"))), "gw.example.sch.uk", key)


def test_the_line() -> None:
    line = received(ENVELOPE, "gw.example.sch.uk", KEY)
    assert re.sub(rb"-[0-9a-f]{32}", b"-MARK", line).decode() == (
        "Received: from mail.example.sch.uk ([192.0.2.1])\r\n"
        "\t(using TLSv1.3 TLS_AES_256_GCM_SHA384)\r\n"
        "\tby gw.example.sch.uk with ESMTPSA id 01JWQXWZM00000000000000000\r\n"
        "\t(Schoolgate 01JWQXWZM00000000000000000-MARK);\r\n"
        "\tMon, 02 Jun 2025 09:00:00 +0000\r\n"
    )


def test_one_field_that_parsers_read() -> None:
    """Put in front of a message it is one header field, with a date that the standard library reads."""
    message = email.message_from_bytes(received(ENVELOPE, "gw.example.sch.uk", KEY) + b"Subject: x\r\n\r\n")
    assert message.keys() == ["Received", "Subject"]
    assert parsedate_to_datetime(str(message["Received"]).rpartition(";")[2].strip()) == NOW


def test_nobody_is_named() -> None:
    """Neither a recipient (it might be a Bcc) nor the user's name leaves with the message."""
    line = received(ENVELOPE, "gw.example.sch.uk", KEY).lower()
    assert not [word for word in (b"secret", b"copier", b"for ", b"a@example") if word in line]


@pytest.mark.parametrize("helo", ["a\r\nX: y", "a b", "(x", "zo\u00eb", "", "a;b", "x" * 256, "[1.2.3.4"])
def test_a_strange_helo_is_not_repeated(helo: str) -> None:
    assert received(replace(ENVELOPE, helo=helo), "gw.example.sch.uk", KEY).startswith(
        b"Received: from unknown ("
    )


@pytest.mark.parametrize(
    ("client", "shown"),
    [("2001:db8::1", b" ([IPv6:2001:db8::1])"), ("192.0.2.1", b" ([192.0.2.1])"), ("", b""), ("x", b"")],
)
def test_the_address_of_the_client(client: str, shown: bytes) -> None:
    line = received(replace(ENVELOPE, client=client), "gw.example.sch.uk", KEY)
    assert line.partition(b"\r\n")[0] == b"Received: from mail.example.sch.uk" + shown


MAIL = b"Subject: x\r\n\r\nbody\r\n"


def test_three_passes_are_a_loop() -> None:
    """A forwarder may bring a message back; whoever has been here three times comes for ever."""
    passes = [again(n) for n in range(PASS_LIMIT)]
    assert not loops(b"".join(passes[1:]) + MAIL, KEY)
    assert loops(b"".join(passes) + MAIL, KEY)


def test_marks_of_others_count_for_nothing() -> None:
    """Another installation's marks, forged marks, one mark many times, marks in the body: no loop."""
    forged = re.sub(rb"-[0-9a-f]{32}", b"-" + b"0" * 32, again(1))
    for lines in (again(1, OTHER_KEY) + again(2, OTHER_KEY) + again(3, OTHER_KEY), forged * 9, again(1) * 9):
        assert not loops(lines + MAIL, KEY)
    assert not loops(MAIL + again(1) + again(2) + again(3), KEY)
    assert not loops(b"X-Schoolgate-Loop: yes\r\nX-Schoolgate: released\r\n" * 9 + MAIL, KEY)


@pytest.mark.parametrize("name", [b"Received:", b"RECEIVED :", b"received\t:"])
def test_too_many_hops_are_a_loop(name: bytes) -> None:
    line = name + b" from a by b\r\n\tfor c;\r\n date\r\n"
    assert not loops(line * HOP_LIMIT + MAIL, KEY)
    assert loops(line * (HOP_LIMIT + 1) + MAIL, KEY)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(b"", b""), (b"\r\nbody", b""), (b"A: b\r\n\r\nC: d\r\n", b"A: b\r\n"), (b"A: b\r\n", b"A: b\r\n")],
)
def test_where_the_header_ends(raw: bytes, expected: bytes) -> None:
    assert header(raw) == expected
