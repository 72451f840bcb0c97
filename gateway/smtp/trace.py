"""The Received line that we put in front, and the loop mark in it: a keyed proof that a message has been here before."""

import hmac
import ipaddress
import re
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from policies.envelope import Envelope

HOP_LIMIT = 100  # RFC 5321 §6.3: a large threshold, normally at least 100
# An external forwarder may bring a message back once or twice in good faith; a loop does not stop at three.
PASS_LIMIT = 3
HEADER_LIMIT = 1_000_000  # trace lines stand on top; nobody's header is longer than this
MARK = re.compile(rb"\(Schoolgate ([0-9A-Z]{26})-([0-9a-f]{32})\)")
RECEIVED = re.compile(rb"^received[ \t]*:(?:[^\n]*\n[ \t])*[^\n]*$", re.IGNORECASE | re.MULTILINE)
SAFE_NAME = re.compile(r"[A-Za-z0-9._-]{1,255}|\[[0-9A-Za-z:.]{2,60}\]")


def mark(message_id: str, loop_key: bytes) -> str:
    """The loop mark of one message. Nobody without the key makes one, so nobody else can make us see a loop."""
    return hmac.digest(loop_key, b"schoolgate loop\0" + message_id.encode(), "sha256").hex()[:32]


def received(envelope: Envelope, hostname: str, loop_key: bytes) -> bytes:
    """The trace field of RFC 5321 §4.4, ended by CRLF. No `for` clause: it would show a Bcc; no user name either."""
    helo = envelope.helo if SAFE_NAME.fullmatch(envelope.helo) else "unknown"
    tls = f"\r\n\t(using {envelope.tls})" if re.fullmatch(r"[A-Za-z0-9._ -]+", envelope.tls) else ""
    proof = f"(Schoolgate {envelope.id}-{mark(envelope.id, loop_key)})"
    return (
        f"Received: from {helo}{_tcp_info(envelope.client)}{tls}\r\n"
        f"\tby {hostname} with {envelope.protocol} id {envelope.id}\r\n"
        f"\t{proof};\r\n"
        f"\t{_date(envelope.received_at.replace(microsecond=0))}\r\n"
    ).encode("ascii")


@lru_cache(maxsize=8)
def _date(second: datetime) -> str:
    """As a header has it, once for all messages of one second."""
    return format_datetime(second)


@lru_cache(maxsize=256)
def _tcp_info(client: str) -> str:
    """The client's address as RFC 5321 §4.4 has it: ([192.0.2.1])."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return ""
    return f" ([{'IPv6:' if address.version == 6 else ''}{address}])"


def loops(raw: bytes, loop_key: bytes) -> bool:
    """Whether the message has been here too often, or anywhere too often. Marks of others count for nothing."""
    fields = RECEIVED.findall(header(raw))
    if len(fields) > HOP_LIMIT:
        return True
    marks = {match.groups() for field in fields if (match := MARK.search(field))}
    ours = [m for m in marks if hmac.compare_digest(mark(m[0].decode(), loop_key).encode(), m[1])]
    return len(ours) >= PASS_LIMIT


def header(raw: bytes) -> bytes:
    """The header section of a message, as far as anybody's header goes."""
    if raw.startswith(b"\r\n"):
        return b""
    end = raw.find(b"\r\n\r\n", 0, HEADER_LIMIT)
    return raw[: end + 2] if end >= 0 else raw[:HEADER_LIMIT]
