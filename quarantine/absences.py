"""Who stands in for whom: the deputy of somebody who is away is told what they would be told, until they are back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from quarantine import audit
from quarantine.database import one_transaction
from quarantine.models import Absence, Role, User

LONGEST = timedelta(days=92)


class AbsenceError(Exception):
    """It cannot be written down as asked: what is wrong, for who asked."""


def away(
    user: User, deputy: User, *, starts_at: datetime, ends_at: datetime, actor: str, now: datetime
) -> Absence:
    """Write down that somebody is away; the deputy must work for a school of theirs already."""
    if ends_at <= starts_at or ends_at <= now:
        raise AbsenceError("The last day lies before the first one, or is over.")
    if ends_at - starts_at > LONGEST:
        raise AbsenceError("Three months at most. Ask IT to give somebody else the role for longer.")
    if deputy == user or deputy not in deputies(user):
        raise AbsenceError("This person cannot stand in here.")
    with one_transaction():
        row = Absence.objects.create(
            user=user, deputy=deputy, starts_at=starts_at, ends_at=ends_at, made_by=actor, made_at=now
        )
        days = (ends_at - starts_at).days
        audit.append("absence", now=now, actor=actor, user=user.pk, deputy=deputy.pk, days=days)
    return row


def back(absence_id: int, *, user: User, actor: str, now: datetime) -> None:
    """Somebody is back before the time."""
    with one_transaction():
        rows = Absence.objects.filter(pk=absence_id, user=user, ends_at__gt=now)
        if not rows.exists():
            raise AbsenceError("It is over already. You changed nothing.")
        rows.filter(starts_at__gte=now).delete()
        rows.update(ends_at=now)
        audit.append("absence-ended", now=now, actor=actor, user=user.pk)


def deputies(user: User) -> QuerySet[User]:
    """Who may stand in: other people with a role in one of the same schools."""
    schools = Role.objects.filter(user=user).values("school")
    return User.objects.filter(is_active=True, roles__school__in=schools).exclude(pk=user.pk).distinct()


def standing(now: datetime) -> QuerySet[Absence]:
    """The absences of this moment."""
    return Absence.objects.filter(starts_at__lte=now, ends_at__gt=now).select_related("user", "deputy")


def with_deputies(addresses: Sequence[str], now: datetime) -> tuple[str, ...]:
    """These addresses, and those of the people who stand in for their owners now."""
    owners = Q(pk__in=[])
    for address in addresses:
        owners |= Q(user__email__iexact=address)
    found = standing(now).filter(owners, deputy__is_active=True).values_list("deputy__email", flat=True)
    return tuple(dict.fromkeys((*addresses, *found)))
