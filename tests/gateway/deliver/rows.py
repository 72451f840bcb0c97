"""An outbox in memory, its rows, and next hops that are as slow as a test says."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from gateway.deliver import LEASE, Post, deliver_one
from gateway.relay import Replies
from quarantine.cover import Cover
from quarantine.outbox import Delivery
from tests.support.pipeline import OK, RAW, envelope

NOW = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)


def delivery(number: int = 1, *, kind: str = "original", attempts: int = 1) -> Delivery:
    return Delivery(
        id=number,
        lease="token",
        kind=kind,
        reference=f"01REF{number}",
        school="example.sch.uk",
        attempts=attempts,
        created_at=NOW,
        give_up_at=NOW + timedelta(days=5),
        cover=Cover(envelope=envelope()),
        open=lambda: RAW,
    )


@dataclass
class FakeOutbox:
    """Rows wait in `due`; what is written down about them goes into `log`."""

    due: list[Delivery] = field(default_factory=list)
    log: list[tuple[Any, ...]] = field(default_factory=list)
    errors: dict[str, BaseException] = field(default_factory=dict)
    state: str = "sent"
    claims: int = 0
    most: int = 0

    def _may_fail(self, name: str) -> None:
        if name in self.errors:
            raise self.errors[name]

    async def claim(self, limit: int, lease: timedelta, holding: Collection[int]) -> list[Delivery]:
        self.claims += 1
        self.most = max(self.most, limit)
        assert lease == LEASE
        assert not {row.id for row in self.due}.intersection(holding)
        self._may_fail("claim")
        taken, self.due = self.due[:limit], self.due[limit:]
        return taken

    async def open(self, delivery: Delivery) -> bytes:
        self._may_fail("open")
        return delivery.open()

    async def renew(self, delivery: Delivery, lease: timedelta) -> None:
        self._may_fail("renew")
        self.log.append(("renew", delivery.id))

    async def sent(self, delivery: Delivery, replies: Replies, retry_in: timedelta) -> str:
        self._may_fail("sent")
        self.log.append(("sent", delivery.id, [r.code for _, r in replies.rows], retry_in))
        return self.state

    async def retry(self, delivery: Delivery, retry_in: timedelta) -> str:
        self._may_fail("retry")
        self.log.append(("retry", delivery.id, retry_in))
        return self.state

    async def fall_back(self, delivery: Delivery, replies: Replies | None) -> str:
        self._may_fail("fall_back")
        codes = None if replies is None else [r.code for _, r in replies.rows]
        self.log.append(("fall-back", delivery.id, codes))
        return "failed"


def post(outbox: FakeOutbox, relay: Any) -> Post:
    return Post(outbox=outbox, relay=relay, trace=lambda e: f"Received: {e.id}\r\n".encode())


def one(outbox: FakeOutbox, relay: Any, row: Delivery) -> list[dict[str, Any]]:
    with structlog.testing.capture_logs() as lines:
        asyncio.run(deliver_one(post(outbox, relay), row))
    return [dict(line) for line in lines]


class SlowRelay:
    """Sends when told to; says whether it was cut off."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.started = asyncio.Event()
        self.ended: list[str] = []

    async def send(
        self, envelope: Any, raw: bytes, *, trace: bytes, within: float, proven: bool = False
    ) -> Replies:
        self.started.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.ended.append("cut off")
            raise
        self.ended.append("sent")
        return Replies(tuple((r, OK) for r in envelope.recipients))
