"""Who gets the next free worker: the smaller message first, one worker kept free of large ones, and nobody waits for ever."""

import asyncio
import heapq
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")

LARGE = 1_000_000  # bytes; a message of this size or more may take seconds to read
PATIENCE = 1_000_000  # bytes that count as one second of coming later


class Turns(Generic[T]):
    """The free workers and those who wait for one. Of `places` workers at most `places - 1` (but one) read large messages."""

    def __init__(self, places: int) -> None:
        self._free: list[T] = []
        self._small: list[tuple[float, int, asyncio.Future[T]]] = []
        self._large: list[tuple[float, int, asyncio.Future[T]]] = []
        self._room = max(1, places - 1)  # for large messages
        self._order = count()

    async def take(self, size: int) -> T:
        """A free worker, as soon as it is the turn of a message of so many bytes."""
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[T] = loop.create_future()
        waiting = self._large if size >= LARGE else self._small
        heapq.heappush(waiting, (loop.time() + size / PATIENCE, next(self._order), turn))
        self._hand_out()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it came in the moment in which we gave up
                self.give(turn.result(), size)
            raise

    def give(self, worker: T, size: int | None = None) -> None:
        """Put a worker back (or, without a size, a new one in)."""
        if size is not None and size >= LARGE:
            self._room += 1
        self._free.append(worker)
        self._hand_out()

    def _hand_out(self) -> None:
        while self._free and (waiting := self._next()):
            turn = heapq.heappop(waiting)[2]
            if turn.done():
                continue
            self._room -= waiting is self._large
            turn.set_result(self._free.pop(0))

    def _next(self) -> list[tuple[float, int, asyncio.Future[T]]]:
        for waiting in (self._small, self._large):
            while waiting and waiting[0][2].done():
                heapq.heappop(waiting)
        large = self._large if self._room else []
        if self._small and large:
            return min(self._small, large, key=lambda waiting: waiting[0][:2])
        return self._small or large
