"""A letter of ours: a notice, rendered and sealed, and its way into the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from policies.envelope import Envelope, Recipient
from quarantine import config, keys, posting, store
from quarantine.absences import with_deputies
from quarantine.cover import Cover
from quarantine.models import Sealed
from quarantine.notices import audience
from quarantine.notices.compose import TO_OFFICERS, render
from quarantine.notices.notice import Fate, Kind, Notice
from quarantine.pages import links

COPIES = timedelta(minutes=10)  # within these a mail server sends all copies of one message
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the next hop said about one recipient."""

    address: str = field(repr=False)
    state: str  # "sent", "deferred" or "failed"
    code: int = 0
    enhanced: str = ""
    text: str = field(default="", repr=False)  # the reply's words: for the sender's report, never stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A notice, rendered and sealed; `post` writes it into the outbox."""

    kind: Kind
    school: str
    cover: Cover = field(repr=False)
    sealed_cover: bytes = field(repr=False)
    blob: bytes = field(repr=False)
    size: int
    join: str = ""  # one letter of the same join is enough …
    join_for: timedelta = COPIES  # … for so long


def post(letters: Sequence[Letter], *, reference: str, now: datetime, held_id: str | None = None) -> None:
    """Write the letters into the outbox, inside the transaction of what they tell."""
    for letter in letters:
        if posting.joined(letter.join, now=now, within=letter.join_for):
            continue
        message = Sealed.objects.create(
            school=letter.school, blob=letter.blob, size=letter.size, created_at=now
        )
        posting.queue(
            "report" if letter.kind in (Kind.DELIVERY_FAILED, Kind.RELAYED) else "notice",
            letter.cover,
            message=message,
            sealed_cover=letter.sealed_cover,
            reference=reference,
            held_id=held_id,
            join=letter.join,
            now=now,
        )


def to_roles(
    kind: Kind, roles: Sequence[str], notice: Notice, now: datetime, *, strict: bool = False
) -> list[Letter]:
    """One letter to all who hold these roles; `strict` leaves it out where nobody does."""
    conf = config.current()
    if strict and not any(conf.roles.get(role) for role in roles):
        return []
    addresses = with_deputies(audience.officers(roles, conf), now)
    return [seal(replace(notice, kind=kind, to=addresses), now)] if addresses else []


def seal(notice: Notice, now: datetime) -> Letter:
    conf, public = config.current(), keys.current().public
    if len(notice.to) == 1 and notice.kind not in TO_OFFICERS and conf.is_internal(notice.to[0]):
        tell = links.incident(envelope_id=notice.reference, sender=notice.to[0], now=now)
        notice = replace(notice, incident_link=tell)
    raw = render(notice, conf, now=now)
    envelope = Envelope(
        id=f"{notice.reference}-{notice.kind}",
        mail_from="",
        recipients=tuple(Recipient(address=address, notify=("NEVER",)) for address in notice.to),
        received_at=now,
        smtputf8=not all(address.isascii() for address in notice.to),
        body="7BIT" if raw.isascii() else "8BITMIME",
        school=notice.school,
    )
    cover = Cover(envelope=envelope, answerable=False)
    return Letter(
        kind=notice.kind,
        school=notice.school,
        cover=cover,
        sealed_cover=store.seal_record(cover, public),
        blob=store.seal(raw, public),
        size=len(raw),
    )


def fates_of(envelope: Envelope, status: str, diagnostic: str = "") -> tuple[Fate, ...]:
    return tuple(
        Fate(address=r.address, status=status, diagnostic=diagnostic, orcpt=r.orcpt)
        for r in envelope.recipients
    )


def console_link(cover: Cover) -> str:
    return f"{config.current().console_url.rstrip('/')}/held/{cover.envelope.id}/"


def contact() -> str:
    """Whom a sender may ask."""
    return next(iter(audience.officers(("dpo",), config.current())), "")


def join(*words: str) -> str:
    """A keyed hash of these words, for joining only."""
    return keys.current().fingerprints.of("join", "\0".join(words))
