"""The gateway's end of a worker's socket: frames in, whole and length-capped; bytes out, with back-pressure. Cheaper than streams, and bounded as they are."""

import asyncio
from collections.abc import Iterable
from typing import cast

from detectors import frames

AHEAD = 1 << 20  # bytes that may wait here beyond the frame that is being read


class Gone(Exception):  # noqa: N818 - says what happened
    """The other end is closed, or says what no frame may say."""


class Channel(asyncio.Protocol):
    """One reader and one writer at a time."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._wanted = frames.HEAD.size  # bytes that the frame which is being read needs
        self._comes: asyncio.Future[None] | None = None
        self._drains: asyncio.Future[None] | None = None
        self._full = self._held = self._lost = False
        self._transport: asyncio.Transport | None = None
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # What the transport tells us

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's has the methods and not the class

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) >= self._wanted:
            _wake(self._comes)
        if len(self._buffer) > self._wanted + AHEAD and not self._held and self._transport is not None:
            self._held = True
            self._transport.pause_reading()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio gives it
        self._lost = True
        _wake(self._comes)
        _wake(self._drains)
        _wake(self._closed)

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        _wake(self._drains)

    # What the gateway asks

    async def frame(self, largest: int) -> bytes:
        """The next frame; `Gone` when there will be none, or where it would be larger."""
        await self._come(frames.HEAD.size)
        size: int = frames.HEAD.unpack_from(self._buffer)[0]
        if size > largest:
            raise Gone
        whole = frames.HEAD.size + size
        await self._come(whole)
        body = bytes(memoryview(self._buffer)[frames.HEAD.size : whole])
        del self._buffer[:whole]
        return body

    async def _come(self, count: int) -> None:
        self._wanted = count
        while len(self._buffer) < count:
            if self._lost:
                raise Gone
            if self._held and self._transport is not None:
                self._held = False
                self._transport.resume_reading()
            self._comes = asyncio.get_running_loop().create_future()
            await self._comes

    async def write(self, chunks: Iterable[bytes]) -> None:
        """Hand bytes over, and wait until the other side has taken most of them."""
        if self._lost or self._transport is None:
            raise Gone
        self._transport.writelines(chunks)
        while self._full:
            if self._lost:
                raise Gone
            self._drains = asyncio.get_running_loop().create_future()
            await self._drains

    async def close(self) -> None:
        """At once, whatever is still to be sent."""
        if self._transport is not None:
            self._transport.abort()
            await self._closed


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)
