"""A reviewer asks the sender, and the sender answers; the message waits meanwhile, and neither word sends it."""

from datetime import datetime

from django.db.models import F

from quarantine import audit, config, letters, sealed_words
from quarantine.database import one_transaction
from quarantine.models import Held, Question, State
from quarantine.notices import audience
from quarantine.notices.notice import Kind
from quarantine.school_days import after_school_days
from quarantine.workflow.decisions import _audit, _deciding, _lost
from quarantine.workflow.errors import AlreadyDecided, NotOffered, ReasonMissing

TIME_TO_ANSWER = 3  # school days that a hold lasts at least once its sender was asked
LIMIT = 2_000  # characters


def ask_sender(held_id: str, *, actor: str, words: str, now: datetime) -> Held:
    """Send a question to the sender; one at a time, and only to a sender who may be told."""
    if not words.strip():
        raise ReasonMissing
    with _deciding(held_id, actor=actor) as (held, cover):
        if not audience.sender_of(cover, config.current()) or held.is_silent:
            raise NotOffered
        if first := open_question(held):
            raise AlreadyDecided(first.asked_by, "asked", first.asked_at)
        Question.objects.create(
            held=held,
            school=held.school,
            asked_by=actor,
            asked_at=now,
            words=sealed_words.seal(words[:LIMIT]),
        )
        least = after_school_days(now, TIME_TO_ANSWER, config.current().holidays)
        held.expires_at = max(held.expires_at, least)
        held.save(update_fields=["expires_at"])
        told = letters.to_sender(Kind.QUESTION, held, cover, now=now, positions=[], note=words)
        letters.post(told, reference=held.id, held_id=held.id, now=now)
        _audit("sender-asked", held, now, actor)
    return held


def answer(held_id: str, *, sender: str, words: str, now: datetime) -> Held:
    """The sender answers the open question; the reviewers are told that there is an answer, not what it says."""
    if not words.strip():
        raise ReasonMissing
    with one_transaction():
        waits = Held.objects.filter(id=held_id, sender=sender, state=State.HELD)
        if not waits.update(version=F("version") + 1):
            raise _lost(held_id)
        held = waits.get()
        open_ = Question.objects.filter(held=held, answered_at=None)
        if not open_.update(answered_at=now, answer=sealed_words.seal(words[:LIMIT])):
            raise AlreadyDecided("sender", "answered", now)
        told = letters.to_officers(Kind.ANSWERED, held, None, now=now)
        letters.post(told, reference=held.id, held_id=held.id, now=now)
        audit.append("sender-answered", now=now, school=held.school, reference=held.id, actor="sender")
    return held


def open_question(held: Held) -> Question | None:
    """The question that waits for an answer."""
    return Question.objects.filter(held=held, answered_at=None).first()
