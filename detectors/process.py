"""One worker as the gateway sees it: spoken with in frames over a socket, ended with all that it started."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from detectors import frames
from detectors.channel import Channel, Gone
from detectors.progress import Progress
from detectors.sandbox import SandboxError

Answer = TypeVar("Answer")


class WorkerError(Exception):
    """A worker did not start, or could not do what was asked. The reason is a word from a fixed list."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Lost(Exception):  # noqa: N818 - says what happened
    """The worker is gone or late; `at` is the part that it was reading."""

    def __init__(self, reason: str, at: str) -> None:
        super().__init__(reason)
        self.reason, self.at = reason, at


@dataclass(slots=True, eq=False)
class Process:
    pid: int
    folder: Path
    channel: Channel
    kill: Callable[[], Awaitable[None]]  # its whole process group; returns when it is gone
    version: str
    progress: Progress | None = None  # of those that read messages
    barriers: tuple[str, ...] = ()
    scans: int = 0

    async def write(self, *chunks: bytes) -> None:
        try:
            await self.channel.write(chunks)
        except Gone as gone:
            raise Lost("worker-crash", "") from gone

    async def read(self, largest: int = frames.MAX_REPLY) -> frames.Reply:
        try:
            return frames.unpack_reply(await self.channel.frame(largest))
        except (Gone, msgspec.DecodeError, msgspec.ValidationError) as error:
            raise Lost("worker-crash", "") from error

    async def end(self) -> None:
        """Kill it and what it started, wait for it, remove its folder."""
        await self.kill()
        await self.channel.close()
        if self.progress is not None:
            self.progress.close()
        shutil.rmtree(self.folder, ignore_errors=True)


async def or_ended(answer: Awaitable[Answer], end: Callable[[], Awaitable[None]]) -> Answer | None:
    """The answer of a process; None, and its end, where it is lost, late or does not start. One whose answer is no longer waited for ends, too."""
    try:
        return await answer
    except (Lost, TimeoutError, WorkerError, SandboxError, OSError):
        await end()
        return None
    except BaseException:  # cancelled in the middle of a frame: its state is unknown
        await asyncio.shield(end())
        raise
