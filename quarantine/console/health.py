"""Whether all runs well, for the people who run it: counts and ages, never a message."""

import shutil
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from quarantine.config import current
from quarantine.console.access import May, needs
from quarantine.console.accounts import listing
from quarantine.console.shown import span
from quarantine.models import ChainHead, Held, Outgoing, Sending, State, VerdictRecord
from quarantine.workflow.copies import LEADING

LOW_DISK = 5_000_000_000  # bytes; below this somebody should act
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
    lines = [*_queues(now), *_outbox(now), _disk(), _database(), _last(now), _versions(), _audit(), _people()]
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


def _last(now: datetime) -> Line:
    latest = VerdictRecord.objects.order_by("-received_at").values_list("received_at", flat=True).first()
    return Line("Last message judged", f"{span(now - latest)} ago" if latest else "none yet")


def _versions() -> Line:
    latest = VerdictRecord.objects.order_by("-received_at").first()
    if latest is None:
        return Line("Policy set and directory", "not known before the first message")
    versions = ", ".join(f"{name} {value}" for name, value in sorted(latest.versions.items()))
    return Line("Policy set and directory", f"set {latest.policy_set or 'unnamed'}; {versions}".rstrip("; "))


def _audit() -> Line:
    head = ChainHead.objects.first()
    return Line("Events in the audit chain", str(head.number if head else 0))


def _people() -> Line:
    without = sum(1 for one in listing() if one.active and not one.second_factor)
    return Line(
        "Accounts without a second factor", str(without), good=not (without and current().mfa_required)
    )
