"""CPU of one message on its way out: our relay beside aiosmtplib and smtplib, connections kept, the same server behind.

Run `python -m bench.relay_out`; it prints a table. The server is a process of its own and is not counted.
"""

import asyncio
import multiprocessing
import smtplib
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import aiosmtplib
import uvloop

from gateway.relay import Relay
from gateway.settings import NextHop
from policies.envelope import Envelope, Recipient

SIZES = {"5 KB": (5_000, 400), "100 KB": (100_000, 200), "2 MB": (2_000_000, 15)}
RUNS = 5
SENDER, RECIPIENT = "a@example.sch.uk", "b@example.org"
ENVELOPE = Envelope(
    id="01",
    mail_from=SENDER,
    recipients=(Recipient(address=RECIPIENT),),
    received_at=datetime(2025, 6, 2, tzinfo=UTC),
)


class Sink(asyncio.Protocol):
    """A next hop that says yes to everything and keeps nothing."""

    def __init__(self) -> None:
        self.line, self.data, self.tail = b"", False, b""

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        if self.data:
            self.tail = (self.tail + data)[-5:]
            if self.tail == b"\r\n.\r\n":
                self.data = False
                self.transport.write(b"250 2.0.0 taken\r\n")
            return
        *lines, self.line = (self.line + data).split(b"\r\n")
        for line in lines:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.data, self.tail = True, b"\r\n"
                self.transport.write(b"354 go\r\n")
            elif verb == b"EHLO":
                self.transport.write(b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 0\r\n")
            else:
                self.transport.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")


def sink(pipe: Connection) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(run())


def message(size: int) -> bytes:
    line = b"VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZywgYW5kIHNvIG9uLiAgIA==\r\n"
    return b"From: a@example.sch.uk\r\nSubject: bench\r\n\r\n" + line * (size // len(line))


def measured(loop: Callable[[], asyncio.AbstractEventLoop], run: Callable[[], object]) -> float:
    """CPU milliseconds of this process."""
    before = time.process_time()
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(run())  # type: ignore[arg-type]
    return (time.process_time() - before) * 1000


def own(port: int, raw: bytes, count: int, loop: Callable[[], asyncio.AbstractEventLoop]) -> float:
    async def run() -> None:
        relay = Relay(NextHop(address=f"127.0.0.1:{port}", tls="off"), "bench")
        for _ in range(count):
            assert (await relay.send(ENVELOPE, raw, trace=b"Received: x\r\n")).reply.code == 250
        await relay.close()

    return measured(loop, run)


def with_aiosmtplib(
    port: int, raw: bytes, count: int, loop: Callable[[], asyncio.AbstractEventLoop]
) -> float:
    async def run() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        await client.connect()
        for _ in range(count):
            await client.sendmail(SENDER, [RECIPIENT], b"Received: x\r\n" + raw)
        await client.quit()

    return measured(loop, run)


def with_smtplib(port: int, raw: bytes, count: int) -> float:
    before = time.process_time()
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench") as client:
        for _ in range(count):
            client.sendmail(SENDER, [RECIPIENT], b"Received: x\r\n" + raw)
    return (time.process_time() - before) * 1000


def main() -> None:
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=sink, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    ways: dict[str, Callable[[bytes, int], float]] = {
        "own, uvloop": lambda raw, count: own(port, raw, count, uvloop.new_event_loop),
        "own, asyncio": lambda raw, count: own(port, raw, count, asyncio.new_event_loop),
        "aiosmtplib, uvloop": lambda raw, count: with_aiosmtplib(port, raw, count, uvloop.new_event_loop),
        "smtplib": lambda raw, count: with_smtplib(port, raw, count),
    }
    print(f"{'CPU ms a message':20}" + "".join(f"{size:>20}" for size in SIZES))
    table = {
        name: [statistics.median(way(message(n), c) / c for _ in range(RUNS)) for n, c in SIZES.values()]
        for name, way in ways.items()
    }
    base = table["own, uvloop"]
    for name, row in table.items():
        print(
            f"{name:20}" + "".join(f"{ms:>10.3f} {ms / b:>7.1f}x " for ms, b in zip(row, base, strict=True))
        )
    server.terminate()


if __name__ == "__main__":
    main()
