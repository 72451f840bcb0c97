"""The way out: offers one message to the next hop and says per recipient what became of it."""

import asyncio
from collections.abc import Sequence

from gateway.line_ends import ends_lines_well
from gateway.relay.connection import connect
from gateway.relay.content import Content, content
from gateway.relay.pool import Pool
from gateway.relay.replies import BARE_CR_LF, DOUBTFUL, NextHopDown, Replies, same
from gateway.relay.routes import Route, Routes
from gateway.relay.wire import Lost
from gateway.replies import Reply
from gateway.settings import NextHop
from policies.envelope import Envelope, Recipient

_WITHIN = 900.0  # seconds for one message where the caller sets no limit of its own


class Relay:
    """Shared by all tasks of one event loop; keeps its connections until `close`."""

    def __init__(self, next_hop: NextHop, hostname: str) -> None:
        self._settings = next_hop
        self._hostname = hostname
        self._routes = Routes(next_hop)
        self._pools: dict[Route, Pool] = {}

    async def send(
        self,
        envelope: Envelope,
        raw: bytes,
        *,
        trace: bytes = b"",
        within: float = _WITHIN,
        proven: bool = False,
        judged: bool = False,
    ) -> Replies:
        """Offer the message with its trace in front; `NextHopDown` when no recipient at all could be offered.

        `proven` asks for TLS with a certificate that fits, whatever the settings say of the way; `judged` says that these
        very bytes came by SMTP a moment ago, where their line ends were judged.
        """
        if not judged and not ends_lines_well(raw):
            return same(envelope.recipients, BARE_CR_LF)
        until = asyncio.get_running_loop().time() + within
        message = content(envelope, raw, trace)
        split = self._routes.split(envelope.recipients, proven=proven)
        if len(split) == 1:
            [(route, recipients)] = split.items()
            return await self._by(route, envelope, recipients, message, until)
        return await self._by_many(split, envelope, message, until)

    async def _by_many(
        self, split: dict[Route, list[Recipient]], envelope: Envelope, message: Content, until: float
    ) -> Replies:
        """Recipients of several routes: a route that is down defers only its own."""
        found: dict[Recipient, Reply] = {}
        parts: list[Replies] = []
        downs: list[NextHopDown] = []
        for route, recipients in split.items():
            try:
                part = await self._by(route, envelope, recipients, message, until)
                parts.append(part)
            except NextHopDown as down:
                downs.append(down)
                part = same(recipients, down.reply)
            found.update(part.rows)
        if not parts:
            raise downs[0]
        rows = tuple((recipient, found[recipient]) for recipient in envelope.recipients)
        return Replies(rows, any(p.doubtful for p in parts), all(p.dsn for p in parts))

    async def _by(
        self,
        route: Route,
        envelope: Envelope,
        recipients: Sequence[Recipient],
        message: Content,
        until: float,
    ) -> Replies:
        """One route; a kept connection that proves dead before the final dot is tried once more on a fresh one."""
        try:
            return await self._once(route, envelope, recipients, message, until, fresh=False)
        except _Stale:
            return await self._once(route, envelope, recipients, message, until, fresh=True)

    async def _once(
        self,
        route: Route,
        envelope: Envelope,
        recipients: Sequence[Recipient],
        message: Content,
        until: float,
        *,
        fresh: bool,
    ) -> Replies:
        pool = self._pool(route)
        connection = await pool.take(until, fresh=fresh)
        kept = connection.used > 0
        try:
            objection = connection.objection(message)
            if objection:
                return same(recipients, objection)
            replies = await connection.transact(envelope, recipients, message, until)
        except Lost as lost:
            connection.abort()
            if connection.dotted:
                return Replies(same(recipients, DOUBTFUL).rows, doubtful=True)
            if kept:
                raise _Stale from None
            raise NextHopDown(lost.kind) from None
        except BaseException:
            connection.abort()
            raise
        finally:
            pool.give(connection)
        rows = tuple(zip(recipients, replies, strict=True))
        return Replies(rows, dsn="DSN" in connection.extensions)

    async def probe(self, *, within: float) -> dict[str, str]:
        """Whether each server on our ways can be reached as its route asks: "host:port" → "" or what is wrong."""
        until = asyncio.get_running_loop().time() + within
        found = {}
        for route in self._routes.all:
            problem = ""
            try:
                connection = await connect(route, self._hostname, within, until)
                await connection.quit()
            except NextHopDown as down:
                problem = down.reason
            found[f"{route.host}:{route.port} ({route.tls})"] = problem
        return found

    def _pool(self, route: Route) -> Pool:
        if route not in self._pools:
            settings = self._settings
            self._pools[route] = Pool(
                route, self._hostname, connections=settings.connections, step=settings.timeout
            )
        return self._pools[route]

    async def close(self) -> None:
        """End all idle connections."""
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))


class _Stale(Exception):  # noqa: N818  the kept connection was dead already; nothing was taken
    """Try a fresh connection."""
