"""How much of what on which day: counted once when the day is over, so that a page of figures never counts a million rows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, Min, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from quarantine import config
from quarantine.database import one_transaction
from quarantine.models import ClosedDay, Figure, Held, State, VerdictRecord

KEPT_DAYS = 400  # a year and a month: this term beside the same term last year
MOST_DAYS = 31  # that one call closes; the next one goes on
BY_PEOPLE = (State.RELEASED, State.RETURNED, State.DELETED)
TIMES = (  # how long a decision took: below so many hours
    (1, "within an hour"),
    (4, "within 4 hours"),
    (24, "within a day"),
    (72, "within 3 days"),
    (float("inf"), "longer"),
)
BATCH = 2_000  # rows read at a time

Key = tuple[str, str, str]  # school, sort, name


class Sort(StrEnum):
    """What is counted."""

    VERDICT = "verdict"  # messages by action, on the day they came
    POLICY = "policy"  # messages that a policy hit, likewise
    OUTCOME = "outcome"  # held messages by what became of them, on the day of it
    TIME = "time"  # decisions by people, by how long they took
    FAMILY = "family"  # held messages with one family's data on its way to another, on the day they came
    DEPARTMENT = "department"  # messages that a policy concerned, by their sender's; "" is small or unknown
    ALARM = "alarm"  # decisions by people: "decided", and "false" where it was a false alarm


def close_due(*, now: datetime) -> int:
    """Write the figures of the days that are over, the oldest first, and forget the oldest. Returns how many days."""
    today = timezone.localdate(now)
    done = 0
    for day in _open_days(today)[:MOST_DAYS]:
        counts = counted(day)
        with one_transaction():
            if ClosedDay.objects.filter(day=day).exists():
                continue
            ClosedDay.objects.create(day=day)
            Figure.objects.bulk_create(
                Figure(school=school, day=day, sort=sort, name=name, many=many)
                for (school, sort, name), many in counts.items()
            )
        done += 1
    if done:
        past = today - timedelta(days=KEPT_DAYS)
        Figure.objects.filter(day__lt=past).delete()
        ClosedDay.objects.filter(day__lt=past).delete()
    return done


def since(first: date, schools: Iterable[str], *, now: datetime) -> dict[date, Counter[Key]]:
    """The figures of these schools by day from `first` on: the closed days from their rows, today and a late yesterday counted now."""
    wanted, today = frozenset(schools), timezone.localdate(now)
    found: dict[date, Counter[Key]] = {}
    rows = Figure.objects.filter(school__in=wanted, day__gte=first)
    for school, day, sort, name, many in rows.values_list("school", "day", "sort", "name", "many"):
        found.setdefault(day, Counter())[school, sort, name] += many
    closed = set(ClosedDay.objects.filter(day__gte=today - timedelta(days=1)).values_list("day", flat=True))
    for day in (today - timedelta(days=1), today):
        if day >= first and day not in closed:
            found[day] = Counter({key: n for key, n in counted(day).items() if key[0] in wanted})
    return found


def counted(day: date) -> Counter[Key]:
    """Everything of one day, for all schools."""
    schools = [school.key for school in config.current().schools]
    start, end = _bounds(day)
    judged = VerdictRecord.objects.filter(school__in=schools, received_at__gte=start, received_at__lt=end)
    decided = Held.objects.filter(school__in=schools, decided_at__gte=start, decided_at__lt=end)
    counts: Counter[Key] = Counter()
    for school, action, many in (
        judged.order_by()
        .values("school", "action")
        .annotate(n=Count("*"))
        .values_list("school", "action", "n")
    ):
        counts[school, Sort.VERDICT, action] += many
    _count_concerned(judged, counts)
    for school, many in _wrong_families(start, end):
        if school in schools:
            counts[school, Sort.FAMILY, ""] += many
    for row in _rows(decided, "school", "state", "received_at", "decided_at", "false_alarm"):
        _count_decision(counts, *row)
    return counts


def _wrong_families(start: datetime, end: datetime) -> QuerySet[Held, tuple[str, int]]:
    """How many held messages by school. No school is asked for: SQLite would walk through all of its messages, not the day's."""
    held = Held.objects.filter(received_at__gte=start, received_at__lt=end)
    wrong = held.annotate(found=Cast("hits", TextField())).filter(found__contains='"wrong-family"')
    return wrong.order_by().values("school").annotate(n=Count("*")).values_list("school", "n")


def _count_concerned(judged: QuerySet[VerdictRecord], counts: Counter[Key]) -> None:
    """Each message once for its department and for each policy that hit; what went unhindered hit none."""
    concerned = judged.exclude(action="allow")
    for school, department, policies in _rows(concerned, "school", "department", "policies"):
        counts[school, Sort.DEPARTMENT, department] += 1
        for policy in set(policies):
            counts[school, Sort.POLICY, policy] += 1


def _count_decision(
    counts: Counter[Key], school: str, state: str, received: datetime, decided: datetime, false_alarm: bool
) -> None:
    counts[school, Sort.OUTCOME, state] += 1
    if state not in BY_PEOPLE:
        return
    hours = (decided - received).total_seconds() / 3600
    counts[school, Sort.TIME, next(words for limit, words in TIMES if hours < limit)] += 1
    counts[school, Sort.ALARM, "decided"] += 1
    counts[school, Sort.ALARM, "false"] += false_alarm


def _open_days(today: date) -> list[date]:
    """The days before today that are not closed, from the first of which anything is known."""
    first = min(
        (
            timezone.localdate(at)
            for at in (_first(VerdictRecord, "received_at"), _first(Held, "decided_at"))
            if at
        ),
        default=today,
    )
    first = max(first, today - timedelta(days=KEPT_DAYS))
    closed = set(ClosedDay.objects.filter(day__gte=first).values_list("day", flat=True))
    days = (first + timedelta(days=n) for n in range((today - first).days))
    return [day for day in days if day not in closed]


def _first(model: Any, field: str) -> datetime | None:
    found: datetime | None = model.objects.aggregate(first=Min(field))["first"]
    return found


def _rows(query: QuerySet[Any], *fields: str) -> Iterator[Any]:
    yield from query.order_by().values_list(*fields).iterator(chunk_size=BATCH)


def _bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day by the school's clock, and that of the next."""
    midnights = (
        timezone.make_aware(datetime.combine(one, time.min)) for one in (day, day + timedelta(days=1))
    )
    return next(midnights), next(midnights)
