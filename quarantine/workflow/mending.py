"""What a sender does about a held message of theirs: chooses cures, asks a role, cancels. Needs no private key."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import F

from policies.asked import ASKED
from policies.verdict import Action, Cure
from quarantine import letters, sealed_words
from quarantine.cures import passwords
from quarantine.cures.plans import locked_for
from quarantine.cures.problems import open_problems
from quarantine.database import one_transaction
from quarantine.models import Held, HeldRecipient, Mend, Mending, State
from quarantine.notices.notice import Kind
from quarantine.workflow import copies
from quarantine.workflow.decisions import _audit, _close, _drop_message, _lost
from quarantine.workflow.errors import AlreadyDecided, HeldMissing, LegalHold, NotOffered, ReasonMissing
from quarantine.workflow.times import role_end, role_reminder

PASSWORD_KEPT = timedelta(days=7)  # the sender can read it again
WORDS_LIMIT = 2_000  # letters of one reason or question
ASKS = (Cure.ASK_DPO, Cure.NOT_A_PUPIL)
SENDER = "sender"  # the actor in rows and events


def choose(held_id: str, key: str, cure: Cure, *, sender: str, now: datetime, words: str = "") -> Held:
    """Choose a cure for one problem; choosing again changes it. When the last is chosen the message is to be mended."""
    with _choosing(held_id, sender) as (held, mending):
        problem = next((one for one in open_problems(held) if one.key == key), None)
        if problem is None or cure not in problem.cures:
            raise NotOffered
        if cure is Cure.CONFIRM and not words.strip():
            raise ReasonMissing
        earlier = {} if mending.by else mending.choices  # an officer's choices are not the sender's
        mending.choices, mending.by = {**earlier, key: cure.value}, ""
        if words.strip():
            mending.words = [*mending.words, sealed(words)]
        make_passwords(held, mending, now)
        _go_when_all_is_chosen(held, mending, now)
        mending.save()
        _audit("cure-chosen", held, now, SENDER, cure=cure.value, policy=problem.first.policy)
    return held


def noted(held_id: str, *, sender: str, now: datetime) -> Held:
    """The sender has the password: what locks files may go."""
    with _choosing(held_id, sender) as (held, mending):
        if not mending.password or mending.by:  # what an officer prepared, an officer sends
            raise NotOffered
        mending.noted_at = now
        _go_when_all_is_chosen(held, mending, now)
        mending.save()
        _audit("password-noted", held, now, SENDER)
    return held


def lock_as_asked(held: Held, *, now: datetime) -> None:
    """The sender asked for locked files in the subject: chosen at once, in the transaction of the hold.

    Where nothing else is to be put right it goes; the sender reads the password on their page while it does.
    """
    mending = Mending(held=held, school=held.school)
    chosen = [one for one in open_problems(held) if one.first.policy == ASKED and Cure.ENCRYPT in one.cures]
    mending.choices = {one.key: Cure.ENCRYPT.value for one in chosen}
    make_passwords(held, mending, now)
    if chosen and all(one.first.policy == ASKED for one in open_problems(held)):
        mending.noted_at = now
    _go_when_all_is_chosen(held, mending, now)
    mending.save(force_insert=True)
    if chosen:
        _audit("cure-chosen", held, now, SENDER, cure=Cure.ENCRYPT.value, policy=ASKED)


def ask(held_id: str, cure: Cure, *, sender: str, now: datetime, words: str = "") -> Held:
    """Give the decision to a role: a question, or a false alarm. It never goes by this alone."""
    if cure not in ASKS:
        raise NotOffered
    with _choosing(held_id, sender) as (held, mending):
        mending.words = [*mending.words, sealed(words)] if words.strip() else mending.words
        for copy in copies.followers(held):
            row, _ = Mending.objects.get_or_create(held=copy, defaults={"school": held.school})
            row.words = mending.words
            give_to_a_role(copy, row, cure.value, now, tell=False)
        _audit("asked", held, now, SENDER, cure=cure.value, words=bool(words.strip()))
        give_to_a_role(held, mending, cure.value, now)
    return held


def cancel(held_id: str, *, sender: str, now: datetime) -> Held:
    """The sender takes it back: deleted now, sent to nobody, and counted as a near miss."""
    with _choosing(held_id, sender) as (held, mending):
        everyone = (*copies.followers(held), held)
        if any(one.legal_hold for one in everyone):
            raise LegalHold
        for one in everyone:
            HeldRecipient.objects.filter(held=one, state=State.HELD).update(state=State.DELETED)
            _close(one, State.DELETED, SENDER, now, "")
            _drop_message(one)
        mending.state, mending.password, mending.password_until = Mend.DONE, None, None
        mending.save()
        _audit("cancelled", held, now, SENDER, near_miss=True)
    return held


def give_to_a_role(held: Held, mending: Mending, why: str, now: datetime, *, tell: bool = True) -> None:
    """Turn a question to the sender into a review, inside the caller's transaction; the role is told."""
    named = [role for one in open_problems(held) for hit in one.hits for role in hit.reviewers]
    held.action = Action.QUARANTINE.word
    held.reviewers = list(dict.fromkeys(held.reviewers + named)) or ["dpo"]
    held.expires_at = max(held.expires_at, role_end(now))
    held.remind_at, held.reminders = role_reminder(now, held.expires_at), 0
    held.save(update_fields=["action", "reviewers", "expires_at", "remind_at", "reminders"])
    mending.state, mending.asked, mending.asked_at = Mend.DONE, why, now
    mending.save()
    if not tell:  # a copy: the first one's letter is enough
        return
    told = letters.to_officers(Kind.REVIEW, held, None, now=now)
    letters.post(told, reference=held.id, held_id=held.id, now=now)


