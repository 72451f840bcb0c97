"""One relay in front of one scripted next hop, on the loop that the gateway runs on."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import uvloop

from gateway.relay import Relay, Replies
from gateway.settings import NextHop
from policies.envelope import Envelope, Recipient
from tests.support.next_hop import EXTENSIONS, ScriptedNextHop

RAW = b"From: a@example.sch.uk\r\nSubject: books\r\n\r\nHello\r\n"
TRACE = b"Received: from x by gate; now\r\n"


def run_on(loop: Callable[[], asyncio.AbstractEventLoop], story: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(story)


def envelope(*to: str, mail_from: str = "a@example.sch.uk", **more: object) -> Envelope:
    recipients = tuple(Recipient(address=address) for address in to or ("b@example.org",))
    made = Envelope(
        id="01", mail_from=mail_from, recipients=recipients, received_at=datetime(2025, 6, 2, tzinfo=UTC)
    )
    return replace(made, **more)  # type: ignore[arg-type]


def settings(hop: ScriptedNextHop, **more: object) -> NextHop:
    return replace(NextHop(address=hop.address, tls="off", timeout=5), **more)  # type: ignore[arg-type]


def with_hop(
    script: tuple[str, ...],
    story: Callable[[ScriptedNextHop, Relay], Awaitable[None]],
    *,
    extensions: tuple[str, ...] = EXTENSIONS,
    **more: object,
) -> None:
    """Run a story with one scripted hop and one relay that points to it."""

    async def run() -> None:
        async with ScriptedNextHop(*script, extensions=extensions) as hop:
            relay = Relay(settings(hop, **more), "gate.example.sch.uk")
            try:
                await story(hop, relay)
            finally:
                await relay.close()

    run_on(uvloop.new_event_loop, run())


def codes(replies: Replies) -> list[int]:
    return [reply.code for _, reply in replies.rows]
