"""Changes of several messages that wait at the same time share one commit; each is answered once it is on the disk."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

from quarantine.database import Outcome, together

MOST = 50  # changes of one transaction: the database is free for others within a moment


class Writer:
    """One thread with one connection. Who comes while it writes is in its next transaction."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._waiting: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, change: Callable[[], Any]) -> Any:
        """What the change returned or raised, after the commit."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, answer))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                outcomes = await loop.run_in_executor(self._executor, together, [c for c, _ in batch])
            except Exception as error:  # noqa: BLE001  each of those who wait hears of it
                outcomes = [Outcome(error=error)] * len(batch)
            for (_, answer), outcome in zip(batch, outcomes, strict=True):
                if answer.done():  # nobody waits for it any more; it is written all the same
                    continue
                if outcome.error is None:
                    answer.set_result(outcome.value)
                else:
                    answer.set_exception(outcome.error)

    def close(self) -> None:
        """Write what was asked for, close the connection, end the thread."""
        self._executor.submit(connections.close_all)
        self._executor.shutdown()
