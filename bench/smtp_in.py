"""How much CPU taking mail in costs, against stock aiosmtpd: python bench/smtp_in.py [messages]

Each server runs in a process of its own on uvloop and throws the message away; a blocking client sends over one kept-open
connection. Printed: CPU milliseconds of the server per message (medians), the ratio, and the peak memory of each.
"""

import asyncio
import os
import resource
import socket
import statistics
import sys
import time
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection

import uvloop
from aiosmtpd.smtp import SMTP

from gateway.replies import REPLIES
from gateway.settings import Smtp
from gateway.smtp import serve

LINE = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\r\n"
HEADER = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: bench\r\nMIME-Version: 1.0\r\n\r\n"
SIZES = {"5 KB": 5_000, "100 KB": 100_000, "1 MB": 1_000_000, "10 MB": 10_000_000}
ROUNDS = 5


async def ours():
    async def handle(envelope, raw):
        return REPLIES["ok"]

    server = await serve(Smtp(listen=("127.0.0.1:0",)), handle, hostname="gw.example", loop_key=bytes(32))
    return server.ports[0]


async def stock():
    class Handler:
        async def handle_DATA(self, *_):  # noqa: N802 - aiosmtpd's name
            return "250 OK"

    loop = asyncio.get_running_loop()
    made = lambda: SMTP(Handler(), hostname="gw.example", data_size_limit=50_000_000, loop=loop)  # noqa: E731
    server = await loop.create_server(made, "127.0.0.1", 0)
    return server.sockets[0].getsockname()[1]


def child(start, pipe: Connection) -> None:
    """Serve; for every question answer with the CPU used so far and the peak memory."""

    async def main() -> None:
        pipe.send(await start())
        while await asyncio.to_thread(pipe.recv):
            used = resource.getrusage(resource.RUSAGE_SELF)
            pipe.send((used.ru_utime + used.ru_stime, used.ru_maxrss))

    asyncio.Runner(loop_factory=uvloop.new_event_loop).run(main())


def deliver(connection, file, message: bytes) -> None:
    connection.sendall(b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n")
    while not file.readline().startswith(b"354"):
        pass
    connection.sendall(message)
    assert file.readline().startswith(b"250")


def measure(start, size: int, count: int) -> tuple[float, int]:
    """CPU milliseconds per message and peak memory in MB."""
    message = HEADER + LINE * ((size - len(HEADER)) // len(LINE)) + b".\r\n"
    here, there = Pipe()
    process = Process(target=child, args=(start, there))
    process.start()
    with (
        socket.create_connection(("127.0.0.1", here.recv())) as connection,
        connection.makefile("rb") as file,
    ):
        connection.sendall(b"HELO x\r\n")
        file.readline(), file.readline()
        deliver(connection, file, message)
        here.send(True)
        before, _ = here.recv()
        for _ in range(count):
            deliver(connection, file, message)
        here.send(True)
        after, peak = here.recv()
    here.send(False)
    process.terminate()
    process.join()
    return (after - before) * 1000 / count, peak // 1024


def connections(start, count: int) -> float:
    """CPU milliseconds for a connection that says HELO and QUIT."""
    here, there = Pipe()
    process = Process(target=child, args=(start, there))
    process.start()
    port = here.recv()
    here.send(True)
    before, _ = here.recv()
    for _ in range(count):
        with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rb") as file:
            connection.sendall(b"HELO x\r\nQUIT\r\n")
            file.read()
    here.send(True)
    after, _ = here.recv()
    here.send(False)
    process.terminate()
    process.join()
    return (after - before) * 1000 / count


def main() -> None:
    budget = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print(f"pid {os.getpid()}, medians of {ROUNDS}, {time.strftime('%Y-%m-%d')}")
    print(f"{'message':>10} {'ours ms':>9} {'stock ms':>9} {'ratio':>6} {'peak MB ours/stock':>20}")
    for name, size in SIZES.items():
        count = max(3, min(budget, 100_000_000 // size // 2))
        runs = [(measure(ours, size, count), measure(stock, size, max(2, count // 4))) for _ in range(ROUNDS)]
        mine, theirs = (statistics.median(run[side][0] for run in runs) for side in (0, 1))
        peaks = [max(run[side][1] for run in runs) for side in (0, 1)]
        print(f"{name:>10} {mine:9.3f} {theirs:9.3f} {theirs / mine:6.1f} {peaks[0]:>12} / {peaks[1]}")
    runs = [(connections(ours, budget), connections(stock, budget)) for _ in range(ROUNDS)]
    mine, theirs = (statistics.median(run[side] for run in runs) for side in (0, 1))
    print(f"{'connection':>10} {mine:9.3f} {theirs:9.3f} {theirs / mine:6.1f}")


if __name__ == "__main__":
    main()
