"""Changes of several messages that wait at the same time share one commit; each is answered once it is on the disk."""

import asyncio
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from django.db import connections

from quarantine.database import Outcome, together

MOST = 50  # changes of one transaction: the database is free for others within a moment
_Waiting = tuple[Callable[[], Any], asyncio.Future[Any]]


class Writer:
    """One thread with one connection. Who comes while it writes is in its next transaction."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._thread: Thread | None = None

    async def write(self, change: Callable[[], Any]) -> Any:
        """What the change returned or raised, after the commit."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._run, name="writer", daemon=True)
            self._thread.start()
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.put((change, answer))
        return await answer

    def _run(self) -> None:
        """The thread: one wake-up of the loop for each commit."""
        try:
            while (first := self._waiting.get()) is not None:
                batch = self._with_others(first)
                loop = first[1].get_loop()
                loop.call_soon_threadsafe(_answer, batch, _outcomes(batch))
        finally:
            connections.close_all()

    def _with_others(self, first: _Waiting) -> list[_Waiting]:
        """All that wait by now, as far as one transaction takes them."""
        batch = [first]
        try:
            while len(batch) < MOST:
                if (another := self._waiting.get_nowait()) is None:
                    self._waiting.put(None)
                    break
                batch.append(another)
        except Empty:
            pass
        return batch

    def close(self) -> None:
        """Write what was asked for, close the connection, end the thread."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()


def _outcomes(batch: list[_Waiting]) -> list[Outcome]:
    try:
        return together([change for change, _ in batch])
    except Exception as error:  # noqa: BLE001  each of those who wait hears of it
        return [Outcome(error=error)] * len(batch)


def _answer(batch: list[_Waiting], outcomes: list[Outcome]) -> None:
    for (_, answer), outcome in zip(batch, outcomes, strict=True):
        if answer.done():  # nobody waits for it any more; it is written all the same
            continue
        if outcome.error is None:
            answer.set_result(outcome.value)
        else:
            answer.set_exception(outcome.error)
