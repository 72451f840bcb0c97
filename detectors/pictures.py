"""The reader of pictures, one process for all workers: started for the first picture, gone when it has rested, killed when it is late. No message waits for another's pictures longer than for one of them."""

import asyncio
import contextlib
from collections.abc import Sequence

from detectors import frames
from detectors.forks import Forks
from detectors.process import Lost, Process, or_ended
from detectors.seen import Seen

BUDGET = (
    25.0  # seconds of reading for the pictures of one message; what is left then stays unread, and is said
)
ONE = 25.0  # seconds for one picture; it takes three, and more where others need the processor
QUICK_FROM = 6  # pictures of a message; more are tried quickly first, or they would not be done in time
IDLE = 300.0  # seconds without a picture after which the process ends and its memory is free
HELD = 300_000_000  # bytes of pictures that wait, of all messages together; a message has 80 MB at most
REST = 60.0  # after a failed start, before the next try
MOST_LINES, MOST_LETTERS = 5_000, 300_000  # of one picture; a page of small print has 10,000 letters


class Crowded(Exception):  # noqa: N818 - a state, which the pool answers with Busy
    """The pictures of other messages took all the time that there was."""


class Pictures:
    """Gives each picture its turn, so that a scan of twenty pages does not stand in the way of one photograph."""

    def __init__(self, setup: frames.Setup, forks: Forks) -> None:
        self._on, self._forks = setup.ocr, forks
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._held = 0
        self._not_before = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def read(self, wanted: Sequence[frames.Picture], *, wait: float) -> dict[str, Seen]:
        """The words of as many as the budget allows; raises Crowded when others left no turn within `wait` seconds."""
        size = sum(len(picture.packed) for picture in wanted)
        if self._held and self._held + size > HELD:
            raise Crowded
        self._held += size
        try:
            return await self._all(wanted, wait)
        finally:
            self._held -= size

    async def _all(self, wanted: Sequence[frames.Picture], wait: float) -> dict[str, Seen]:
        clock = asyncio.get_running_loop().time
        known: dict[str, Seen] = {}
        spent = waited = 0.0
        for picture in wanted:
            if spent >= BUDGET or not self._on:
                break
            asked = clock()
            try:
                async with asyncio.timeout(max(0.0, wait - waited)):
                    await self._turn.acquire()
            except TimeoutError:
                raise Crowded from None
            began = clock()
            waited += began - asked
            try:
                seen = await self._one(picture, quick=len(wanted) > QUICK_FROM)
            finally:
                self._turn.release()
            spent += clock() - began
            if seen is not None:
                known[picture.key] = seen
        return known

    async def close(self) -> None:
        """End the process."""
        self._on = False
        if self._alarm is not None:
            self._alarm.cancel()
        await self._end()
        await asyncio.gather(*self._tasks)

    async def _one(self, picture: frames.Picture, *, quick: bool) -> Seen | None:
        return await or_ended(self._ask(picture, quick=quick), self._end)

    async def _ask(self, picture: frames.Picture, *, quick: bool) -> Seen | None:
        process = await self._started()
        if process is None:
            return None
        async with asyncio.timeout(ONE):
            asked = frames.Picture(
                key=picture.key,
                width=picture.width,
                height=picture.height,
                packed=picture.packed,
                quick=quick,
            )
            await process.write(frames.pack_request(asked))
            reply = await process.read()
        self._rest()
        return _believed(reply)

    async def _started(self) -> Process | None:
        now = asyncio.get_running_loop().time()
        if self._process is None:
            if now < self._not_before:
                return None
            self._not_before = now + REST
            self._process = await self._forks.fork("ocr_worker")
            self._not_before = 0.0
        return self._process

    def _rest(self) -> None:
        """From now on it may rest for so long before it ends."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_later(IDLE, self._rested)

    def _rested(self) -> None:
        if not self._turn.locked():
            task = asyncio.get_running_loop().create_task(self._end())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(Lost):
                await process.end()


def _believed(reply: frames.Reply) -> Seen | None:
    """The process met hostile pixels: what it says is bounded."""
    if not isinstance(reply, frames.Words) or len(reply.lines) > MOST_LINES:
        return None
    if sum(map(len, reply.lines)) > MOST_LETTERS:
        return None
    return Seen(lines=reply.lines, poor=max(0, reply.poor))
