"""The kept-alive connections of one route: bounded, the freshest used first, none kept longer than the server would."""

import asyncio

from gateway.relay.connection import Connection, connect
from gateway.relay.replies import NextHopDown
from gateway.relay.routes import Route

_TURN = 30.0  # seconds to wait for one of the connections: a slow next hop's clients hear a 451 early
_IDLE = 20.0  # seconds a connection waits for its next message: servers close after 60 to 300
_AGE = 300.0  # seconds a connection is used in all, so that a load balancer behind an address gets its turn


class Pool:
    """`take` gives a connection, kept or new; `give` takes it back."""

    def __init__(self, route: Route, hostname: str, *, connections: int, step: float) -> None:
        self._route = route
        self._hostname = hostname
        self._step = step
        self._free = asyncio.Semaphore(connections)
        self._idle: list[Connection] = []
        self._sweep: asyncio.TimerHandle | None = None

    async def take(self, until: float, *, fresh: bool = False) -> Connection:
        """A connection that nobody else has; at most `connections` are out at a time."""
        if self._free.locked():
            await self._turn(until)
        else:
            await self._free.acquire()  # at once
        try:
            kept = None if fresh else self._kept()
            return kept or await connect(self._route, self._hostname, self._step, until)
        except BaseException:
            self._free.release()
            raise

    async def _turn(self, until: float) -> None:
        turn = asyncio.get_running_loop().time() + _TURN
        try:
            async with asyncio.timeout_at(min(until, turn)):
                await self._free.acquire()
        except TimeoutError:
            raise NextHopDown("pool-full") from None

    def _kept(self) -> Connection | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.alive and _young(connection, now):
                return connection
            connection.abort()
        return None

    def give(self, connection: Connection) -> None:
        """Back from a transaction, whatever came of it; what cannot be used again is closed."""
        self._free.release()
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        if not connection.alive or not _young(connection, loop.time()):
            connection.abort()
            return
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep = loop.call_later(_IDLE, self._drop_old)

    def _drop_old(self) -> None:
        loop = asyncio.get_running_loop()
        young = [c for c in self._idle if c.alive and _young(c, loop.time())]
        for connection in self._idle:
            if connection not in young:
                connection.abort()
        self._idle = young
        self._sweep = loop.call_later(_IDLE / 2, self._drop_old) if young else None

    async def close(self) -> None:
        """Say QUIT on all that are idle."""
        if self._sweep:
            self._sweep.cancel()
            self._sweep = None
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.quit() for connection in idle))


def _young(connection: Connection, now: float) -> bool:
    return now - connection.idle_since < _IDLE and now - connection.opened_at < _AGE
