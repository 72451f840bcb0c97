"""What a sender asks for before anything leaves: files locked by a tag in the subject, or the verdict alone, sent to nobody."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from policies.envelope import Envelope, Recipient
from quarantine.cover import header_of

OUTSIDER = "somebody@outside.invalid"  # whom a message to the checking address alone is judged for
LINE = 2_000  # letters of a subject that are looked at
PEOPLE = 1_000  # addresses of a header that are judged
SHORT = 16 * 1024  # bytes of a header that is looked at within some milliseconds


@dataclass(frozen=True, slots=True)
class Before:
    """What this installation offers; nothing by default."""

    tags: tuple[str, ...] = ()  # in a subject, in any case of letters
    checks: frozenset[str] = frozenset()  # addresses that answer with the verdict

    def asks_to_lock(self, raw: bytes) -> bool:
        """Whether a tag stands in the subject."""
        if not self.tags:
            return False
        said = _subject(header_of(raw)).lower()
        return any(tag.lower() in said for tag in self.tags)

    def only_checks(self, envelope: Envelope, raw: bytes) -> bool:
        """Whether nobody is to get it: the checking address stands in the envelope or is shown in To or Cc.

        A mail server may split a message by recipients, so a part may not have it in its envelope.
        """
        if not self.checks:
            return False
        named = {address.lower() for address in envelope.addresses}
        return not self.checks.isdisjoint(named | set(_shown(header_of(raw))))

    def judged(self, envelope: Envelope, raw: bytes) -> tuple[Envelope, bool]:
        """The envelope as it would be without the checking address; and whether somebody outside was put in, for want of others."""
        named = dict.fromkeys([*(a.lower() for a in envelope.addresses), *_shown(header_of(raw))])
        others = [address for address in named if address not in self.checks][:PEOPLE]
        recipients = tuple(Recipient(address=address) for address in others or [OUTSIDER])
        return replace(envelope, recipients=recipients), not others


NOTHING_ASKED = Before()


def checking(local: str, domains: Iterable[str]) -> frozenset[str]:
    """The checking address in each of the school's domains."""
    return frozenset(f"{local}@{domain}".lower() for domain in domains) if local else frozenset()


def is_quick(raw: bytes) -> bool:
    """Whether its header is looked at within some milliseconds, as every header but one that was made to be long."""
    return b"\r\n\r\n" in raw[:SHORT]


def _subject(header: Message) -> str:
    raw = str(header.get("Subject", ""))[:LINE]
    try:
        return str(make_header(decode_header(raw)))
    except (MessageError, LookupError, ValueError):
        return raw


def _shown(header: Message) -> list[str]:
    """The addresses in To and Cc, in lower case; none where brackets in brackets say no more whom they name."""
    fields = (str(value) for name in ("To", "Cc") for value in header.get_all(name) or ())
    try:
        named = getaddresses([", ".join(fields)[: PEOPLE * 100]])
    except RecursionError:
        return []
    return [address.lower() for _, address in named if "@" in address]
