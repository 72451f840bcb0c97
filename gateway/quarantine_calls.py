"""The quarantine as the event loop sees it: its synchronous calls in a few threads, its failures as `QuarantineDown`."""

import asyncio
import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import ParamSpec, TypeVar

from django.db import Error as DjangoError
from django.db import connections

from detectors.findings import Scan
from gateway.ahead import Ahead
from gateway.gate import QuarantineDown
from gateway.relay import Replies
from gateway.writing import Writer
from policies.envelope import Envelope, Recipient
from policies.evidence import Facts
from policies.verdict import Verdict
from quarantine import outbox, workflow
from quarantine.letters import Result
from quarantine.outbox import Delivery
from quarantine.workflow import Entry, emergency

P = ParamSpec("P")
R = TypeVar("R")

_CLOSING = 10.0  # seconds for all threads to come to their end
_FATES = {2: "sent", 4: "deferred", 5: "failed"}


class Threads:
    """A bounded number of threads, each with its own database connection."""

    def __init__(self, count: int = 4) -> None:
        self._count = count
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="quarantine")
        self._writer = Writer()
        self.failing = False  # the last change could not be written

    async def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run one call in a thread. Database and disk errors become `QuarantineDown`, others stay what they are."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(
                self._executor, functools.partial(_run, function, *args, **kwargs)
            )
        except (DjangoError, OSError) as error:
            raise QuarantineDown(type(error).__name__) from error

    async def write(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """A change of its own transaction, which may share the commit with those of other messages."""
        try:
            done: R = await self._writer.write(functools.partial(function, *args, **kwargs))
            self.failing = False
        except (DjangoError, OSError) as error:
            self.failing = True
            raise QuarantineDown(type(error).__name__) from error
        return done

    def close(self) -> None:
        """Close every thread's connection, then the threads."""
        self._writer.close()
        barrier = Barrier(self._count, timeout=_CLOSING)
        for _ in range(self._count):
            self._executor.submit(_leave, barrier)
        self._executor.shutdown()


def _run(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        return function(*args, **kwargs)
    except (DjangoError, OSError):
        connections.close_all()  # of this thread: the next call starts with a new one
        raise


def _leave(barrier: Barrier) -> None:
    """One in each thread: the barrier keeps a quick thread from closing twice and a slow one not at all."""
    try:
        barrier.wait()
    except BrokenBarrierError:
        return
    finally:
        connections.close_all()


@dataclass(frozen=True, slots=True)
class QuarantineCalls:
    """`gate.Quarantine` on the real workflow."""

    threads: Threads
    clock: Callable[[], datetime]
    emergency: Callable[[Facts], Mapping[str, str]] = lambda _facts: {}  # how each recipient is reached then

    async def hold(self, envelope: Envelope, raw: bytes, scan: Scan, verdict: Verdict, facts: Facts) -> str:
        """Hold, or find the first hold of the same message."""
        held = await self.threads.write(
            workflow.hold,
            envelope,
            raw,
            scan,
            verdict,
            now=self.clock(),
            relations={r.address: r.relation.value for r in facts.recipients},
            staff=_is_staff(facts),
            facts=facts,
            emergency=self.emergency(facts),
        )
        return held.id

    async def refused(
        self, envelope: Envelope, raw: bytes, scan: Scan, verdict: Verdict, facts: Facts
    ) -> None:
        """Notice and audit of a block."""
        await self.threads.write(
            workflow.refused,
            envelope,
            scan,
            verdict,
            now=self.clock(),
            raw=raw,
            staff=_is_staff(facts),
            facts=facts,
        )

    async def ready(self) -> None:
        """A disk that is full can be read: without this, mail would go on for hours and no record know of it."""
        if self.threads.failing:
            await self.threads.write(workflow.writable)

    def entry(
        self, envelope: Envelope, raw: bytes, scan: Scan, verdict: Verdict, facts: Facts
    ) -> Ahead[Entry]:
        """What the record and the audit say of a message that goes on."""
        return Ahead(lambda: workflow.entry(envelope, scan, verdict, raw=raw, facts=facts))

    async def passed(
        self,
        envelope: Envelope,
        raw: bytes,
        scan: Scan,
        verdict: Verdict,
        facts: Facts,
        *,
        relayed: tuple[Recipient, ...] = (),
        entry: Ahead[Entry] | None = None,
    ) -> None:
        """Metadata and audit of what went on."""
        await self.threads.write(
            workflow.passed,
            envelope,
            scan,
            verdict,
            now=self.clock(),
            raw=raw,
            facts=facts,
            relayed=relayed,
            ahead=entry,
        )

    async def checked(
        self,
        envelope: Envelope,
        raw: bytes,
        scan: Scan,
        verdict: Verdict,
        facts: Facts,
        *,
        outside: bool,
    ) -> bool:
        """Tell its sender what would happen."""
        return await self.threads.call(
            workflow.checked,
            envelope,
            raw,
            scan,
            verdict,
            now=self.clock(),
            staff=_is_staff(facts),
            outside=outside,
        )

    async def partial(self, envelope: Envelope, raw: bytes, replies: Replies) -> None:
        """An outbox row for the deferred recipients, a report about the refused ones."""
        failed = [result for result in results(replies) if result.state == "failed"]
        await self.threads.write(
            workflow.partial, envelope, raw, replies.deferred, now=self.clock(), failed=failed
        )


@dataclass(frozen=True, slots=True)
class OutboxCalls:
    """The outbox as the delivery loop uses it."""

    threads: Threads
    clock: Callable[[], datetime]

    async def claim(self, limit: int, lease: timedelta, holding: Collection[int] = ()) -> list[Delivery]:
        """Rows that are due, ours until the lease ends; none that we are sending already."""
        return await self.threads.call(
            outbox.claim, now=self.clock(), limit=limit, lease=lease, holding=holding
        )

    async def open(self, delivery: Delivery) -> bytes:
        """The message's bytes, unsealed."""
        return await self.threads.call(delivery.open)

    async def renew(self, delivery: Delivery, lease: timedelta) -> None:
        """Keep it while it is being sent."""
        await self.threads.call(outbox.renew, delivery, until=self.clock() + lease)

    async def sent(self, delivery: Delivery, replies: Replies, retry_in: timedelta) -> str:
        """Write down what was answered; the state that the row has now."""
        now = self.clock()
        row = await self.threads.call(
            outbox.sent, delivery, results(replies), now=now, retry_at=now + retry_in
        )
        return str(row.state)

    async def retry(self, delivery: Delivery, retry_in: timedelta) -> str:
        """Write down that nobody could be asked; the state that the row has now."""
        now = self.clock()
        row = await self.threads.call(outbox.retry, delivery, at=now + retry_in, now=now)
        return str(row.state)

    async def fall_back(self, delivery: Delivery, replies: Replies | None) -> str:
        """An emergency that could not go at once: the safeguarding lead is asked; the state that the row has now."""
        heard = [_down(r) for r in delivery.envelope.recipients] if replies is None else results(replies)
        return await self.threads.call(emergency.fall_back, delivery, heard, now=self.clock())


def _down(recipient: Recipient) -> Result:
    return Result(address=recipient.address, state="deferred", enhanced="4.4.1")


def results(replies: Replies) -> Sequence[Result]:
    """The next hop's replies in the quarantine's words."""
    return [
        Result(
            address=recipient.address,
            state=_FATES[reply.code // 100],
            code=reply.code,
            enhanced=reply.enhanced,
            text=reply.text,
        )
        for recipient, reply in replies.rows
    ]


def _is_staff(facts: Facts) -> bool:
    """Whether the envelope itself comes from one of the staff: what a From field says is no address to write to."""
    return facts.sender.kind == "staff" and not facts.sender.by_header
