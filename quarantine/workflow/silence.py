"""Keeping a decision from its sender, where telling them would harm a child or an inquiry: never by one person alone."""

from datetime import datetime

from quarantine import sealed_words
from quarantine.models import Held, Silence
from quarantine.workflow.decisions import _audit, _deciding
from quarantine.workflow.errors import AlreadyDecided, NotOffered, ReasonMissing


def silence(held_id: str, *, actor: str, reason: str, now: datetime) -> Held:
    """The first person asks, with a reason; the second one's word puts it in force. Nobody counts twice."""
    with _deciding(held_id, actor=actor) as (held, _):
        asked = Silence.objects.filter(held=held).first()
        if asked is None:
            _ask(held, actor, reason, now)
        elif asked.approved_at is not None:
            raise AlreadyDecided(asked.approved_by, "silenced", asked.approved_at)
        elif asked.asked_by == actor:
            raise NotOffered
        else:
            asked.approved_by, asked.approved_at = actor, now
            asked.save(update_fields=["approved_by", "approved_at"])
            _audit("silenced", held, now, actor)
    return held


def unsilence(held_id: str, *, actor: str, now: datetime) -> Held:
    """Take it back: one person's word is enough to tell a sender again."""
    with _deciding(held_id, actor=actor) as (held, _):
        if not Silence.objects.filter(held=held).delete()[0]:
            raise NotOffered
        _audit("silence-ended", held, now, actor)
    return held


def _ask(held: Held, actor: str, reason: str, now: datetime) -> None:
    if not reason.strip():
        raise ReasonMissing
    sealed = sealed_words.seal(reason)
    Silence.objects.create(held=held, school=held.school, reason=sealed, asked_by=actor, asked_at=now)
    _audit("silence-asked", held, now, actor)
