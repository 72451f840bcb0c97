"""Mends what senders have chosen: surgery and a fresh scan in the sandbox, a fresh verdict, then the outbox, its sender or a role."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from detectors.cure.plan import Plan
from detectors.cure.structure import head_end
from detectors.findings import Scan
from detectors.pool import Busy
from detectors.process import WorkerError
from gateway import maillog
from gateway.gate import QuarantineDown
from gateway.quarantine_calls import Threads
from gateway.trying import try_next
from policies import Facts, History
from policies.envelope import Envelope
from policies.verdict import Hit, Verdict
from quarantine.cures.plans import Parcel
from quarantine.workflow import WorkflowError, mended
from quarantine.workflow.mended import Job, Made

POLL = 1.0  # seconds between two looks
PAUSE = 5.0  # seconds before the next look when the database is down
TRIES = 5  # then a role decides about the message as it is
CLAIMS = 2 * TRIES  # also where no end could be written down, or the trouble ended this process
WAIT = timedelta(seconds=30)  # before a message is tried again


class Mends(Protocol):
    """The sandboxed workers."""

    async def mend(self, raw: bytes, plan: Plan) -> bytes: ...

    async def scan(self, raw: bytes) -> Scan: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What mending works with."""

    pool: Callable[[], Awaitable[Mends]]  # started when the first message asks for it
    history: Callable[[Envelope, Scan], Awaitable[History]]
    facts: Callable[[Envelope, Scan, History], Facts]
    decide: Callable[[Facts], Verdict]
    sign: Callable[[bytes], bytes | None]  # DKIM; None where no key fits
    threads: Threads
    clock: Callable[[], datetime]


async def mend_one(shop: Workshop, job: Job) -> None:
    """Mend one claimed message and record its fate; whatever is ours to blame is tried again, then a role decides."""
    try:
        await _mend(shop, job)
    except WorkflowError:  # an officer, or time, was faster
        return
    except QuarantineDown as down:  # the lease runs out, and it is tried again
        maillog.failed(where="mend", cause=down.cause, id=job.held_id)
    except (Busy, WorkerError) as trouble:
        await _again(shop, job, getattr(trouble, "reason", "busy"))
    except Exception as error:  # noqa: BLE001  one of the loops: a message that breaks us must not stop the others
        await _again(shop, job, type(error).__name__)


async def _mend(shop: Workshop, job: Job) -> None:
    call, now = shop.threads.call, shop.clock
    if job.tries > CLAIMS:
        await call(mended.give_up, job, "too-often", now=now())
        return
    if job.as_received:
        await call(mended.send, job, [Made(positions=one.positions) for one in job.parcels], now=now())
        return
    pool = await shop.pool()
    made = []
    for parcel in job.parcels:
        envelope = job.envelope(parcel)
        raw = job.raw if parcel.plan.empty else await pool.mend(job.raw, parcel.plan)
        scan = await pool.scan(raw)
        history = await shop.history(envelope, scan)
        facts = await asyncio.to_thread(shop.facts, envelope, scan, history)
        verdict = await asyncio.to_thread(shop.decide, facts)
        if left := job.open_hits(verdict):
            await _not_enough(shop, job, raw, scan, verdict, left)
            return
        made.append(await _made(shop, job, parcel, raw, facts))
    await call(mended.send, job, made, now=now())


async def _not_enough(
    shop: Workshop, job: Job, raw: bytes, scan: Scan, verdict: Verdict, left: tuple[Hit, ...]
) -> None:
    """Its sender is asked once more; of several parcels, or after an officer's choice, a role sees the message as it came."""
    call, now = shop.threads.call, shop.clock()
    if job.may_go_back:
        await call(mended.back, job, raw, scan, verdict, left, now=now)
    else:
        await call(mended.give_up, job, mended.STILL_THERE, now=now)


async def _made(shop: Workshop, job: Job, parcel: Parcel, raw: bytes, facts: Facts) -> Made:
    """The parcel ready to go, signed anew where there is a key for its sender's domain."""
    changed = raw != job.raw
    signed = await asyncio.to_thread(shop.sign, raw) if changed else None
    return Made(
        positions=parcel.positions,
        raw=signed or raw,
        changed=changed,
        inside=raw[head_end(raw) :] != job.raw[head_end(job.raw) :],
        signed=signed is not None,
        remember=facts.remember,
    )


async def _again(shop: Workshop, job: Job, cause: str) -> None:
    maillog.failed(where="mend", cause=cause, id=job.held_id)
    with contextlib.suppress(QuarantineDown, WorkflowError):
        if job.tries >= TRIES or cause in _FOR_EVER:
            await shop.threads.call(mended.give_up, job, cause, now=shop.clock())
        else:
            await shop.threads.call(mended.later, job, at=shop.clock() + WAIT)


_FOR_EVER = {"another-part", "only-part", "damaged", "password", "nothing-to-do"}  # another try ends the same


async def run(shop: Workshop, stop: asyncio.Event) -> None:
    """Mend one message after the other until `stop`."""
    while not stop.is_set():
        pause = POLL
        try:
            job = await shop.threads.call(mended.claim, now=shop.clock())
            if job is not None:
                await mend_one(shop, job)
                continue
            if await try_next(shop):
                continue
        except Exception as error:  # noqa: BLE001  the loop goes on: the database comes back, the message waits
            cause = error.cause if isinstance(error, QuarantineDown) else type(error).__name__
            maillog.failed(where="mend", cause=cause)
            pause = PAUSE
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
