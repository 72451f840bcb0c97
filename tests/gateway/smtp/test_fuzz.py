"""Whatever a client sends, every answer is a reply of ours, and the server serves the next one."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.smtp.running import gateway, run

WORDS = [
    *(b"EHLO x", b"HELO x", b"MAIL FROM:<a@b>", b"MAIL FROM:<>", b"RCPT TO:<c@d>", b"DATA", b"RSET", b"NOOP"),
    *(
        b"AUTH PLAIN AGEAYg==",
        b"STARTTLS",
        b"BDAT 5",
        b"VRFY x",
        b"EXPN",
        b"HELP",
        b"QUIT",
        b".",
        b"..",
        b"\r\n.\r\n",
    ),
    *(
        b"MAIL FROM:<a@b> SIZE=99999999999",
        b"RCPT TO:<\xff>",
        b"\x00",
        b"\xc3\xa9",
        b"x" * 3000,
        b"",
        b" ",
        b"MAIL",
    ),
]
PIECE = st.one_of(st.sampled_from(WORDS), st.binary(max_size=40))
END = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b""])
STREAM = st.lists(st.tuples(PIECE, END).map(b"".join), max_size=25).map(b"".join)
REPLY_LINE = re.compile(rb"\d{3}[ -][ -~]*")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server on a loop of its own, in a thread."""
    ready, loops = threading.Event(), []

    async def story() -> None:
        stop = asyncio.Event()
        async with gateway(max_connections_per_client=10_000, max_connections=10_000) as running:
            loops.extend((asyncio.get_running_loop(), stop, running.port))
            ready.set()
            await stop.wait()
            assert not [what for what, _ in running.reports if what.startswith("exception")]

    thread = threading.Thread(target=run, args=(story(),))
    thread.start()
    assert ready.wait(20)
    loop, stop, number = loops
    yield number
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    assert not thread.is_alive()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=STREAM)
def test_any_stream(port: int, stream: bytes) -> None:
    """A half-closed stream of anything: the greeting, replies, the end. An accepted message had its 354."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        received = b""
        try:
            connection.sendall(stream)
            connection.shutdown(socket.SHUT_WR)
            while block := connection.recv(65536):
                received += block
        except ConnectionError:
            pass  # it closed on us with our bytes unread
    if not received:
        return
    *lines, last = received.split(b"\r\n")
    assert last == b""
    assert all(REPLY_LINE.fullmatch(line) for line in lines)
    assert lines[0].startswith(b"220 ")
    codes = [line[:3] for line in lines]
    assert sum(line.startswith(b"250 2.0.0 Message taken") for line in lines) <= codes.count(b"354")
