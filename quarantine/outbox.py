"""The outbox: what we send ourselves is claimed by lease, sent outside any transaction, and its fate recorded once."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from policies.envelope import Envelope
from quarantine import audit, keys, letters, store
from quarantine.cover import Cover
from quarantine.database import one_transaction
from quarantine.letters import Result
from quarantine.models import Outgoing, OutgoingRecipient, Sealed, Sending

OWN_BYTES = {"partial", "notice", "report"}  # these rows alone hold their bytes
BATCH = 1000  # most rows that one claim takes
LEAST_TRIES = 6  # before a row is given up because of the time: some two hours by the schedule of retries
CLOCKS_DIFFER = timedelta(minutes=1)  # between two machines of one database
LONGEST_WAIT = timedelta(hours=6)  # no row is put off for longer
LONGEST_LEASE = timedelta(minutes=30)  # nor claimed for longer
OTHERS_WAIT = timedelta(hours=1)  # until a row of another version is looked at again
SPARE_LEASE = timedelta(minutes=3)  # what a lease of a wrong clock is cut to: who lives renews it meanwhile


class LeaseLost(Exception):  # noqa: N818 - says what happened
    """Somebody else holds this row by now: our lease ran out before we reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One claimed outgoing message: the envelope holds the recipients who still wait."""

    id: int
    lease: str
    kind: str
    reference: str
    school: str
    attempts: int  # this one included
    created_at: datetime
    give_up_at: datetime
    cover: Cover = field(repr=False)
    open: Callable[[], bytes] = field(repr=False)  # the message's bytes, unsealed when asked for

    @property
    def envelope(self) -> Envelope:
        return self.cover.envelope


def claim(
    *,
    now: datetime,
    limit: int = 50,
    lease: timedelta = timedelta(minutes=10),
    holding: Collection[int] = (),
) -> list[Delivery]:
    """Take up to `limit` rows that are due: nobody else gets them before the lease ends, nor we those we are `holding`.

    A clock that is put forward ends leases while their rows are being sent. Half of them, by turns, are the newest notices: behind a long queue a sender still hears within seconds.
    """
    token, limit = secrets.token_hex(16), min(limit, BATCH)
    with one_transaction():
        due = (
            Outgoing.objects.select_for_update(skip_locked=True)
            .filter(Q(lease_until=None) | Q(lease_until__lte=now), state=Sending.PENDING, next_at__lte=now)
            .exclude(id__in=holding)
            .only("id")
        )
        ids = [row.id for row in due.order_by("next_at", "id")[:limit]]
        fresh = (limit + secrets.randbelow(2)) // 2
        if len(ids) == limit and fresh:  # there may be more
            newest = due.filter(kind="notice", attempts=0).order_by("-next_at", "-id")[:fresh]
            ids = list(dict.fromkeys([*(row.id for row in newest), *ids]))[:limit]
        Outgoing.objects.filter(id__in=ids, state=Sending.PENDING).update(
            lease=token, lease_until=now + lease, attempts=F("attempts") + 1
        )
    rows = Outgoing.objects.filter(id__in=ids, lease=token).order_by("next_at", "id")
    return [delivery for row in rows if (delivery := _opened(row, now))]


def set_right(*, now: datetime, went_back: bool) -> int:
    """What a wrong clock put off is due now, and no lease is longer than it may be; how many rows.

    `went_back`: the clock was put back a moment ago, so every time ahead may be of the wrong one. Otherwise a row tells by
    itself: it waits for longer than any may, or was written or last tried at a time that has not come.
    """
    pending = Outgoing.objects.filter(state=Sending.PENDING)
    pending.filter(lease_until__gt=now + LONGEST_LEASE).update(lease_until=now + SPARE_LEASE)
    late = pending.filter(next_at__gt=now)
    if not went_back:
        tried = OutgoingRecipient.objects.filter(outgoing=OuterRef("id"), at__gt=now + CLOCKS_DIFFER)
        written = Q(created_at__gt=now + CLOCKS_DIFFER)
        late = late.filter(written | Q(next_at__gt=now + LONGEST_WAIT) | Exists(tried))
    return late.update(next_at=now)


def renew(delivery: Delivery, *, until: datetime) -> None:
    """Keep a lease while a long send is under way."""
    if not Outgoing.objects.filter(id=delivery.id, lease=delivery.lease).update(lease_until=until):
        raise LeaseLost


def sent(
    delivery: Delivery, results: Sequence[Result], *, now: datetime, retry_at: datetime | None = None
) -> Outgoing:
    """Record what the next hop said to each recipient.

    Deferred recipients wait until `retry_at`, or for ever fail when it is None, or past the row's time after a fair number
    of tries: neither a machine that was off for days nor a clock that jumped has given the next hop its chance.
    Recipients who failed are reported to the sender in the same transaction.
    """
    with one_transaction():
        row = _leased(delivery)
        final = retry_at is None or (retry_at > row.give_up_at and row.attempts >= LEAST_TRIES)
        results = [replace(r, state="failed") if final and r.state == "deferred" else r for r in results]
        _record(row, delivery.cover, results, now)
        row.lease, row.lease_until = "", None
        if row.recipients.filter(state=Sending.PENDING).exists():
            row.next_at = retry_at or now
        else:
            _finish(row, now)
        row.save()
        _tell(row, delivery.cover, results, now)
    return row


def sent_once(
    delivery: Delivery,
    results: Sequence[Result],
    *,
    now: datetime,
    unreached: Callable[[Sequence[int]], bool],
) -> Outgoing:
    """Record the only attempt of a row: who was deferred is handed over, by position, in the same transaction.

    `unreached` says whether they wait for somebody now; else they have failed, and the sender is told.
    """
    deferred = {result.address for result in results if result.state == "deferred"}
    with one_transaction():
        row = _leased(delivery)
        waiting = row.recipients.filter(state=Sending.PENDING).order_by("position")
        positions = waiting.values_list("position", flat=True)
        people = zip(positions, delivery.envelope.recipients, strict=True)
        left = [position for position, recipient in people if recipient.address in deferred]
        ended = [replace(r, state="failed") if r.state == "deferred" else r for r in results]
        _record(row, delivery.cover, ended, now)
        row.lease, row.lease_until = "", None
        _finish(row, now)
        row.save()
        _tell(row, delivery.cover, results if left and unreached(left) else ended, now)
    return row


def retry(delivery: Delivery, *, at: datetime, now: datetime) -> Outgoing:
    """Nobody heard an answer (the next hop is down): try all of it again at `at`; given up past the row's time."""
    results = [
        Result(address=r.address, state="deferred", enhanced="4.4.1") for r in delivery.envelope.recipients
    ]
    return sent(delivery, results, now=now, retry_at=at)


