"""What roles hear besides of incidents, emergencies and broken signatures: facts, never content."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from policies.envelope import Envelope
from quarantine import config, in_force
from quarantine.cover import Cover
from quarantine.letters.decisions import stored
from quarantine.letters.letter import A_DAY, Letter, join, seal, to_roles
from quarantine.models import Held, HeldRecipient, State
from quarantine.notices import audience
from quarantine.notices.notice import Kind, Notice


def signature_broken(held: Held, cover: Cover, broken: Sequence[str], *, now: datetime) -> list[Letter]:
    """IT is told once a day that a cure broke signatures: which kind, and what to do about it."""
    notice = replace(stored(Kind.SIGNATURE, held, cover), problems=(), more=0, broken=tuple(broken))
    told = to_roles(Kind.SIGNATURE, ("it",), notice, now, strict=True)
    once = join("signature", held.school, *broken)
    return [replace(letter, join=once, join_for=A_DAY) for letter in told]


def incident(
    reference: str, school: str, *, aware_at: datetime, deadline: datetime, now: datetime
) -> list[Letter]:
    """What the incident roles and the DPO are told when somebody says that data went astray: when, and until when; no words of it."""
    notice = Notice(
        kind=Kind.INCIDENT,
        reference=reference,
        school=school,
        to=(),
        received_at=aware_at,
        expires_at=deadline,
        link=f"{config.current().console_url.rstrip('/')}/incidents/{reference}/",
    )
    row = in_force.found()
    roles = dict.fromkeys((*(row.incident_to if row else ()), "dpo"))
    return to_roles(Kind.INCIDENT, tuple(roles), notice, now)


def emergency(held: Held, *, now: datetime, not_sent: bool = False) -> list[Letter]:
    """What the safeguarding lead and the DPO are told when a child is at risk now: how many have it, and who waits for a click."""
    states = HeldRecipient.objects.filter(Q(held=held) | Q(held__copy_of=held)).values_list(
        "state", flat=True
    )
    unknown = Envelope(id=held.id, mail_from="", recipients=(), received_at=held.received_at)
    notice = replace(
        stored(Kind.EMERGENCY, held, Cover(envelope=unknown)),
        link=f"{config.current().console_url.rstrip('/')}/held/{held.id}/",
        action="not-sent" if not_sent else "",
        recipients=len(states),
        still_held=sum(state == State.HELD for state in states),
        sent_before=sum(state == State.RELEASED for state in states),
    )
    return to_roles(Kind.EMERGENCY, tuple(dict.fromkeys((*in_force.lead(), "dpo"))), notice, now)


def emergency_waits(held: Held, cover: Cover, *, waits: int, now: datetime) -> list[Letter]:
    """What the sender is told when those who should have it at once could not be reached."""
    sender = audience.sender_of(cover, config.current())
    if not sender:
        return []
    notice = replace(stored(Kind.EMERGENCY_WAITS, held, cover), to=(sender,), still_held=waits)
    return [seal(notice, now)]
