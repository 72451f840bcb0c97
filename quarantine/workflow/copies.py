"""Copies that a mail server makes of one message are one decision: who leads, who follows, who stands alone after all.

Copies join by a keyed hash of what their sender wrote and of all that was found in it, for ten minutes and for joining only:
one with another finding, another question or another reviewer is decided by itself.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from policies.verdict import Action, Cure
from quarantine import config, keys, letters
from quarantine.cover import Cover
from quarantine.cures import passwords
from quarantine.cures.families import families
from quarantine.cures.problems import Open, open_problems
from quarantine.models import Held, Mend, Mending, State
from quarantine.notices.notice import Kind
from quarantine.school_days import after_school_days

ENDED = (State.RETURNED, State.DELETED)  # what was refused is refused for a late copy too; nothing is sent so
_ALIKE = ("words", "by", "password", "password_until", "noted_at")
# Those who are decided by themselves. Asked of copies alone: a join would walk through every message for each list.
LEADING = Q(copy_of=None) | ~Exists(Held.objects.filter(id=OuterRef("copy_of"), state=State.HELD))


def key(cover: Cover, held: Held) -> str:
    """The same for copies that are one decision; "" where the message has no Message-ID to know them by."""
    if not cover.copy:
        return ""
    hits = [{name: value for name, value in row.items() if name != "positions"} for row in held.hits]
    words = (
        *(cover.copy, cover.written, held.school, held.action, held.policy_set),
        *(sorted(held.reviewers), _sorted(hits), _sorted(held.findings)),
    )
    return keys.current().fingerprints.of("copies", json.dumps(words))


def leader(held: Held, *, now: datetime) -> Held | None:
    """The first of the copies, while it waits for its decision; locked, so that none is made meanwhile."""
    if not held.copies:
        return None
    _one_at_a_time(held.copies)
    return (
        _others(held, now)
        .filter(LEADING, state=State.HELD)
        .exclude(mending__state=Mend.DUE)
        .select_for_update(of=("self",))
        .defer("envelope", "findings", "misses", "parts")
        .order_by("received_at")
        .first()
    )


def ended(held: Held, *, now: datetime) -> Held | None:
    """The copy that somebody refused a moment ago."""
    return _others(held, now).filter(state__in=ENDED).order_by("received_at").first() if held.copies else None


def follow(held: Held, first: Held) -> None:
    """The hold waits for the decision about the first copy; nobody is reminded of it."""
    held.copy_of, held.expires_at, held.remind_at = first, first.expires_at, None


def followers(held: Held) -> list[Held]:
    """The copies that wait for this decision, each won for it, before anything else is locked."""
    waiting = Held.objects.filter(copy_of=held, state=State.HELD)
    if not waiting.update(version=F("version") + 1):
        return []
    return list(waiting.select_related("message").defer("message__blob").order_by("received_at", "id"))


def mend_alike(held: Held, mending: Mending, *, now: datetime) -> None:
    """All is chosen for the first copy: each other one is mended in the same way, or its sender is asked about it alone."""
    for copy in followers(held):
        choices = _mapped(held, mending, copy)
        if choices is None or not _has_passwords(copy, mending, choices):
            stand_alone(copy, now=now)
            continue
        alike = {name: getattr(mending, name) for name in _ALIKE}
        due = alike | {"school": copy.school, "state": Mend.DUE, "choices": choices, "next_at": now}
        Mending.objects.update_or_create(held=copy, defaults=due)


def stand_alone(held: Held, *, now: datetime, cover: Cover | None = None) -> None:
    """From now on the copy is decided by itself; who decides is told."""
    conf = config.current()
    held.copy_of, held.remind_at = None, after_school_days(now, 1, conf.holidays)
    held.save(update_fields=["copy_of", "remind_at"])
    told = []
    if held.action == Action.ASK.word and cover is not None:
        positions = list(held.recipients.filter(state=State.HELD).values_list("position", flat=True))
        told = letters.to_sender(Kind.ASK, held, cover, now=now, positions=positions)
    elif held.action == Action.ASK.word:
        held.remind_at = (
            now  # the next look of whoever opens covers reminds the sender, with a link of its own
        )
        held.save(update_fields=["remind_at"])
        return
    told = told or letters.to_officers(Kind.REVIEW, held, cover, now=now)
    letters.post(told, reference=held.id, held_id=held.id, now=now)


def left_behind(held: Held, *, now: datetime) -> None:
    """Copies that still wait after their first one ended stand alone; those that are being mended go on."""
    waiting = Held.objects.filter(copy_of=held, state=State.HELD).exclude(mending__state=Mend.DUE)
    for copy in waiting:
        stand_alone(copy, now=now)


def rejoin(held: Held, cover: Cover, *, now: datetime) -> bool:
    """Whether another copy waits with the same question already; then this one waits with it, and nobody is told twice."""
    held.copies = key(cover, held)
    alike = Held.objects.filter(LEADING, copies=held.copies, state=State.HELD).exclude(id=held.id)
    other = alike.exclude(mending__state=Mend.DUE).order_by("received_at", "id").first()
    if not held.copies or other is None:
        held.copy_of = None
        held.remind_at = held.remind_at or after_school_days(now, 1, config.current().holidays)
    else:
        follow(held, other)
    held.save(update_fields=["copies", "copy_of", "expires_at", "remind_at"])
    return held.copy_of_id is not None


def led_by(held_id: str) -> str:
    """The message that is decided about when somebody decides about this one."""
    found = Held.objects.filter(id=held_id, copy_of__state=State.HELD).values_list("copy_of_id", flat=True)
    return found.first() or held_id


def family(held: Held) -> QuerySet[Held]:
    """All copies of a message, decided or not, itself with them."""
    first = held.copy_of_id or held.id
    return Held.objects.filter(Q(id=first) | Q(copy_of=first))


def _others(held: Held, now: datetime) -> QuerySet[Held]:
    """Of the same moments; one far ahead came under a wrong clock."""
    near = {"received_at__gt": now - letters.COPIES, "received_at__lt": now + letters.COPIES}
    return Held.objects.filter(copies=held.copies, **near).exclude(id=held.id)


def _one_at_a_time(join: str) -> None:
    """Copies come at the same moment, over several connections; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(join[:15], 16)])


def _mapped(held: Held, mending: Mending, copy: Held) -> dict[str, str] | None:
    """The same choices for the same problems of a copy; None where one of them is not offered there."""
    choices, officer = mending.choices, bool(mending.by)
    chosen = {_problem(one): choices.get(one.key, "") for one in open_problems(held, officer=officer)}
    theirs = open_problems(copy, officer=officer)
    found = {one.key: (chosen.get(_problem(one), ""), one.cures) for one in theirs}
    if any(cure not in cures for cure, cures in found.values()):
        return None
    return {name: cure for name, (cure, _) in found.items()}


def _has_passwords(copy: Held, mending: Mending, choices: Mapping[str, str]) -> bool:
    """Whether the sender has seen a password for everybody whose file is locked."""
    if Cure.ENCRYPT not in choices.values():
        return True
    needed = {family.key for family in families(copy) if family.agreed is None and not family.inside}
    return needed <= set(passwords.opened(mending.password))


def _problem(one: Open) -> tuple[str, str, str]:
    return one.first.policy, one.first.where.value, one.part


def _sorted(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)
