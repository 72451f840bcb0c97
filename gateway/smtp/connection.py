"""One connection below the commands: replies out, messages in, TLS, time-outs, and an end that comes for sure."""

import asyncio
import ssl
import traceback
from enum import Enum, auto
from pathlib import Path
from typing import Any, AnyStr

from aiosmtpd.smtp import SMTP

from gateway.replies import REPLIES, Reply
from gateway.smtp.content import Content
from gateway.smtp.endpoint import Endpoint
from gateway.smtp.intake import Intake
from gateway.smtp.refused import Refused

AHEAD = 12_288  # RFC 4954 §4.4: the longest line, of AUTH; also what a client may send ahead of our answers
KEPT_BACK = 100  # replies that go out in one piece: a message to so many recipients
HANDSHAKE_TIMEOUT = 30  # seconds: a handshake is three flights
LINGER = 10  # seconds for a client to take our last reply before the socket goes


class Phase(Enum):
    """What the session is doing, as time-outs and shutdown need to know."""

    COMMAND = auto()  # waiting for a command, or answering one
    DATA = auto()  # the message is coming
    HANDLING = auto()  # the message is ours to answer for


class Connection(SMTP):
    """Of aiosmtpd it keeps the protocol and the timer, and none of its replies."""

    _paused: bool  # of asyncio's flow control: the client does not read

    def __init__(self, endpoint: Endpoint) -> None:
        # Not SMTP.__init__, which lists the members of two objects for each connection (0.4 ms);
        # what aiosmtpd's methods need of it stands here.
        self.loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=AHEAD, loop=self.loop)
        asyncio.StreamReaderProtocol.__init__(self, reader, self._cb_client_connected, loop=self.loop)
        self.endpoint = endpoint
        self.hostname = endpoint.hostname
        self.transport: Any = None
        self.session: Any = None
        self.envelope: Any = None
        self._original_transport = None  # aiosmtpd's own STARTTLS; ours is the loop's
        self._tls_protocol = None
        self._timeout_duration = endpoint.settings.command_timeout
        self._timeout_handle: asyncio.TimerHandle | None = None
        self._handler_coroutine: asyncio.Task[None] | None = None
        self.phase = Phase.COMMAND
        self.leaving = False
        self.client = ""  # its IP address
        self._intake: Intake | None = None
        self._kept_back: list[bytes] = []  # replies to commands that were sent ahead: all of them go at once

    @property
    def task(self) -> asyncio.Task[None] | None:
        """The session's turn-taking, until it ends."""
        return self._handler_coroutine

    # What the transport tells us

    def data_received(self, data: bytes) -> None:
        """Lines go to the reader; the bytes of a message go past it, in blocks as they come."""
        if self._intake is None:
            super().data_received(data)
        else:
            self._feed(self._intake, data)

    def eof_received(self) -> bool:
        """The client has said all that it will: it may still want to hear our answer (half-closed socket)."""
        self._no_more()
        return bool(asyncio.StreamReaderProtocol.eof_received(self))

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody is there any more. A message that is being handled is handled to its end."""
        self._stop_timeout()
        self._no_more()
        asyncio.StreamReaderProtocol.connection_lost(self, error)
        self.transport = None

    def _timeout_cb(self) -> None:
        if self._intake is not None and not self._intake.timed_out():
            return
        self.report("timed_out")
        self.say_and_leave(REPLIES["timed_out"])

    # Replies

    async def push(self, status: AnyStr) -> None:  # noqa: ARG002 - aiosmtpd's
        """How aiosmtpd sends its own texts: never, or the session ends. Replies come from the table."""
        raise AssertionError("a reply that is not of the table")

    async def answer(self, reply: Reply) -> None:
        """Send one reply of ours."""
        if self.transport is None or self.transport.is_closing():
            raise ConnectionResetError
        if reply.code == 421:
            self.leaving = True
        if self._may_wait(reply):
            self._kept_back.append(reply.wire())
            return
        self._say(reply.wire())
        if self._paused:  # it has as long as for a command
            self._reset_timeout(self.endpoint.settings.command_timeout)
            await self._writer.drain()
            self._stop_timeout()

    def _may_wait(self, reply: Reply) -> bool:
        """Whether the client has sent the next command already (RFC 2920 §3.2). The answer to a message waits for nothing."""
        ahead = self.phase is Phase.COMMAND and not self.leaving and b"\n" in self._reader._buffer  # type: ignore[attr-defined] # noqa: SLF001
        return ahead and reply.code // 100 != 3 and len(self._kept_back) < KEPT_BACK

    def _say(self, wire: bytes = b"") -> None:
        """Send it, behind what was kept back."""
        kept, self._kept_back = self._kept_back, []
        self._writer.write(b"".join((*kept, wire)))

    def trouble(self, error: Exception) -> Reply:
        """An exception of ours: its kind and place for the log, a generic sentence for the client, never its text."""
        *_, (frame, number) = traceback.walk_tb(error.__traceback__)
        place = f"{Path(frame.f_code.co_filename).name}:{number}"
        self.report(f"exception:{type(error).__name__}:{place}")
        return REPLIES["trouble"]

    def report(self, what: str) -> None:
        self.endpoint.report(what, self.client)

    def say_and_leave(self, reply: Reply) -> None:
        """The last reply, outside the session's own turn."""
        if self.transport is not None and not self.transport.is_closing():
            self._say(reply.wire())
        self.hang_up()

    def hang_up(self) -> None:
        """Close when all is sent, and at the latest after LINGER."""
        self.leaving = True
        transport = self.transport
        if transport is not None:
            if self._kept_back and not transport.is_closing():
                self._say()
            transport.close()
            self._stop_timeout()
            self._timeout_handle = self.loop.call_later(LINGER, transport.abort)

    def drop(self) -> None:
        """Leave at once, whatever was under way."""
        self.leaving = True
        if self.transport is not None:
            self.transport.abort()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()

    def close_if_idle(self) -> None:
        """For shutdown: 421 unless a message is under way; then the session says it after its reply."""
        if self.phase is Phase.COMMAND:
            self.say_and_leave(REPLIES["closing"])

    def _stop_timeout(self) -> None:
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()

    # DATA

    async def receive(self, content: Content) -> bool:
        """Fill `content` until the end of DATA; False when the client has gone before."""
        settings = self.endpoint.settings
        self.phase = Phase.DATA
        self._intake = intake = Intake(content, limit=settings.max_message, timeout=settings.data_timeout)
        self._reset_timeout(intake.patience())
        if ahead := self._ahead():  # what came in one packet with DATA
            self._feed(intake, await self._reader.read(ahead))
        if self._reader.at_eof():
            self._no_more()
        try:
            return await intake.ended
        finally:
            self._stop_timeout()
            self._intake = None
            self.leaving = self.leaving or intake.cut_short

    def _feed(self, intake: Intake, data: bytes) -> None:
        """One block of the message; what stands behind its end is commands again."""
        rest = intake.feed(data)
        if intake.ended.done():
            self._intake = None
        elif intake.content.refusal:
            self._reset_timeout(intake.patience())
        if rest:  # not by feed_data: the reader may have seen the end of the stream already
            self._reader._buffer.extend(rest)  # type: ignore[attr-defined] # noqa: SLF001

    def _no_more(self) -> None:
        """The client sends no more bytes."""
        if self._intake is not None:
            self._intake.end(complete=False)

    # TLS

    async def upgrade(self, context: ssl.SSLContext) -> None:
        """From clear text to TLS. Nothing that came before counts afterwards (RFC 3207 §4.2)."""
        if self._ahead():  # pipelined behind STARTTLS: an injection (CVE-2011-0411)
            raise Refused("pipelined_tls", close=True)
        self.transport.pause_reading()  # what still comes in clear must reach the handshake, and fail there
        self._say(REPLIES["start_tls"].wire())
        try:
            transport = await self.loop.start_tls(
                self.transport, self, context, server_side=True, ssl_handshake_timeout=HANDSHAKE_TIMEOUT
            )
        except OSError:
            self.report("tls_failed")
            raise
        assert transport is not None
        self._over_ssl = True
        self.transport = transport
        self._transport = transport
        self._writer = asyncio.StreamWriter(transport, self, self._reader, self.loop)
        self._reader._transport = transport  # type: ignore[attr-defined] # noqa: SLF001 - as StreamWriter.start_tls does

    def _ahead(self) -> int:
        """How many bytes the client has sent that no command has read yet."""
        return len(self._reader._buffer)  # type: ignore[attr-defined] # noqa: SLF001 - no public way to ask
