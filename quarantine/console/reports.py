"""Figures for the school: how much was stopped, by what, how fast it was decided, and how often wrongly. No names, no table of people."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from policies.departments import ENOUGH
from quarantine import figures
from quarantine.config import current
from quarantine.console.access import May, access, needs
from quarantine.console.plots import Table, line, lying, stacked
from quarantine.console.signin import signed_in
from quarantine.figures import TIMES, Sort
from quarantine.models import State

WEEKS = 12
A_YEAR = 52  # weeks of the trend
MOST_POLICIES = 12  # that a plot shows; the others are few
MOST_DEPARTMENTS = 20
OTHERS = "Everybody else"
ACTIONS = {
    "allow": "let through",
    "log": "noted",
    "ask": "sender asked",
    "quarantine": "held for an officer",
    "block": "refused",
}
Days = Mapping[date, Counter[figures.Key]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One plot with its table: what it says, and how it is drawn."""

    key: str
    about: str
    weeks: int
    read: Callable[[Days, date, int], Table]
    draw: Callable[..., bytes]
    may_lack: bool = False  # not every school has any of it: then nothing is shown


@needs(May.REPORTS)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """All plots with their tables, of this person's schools."""
    days, monday = _days(request, A_YEAR)
    read = [(report, report.read(days, monday, report.weeks)) for report in _reports()]
    shown = [(report, table) for report, table in read if not (table.empty and report.may_lack)]
    counts = _total(days, monday - timedelta(weeks=WEEKS - 1))
    return render(
        request,
        "console/reports.html",
        {"reports": shown, "weeks": WEEKS, "time": _usual(counts), "outcomes": _outcomes(counts)},
    )


@needs(May.REPORTS)
@require_safe
def plot(request: HttpRequest, key: str) -> HttpResponse:
    """One plot as a picture, for a phone where `narrow` is asked for. Its own style stands inside it; nothing else may."""
    report = next((one for one in _reports() if one.key == key), None)
    if report is None:
        raise Http404
    days, monday = _days(request, report.weeks)
    table = report.read(days, monday, report.weeks)
    drawn = report.draw(table, narrow="narrow" in request.GET)
    return HttpResponse(drawn, content_type="image/svg+xml")


def _reports() -> list[Report]:
    several = len(current().schools) > 1
    by_school = Report(
        key="schools",
        about="Messages that were not simply let through, by school",
        weeks=WEEKS,
        read=_schools,
        draw=lying,
    )
    return [
        Report(key="verdicts", about="What was done with messages that named somebody or something, by week", weeks=WEEKS, read=_verdicts, draw=stacked),
        Report(key="policies", about="Messages that each policy concerned", weeks=WEEKS, read=_policies, draw=lying),
        *([by_school] if several else []),
        Report(key="departments", about=f"Messages that a policy concerned, by department of at least {ENOUGH} people", weeks=WEEKS, read=_departments, draw=lying, may_lack=True),
        Report(key="times", about="How long decisions took", weeks=WEEKS, read=_times, draw=lying),
        Report(key="alarms", about="Of what officers decided, how much was a false alarm", weeks=WEEKS, read=_alarms, draw=line),
        Report(key="trend", about="Of every 100 messages, how many were stopped, over a year", weeks=A_YEAR, read=_trend, draw=line),
    ]  # fmt: skip


def _days(request: HttpRequest, weeks: int) -> tuple[Days, date]:
    """The figures of so many weeks, and the Monday of this one."""
    now = timezone.now()
    today = timezone.localdate(now)
    monday = today - timedelta(days=today.weekday())
    schools = access(signed_in(request)).schools(May.REPORTS)
    return figures.since(monday - timedelta(weeks=weeks - 1), schools, now=now), monday


def _by_week(days: Days, monday: date, weeks: int) -> list[tuple[date, Counter[tuple[str, str]]]]:
    """(sort, name) → how many, week by week; all schools together."""
    found = {monday - timedelta(weeks=back): Counter[tuple[str, str]]() for back in range(weeks - 1, -1, -1)}
    for day, counts in days.items():
        week = found.get(day - timedelta(days=day.weekday()))
        if week is not None:
            for (_, sort, name), many in counts.items():
                week[sort, name] += many
    return list(found.items())


