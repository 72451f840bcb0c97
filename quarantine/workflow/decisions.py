"""What becomes of a held message: each decision wins by compare-and-swap and is one transaction with its audit and outbox rows."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from policies.envelope import Recipient
from policies.verdict import Action
from quarantine import audit, in_force, keys, letters, memory, posting, sealed_words, store
from quarantine.cover import Cover
from quarantine.database import one_transaction
from quarantine.models import Held, HeldRecipient, Outgoing, Sealed, Sending, State
from quarantine.notices.notice import Kind
from quarantine.workflow import copies
from quarantine.workflow.errors import (
    AlreadyDecided,
    HeldMissing,
    LegalHold,
    NotDue,
    OwnMessage,
    UnknownRecipient,
    WorkflowError,
)
from quarantine.workflow.times import LAST_ROLES, is_last_call, role_reminder

URGENT = timedelta(minutes=15)  # between two reminders while a child is at risk
URGENT_REMINDERS = 8
_REASON = re.compile(
    r"[a-z][a-z ,_-]{0,80}"
)  # one of the console's reasons; capitals would be somebody's own words


def release(
    held_id: str,
    *,
    actor: str,
    now: datetime,
    recipients: Sequence[str] | None = None,
    note: str = "",
    false_alarm: bool = False,
) -> Held:
    """Send the bytes as received, to all who wait, of every copy, or to those chosen of this one; the others stay held."""
    everybody = recipients is None
    with _deciding(held_id, actor=actor, alone=not everybody) as (held, cover):
        others = _copies(held) if everybody else []
        also = [
            its.envelope.recipients[n]
            for copy, its in others
            for n in _released(copy, its, None, actor, now, note)
        ]
        chosen = _released(held, cover, recipients, actor, now, note)
        if false_alarm:
            held.false_alarm = True
            held.save(update_fields=["false_alarm"])
            _audit("false-alarm", held, now, actor, policies=sorted({hit["policy"] for hit in held.hits}))
        told = letters.to_sender(Kind.RELEASED, held, cover, now=now, note=note, positions=chosen, also=also)
        letters.post(told, reference=held.id, held_id=held.id, now=now)
    return held


def return_(held_id: str, *, actor: str, now: datetime, note: str) -> Held:
    """Give the message back to its sender, unsent, with the officer's words."""
    with _deciding(held_id, actor=actor) as (held, cover):
        _end(held, cover, State.RETURNED, Kind.RETURNED, actor, now, note)
    return held


def delete(held_id: str, *, actor: str, now: datetime, note: str = "") -> Held:
    """Delete the message unsent: its sealed bytes go in this transaction."""
    with _deciding(held_id, actor=actor) as (held, cover):
        _end(held, cover, State.DELETED, Kind.DELETED, actor, now, note)
    return held


def expire(held_id: str, *, now: datetime) -> Held:
    """End a hold whose time has passed: unsent, its bytes deleted. Nothing is ever sent by the passing of time."""
    with _deciding(held_id, actor="") as (held, cover):
        if held.expires_at > now:
            raise NotDue
        _end(held, cover, State.EXPIRED, Kind.EXPIRED, "time", now, "")
    return held


def remind(held_id: str, *, now: datetime) -> Held:
    """Tell the sender, or the reviewers, that the message still waits; and set the next time."""
    with _deciding(held_id, actor="") as (held, cover):
        if held.remind_at is None or held.remind_at > now:
            raise NotDue
        held.reminders += 1
        held.remind_at = _next_reminder(held, now)
        held.save(update_fields=["reminders", "remind_at"])
        told = []
        if held.action == Action.ASK.word:
            told = letters.to_sender(
                Kind.REMINDER, held, cover, now=now, positions=_choose(held, cover, None)
            )
        if held.emergency_at:
            told = letters.emergency(held, now=now)
        besides = LAST_ROLES if is_last_call(now, held.expires_at) else ()
        told = told or letters.to_officers(Kind.ESCALATION, held, cover, now=now, besides=besides)
        letters.post(told, reference=held.id, held_id=held.id, now=now)
        _audit("reminded", held, now, "time", reminder=held.reminders)
    return held