@contextmanager
def _choosing(held_id: str, sender: str) -> Iterator[tuple[Held, Mending]]:
    """One transaction that has won the right to change what waits for this sender, or AlreadyDecided."""
    with one_transaction():
        waits = Held.objects.filter(id=held_id, sender=sender, state=State.HELD, action=Action.ASK.word)
        if not waits.update(version=F("version") + 1):
            raise _lost(held_id) if Held.objects.filter(id=held_id, sender=sender).exists() else HeldMissing()
        held = Held.objects.select_related("message").defer("message__blob").get(id=held_id)
        yield held, free(held)


def free(held: Held) -> Mending:
    """What was chosen for a message, locked; AlreadyDecided where it is being mended at this moment."""
    mending, _ = Mending.objects.select_for_update().get_or_create(
        held=held, defaults={"school": held.school}
    )
    if mending.state == Mend.DUE:
        raise AlreadyDecided(mending.by or SENDER, Mend.DUE, mending.next_at)
    return mending


def due(held: Held, mending: Mending, now: datetime) -> None:
    """All is chosen: it is mended next, and its copies with it."""
    mending.state, mending.next_at, mending.tries = Mend.DUE, now, 0
    copies.mend_alike(held, mending, now=now)


def _go_when_all_is_chosen(held: Held, mending: Mending, now: datetime) -> None:
    chosen = [mending.choices.get(one.key, "") for one in open_problems(held)]
    fresh = any(not family.agreed for family in locked_for(held, mending))
    if all(chosen) and (mending.noted_at or not fresh):
        due(held, mending, now)


def make_passwords(held: Held, mending: Mending, now: datetime) -> None:
    """A fresh password for each family that has none yet; new ones are to be seen before anything goes."""
    made = passwords.opened(mending.password)
    new = [family.key for family in locked_for(held, mending) if not family.agreed and family.key not in made]
    if new:
        mending.password = passwords.shut(made | {key: passwords.make() for key in new})
        mending.password_until, mending.noted_at = now + PASSWORD_KEPT, None


def sealed(words: str) -> str:
    """Words that may name somebody, for a row."""
    return base64.b64encode(sealed_words.seal(words.strip()[:WORDS_LIMIT])).decode()
