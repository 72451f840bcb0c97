"""Real mail of the past: the messages of an mbox, a Maildir or a folder of .eml files, each with its likely envelope."""

import mailbox
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from policies.envelope import Envelope, Recipient

MAX_RECIPIENTS = 1000  # of one message, as the gateway itself takes them
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def messages(path: Path) -> Iterator[bytes]:
    """The messages of an mbox file, a Maildir, or all .eml files below a folder, one at a time."""
    if path.is_file() and path.suffix.lower() == ".eml":
        yield path.read_bytes()
    elif path.is_file():
        with_box = mailbox.mbox(path, create=False)
        yield from (with_box.get_bytes(key) for key in with_box.iterkeys())
        with_box.close()
    elif (path / "cur").is_dir():
        maildir = mailbox.Maildir(path, create=False)
        yield from (maildir.get_bytes(key) for key in maildir.iterkeys())
    else:
        yield from (file.read_bytes() for file in sorted(path.rglob("*.eml")))


def envelope_of(raw: bytes, reference: str) -> Envelope:
    """The envelope as the header suggests it: Return-Path or else From, all of To, Cc and Bcc, and the date."""
    header = BytesHeaderParser().parsebytes(raw)
    senders = _addresses(header.get_all("Return-Path", [])) or _addresses(header.get_all("From", []))
    recipients = _addresses([v for name in ("To", "Cc", "Bcc") for v in header.get_all(name, [])])
    return Envelope(
        id=reference,
        mail_from=senders[0] if senders else "",
        recipients=tuple(Recipient(address=a) for a in recipients[:MAX_RECIPIENTS]),
        received_at=_date(str(header.get("Date", ""))),
    )


def _addresses(values: Sequence[object]) -> list[str]:
    found = getaddresses([str(value) for value in values])
    return list(dict.fromkeys(address for _, address in found if "@" in address))


def _date(value: str) -> datetime:
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return _EPOCH
    return found if found.tzinfo else found.replace(tzinfo=UTC)