def keep_longer(held_id: str, *, actor: str, until: datetime, now: datetime) -> Held:
    """Move the end of a hold; it stays held."""
    with _deciding(held_id, actor=actor) as (held, _):
        for one in (*copies.followers(held), held):
            one.expires_at = until
            one.save(update_fields=["expires_at"])
            _audit("kept-longer", one, now, actor, days=(until - now).days)
    return held


def pass_on(held_id: str, *, actor: str, roles: Sequence[str], now: datetime) -> Held:
    """Give the decision to other roles, who are told."""
    with _deciding(held_id, actor=actor) as (held, cover):
        for one in (*copies.followers(held), held):
            one.reviewers = list(roles)
            one.save(update_fields=["reviewers"])
            _audit("passed-on", one, now, actor, reviewers=list(roles))
        told = letters.to_officers(Kind.REVIEW, held, cover, now=now)
        letters.post(told, reference=held.id, held_id=held.id, now=now)
    return held


def viewed(held_id: str, *, actor: str, part: str, reason: str, now: datetime) -> None:
    """Somebody looks at content: an event before they see it, with the reason they chose (their own words are not kept)."""
    with one_transaction():
        held = Held.objects.filter(id=held_id).first()
        if held is None:
            raise HeldMissing
        why = reason if _REASON.fullmatch(reason) else "own words"
        _audit("viewed", held, now, actor, part=part, reason=why)


# ---- the steps of a decision ------------------------------------------------------------------------------------


@contextmanager
def _deciding(held_id: str, *, actor: str, alone: bool = False) -> Iterator[tuple[Held, Cover]]:
    """One transaction that has won the right to change this held message, or AlreadyDecided.

    A copy that follows another one is decided with it, unless `alone`.
    """
    with one_transaction():
        held_id = held_id if alone else copies.led_by(held_id)
        if not Held.objects.filter(id=held_id, state=State.HELD).update(version=F("version") + 1):
            raise _lost(held_id)
        held = Held.objects.select_related("message").defer("message__blob").get(id=held_id)
        if actor and held.sender in in_force.addresses(actor, in_force.found()):
            raise OwnMessage
        yield held, store.unseal_record(Cover, held.envelope or b"", keys.current().opening)


def _lost(held_id: str) -> WorkflowError:
    held = Held.objects.filter(id=held_id).first()
    return AlreadyDecided(held.decided_by, held.state, held.decided_at) if held else HeldMissing()


def _choose(held: Held, cover: Cover, recipients: Sequence[str] | None) -> list[int]:
    """The positions to release: all who wait, or the chosen ones; UnknownRecipient where one does not wait."""
    waiting = list(
        HeldRecipient.objects.filter(held=held, state=State.HELD)
        .order_by("position")
        .values_list("position", flat=True)
    )
    if recipients is None:
        return waiting
    addresses = {cover.envelope.recipients[n].address.lower(): n for n in reversed(waiting)}
    asked = {address.lower() for address in recipients}
    if not asked or not asked <= addresses.keys():
        raise UnknownRecipient
    return [n for n in waiting if cover.envelope.recipients[n].address.lower() in asked]


def _copies(held: Held) -> list[tuple[Held, Cover]]:
    """The copies that are decided with this message."""
    opening = keys.current().opening
    return [(one, store.unseal_record(Cover, one.envelope or b"", opening)) for one in copies.followers(held)]


