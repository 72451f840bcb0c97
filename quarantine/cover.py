"""The sealed cover of a message: whom it goes to and how, and what a later notice needs to thread with it."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser

from policies.envelope import Envelope

HEADER_LIMIT = 256 * 1024  # bytes of header that are looked at for threading and "may we answer"
_TYPE_LIMIT = (
    2_000  # letters of Content-Type; a real one has under 300, and a longer one was made to keep us busy
)
_BLOCK, _OVERLAP = 256 * 1024, 256  # bytes of a message looked at in one go: other threads run in between
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,240}@[!-;=?-~]{1,240}>")
_REFERENCES = 20  # ids kept of a thread
_OPAQUE = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_SMIME = re.compile(
    rb"^Content-Type:[ \t]*application/(?:x-)?pkcs7-signature\b", re.IGNORECASE | re.MULTILINE
)
_PGP = re.compile(
    rb"^(?:Content-Type:[ \t]*application/pgp-signature\b|-----BEGIN PGP SIGNED MESSAGE-----)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    envelope: Envelope
    message_id: str = ""
    references: tuple[str, ...] = ()
    answerable: bool = True  # False: a list, a bulk mailing or an automatic answer
    staff: bool = False  # the directory knows the sender's address as one of the staff
    copy: str = ""  # the same for the several copies that a mail server makes of one message
    written: str = ""  # … and this where they also show the same subject and the same people

    def __repr__(self) -> str:
        return f"Cover({self.envelope.id})"


def header_of(raw: bytes) -> Message:
    """The header of a message, parsed without trust: never raises, never reads more than the limit."""
    end = re.search(rb"\r?\n\r?\n", raw[:HEADER_LIMIT])
    block = raw[: end.start() if end else HEADER_LIMIT] + b"\r\n\r\n"
    return BytesParser(policy=policy.compat32).parsebytes(block, headersonly=True)


def signatures(raw: bytes) -> list[str]:
    """The signatures that a change would break: "dkim", "smime", "pgp". Looked at, never checked."""
    header = header_of(raw)
    found = ["dkim"] if "dkim-signature" in header else []
    declared = Message()
    declared["Content-Type"] = str(header.get("Content-Type", ""))[:_TYPE_LIMIT]
    kind = declared.get_content_type()
    protocol = str(declared.get_param("protocol", "")).lower()
    opaque = kind in _OPAQUE and str(declared.get_param("smime-type", "")).lower() != "enveloped-data"
    if opaque or (kind == "multipart/signed" and "pkcs7" in protocol) or _stands(_SMIME, raw):
        found.append("smime")
    if (kind == "multipart/signed" and "pgp" in protocol) or _stands(_PGP, raw):
        found.append("pgp")
    return found


def _stands(line: re.Pattern[bytes], raw: bytes) -> bool:
    """Whether such a line stands in the message. Each has a hyphen, and base64 has none."""
    starts = range(0, len(raw), _BLOCK)
    return any(
        raw.find(b"-", start, start + _BLOCK + _OVERLAP) >= 0
        and line.search(raw, start, start + _BLOCK + _OVERLAP)
        for start in starts
    )


def message_ids(header: Message, name: str) -> tuple[str, ...]:
    """The well-formed message ids of a field; whatever else stands there is left out."""
    text = " ".join(str(value) for value in header.get_all(name) or ())
    return tuple(_MESSAGE_ID.findall(text))[-_REFERENCES:]


def answerable(header: Message) -> bool:
    """Whether a person may have written this: no list, no bulk mailing, no automatic answer (RFC 3834)."""
    if str(header.get("Auto-Submitted", "no")).split(";")[0].strip().lower() not in ("no", ""):
        return False
    if str(header.get("Precedence", "")).strip().lower() in ("bulk", "list", "junk"):
        return False
    if header.get("X-Autoreply") or header.get("X-Autorespond"):
        return False
    return not any(name.lower().startswith("list-") for name in header.keys())  # noqa: SIM118 - Message iterates values otherwise


def cover_of(envelope: Envelope, raw: bytes, *, staff: bool = False) -> Cover:
    """The cover of a message as received."""
    header = header_of(raw)
    ids = message_ids(header, "Message-ID")
    return Cover(
        envelope=envelope,
        copy=_copy(envelope, ids[0], header, raw) if ids else "",
        written=_hash(str(header.get(name, "")) for name in ("Subject", "From", "Reply-To", "To", "Cc")),
        message_id=ids[0] if ids else "",
        references=message_ids(header, "References") or message_ids(header, "In-Reply-To"),
        answerable=answerable(header),
        staff=staff,
    )


def _copy(envelope: Envelope, message_id: str, header: Message, raw: bytes) -> str:
    """A hash of sender, Message-ID, Date and body: for joining notices alone, never a key of storage."""
    end = re.search(rb"\r?\n\r?\n", raw[:HEADER_LIMIT])
    body = hashlib.sha256(raw[end.end() if end else len(raw) :]).hexdigest()
    return _hash((envelope.mail_from.lower(), message_id, str(header.get("Date", "")), body))


def _hash(words: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()
