"""A child is at risk now: listed partners get the message at once over proven TLS, for everybody else the safeguarding lead clicks."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from policies.emergency import AT_ONCE, NOT_AT_ALL
from policies.verdict import Action
from quarantine import in_force, keys, letters, outbox, posting, store
from quarantine.cover import Cover
from quarantine.database import one_transaction
from quarantine.letters import Result
from quarantine.models import Held, HeldRecipient, Mend, State
from quarantine.outbox import Delivery
from quarantine.workflow import copies, decisions
from quarantine.workflow.decisions import URGENT, _audit, _close, _lost
from quarantine.workflow.errors import AlreadyDecided, HeldMissing, NotOffered
from quarantine.workflow.mending import SENDER, free, sealed
from quarantine.workflow.times import role_end

KIND = "emergency"  # of the outbox row: it goes over TLS that is proven, or not at all


def declare(held_id: str, *, sender: str, now: datetime, words: str = "") -> Held:
    """The sender says so: what may go goes now, the lead has the rest, and both are on the record. Once for a message."""
    with one_transaction():
        held = _won(held_id, sender, now)
        mending = free(held)
        mending.state, mending.asked = Mend.DONE, KIND
        if words.strip():
            mending.words = [*mending.words, sealed(words)]
        mending.save()
        for one in (*copies.followers(held), held):
            _go(one, now)
        told = letters.emergency(held, now=now)
        letters.post(told, reference=held.id, held_id=held.id, now=now)
    return held


def release(held_id: str, *, actor: str, now: datetime) -> None:
    """The lead's click: everybody who waits gets it, in every copy, but those whom nothing reaches."""
    first = Held.objects.filter(id=copies.led_by(held_id)).first()
    if first is None:
        raise HeldMissing
    waiting = list(copies.family(first).filter(state=State.HELD).order_by("received_at"))
    if not waiting:
        raise AlreadyDecided(first.decided_by, first.state, first.decided_at)
    late: AlreadyDecided | None = None
    went = 0
    for held in waiting:
        try:
            went += _released(held, actor, now)
        except AlreadyDecided as decided:  # somebody was faster with this copy: the others still go
            late = decided
    if not went:
        raise late or NotOffered


def _released(held: Held, actor: str, now: datetime) -> bool:
    """Whether somebody gets it: everybody who waits but those whom nothing reaches."""
    addresses = store.unseal_record(Cover, held.envelope or b"", keys.current().opening).envelope.addresses
    may = held.recipients.filter(state=State.HELD).exclude(emergency=NOT_AT_ALL)
    going = [addresses[position] for position in may.values_list("position", flat=True)]
    if going:
        decisions.release(held.id, actor=actor, recipients=going, now=now)
    return bool(going)


def fall_back(delivery: Delivery, results: Sequence[Result], *, now: datetime) -> str:
    """Who could not be reached over proven TLS at the first attempt waits for the lead's click; the row is done."""

    def unreached(positions: Sequence[int]) -> bool:
        held = Held.objects.filter(id=delivery.reference).defer("message__blob").first()
        if held is None or held.message_id is None:  # deleted meanwhile: nobody can send it any more
            return False
        HeldRecipient.objects.filter(held=held, position__in=positions).update(state=State.HELD)
        held.state, held.decided_at, held.decided_by = State.HELD, None, ""
        _to_lead(held, now)
        _audit("emergency-not-sent", held, now, "", waits=len(positions))
        told = letters.emergency(held, now=now, not_sent=True)
        told += letters.emergency_waits(held, delivery.cover, waits=len(positions), now=now)
        letters.post(told, reference=held.id, held_id=held.id, now=now)
        return True

    return str(outbox.sent_once(delivery, results, now=now, unreached=unreached).state)


def _won(held_id: str, sender: str, now: datetime) -> Held:
    """The message, or whichever copy leads it, won for this declaration; AlreadyDecided for a second one."""
    mine = Held.objects.filter(id=copies.led_by(held_id), sender=sender)
    first = mine.filter(state=State.HELD, emergency_at=None)
    if not first.update(version=F("version") + 1, emergency_at=now):
        held = mine.first()
        if held is None:
            raise HeldMissing
        if held.emergency_at:
            raise AlreadyDecided(SENDER, KIND, held.emergency_at)
        raise _lost(held.id)
    return mine.select_related("message").defer("message__blob").get()


def _go(held: Held, now: datetime) -> None:
    """One message: its listed partners at once, the rest to the lead; recipients whom nothing reaches stay with them."""
    held.emergency_at = now
    held.save(update_fields=["emergency_at"])
    waiting = held.recipients.filter(state=State.HELD)
    going = list(waiting.filter(emergency=AT_ONCE).values_list("position", flat=True))
    if going and held.message_id is not None:
        HeldRecipient.objects.filter(held=held, position__in=going).update(state=State.RELEASED)
        posting.queue_held(KIND, held, positions=going, now=now)
    left = waiting.count()
    if left:
        _to_lead(held, now)
    else:
        _close(held, State.RELEASED, SENDER, now, "")
    never = waiting.filter(emergency=NOT_AT_ALL).count()
    _audit("emergency", held, now, SENDER, at_once=len(going), waits=left - never, never=never)


def _to_lead(held: Held, now: datetime) -> None:
    held.action = Action.QUARANTINE.word
    held.reviewers = list(dict.fromkeys((*in_force.lead(), *held.reviewers)))
    held.expires_at = max(held.expires_at, role_end(now))
    held.remind_at, held.reminders = now + URGENT, 0
    held.save()
