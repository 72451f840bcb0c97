"""The panic bypass as rows: mail goes unhindered for some hours, with a reason, a name, an end by itself, and an audit."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

import policies
from quarantine import audit, config, sealed_words
from quarantine.database import one_transaction
from quarantine.models import Bypass
from quarantine.refusal import Refusal

LONGEST = timedelta(hours=24)


class BypassError(Refusal):
    """It cannot be switched as asked: what is wrong, for who asked."""


def on(*, hours: float, reason: str, actor: str, now: datetime, school: str = "") -> Bypass:
    """From now on mail passes and is only written down; one that holds already is replaced."""
    if not reason.strip():
        raise BypassError("Give a reason.")
    if not timedelta() < timedelta(hours=hours) <= LONGEST:
        raise BypassError("It can hold for 24 hours at most.")
    if school and school not in {one.key for one in config.current().schools}:
        raise BypassError("There is no such school.")
    row = Bypass(
        school=school,
        reason=sealed_words.seal(reason),
        by=actor,
        started_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    with one_transaction():
        _rows(now).filter(school=school).update(ended_at=now, ended_by=actor)
        row.save(force_insert=True)
        minutes = round(hours * 60)
        audit.append("bypass-on", now=now, school=school, actor=actor, minutes=minutes, bypass=row.pk)
    return row


def off(*, actor: str, now: datetime, schools: Iterable[str] | None = None) -> int:
    """Policies hold again, in every school or in some; how many bypasses ended."""
    with one_transaction():
        rows = _rows(now)
        rows = rows if schools is None else rows.filter(school__in=["", *schools])
        ended = rows.update(ended_at=now, ended_by=actor)
        if ended:
            audit.append("bypass-off", now=now, actor=actor, ended=ended)
    return ended


def standing(*, now: datetime, schools: Iterable[str] | None = None) -> list[Bypass]:
    """The bypasses that hold now, for some schools or all."""
    rows = _rows(now).filter(started_at__lte=now).order_by("expires_at")
    return list(rows if schools is None else rows.filter(school__in=["", *schools]))


def in_force(*, now: datetime) -> tuple[policies.Bypass, ...]:
    """As the gateway takes them."""
    return tuple(
        policies.Bypass(
            reason="",
            by=row.by,
            started_at=row.started_at,
            expires_at=row.expires_at,
            schools=frozenset({row.school} - {""}),
        )
        for row in standing(now=now)
    )


def _rows(now: datetime) -> QuerySet[Bypass]:
    return Bypass.objects.filter(ended_at=None, expires_at__gt=now)
