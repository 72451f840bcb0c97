"""A worker's socket as the gateway hears it: whole frames in order, a flood is stopped, and an end is an end."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from detectors import frames
from detectors.channel import AHEAD, Channel, Gone


def framed(body: bytes) -> bytes:
    return frames.HEAD.pack(len(body)) + body


def between(story: Callable[[Channel, socket.socket], Awaitable[Any]]) -> Any:
    """A channel, and the worker's end of its socket."""

    async def told() -> Any:
        ours, its = socket.socketpair()
        with its:
            its.setblocking(False)
            _, channel = await asyncio.get_running_loop().create_unix_connection(Channel, sock=ours)
            try:
                return await asyncio.wait_for(story(channel, its), 20)
            finally:
                await channel.close()

    return asyncio.run(told())


@pytest.mark.parametrize("step", [1, 3, 1000])
def test_frames_come_whole_however_they_are_cut(step: int) -> None:
    """Byte by byte or all at once, an empty one among them."""
    said = b"".join(map(framed, (b"one", b"", b"three" * 50)))

    async def story(channel: Channel, its: socket.socket) -> list[bytes]:
        async def say() -> None:
            for at in range(0, len(said), step):
                await asyncio.get_running_loop().sock_sendall(its, said[at : at + step])

        saying = asyncio.create_task(say())
        heard = [await channel.frame(1_000) for _ in range(3)]
        await saying
        return heard

    assert between(story) == [b"one", b"", b"three" * 50]


def test_a_frame_that_is_too_large_is_the_end() -> None:
    """Its length alone is read."""

    async def story(channel: Channel, its: socket.socket) -> None:
        its.send(frames.HEAD.pack(1_001))
        await channel.frame(1_000)

    with pytest.raises(Gone):
        between(story)


def test_who_closes_is_gone_and_what_it_said_before_counts() -> None:
    """The last frame is heard; then reading and writing fail."""

    async def story(channel: Channel, its: socket.socket) -> bytes:
        its.send(framed(b"last"))
        its.close()
        heard = await channel.frame(1_000)
        with pytest.raises(Gone):
            await channel.frame(1_000)
        with pytest.raises(Gone):
            await channel.write([b"too late"])
        return heard

    assert between(story) == b"last"


def test_a_flood_waits_outside() -> None:
    """A worker that talks while nobody listens fills no memory here; a large frame that is waited for comes all the same."""
    large = bytes(3 * AHEAD)

    async def story(channel: Channel, its: socket.socket) -> tuple[int, bytes]:
        loop = asyncio.get_running_loop()
        saying = asyncio.create_task(loop.sock_sendall(its, framed(large) * 3))
        await asyncio.wait([saying], timeout=0.5)
        assert not saying.done()
        held = len(channel._buffer)
        heard = [await channel.frame(len(large)) for _ in range(3)]
        await saying
        assert heard == [large] * 3
        return held, heard[0]

    held, _ = between(story)
    assert AHEAD < held < 2 * AHEAD


def test_writing_waits_for_a_reader() -> None:
    """More than the socket takes: the writer goes on when the worker has read it, and not before."""
    body = bytes(5_000_000)

    async def story(channel: Channel, its: socket.socket) -> int:
        loop = asyncio.get_running_loop()
        writing = asyncio.create_task(channel.write([b"head", body]))
        await asyncio.wait([writing], timeout=0.2)
        assert not writing.done()
        got = 0
        while got < len(body) + 4:
            got += len(await loop.sock_recv(its, 1 << 20))
        await writing
        return got

    assert between(story) == len(body) + 4
