"""Whether all runs well, for the people who run it: counts and ages, never a message."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from quarantine import in_force, keys
from quarantine.config import current
from quarantine.console.access import May, needs
from quarantine.console.accounts import listing
from quarantine.console.shown import span
from quarantine.models import (
    ChainHead,
    Held,
    KeyRecord,
    Outgoing,
    Sending,
    State,
    VerdictRecord,
)
from quarantine.workflow.copies import LEADING

LOW_DISK = 5_000_000_000  # bytes; below this somebody should act
OLD_LISTS = 7  # days: then IT and DPO are told daily
TIME_SYNC = Path("/run/systemd/timesync/synchronized")
LATE = 15 * 60  # seconds that something may wait in the outbox before we say so


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at."""

    name: str
    value: str
    good: bool = True


@needs(May.HEALTH)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Queues, outbox, disk, database, keys, last message."""
    now = timezone.now()
    lines = [
        *_queues(now),
        *_outbox(now),
        _disk(),
        _database(),
        *_last(now),
        _next_hop(now),
        *_directory(now),
        _keys(),
        _clock(),
        _audit(),
        _people(),
    ]
    return render(
        request, "console/health.html", {"lines": lines, "bad": sum(not line.good for line in lines)}
    )


@needs(May.PEOPLE)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who may sign in, with which roles, and whether a second factor is set up."""
    names = {school.key: school.name for school in current().schools}
    listed = [
        (
            one,
            [
                f"{role} ({names.get(school, school)})" if len(names) > 1 else role
                for school, role in one.roles
            ],
        )
        for one in listing()
    ]
    return render(request, "console/people.html", {"people": listed, "mfa_required": current().mfa_required})


def _queues(now: datetime) -> list[Line]:
    schools = [school.key for school in current().schools]  # named, so that the index alone answers
    waiting = Held.objects.filter(LEADING, school__in=schools, state=State.HELD)
    found = waiting.aggregate(many=Count("*"), oldest=Min("received_at"))
    overdue = Held.objects.filter(state=State.HELD, expires_at__lt=now).count()
    age = f", the oldest for {span(now - found['oldest'])}" if found["oldest"] else ""
    return [
        Line("Waiting for a decision", f"{found['many']}{age}"),
        Line("Past their time and still held", str(overdue), good=not overdue),
    ]


def _outbox(now: datetime) -> list[Line]:
    found = Outgoing.objects.filter(state=Sending.PENDING).aggregate(
        many=Count("pk"), oldest=Min("created_at")
    )
    waited = (now - found["oldest"]).total_seconds() if found["oldest"] else 0
    age = f", the oldest for {span(now - found['oldest'])}" if found["oldest"] else ""
    failed = Outgoing.objects.filter(state=Sending.FAILED).count()
    return [
        Line("Waiting to be sent", f"{found['many']}{age}", good=waited < LATE),
        Line("Given up after all tries", str(failed), good=not failed),
    ]


def _disk() -> Line:
    free = shutil.disk_usage(current().storage).free
    return Line("Free disk space", f"{free / 1e9:.1f} GB", good=free > LOW_DISK)


def _database() -> Line:
    return Line(
        "Database",
        {"sqlite": "SQLite (embedded)", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor),
    )


def _last(now: datetime) -> list[Line]:
    """When the last message was judged, and by what."""
    rows = VerdictRecord.objects.order_by("-received_at").values_list("received_at", "policy_set", "versions")
    latest = rows.first()
    if latest is None:
        return [
            Line("Last message judged", "none yet"),
            Line("Policy set and directory", "not known before the first message"),
        ]
    at, policy_set, versions = latest
    words = ", ".join(f"{name} {value}" for name, value in sorted(versions.items()))
    return [
        Line("Last message judged", f"{span(now - at)} ago"),
        Line("Policy set and directory", f"set {policy_set or 'unnamed'}; {words}".rstrip("; ")),
    ]


def _next_hop(now: datetime) -> Line:
    """When the next mail server last took something of ours; what it does not take waits above."""
    done = Outgoing.objects.filter(done_at__isnull=False).order_by("-done_at")
    state, at = done.values_list("state", "done_at").first() or ("", None)
    if at is None:
        return Line("Next mail server", "has taken nothing of ours yet")
    taken = state == Sending.SENT
    words = "took our last message" if taken else "did not take our last message, after all tries,"
    return Line("Next mail server", f"{words} {span(now - at)} ago", good=taken)


def _directory(now: datetime) -> list[Line]:
    row = in_force.found()
    since = (row.directory or {}).get("since") if row else None
    if not since:
        return [Line("The school's lists", "not known before the gateway has started once")]
    age = now - datetime.fromisoformat(since)
    return [Line("The school's lists", f"{span(age)} old", good=age.days <= OLD_LISTS)]


def _keys() -> Line:
    marks = dict(KeyRecord.objects.values_list("name", "mark"))
    same = marks == keys.current().marks()
    return Line(
        "Keys", f"{len(marks)}, {'those' if same else 'not those'} that the database knows", good=same
    )


def _clock() -> Line:
    """What systemd says of the machine's clock; the audit and sign-in codes need it right."""
    if not TIME_SYNC.parent.is_dir():
        return Line("Clock", "nobody here says whether it is set by a time server")
    return Line(
        "Clock",
        "set by a time server" if TIME_SYNC.exists() else "not set by a time server",
        good=TIME_SYNC.exists(),
    )


def _audit() -> Line:
    head = ChainHead.objects.first()
    return Line("Events in the audit chain", str(head.number if head else 0))


def _people() -> Line:
    without = sum(1 for one in listing() if one.active and not one.second_factor)
    return Line(
        "Accounts without a second factor", str(without), good=not (without and current().mfa_required)
    )
