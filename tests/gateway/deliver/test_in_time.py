"""A teacher hears within seconds: with 200 notices waiting, the next one is at a real Postfix within five seconds of its verdict."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.deliver import Post, run
from gateway.gate import Gate
from gateway.pipeline import handle
from gateway.quarantine_calls import OutboxCalls, QuarantineCalls, Threads
from gateway.relay import Relay
from gateway.settings import NextHop
from policies.verdict import Action
from quarantine import workflow
from quarantine.models import Outgoing, Sending
from tests.support.pipeline import FakePool, facts
from tests.support.servers import postfix
from tests.support.stopped import make_envelope, make_raw, make_scan, make_verdict

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
WAITING, LIMIT = 200, 5.0


def now() -> datetime:
    return datetime.now(UTC)


def there(folder: Path, words: bytes) -> bool:
    """Whether a mail with these words has been delivered."""
    return any(words in mail.read_bytes() for mail in folder.rglob("*") if mail.is_file())


def test_a_notice_is_there_within_five_seconds() -> None:
    """From the message's verdict to the notice in its sender's mailbox, behind 200 others that are due."""
    threads = Threads()
    for _ in range(WAITING):
        workflow.refused(make_envelope(), make_scan(), make_verdict(Action.BLOCK), now=now(), raw=make_raw())
    assert Outgoing.objects.filter(state=Sending.PENDING).count() == WAITING
    last = make_envelope()

    async def story(port: int, mailbox: Path) -> float:
        relay = Relay(NextHop(address=f"127.0.0.1:{port}", tls="off"), "gate.example.sch.uk")
        gate = Gate(
            pool=FakePool(make_scan()),
            facts=facts,
            decide=lambda _: make_verdict(Action.BLOCK),
            relay=relay,
            quarantine=QuarantineCalls(threads, now),
            trace=lambda _: b"",
        )
        post = Post(outbox=OutboxCalls(threads, now), relay=relay, trace=lambda _: b"")
        stop = asyncio.Event()
        assert (await handle(last, make_raw(), gate)).code == 550
        began = time.monotonic()
        delivering = asyncio.create_task(run(post, stop))
        while not await asyncio.to_thread(there, mailbox, last.id.encode()):
            assert time.monotonic() - began < 60
            await asyncio.wait([delivering], timeout=0.05)
        took = time.monotonic() - began
        stop.set()
        await delivering
        await relay.close()
        return took

    with postfix() as internet:
        took = asyncio.run(story(internet.port, internet.root / "mail"))
    threads.close()
    assert took < LIMIT, f"{took:.1f} seconds"
