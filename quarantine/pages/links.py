"""The link in a notice: signed, expiring, bound to one message and its sender; it shows, and acts only by POST."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

from quarantine import config, keys
from quarantine.masks import address_fingerprint

LASTS = timedelta(
    days=14
)  # a question ends after school days; its password and its fate can be read a little longer
SALT = "schoolgate.pages"
BOUND = 20  # letters of the sender's fingerprint


class LinkError(Exception):
    """The link is not one of ours, or too old; it says nothing of any message."""

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__("expired" if expired else "unknown")
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a link lets in, and to what."""

    held_id: str
    sender: str  # the beginning of their fingerprint


def of(*, envelope_id: str, sender: str, now: datetime) -> str:
    """The sender's link to a held message; "" where the pages are off."""
    url = config.current().pages_url
    if not url:
        return ""
    fingerprint = address_fingerprint(keys.current().fingerprints, sender)
    return f"{url.rstrip('/')}/m/{token(envelope_id, fingerprint, now=now)}/"


def incident(*, envelope_id: str, sender: str, now: datetime) -> str:
    """The sender's link to say that something went astray, also of a message that has gone; "" where the pages are off."""
    link = of(envelope_id=envelope_id, sender=sender, now=now)
    return f"{link}incident" if link else ""


def token(held_id: str, fingerprint: str, *, now: datetime) -> str:
    """The signed part of a link."""
    ends = int((now + LASTS).timestamp())
    return _signer().sign(f"{held_id}.{fingerprint[:BOUND]}.{ends}")


def read(text: str, *, now: datetime) -> Bearer:
    """Whom this token lets in; LinkError for one that is altered, made up, cut off or too old."""
    try:
        held_id, sender, ends = _signer().unsign(text).split(".")
        end = datetime.fromtimestamp(int(ends), UTC)
    except (signing.BadSignature, ValueError):
        raise LinkError from None
    if end <= now:
        raise LinkError(expired=True)
    return Bearer(held_id, sender)


def _signer() -> signing.Signer:
    return signing.Signer(key=keys.current().django_secret, salt=SALT, sep="~")
