"""Legal holds: while one covers a message, no purge, no deletion and no sender takes it away; each has a reason and a name."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from policies.envelope import RANDOM_BYTES, new_id
from quarantine import audit, sealed_words
from quarantine.database import one_transaction
from quarantine.models import About, Held, LegalHold, VerdictRecord
from quarantine.workflow.errors import HeldMissing

TURN = 0x5C4002  # a number of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """What is to be kept, and why."""

    school: str
    about: About
    key: str
    masked: str = ""
    reason: str = field(default="", repr=False)


def put(keep: Keep, *, actor: str, now: datetime) -> LegalHold:
    """Keep all that it covers now, and all that will come; the same order a second time is the first one."""
    with one_transaction():
        _in_turn("")
        same = _standing(keep.school).filter(about=keep.about, key=keep.key).first()
        if same is not None:
            return same
        row = LegalHold.objects.create(
            id=new_id(now, secrets.token_bytes(RANDOM_BYTES)),
            school=keep.school,
            about=keep.about,
            key=keep.key,
            masked=keep.masked,
            reason=sealed_words.seal(keep.reason),
            made_by=actor,
            made_at=now,
        )
        many = _covered(row).update(legal_hold=True, version=F("version") + 1)
        _log("legal-hold", row, actor, now, messages=many)
    return row


def end(hold_id: str, *, actor: str, schools: Iterable[str], now: datetime) -> LegalHold:
    """Allow again what only this order forbade; what another one covers stays."""
    with one_transaction():
        row = LegalHold.objects.filter(id=hold_id, school__in=schools).first()
        if row is None or row.ended_at is not None:
            raise HeldMissing
        row.ended_at, row.ended_by = now, actor
        row.save(update_fields=["ended_at", "ended_by"])
        many = _covered(row).update(legal_hold=False, version=F("version") + 1)
        for other in _standing(row.school):
            _covered(other).update(legal_hold=True)
        _log("legal-hold-ended", row, actor, now, messages=many)
    return row


def legal_hold(held_id: str, *, actor: str, on: bool, now: datetime, reason: str = "") -> Held:
    """Keep one message with its copies, or end that; in any state."""
    held = Held.objects.filter(id=held_id).only("school", "sender_masked").first()
    if held is None:
        raise HeldMissing
    if on:
        keep = Keep(school=held.school, about=About.MESSAGE, key=held_id, masked=held_id, reason=reason)
        put(keep, actor=actor, now=now)
    else:
        for row in _standing(held.school).filter(about=About.MESSAGE, key=held_id):
            end(row.id, actor=actor, schools=[held.school], now=now)
    return Held.objects.get(id=held_id)


def covers(school: str, sender: str, people: Iterable[str]) -> bool:
    """Whether a message that comes now, from this sender and about these people, is to be kept; asked in its transaction."""
    _in_turn("_shared")
    about = Q(about=About.SENDER, key=sender) | Q(about=About.PERSON, key__in=sorted(set(people) - {""}))
    return _standing(school).filter(about).exists()


def kept_senders() -> QuerySet[LegalHold, str]:
    """The senders whose records no purge may take."""
    return LegalHold.objects.filter(ended_at=None, about=About.SENDER).values_list("key", flat=True)


def kept_records() -> QuerySet[VerdictRecord]:
    """The records that no purge may take: of held messages under an order, and of senders under one."""
    held = Held.objects.filter(legal_hold=True).values("id")
    return VerdictRecord.objects.filter(Q(id__in=held) | Q(sender__in=kept_senders()))


def _in_turn(shared: str) -> None:
    """An order waits for the messages that come at this moment, and they for it: else one would slip between. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(%s)", [TURN])


def _standing(school: str) -> QuerySet[LegalHold]:
    return LegalHold.objects.filter(school=school, ended_at=None)


def _covered(row: LegalHold) -> QuerySet[Held]:
    """The held messages, in any state, to which an order applies."""
    here = Held.objects.filter(school=row.school)
    if row.about == About.MESSAGE:
        return here.filter(Q(id=row.key) | Q(copy_of=row.key))
    if row.about == About.SENDER:
        return here.filter(sender=row.key)
    found = here.annotate(found=Cast("findings", TextField())).filter(found__contains=f'"{row.key}"')
    return Held.objects.filter(id__in=found.values("id"))


def _log(kind: str, row: LegalHold, actor: str, now: datetime, **details: int) -> None:
    reference = row.key if row.about == About.MESSAGE else row.id
    audit.append(
        kind, now=now, school=row.school, reference=reference, actor=actor, about=row.about, **details
    )
