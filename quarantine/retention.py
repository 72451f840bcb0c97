"""What time does: reminders, ends of holds, and the purge of what has been kept long enough. It never sends a held message."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db.models import Model, Q, QuerySet

from quarantine import audit, config, destruction, store, trials, uploads, workflow
from quarantine.database import one_transaction
from quarantine.models import (
    AuditEvent,
    Bypass,
    Held,
    Mend,
    Outgoing,
    Remembered,
    Sealed,
    State,
    VerdictRecord,
    Waiver,
)
from quarantine.workflow import legal, unheard
from quarantine.workflow.copies import LEADING
from quarantine.workflow.mended import forget_passwords

BATCH = 500  # rows that one transaction touches
STOPPED = ("ask", "quarantine", "block")
CLOSED = (
    store.UnsealError,
    store.OtherVersion,
)  # a message that cannot be read: damaged, or of another version


def run_due(*, now: datetime) -> dict[str, int]:
    """All that is due now; how many of each. Safe to call as often as wanted, in several processes.

    A message that does not open stops none of it: it is said when all else is done.
    """
    counts: dict[str, int] = {}
    damaged: Exception | None = None
    for name, due in (("unheard", pass_on_due), ("expired", expire_due), ("reminded", remind_due)):
        try:
            counts[name] = due(now=now)
        except CLOSED as error:
            damaged = error
    counts |= purge(now=now)
    if damaged is not None:
        raise damaged
    return counts


def pass_on_due(*, now: datetime) -> int:
    """Give to a role what waits for a sender whom no letter reaches."""
    return _each(unheard.due(now=now), lambda held_id: unheard.pass_on(held_id, now=now))


def expire_due(*, now: datetime) -> int:
    """End the holds whose time has passed; legal holds stay, and what its sender has put right and is being mended."""
    due = (
        Held.objects.filter(LEADING, state=State.HELD, expires_at__lte=now, legal_hold=False)
        .exclude(followers__legal_hold=True)
        .exclude(mending__state=Mend.DUE)
        .order_by("expires_at")
    )
    return _each(due, lambda held_id: workflow.expire(held_id, now=now))


def remind_due(*, now: datetime) -> int:
    """Remind senders and reviewers of what waits for them."""
    waiting = Held.objects.filter(LEADING, state=State.HELD)
    due = waiting.filter(remind_at__lte=now, expires_at__gt=now).order_by("remind_at")
    return _each(due, lambda held_id: workflow.remind(held_id, now=now))


def purge(*, now: datetime) -> dict[str, int]:
    """Delete what the retention settings no longer allow; the audit says how much of what went."""
    keep = config.current().retention
    stopped = now - timedelta(days=keep.stopped_days)
    with one_transaction():
        counts: dict[str, Any] = {
            "contents": destruction.empty_decided(now=now, days=keep.decided_days, most=BATCH),
            "outgoing": _delete(
                Outgoing.objects.filter(_done_before(now - timedelta(days=keep.metadata_days)))
            ),
            "records": _delete(
                VerdictRecord.objects.filter(
                    Q(received_at__lte=now - timedelta(days=keep.metadata_days)) & ~Q(action__in=STOPPED)
                    | Q(received_at__lte=stopped)
                ).exclude(pk__in=legal.kept_records().values("pk"))
            ),
            "holds": _delete(Held.objects.filter(decided_at__lte=stopped, legal_hold=False)),
            "events": _empty_events(now - timedelta(days=keep.audit_days)),
            "remembered": _delete(Remembered.objects.filter(until__lte=now)),
            "waivers": _delete(Waiver.objects.filter(expires_at__lte=now - timedelta(days=keep.audit_days))),
            "bypasses": _delete(Bypass.objects.filter(expires_at__lte=now - timedelta(days=keep.audit_days))),
            "passwords": forget_passwords(now=now),
            "trials": trials.forget(now=now),
            "uploads": uploads.forget(now=now),
            "orphans": _delete(
                Sealed.objects.filter(
                    held=None, outgoing=None, trials=None, created_at__lte=now - timedelta(days=1)
                )
            ),
        }
        if any(counts.values()):
            audit.append("purged", now=now, actor="time", **counts)
    call_command("clearsessions")
    return counts


def _each(due: QuerySet[Held], act: Callable[[str], Any]) -> int:
    """One transaction a message; whoever was decided meanwhile is left alone, and one that does not open stops no other."""
    done = 0
    damaged: Exception | None = None
    for held_id in list(due.values_list("id", flat=True)[:BATCH]):
        try:
            act(held_id)
        except workflow.WorkflowError:
            continue
        except CLOSED as error:
            damaged = error
            continue
        done += 1
    if damaged is not None:
        raise damaged
    return done


def _done_before(before: datetime) -> Q:
    return Q(done_at__lte=before) & (Q(held=None) | Q(held__legal_hold=False))


def _delete(rows: QuerySet[Any]) -> int:
    """Delete at most a batch; how many rows of this model went."""
    model: type[Model] = rows.model
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    _, per_model = model._default_manager.filter(pk__in=ids).only("pk").delete()  # noqa: SLF001 - Django's public way to a model's rows
    return per_model.get(model._meta.label, 0)  # noqa: SLF001 - likewise


def _empty_events(before: datetime) -> int:
    """Empty old events of who and what; their hashes stay, so the chain still holds."""
    numbers = list(
        AuditEvent.objects.filter(at__lte=before, details__isnull=False)
        .exclude(reference__in=Held.objects.filter(legal_hold=True).values("id"))
        .order_by("number")
        .values_list("number", flat=True)[:BATCH]
    )
    return AuditEvent.objects.filter(number__in=numbers).update(details=None, actor="", salt="")
