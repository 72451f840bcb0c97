"""A gateway's SMTP side on a free port, with a handler that keeps what it gets, and a client that speaks bytes."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import uvloop

from gateway.replies import REPLIES, Reply
from gateway.settings import Smtp
from gateway.smtp import Server, serve
from policies.envelope import Envelope

T = TypeVar("T")
HOSTNAME = "gw.example.sch.uk"
TAKEN = Reply(250, "2.0.0", "Message taken, reference {id}")
LOOP_KEY = b"k" * 32
NOW = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
ID = "01JWQXWZM00000000000000000"  # of NOW with ten zero bytes
PATIENCE = 20  # seconds that a test waits for anything at all


def run(coroutine: Coroutine[Any, Any, T], *, loop_factory: Callable[[], Any] = uvloop.new_event_loop) -> T:
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(asyncio.wait_for(coroutine, 60))


@dataclass
class Running:
    server: Server
    taken: list[tuple[Envelope, bytes]] = field(default_factory=list)
    reports: list[tuple[str, str]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.server.ports[0]


@asynccontextmanager
async def gateway(
    handle: Callable[[Envelope, bytes], Awaitable[Reply]] | None = None, *, drain: float = 1, **settings: Any
) -> AsyncIterator[Running]:
    """Serve with these settings; without `handle` every message is kept and answered 250."""
    taken: list[tuple[Envelope, bytes]] = []
    reports: list[tuple[str, str]] = []

    async def keep(envelope: Envelope, raw: bytes) -> Reply:
        taken.append((envelope, raw))
        return TAKEN.fill(id=envelope.id)

    server = await serve(
        Smtp(**{"listen": ("127.0.0.1:0",), **settings}),
        handle or keep,
        hostname=HOSTNAME,
        loop_key=LOOP_KEY,
        clock=lambda: NOW,
        random=bytes,
        report=lambda what, client: reports.append((what, client)),
    )
    try:
        yield Running(server, taken, reports)
    finally:
        await server.close(drain)


@dataclass
class Slow:
    """A handler that says when it has a message, and answers when it is told to."""

    started: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, _envelope: Envelope, _raw: bytes) -> Reply:
        self.started.set()
        await self.go.wait()
        return REPLIES["ok"]


class Client:
    """A client that sends exactly the bytes it is told to, and reads replies line by line."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        if data:
            self.writer.write(data)
            await self.writer.drain()

    async def line(self) -> str:
        """The next line; "" when the server has closed."""
        try:
            return (await asyncio.wait_for(self.reader.readline(), PATIENCE)).decode().rstrip("\r\n")
        except ConnectionResetError:
            return ""

    async def reply(self) -> str:
        """The last line of the next reply."""
        while (line := await self.line())[3:4] == "-":
            pass
        return line

    async def say(self, *lines: str) -> str:
        """Each line and its reply, one after the other; the last reply."""
        reply = ""
        for line in lines:
            await self.send(line.encode() + b"\r\n")
            reply = await self.reply()
        return reply

    async def deliver(self, wire: bytes, *, to: str = "b@example.org") -> str:
        """A whole transaction with these bytes as they stand behind 354; the last reply."""
        assert (await self.say("MAIL FROM:<a@example.sch.uk>", f"RCPT TO:<{to}>", "DATA")).startswith("354")
        await self.send(wire)
        return await self.reply()

    def reset(self) -> None:
        """Break the connection off with a RST, as a crashed host does."""
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()

    async def start_tls(self, context: ssl.SSLContext) -> None:
        assert (await self.say("STARTTLS")).startswith("220")
        await self.writer.start_tls(context, server_hostname="gw.example.sch.uk")


@asynccontextmanager
async def connected(port: int, *, hello: bool = True) -> AsyncIterator[Client]:
    """A connection that has said EHLO (or, without `hello`, not yet read the greeting)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    client = Client(reader, writer)
    try:
        if hello:
            assert (await client.reply()).startswith("220")
            await client.say("EHLO client.example.sch.uk")
        yield client
    finally:
        writer.transport.abort()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, with a deadline."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.005)
