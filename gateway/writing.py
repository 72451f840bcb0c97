"""Changes of several messages that wait at the same time share one commit; each is answered once it is on the disk."""

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any

from django.db import connections

from quarantine.database import Outcome, together

MOST = 50  # changes of one transaction: the database is free for others within a moment
_Batch = list[tuple[Callable[[], Any], asyncio.Future[Any]]]


class Writer:
    """One thread with one connection. Who comes while it writes is in its next transaction."""

    def __init__(self) -> None:
        self._waiting: _Batch = []
        self._batches: SimpleQueue[_Batch | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._writing = False

    async def write(self, change: Callable[[], Any]) -> Any:
        """What the change returned or raised, after the commit."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((change, answer))
        if not (self._writing and self._alive):
            self._writing = True
            loop.call_soon(self._hand_over)  # with those who are about to ask
        return await answer

    @property
    def _alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _hand_over(self) -> None:
        """Who waits by now, as far as one transaction takes them, to the thread; it is started where there is none."""
        self._writing = bool(self._waiting)
        if not self._waiting:
            return
        if not self._alive:
            self._batches = SimpleQueue()
            self._thread = Thread(target=self._run, args=(self._batches,), name="writer", daemon=True)
            self._thread.start()  # where none can be had, who waits goes on waiting for the next one
        batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        self._batches.put(batch)

    def _run(self, batches: "SimpleQueue[_Batch | None]") -> None:
        """The thread: one wake-up of the loop for each commit."""
        try:
            while (batch := batches.get()) is not None:
                loop, outcomes = batch[0][1].get_loop(), _outcomes(batch)
                loop.call_soon_threadsafe(self._answer, batch, outcomes)
        finally:
            connections.close_all()

    def _answer(self, batch: _Batch, outcomes: list[Outcome]) -> None:
        for (_, answer), outcome in zip(batch, outcomes, strict=True):
            if answer.done():  # nobody waits for it any more; it is written all the same
                continue
            if outcome.error is None:
                answer.set_result(outcome.value)
            else:
                answer.set_exception(outcome.error)
        self._hand_over()

    def close(self) -> None:
        """Write what was handed over, close the connection, end the thread."""
        thread, self._thread = self._thread, None  # who comes later starts another
        if thread is not None:
            self._batches.put(None)
            thread.join()


def _outcomes(batch: _Batch) -> list[Outcome]:
    try:
        return together([change for change, _ in batch])
    except Exception as error:  # noqa: BLE001  each of those who wait hears of it
        return [Outcome(error=error)] * len(batch)
