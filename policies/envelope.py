"""The SMTP envelope of one message as we took it: the same plain data from the first byte to the last reply."""

from dataclasses import dataclass, field
from datetime import datetime

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U to misread by telephone
RANDOM_BYTES = 10  # 80 bits beside 48 bits of milliseconds: 128 bits make 26 letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One RCPT TO with its DSN parameters (RFC 3461)."""

    address: str
    notify: tuple[str, ...] = ()  # NEVER, or any of SUCCESS FAILURE DELAY
    orcpt: str = ""  # as received, xtext: "rfc822;user@example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """`mail_from` is "" for the null reverse-path. Recipients keep the order and spelling in which they came."""

    id: str  # our own: time-ordered, shown as the reference; nothing a sender controls
    mail_from: str
    recipients: tuple[Recipient, ...]
    received_at: datetime  # UTC, aware
    client: str = ""  # IP address
    helo: str = ""
    tls: str = ""  # "TLSv1.3 TLS_AES_256_GCM_SHA384", or "" for clear text
    user: str = ""  # authenticated user, or ""
    body: str = "7BIT"  # 7BIT or 8BITMIME
    smtputf8: bool = False
    ret: str = ""  # DSN RET: FULL, HDRS or ""
    envid: str = ""  # DSN ENVID, xtext
    school: str = ""  # whose message: the key of [[school]]
    tags: tuple[str, ...] = field(default=())  # words of the gateway about the session, e.g. "unattended"
    protocol: str = "ESMTP"  # "with" clause of the Received line: SMTP, ESMTP, ESMTPS, ESMTPSA, UTF8SMTPS, …

    @property
    def addresses(self) -> tuple[str, ...]:
        """The recipients' addresses, as they came."""
        return tuple(r.address for r in self.recipients)


_SHIFTS = tuple(range(125, -1, -5))


def new_id(now: datetime, random: bytes) -> str:
    """An id of 26 letters that sorts by time; `random` is ten fresh random bytes."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"an id needs {RANDOM_BYTES} random bytes")
    number = int(now.timestamp() * 1000) << 80 | int.from_bytes(random, "big")
    return "".join([ALPHABET[number >> shift & 31] for shift in _SHIFTS])