def failed(
    delivery: Delivery, *, now: datetime, code: int = 0, enhanced: str = "5.0.0", text: str = ""
) -> Outgoing:
    """Give up all recipients who still wait, and tell the sender."""
    results = [
        Result(address=r.address, state="failed", code=code, enhanced=enhanced, text=text)
        for r in delivery.envelope.recipients
    ]
    return sent(delivery, results, now=now)


def _opened(row: Outgoing, now: datetime) -> Delivery | None:
    """The row's delivery; a row whose cover does not open fails now, so that it never blocks the others.

    One that another version wrote waits for that version to come back.
    """
    try:
        return _delivery(row)
    except store.OtherVersion:
        leased = Outgoing.objects.filter(id=row.id, lease=row.lease)
        leased.update(lease="", lease_until=None, next_at=now + OTHERS_WAIT)
        return None
    except store.UnsealError:
        with one_transaction():
            row.recipients.filter(state=Sending.PENDING).update(
                state=Sending.FAILED, enhanced="5.3.0", at=now
            )
            Outgoing.objects.filter(id=row.id).update(
                state=Sending.FAILED, lease="", lease_until=None, done_at=now
            )
            audit.append(
                "outgoing-damaged",
                now=now,
                school=row.school,
                reference=row.reference,
                outgoing=row.id,
                message=row.kind,
            )
        return None


