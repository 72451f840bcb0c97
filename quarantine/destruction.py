"""The end of kept content: emptied for good when its time has come, each time with an event that can be shown later."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from quarantine import audit, config
from quarantine.models import AuditEvent, Held, Mending, Outgoing, Question, Sealed, Sending

DESTROYED = "content-destroyed"  # the kind of the event


def empty_decided(*, now: datetime, days: int, most: int) -> int:
    """Empty decided messages of bytes, cover and all words about them after `days`; not one that is still being sent, nor under a legal hold."""
    sending = Outgoing.objects.filter(state=Sending.PENDING, held__isnull=False).values("held")
    due = list(
        Held.objects.filter(
            decided_at__lte=now - timedelta(days=days), legal_hold=False, envelope__isnull=False
        )
        .exclude(id__in=sending)
        .values_list("id", "school", "state")[:most]
    )
    ids = [held_id for held_id, _, _ in due]
    Sealed.objects.filter(Q(held__in=ids) | Q(outgoing__held__in=ids)).only("id").delete()
    Outgoing.objects.filter(held__in=ids).update(envelope=None)
    Mending.objects.filter(held__in=ids).update(words=[])
    Question.objects.filter(held__in=ids).update(words=b"", answer=None)
    for held_id, school, state in due:
        audit.append(
            DESTROYED, now=now, school=school, reference=held_id, actor="time", days=days, decided_as=state
        )
    return Held.objects.filter(id__in=ids).update(envelope=None, note=None)


def certificate(*, since: datetime | None, until: datetime | None, now: datetime) -> Iterator[str]:
    """What was destroyed between two moments, a line each, and where the record proves it."""
    events = AuditEvent.objects.filter(kind=DESTROYED)
    if since:
        events = events.filter(at__gte=since)
    if until:
        events = events.filter(at__lt=until + timedelta(days=1))
    yield f"Content destroyed by {config.current().hostname}, as of {_day(now)}"
    yield "The messages' bytes, addresses and notes were erased, and cannot be had back. Older copies in backups end with those."
    yield ""
    yield "when (UTC)        reference                      days kept  event"
    many = 0
    for event in events.order_by("number").iterator(chunk_size=1000):
        days = (event.details or {}).get("days", "")
        yield f"{_day(event.at)}  {event.reference:<30} {days!s:>9}  {event.number}"
        many += 1
    yield ""
    yield f"{many} messages. Each event's hash stands in the chain that `schoolgate audit verify` checks."


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"
