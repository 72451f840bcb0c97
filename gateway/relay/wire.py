"""The two directions of one SMTP connection as a client sees them: bytes out with back-pressure, whole bounded replies in."""

import asyncio
import re
from collections import deque
from dataclasses import dataclass
from typing import cast

from gateway.replies import Reply

_MAX_LINE = 4096  # bytes; RFC 5321 §4.5.3.1.5 says 512, real servers write longer texts
_MAX_LINES = 128  # lines of one reply; EHLO of a large server has about 20
_MAX_WAITING = 4096  # replies nobody has asked for yet: more than one pipelined transaction can cause
_MAX_TEXT = 400  # characters of a reply that we pass on
_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:\s+|$)")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


class Lost(Exception):  # noqa: N818  what has happened to the connection; it is always caught in this package
    """The connection is of no use any more; `kind` is a word for the log, never what the server said."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply of a server, all its lines."""

    code: int
    lines: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return 200 <= self.code < 300

    def reply(self) -> Reply:
        """The answer as our own client may hear it: one printable line, an enhanced code of the same class."""
        kind = self.code // 100
        texts, enhanced = [], f"{kind}.0.0"
        for line in self.lines:
            found = _ENHANCED.match(line)
            if found and found[1][0] == str(kind):
                enhanced = found[1]
            texts.append(line[found.end() :] if found else line)
        text = " ".join(_UNPRINTABLE.sub(" ", " ".join(texts)).split())[:_MAX_TEXT]
        return Reply(self.code, enhanced, text or ("ok" if self.ok else "no reason given"))


class Wire(asyncio.Protocol):
    """Collects replies as they come; a line that is no reply, or no end in sight, ends the connection."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._lines: list[str] = []
        self._answers: deque[Answer] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._lost: str = ""
        self.transport: asyncio.Transport | None = None

    @property
    def quiet(self) -> bool:
        """Whether the connection lives and the server has said nothing that we did not ask for."""
        return not self._lost and not self._answers and not self._buffer and not self._lines

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's has the methods and not the class

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while not self._lost and (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end]).rstrip(b"\r")
            del self._buffer[: end + 1]
            self._take(line)
        if len(self._buffer) > _MAX_LINE:
            self._end("garbage")

    def _take(self, line: bytes) -> None:
        found = _LINE.fullmatch(line)
        full = len(self._lines) >= _MAX_LINES or len(self._answers) >= _MAX_WAITING
        if not found or full or len(line) > _MAX_LINE:
            self._end("garbage")
            return
        self._lines.append((found[3] or b"").decode("utf-8", "replace"))
        if found[2] != b"-":
            self._answers.append(Answer(int(found[1]), tuple(self._lines)))
            self._lines = []
            self._wake()

    def _end(self, kind: str) -> None:
        self._lost = self._lost or kind
        if self.transport:
            self.transport.abort()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio gives it; its text stays here
        self._end("closed")
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    async def answer(self, until: float) -> Answer:
        """The next reply; what came before an end of the connection still counts. `until` is loop time."""
        if not self._answers:  # of pipelined commands the replies come together: one wait for all
            await self._come(until)
        return self._answers.popleft()

    async def _come(self, until: float) -> None:
        loop = asyncio.get_running_loop()
        alarm = loop.call_at(until, self._end, "timeout")
        try:
            while not self._answers:
                if self._lost:
                    raise Lost(self._lost)
                self._waiter = loop.create_future()
                await self._waiter
        finally:
            alarm.cancel()

    def write(self, data: bytes | memoryview) -> None:
        """Hand bytes to the transport; follow with `drained` where they are many."""
        if self._lost or self.transport is None:
            raise Lost(self._lost or "closed")
        self.transport.write(data)

    async def drained(self, until: float) -> None:
        """Wait until the transport takes more."""
        if self._writable.is_set():
            return
        try:
            async with asyncio.timeout_at(until):
                await self._writable.wait()
        except TimeoutError:
            self._end("timeout")
            raise Lost("timeout") from None
        if self._lost:
            raise Lost(self._lost)

    def abort(self) -> None:
        """Drop the connection at once; what was not sent is not sent."""
        self._end("closed")
