"""Looks every second for what people have switched, and for a new directory: the gateway follows within seconds, without a pause."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from gateway import maillog
from gateway.gate import QuarantineDown

EVERY = 0.5  # seconds between two looks


async def watch(look: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Look until `stop`. A look that fails is said once, until one succeeds again; what was known stays."""
    failing = ""
    while not stop.is_set():
        cause = ""
        try:
            await look()
        except QuarantineDown as down:
            cause = down.cause
        except Exception as error:  # noqa: BLE001  one of the loops: mail goes on with what is known
            cause = type(error).__name__
        if cause and cause != failing:
            maillog.failed(where="watch", cause=cause)
        failing = cause
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)