def _released(
    held: Held, cover: Cover, recipients: Sequence[str] | None, actor: str, now: datetime, note: str
) -> list[int]:
    """One message goes, to all who wait or to those chosen; where they stand in the envelope."""
    chosen = _choose(held, cover, recipients)
    HeldRecipient.objects.filter(held=held, position__in=chosen).update(state=State.RELEASED)
    if held.message is None:
        raise HeldMissing
    posting.queue(
        "original",
        cover,
        message=held.message,
        sealed_cover=bytes(held.envelope or b""),
        reference=held.id,
        held_id=held.id,
        positions=chosen,
        now=now,
    )
    left = HeldRecipient.objects.filter(held=held, state=State.HELD).count()
    if not left:
        _close(held, State.RELEASED, actor, now, note)
    _audit("released", held, now, actor, recipients=len(chosen), left=left, note=bool(note))
    return chosen


def _end(held: Held, cover: Cover, state: State, kind: Kind, actor: str, now: datetime, note: str) -> None:
    """Close a hold and its copies unsent for all who still wait, and tell the sender once."""
    others = _copies(held)
    drops = state in (State.DELETED, State.EXPIRED)
    if drops and any(one.legal_hold for one in (held, *(copy for copy, _ in others))):
        raise LegalHold
    also = [r for copy, its in others for r in _ended(copy, its, state, actor, now, note)]
    left = _choose(held, cover, None)
    _ended(held, cover, state, actor, now, note)
    told = letters.to_sender(kind, held, cover, now=now, note=note, positions=left, also=also)
    letters.post(told, reference=held.id, held_id=held.id, now=now)


def _ended(held: Held, cover: Cover, state: State, actor: str, now: datetime, note: str) -> list[Recipient]:
    """One message is closed unsent; who does not get it."""
    left = _choose(held, cover, None)
    HeldRecipient.objects.filter(held=held, state=State.HELD).update(state=state)
    _close(held, state, actor, now, note)
    _audit(state.value, held, now, actor, recipients=len(left), note=bool(note))
    if state in (State.DELETED, State.EXPIRED):
        _drop_message(held)
    return [cover.envelope.recipients[n] for n in left]


def end_alike(held: Held, first: Held, now: datetime) -> None:
    """A copy that comes after its first one was refused ends in the same way; its sender has been told."""
    state = State(first.state)
    HeldRecipient.objects.filter(held=held, state=State.HELD).update(state=state)
    _close(held, state, first.decided_by, now, "")
    held.note = first.note
    held.save(update_fields=["note"])
    _audit(state.value, held, now, first.decided_by, copy_of=first.id)
    if state == State.DELETED and not held.legal_hold:
        _drop_message(held)


def _close(held: Held, state: State, actor: str, now: datetime, note: str) -> None:
    held.state, held.decided_at, held.decided_by, held.remind_at = state, now, actor, None
    held.note = sealed_words.seal(note) if note else None
    held.save(update_fields=["state", "decided_at", "decided_by", "remind_at", "note"])
    if HeldRecipient.objects.filter(held=held, state__in=(State.RELEASED, State.CURED)).exists():
        memory.went(held.id, now=now)
    else:
        memory.forget(held.id)
    copies.left_behind(held, now=now)


def _drop_message(held: Held) -> None:
    """The content goes now; a copy that is already being sent to released recipients stays until it is."""
    message_id, held.message = held.message_id, None
    held.save(update_fields=["message"])
    if message_id and not Outgoing.objects.filter(message_id=message_id, state=Sending.PENDING).exists():
        Sealed.objects.filter(id=message_id).only("id").delete()


def _next_reminder(held: Held, now: datetime) -> datetime | None:
    """A sender is reminded twice, a role every school day and before the end also in the holidays; where a child is at risk every few minutes at first."""
    if held.emergency_at and held.reminders < URGENT_REMINDERS:
        return now + URGENT
    if held.action == Action.ASK.word and held.reminders >= 2:
        return None
    return role_reminder(now, held.expires_at)


def _audit(kind: str, held: Held, now: datetime, actor: str, **details: Any) -> None:
    audit.append(kind, now=now, school=held.school, reference=held.id, actor=actor, **details)
