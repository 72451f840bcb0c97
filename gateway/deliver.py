"""The delivery loop: sends what the outbox holds, each row by its lease, and writes down what was answered."""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from gateway import maillog, metrics
from gateway.gate import NextHops, QuarantineDown
from gateway.relay import NextHopDown, Replies
from policies.envelope import Envelope
from quarantine.outbox import Delivery, LeaseLost
from quarantine.workflow import emergency

AT_ONCE = 10  # rows that are being sent at the same time: as many as the next hop's connections by default
LEASE = timedelta(minutes=3)  # how long a row waits after its sender was killed
RENEW = 60.0  # seconds after which a long send renews its lease
WITHIN = 900.0  # seconds for one message: 50 MB over a slow line
URGENT = 60.0  # seconds for one that cannot wait: then somebody at school is asked
POLL = 1.0  # seconds between two looks at an empty outbox
PAUSE = 5.0  # seconds before the next look when the database is down
AGAIN = (0.5, 1.0, 2.0, *[5.0] * 30)  # seconds between two tries to write an answer down: as long as a lease
SCHEDULE = tuple(
    timedelta(minutes=m) for m in (5, 15, 30, 60, 120, 240)
)  # then the last again, until the row's end
_OURS = {"notice", "report"}  # written by us: no Received line of a client's


class Outbox(Protocol):
    """The rows; every call is one transaction, or `QuarantineDown`."""

    async def claim(self, limit: int, lease: timedelta, holding: Collection[int]) -> list[Delivery]: ...

    async def open(self, delivery: Delivery) -> bytes: ...

    async def renew(self, delivery: Delivery, lease: timedelta) -> None: ...

    async def sent(self, delivery: Delivery, replies: Replies, retry_in: timedelta) -> str: ...

    async def retry(self, delivery: Delivery, retry_in: timedelta) -> str: ...

    async def fall_back(self, delivery: Delivery, replies: Replies | None) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What the delivery loop works with."""

    outbox: Outbox
    relay: NextHops
    trace: Callable[[Envelope], bytes]


def retry_in(attempt: int) -> timedelta:
    """How long to wait after the attempt of this number."""
    return SCHEDULE[min(max(attempt, 1), len(SCHEDULE)) - 1]


async def deliver_one(post: Post, delivery: Delivery) -> None:
    """Send one claimed row and write down its fate; whatever goes wrong, the row comes back by itself."""
    start = asyncio.get_running_loop().time()
    try:
        replies = await _sent(post, delivery)
        wait = retry_in(delivery.attempts)
        state = await _written(post, delivery, replies, wait)
    except LeaseLost:
        maillog.failed(where="deliver", cause="LeaseLost", id=delivery.reference)
        return
    except QuarantineDown as down:  # the lease runs out, and the row is tried again
        maillog.failed(where="deliver", cause=down.cause, id=delivery.reference)
        return
    seconds = asyncio.get_running_loop().time() - start
    _record(delivery, replies, state, wait, seconds)


async def _written(post: Post, delivery: Delivery, replies: Replies | None, wait: timedelta) -> str:
    """The row's state by what was answered. An answer that is forgotten is a message sent again: a database that is down is waited for."""
    for pause in AGAIN:
        try:
            return await _noted(post, delivery, replies, wait)
        except QuarantineDown:
            await asyncio.sleep(pause)
    return await _noted(post, delivery, replies, wait)


async def _noted(post: Post, delivery: Delivery, replies: Replies | None, wait: timedelta) -> str:
    if delivery.kind == emergency.KIND and (replies is None or replies.deferred):
        return await post.outbox.fall_back(delivery, replies)  # somebody at school has to act now
    if replies is None:
        return await post.outbox.retry(delivery, wait)
    return await post.outbox.sent(delivery, replies, wait)


async def _sent(post: Post, delivery: Delivery) -> Replies | None:
    """The next hop's replies, or None when it could not be asked. The lease is renewed while that takes long."""
    sending = asyncio.create_task(_offer(post, delivery))
    try:
        while not (await asyncio.wait([sending], timeout=RENEW))[0]:
            with contextlib.suppress(QuarantineDown):  # then nobody else can claim it either
                await post.outbox.renew(delivery, LEASE)
        return sending.result()
    finally:
        sending.cancel()
        await asyncio.wait([sending])