def _total(days: Days, first: date) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for day, one in days.items():
        if day >= first:
            for (_, sort, name), many in one.items():
                counts[sort, name] += many
    return counts


def _verdicts(days: Days, monday: date, weeks: int) -> Table:
    found = _by_week(days, monday, weeks)
    actions = [
        action for action in ACTIONS if action != "allow"
    ]  # the rest: what goes unhindered would hide it
    return Table(
        title="Messages by week and what was done",
        rows=tuple(_week(week) for week, _ in found),
        columns=tuple(ACTIONS[action] for action in actions),
        numbers=tuple(tuple(counts[Sort.VERDICT, action] for action in actions) for _, counts in found),
    )


def _policies(days: Days, monday: date, weeks: int) -> Table:
    counts = _total(days, monday - timedelta(weeks=weeks - 1))
    named = Counter({name: many for (sort, name), many in counts.items() if sort == Sort.POLICY})
    most = sorted(named.most_common(MOST_POLICIES), key=lambda one: (one[1], one[0]))
    return _single("Messages by policy", "messages", most)


def _schools(days: Days, monday: date, weeks: int) -> Table:
    found: Counter[str] = Counter()
    for day, counts in days.items():
        for (school, sort, name), many in counts.items():
            if sort == Sort.VERDICT and name != "allow" and day >= monday - timedelta(weeks=weeks - 1):
                found[current().school(school).name] += many
    return _single("Messages by school", "messages", sorted(found.items(), reverse=True))


def _departments(days: Days, monday: date, weeks: int) -> Table:
    """Only departments so large that they name nobody; nothing where the lists name none."""
    counts = _total(days, monday - timedelta(weeks=weeks - 1))
    named = Counter({name: many for (sort, name), many in counts.items() if sort == Sort.DEPARTMENT})
    others = named.pop("", 0)
    most = sorted(named.most_common(MOST_DEPARTMENTS), key=lambda one: (one[1], one[0]))
    others += named.total() - sum(many for _, many in most)
    return _single("Messages by department", "messages", [(OTHERS, others), *most] if most else [])


def _times(days: Days, monday: date, weeks: int) -> Table:
    counts = _total(days, monday - timedelta(weeks=weeks - 1))
    found = [(words, counts[Sort.TIME, words]) for _, words in reversed(TIMES)]
    return _single("Decisions by the time they took", "decisions", found)


def _alarms(days: Days, monday: date, weeks: int) -> Table:
    found = _by_week(days, monday, weeks)
    return Table(
        title="False alarms of 100 decisions",
        rows=tuple(_week(week) for week, _ in found),
        columns=("false alarms",),
        numbers=tuple((_percent(one[Sort.ALARM, "false"], one[Sort.ALARM, "decided"]),) for _, one in found),
        unit=" %",
    )


def _trend(days: Days, monday: date, weeks: int) -> Table:
    found = _by_week(days, monday, weeks)
    stops = ("ask", "quarantine", "block")
    return Table(
        title="Stopped of 100 messages",
        rows=tuple(_week(week) for week, _ in found),
        columns=("stopped",),
        numbers=tuple(
            (
                _percent(
                    sum(one[Sort.VERDICT, action] for action in stops),
                    sum(one[Sort.VERDICT, action] for action in ACTIONS),
                ),
            )
            for _, one in found
        ),
        unit=" %",
    )


def _single(title: str, column: str, found: list[tuple[str, int]]) -> Table:
    return Table(
        title=title,
        rows=tuple(name for name, _ in found),
        columns=(column,),
        numbers=tuple((many,) for _, many in found),
    )


def _usual(counts: Counter[tuple[str, str]]) -> str:
    """The time within which half of the decisions were made."""
    many = [(words, counts[Sort.TIME, words]) for _, words in TIMES]
    half, so_far = sum(n for _, n in many) / 2, 0
    for words, n in many:
        so_far += n
        if n and so_far >= half:
            return words
    return "nothing was decided yet"


def _outcomes(counts: Counter[tuple[str, str]]) -> list[tuple[str, int]]:
    return [
        (state.label.capitalize(), counts[Sort.OUTCOME, state.value])
        for state in State
        if state is not State.HELD
    ]


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _week(monday: date) -> str:
    return f"{monday.day} {monday:%b}"