def _delivery(row: Outgoing) -> Delivery:
    opening = keys.current().opening
    cover = store.unseal_record(Cover, row.envelope or b"", opening)
    waiting = set(row.recipients.filter(state=Sending.PENDING).values_list("position", flat=True))
    recipients = tuple(r for n, r in enumerate(cover.envelope.recipients) if n in waiting)
    message_id = row.message_id or 0

    def open_message() -> bytes:
        return store.unseal(Sealed.objects.get(id=message_id).blob, opening)

    return Delivery(
        id=row.id,
        lease=row.lease,
        kind=row.kind,
        reference=row.reference,
        school=row.school,
        attempts=row.attempts,
        created_at=row.created_at,
        give_up_at=row.give_up_at,
        cover=replace(cover, envelope=replace(cover.envelope, recipients=recipients)),
        open=open_message,
    )


def _leased(delivery: Delivery) -> Outgoing:
    row = (
        Outgoing.objects.select_for_update()
        .filter(id=delivery.id, lease=delivery.lease, state=Sending.PENDING)
        .first()
    )
    if row is None:
        raise LeaseLost
    return row


def _record(row: Outgoing, cover: Cover, results: Sequence[Result], now: datetime) -> None:
    """Write each recipient's last reply. Recipients are matched by position among those who wait, then by address."""
    told = {result.address: result for result in results}
    waiting = row.recipients.filter(state=Sending.PENDING).order_by("position")
    heard = []
    for recipient, waits in zip(waiting, cover.envelope.recipients, strict=True):
        result = told.get(waits.address)
        if result is None:
            continue
        if result.state in (Sending.SENT, Sending.FAILED):
            recipient.state = Sending(result.state)
        recipient.code, recipient.enhanced, recipient.at = result.code, result.enhanced[:20], now
        heard.append(recipient)
    row.recipients.bulk_update(heard, ["state", "code", "enhanced", "at"], batch_size=200)


def _finish(row: Outgoing, now: datetime) -> None:
    any_failed = row.recipients.filter(state=Sending.FAILED).exists()
    row.state = Sending.FAILED if any_failed else Sending.SENT
    row.done_at = now
    if row.kind in OWN_BYTES:  # mail that went on leaves no content
        message_id, row.message, row.envelope = row.message_id, None, None
        Sealed.objects.filter(id=message_id or 0).only("id").delete()


def _tell(row: Outgoing, cover: Cover, results: Sequence[Result], now: datetime) -> None:
    count: dict[str, Any] = {
        state: sum(r.state == state for r in results) for state in ("sent", "deferred", "failed")
    }
    codes = sorted({r.code for r in results if r.code})
    audit.append(
        f"outgoing-{row.state}" if row.state != Sending.PENDING else "outgoing-retry",
        now=now,
        school=row.school,
        reference=row.reference,
        outgoing=row.id,
        message=row.kind,
        attempt=row.attempts,
        codes=codes,
        **count,
    )
    lost = [r for r in results if r.state == "failed"]
    if lost and row.kind not in ("notice", "report"):
        report = letters.delivery_failed(cover, lost, reference=row.reference, school=row.school, now=now)
        letters.post(report, reference=row.reference, held_id=row.held_id, now=now)


def waiting(*, now: datetime) -> dict[str, int]:
    """For metrics and health: how many rows wait, and how many seconds the oldest due one has waited."""
    rows = Outgoing.objects.filter(state=Sending.PENDING)
    oldest = rows.order_by("next_at").values_list("next_at", flat=True).first()
    age = int((now - oldest).total_seconds()) if oldest else 0
    return {"pending": rows.count(), "oldest_seconds": max(age, 0)}