async def _offer(post: Post, delivery: Delivery) -> Replies | None:
    raw = await post.outbox.open(delivery)
    trace = b"" if delivery.kind in _OURS else post.trace(delivery.envelope)
    try:
        proven = delivery.kind == emergency.KIND
        within = URGENT if proven else WITHIN
        return await post.relay.send(delivery.envelope, raw, trace=trace, within=within, proven=proven)
    except NextHopDown as down:
        maillog.failed(where="next-hop", cause=down.reason, id=delivery.reference)
        return None


def _record(delivery: Delivery, replies: Replies | None, state: str, wait: timedelta, seconds: float) -> None:
    """One line and one count an attempt."""
    code = replies.reply.code if replies else 0
    outcome = {"sent": "sent", "failed": "failed"}.get(state, "retry")
    metrics.OUTGOING.labels(kind=delivery.kind, outcome=outcome).inc()
    if replies and replies.doubtful:
        metrics.MAY_DOUBLE.inc()
        maillog.doubled(id=delivery.reference)
    if outcome == "sent":
        count = len(delivery.envelope.recipients)
        maillog.outgoing_sent(
            id=delivery.reference, kind=delivery.kind, recipients=count, code=code, seconds=seconds
        )
    elif outcome == "failed":
        maillog.outgoing_failed(
            id=delivery.reference, kind=delivery.kind, code=code, attempt=delivery.attempts
        )
    else:
        cause = f"code-{code}" if replies else "next-hop-down"
        maillog.outgoing_retry(
            id=delivery.reference,
            kind=delivery.kind,
            attempt=delivery.attempts,
            cause=cause,
            wait=wait.total_seconds(),
        )


async def deliver_due(post: Post, busy: dict[asyncio.Task[None], int], *, at_once: int = AT_ONCE) -> int:
    """Claim what is due, as far as there is room beside the `busy` rows, and start to send it; how many."""
    room = at_once - len(busy)
    if room <= 0:
        return 0
    claimed = await post.outbox.claim(room, LEASE, frozenset(busy.values()))
    for delivery in claimed:
        task = asyncio.create_task(_guarded(post, delivery))
        busy[task] = delivery.id
        task.add_done_callback(busy.pop)
    return len(claimed)


async def _guarded(post: Post, delivery: Delivery) -> None:
    """One of the loops that may catch everything: a message that breaks us must not stop the others."""
    try:
        await deliver_one(post, delivery)
    except Exception as error:  # noqa: BLE001  it is tried again by the schedule, and reported when its time is over
        maillog.failed(where="deliver", cause=type(error).__name__, id=delivery.reference)
        with contextlib.suppress(QuarantineDown, LeaseLost):
            if delivery.kind == emergency.KIND:
                await post.outbox.fall_back(delivery, None)
            else:
                await post.outbox.retry(delivery, retry_in(delivery.attempts))


async def run(
    post: Post,
    stop: asyncio.Event,
    *,
    wake: asyncio.Event | None = None,
    at_once: int = AT_ONCE,
    drain: float = 60,
) -> bool:
    """Deliver until `stop`; then let what is under way end within `drain` seconds. Whether all of it did."""
    busy: dict[asyncio.Task[None], int] = {}
    nudge = wake or asyncio.Event()
    while not stop.is_set():
        pause = POLL
        nudge.clear()
        try:
            await deliver_due(post, busy, at_once=at_once)
        except Exception as error:  # noqa: BLE001  the loop goes on: the database comes back, the mail waits
            cause = error.cause if isinstance(error, QuarantineDown) else type(error).__name__
            maillog.failed(where="outbox", cause=cause)
            pause = PAUSE
        await _wait(stop, nudge, busy, pause)
    if not busy:
        return True
    _, late = await asyncio.wait(busy, timeout=drain)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    return not late


async def _wait(
    stop: asyncio.Event, nudge: asyncio.Event, busy: Collection[asyncio.Task[None]], pause: float
) -> None:
    """Until there may be something to do: a row has ended and left its place, somebody nudged, or time has passed."""
    waits = [asyncio.create_task(stop.wait()), asyncio.create_task(nudge.wait())]
    await asyncio.wait([*waits, *busy], timeout=pause, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
