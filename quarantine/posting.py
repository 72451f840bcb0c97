"""Writes a row into the outbox, inside the transaction of what caused it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from quarantine import config
from quarantine.cover import Cover
from quarantine.masks import mask_address
from quarantine.models import Held, Outgoing, OutgoingRecipient, Sealed

GIVE_UP = timedelta(days=5)  # RFC 5321 §4.5.4.1: at least 4 to 5 days
GIVE_UP_NOTICE = timedelta(days=2)


def queue(
    kind: str,
    cover: Cover,
    *,
    message: Sealed,
    sealed_cover: bytes,
    reference: str,
    now: datetime,
    held_id: str | None = None,
    positions: Sequence[int] | None = None,
    next_at: datetime | None = None,
    join: str = "",
) -> Outgoing:
    """Write a row to be sent, inside the transaction of its cause; `positions` chooses recipients of the cover."""
    row = Outgoing.objects.create(
        school=message.school,
        kind=kind,
        reference=reference,
        held_id=held_id,
        envelope=sealed_cover,
        message=message,
        created_at=now,
        next_at=next_at or now,
        join=join,
        give_up_at=now + (GIVE_UP_NOTICE if kind in ("notice", "report") else GIVE_UP),
    )
    chosen = range(len(cover.envelope.recipients)) if positions is None else positions
    own = config.current().domains
    _to(row, {n: mask_address(cover.envelope.recipients[n].address, own_domains=own) for n in chosen})
    return row


def queue_held(kind: str, held: Held, *, positions: Sequence[int], now: datetime) -> Outgoing:
    """A held message as received, written by a process that cannot open its cover."""
    row = Outgoing.objects.create(
        school=held.school,
        kind=kind,
        reference=held.id,
        held=held,
        envelope=held.envelope,
        message=held.message,
        created_at=now,
        next_at=now,
        give_up_at=now + GIVE_UP,
    )
    _to(row, dict(held.recipients.filter(position__in=positions).values_list("position", "masked")))
    return row


def _to(row: Outgoing, masked: Mapping[int, str]) -> None:
    OutgoingRecipient.objects.bulk_create(
        OutgoingRecipient(outgoing=row, school=row.school, position=position, masked=words)
        for position, words in masked.items()
    )


def joined(join: str, *, now: datetime, within: timedelta) -> bool:
    """Whether a row of the same join was written a moment ago; one far ahead was written by a wrong clock."""
    near = Outgoing.objects.filter(join=join, created_at__gt=now - within, created_at__lt=now + within)
    return bool(join) and near.exists()
