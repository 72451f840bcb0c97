"""Figures for the school: how much was stopped, by what, and how fast it was decided. No names."""

from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from quarantine.console.access import May, access, needs
from quarantine.console.shown import span
from quarantine.console.signin import signed_in
from quarantine.models import Held, State, VerdictRecord

WEEKS = 12
MOST_DECISIONS = 1_000  # the latest; more would hardly change the figures
ACTIONS = ("allow", "log", "ask", "quarantine", "block")


@needs(May.REPORTS)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The last twelve weeks of this person's schools."""
    schools = access(signed_in(request)).schools(May.REPORTS)
    now = timezone.now()
    since = now - timedelta(weeks=WEEKS)
    decided = list(
        Held.objects.filter(school__in=schools, decided_at__gte=since)
        .exclude(state=State.HELD)
        .order_by("-decided_at")
        .values_list("state", "received_at", "decided_at")[:MOST_DECISIONS]
    )
    weeks = _weeks(schools, now)
    return render(
        request,
        "console/reports.html",
        {
            "weeks": weeks,
            "actions": ACTIONS,
            "outcomes": _outcomes([row[0] for row in decided]),
            "time": _time([(row[1], row[2]) for row in decided if row[2]]),
        },
    )


def _weeks(schools: frozenset[str], now: datetime) -> list[tuple[datetime, list[int]]]:
    """Messages per week and action: a small count for each week, which the index alone answers."""
    monday = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    starts = [monday - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]
    found = [(start, _counts(schools, start, start + timedelta(weeks=1))) for start in starts]
    return [(start, [counts.get(action, 0) for action in ACTIONS]) for start, counts in found if counts]


def _counts(schools: frozenset[str], start: datetime, end: datetime) -> dict[str, int]:
    rows = VerdictRecord.objects.filter(school__in=schools, received_at__gte=start, received_at__lt=end)
    return dict(rows.values_list("action").annotate(many=Count("*")).order_by())


def _outcomes(states: list[str]) -> list[tuple[str, int]]:
    return [
        (state.label.capitalize(), states.count(state.value)) for state in State if state is not State.HELD
    ]


def _time(spans: list[tuple[datetime, datetime]]) -> str:
    """The time to a decision of the middle message."""
    if not spans:
        return "nothing was decided yet"
    return span(timedelta(seconds=median((end - start).total_seconds() for start, end in spans)))
