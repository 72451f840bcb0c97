"""One connection: lines in, replies out, TLS, time-outs and limits. It knows no command; gateway.smtp.session does."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Any, AnyStr, ClassVar

from aiosmtpd.smtp import SMTP

from gateway.replies import REPLIES, Reply
from gateway.smtp.clients import normal_address
from gateway.smtp.content import Content
from gateway.smtp.endpoint import Endpoint
from gateway.smtp.intake import Intake
from gateway.smtp.refused import Refused

# RFC 5321 §4.5.3.1.4 has 512, and its extensions add up to 107 for MAIL and 500 for RCPT (RFC 3461 §4),
# 500 for AUTH= (RFC 4954 §3), 26 for SIZE, 10 for SMTPUTF8: the sum, rounded up.
COMMAND_LIMIT = 2048
AUTH_LIMIT = (
    12_288  # RFC 4954 §4.4: AUTH lines with a Kerberos ticket; also all that a session may send ahead
)
HANDSHAKE_TIMEOUT = 30  # seconds: a handshake is three flights
LINGER = 10  # seconds for a client to take our last reply before the socket goes
HTTP = frozenset(
    [
        "GET",
        "POST",
        "PUT",
        "HEAD",
        "DELETE",
        "CONNECT",
        "OPTIONS",
        "TRACE",
        "PATCH",
        "PRI",
        "HOST:",
        "USER-AGENT:",
    ]
)

Command = Callable[[Any, str], Awaitable[None]]


class Phase(Enum):
    """What the session is doing, as time-outs and shutdown need to know."""

    COMMAND = auto()  # waiting for a command, or answering one
    DATA = auto()  # the message is coming
    HANDLING = auto()  # the message is ours to answer for


class Connection(SMTP):
    """The plumbing below the commands. Of aiosmtpd it keeps the protocol and the timer, and none of its replies."""

    _paused: bool  # of asyncio's flow control: the client does not read
    COMMANDS: ClassVar[dict[str, Command]] = {}

    def __init_subclass__(cls) -> None:
        """The dispatch table, once for the class: aiosmtpd makes it anew for each connection, in 0.4 ms."""
        cls.COMMANDS = {name[5:]: getattr(cls, name) for name in dir(cls) if name.startswith("smtp_")}

    def __init__(self, endpoint: Endpoint) -> None:
        # Not SMTP.__init__, for the same reason; what its methods need of it stands here.
        self.loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=AUTH_LIMIT, loop=self.loop)
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
        self.errors = 0
        self.commands = 0  # since the last message
        self._intake: Intake | None = None

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
        self._say_and_leave(REPLIES["timed_out"])

    # Replies

    async def push(self, status: AnyStr) -> None:
        """How aiosmtpd sends its own texts: never. Replies come from the table."""
        raise NotImplementedError

    async def answer(self, reply: Reply) -> None:
        """Send one reply of ours."""
        if self.transport is None or self.transport.is_closing():
            raise ConnectionResetError
        self._writer.write(reply.wire())
        if reply.code == 421:
            self.leaving = True
        if self._paused:  # it has as long as for a command
            self._reset_timeout(self.endpoint.settings.command_timeout)
            await self._writer.drain()
            self._stop_timeout()

    async def refuse(self, refused: Refused) -> None:
        """Send a refusal; too many of them end the session."""
        await self.answer(refused.reply)
        self.leaving = self.leaving or refused.close
        self.errors += refused.reply.refused
        if self.errors > self.endpoint.settings.max_errors and not self.leaving:
            self.report("too_many_errors")
            await self.answer(REPLIES["too_many_errors"])

    def trouble(self, error: Exception) -> Reply:
        """An exception of ours: its kind for the log, a generic sentence for the client, never its text."""
        self.report(f"exception:{type(error).__name__}")
        return REPLIES["trouble"]

    def report(self, what: str) -> None:
        self.endpoint.report(what, self.client)

    def _say_and_leave(self, reply: Reply) -> None:
        """The last reply, outside the session's own turn."""
        if self.transport is not None and not self.transport.is_closing():
            self._writer.write(reply.wire())
        self.hang_up()

    def hang_up(self) -> None:
        """Close when all is sent, and at the latest after LINGER."""
        self.leaving = True
        transport = self.transport
        if transport is not None:
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
            self._say_and_leave(REPLIES["closing"])

    def _stop_timeout(self) -> None:
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()

    # The session's turn

    async def _handle_client(self) -> None:
        """From the greeting to the end, whoever ends it."""
        peer = self.transport.get_extra_info("peername")
        if not peer:  # gone before we looked
            self.hang_up()
            return
        self.address = normal_address(peer[0])
        self.client = str(self.address)
        self.endpoint.sessions.add(self)
        try:
            await self._greet()
            while not self.leaving:
                await self._turn()
        except OSError:
            pass  # the client has gone (reset, timed out, broken TLS), and with it whom to tell
        except Exception as error:  # noqa: BLE001 - the last line: a mistake of ours must end this session alone
            self.trouble(error)
            self._say_and_leave(REPLIES["failed"])
        finally:
            self.endpoint.in_use.leave(self.address)
            self.endpoint.sessions.discard(self)
            self.hang_up()

    async def _greet(self) -> None:
        """220, or why not."""
        refusal = self.endpoint.in_use.enter(self.address, self.endpoint.settings)
        refusal = refusal or ("closing" if self.endpoint.closing else self.admission())
        if refusal:
            self.report(refusal)
            self.leaving = True
            await self.answer(REPLIES[refusal])
        else:
            await self.answer(REPLIES["greeting"].fill(hostname=self.hostname))

    def admission(self) -> str:
        """The name of the refusal with which this client is greeted, or ""."""
        raise NotImplementedError

    async def _turn(self) -> None:
        """One command and its reply."""
        try:
            line = await self.read_line()
            if line is None:
                self.leaving = True
            else:
                await self._command(line)
        except Refused as refused:
            await self.refuse(refused)
        if self.endpoint.closing and not self.leaving:
            await self.answer(REPLIES["closing"])

    async def read_line(self) -> str | None:
        """The next line without its CRLF; None when the client has hung up."""
        self._reset_timeout(self.endpoint.settings.command_timeout)
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return None
        except asyncio.LimitOverrunError as error:
            raise Refused("line_too_long", close=True) from error
        self._stop_timeout()
        return _text(line)

    async def _command(self, line: str) -> None:
        """Look the command up and let it answer."""
        verb, _, argument = line.partition(" ")
        verb = verb.upper()
        if verb in HTTP:
            raise Refused("not_http", close=True)
        if len(line) + 2 > COMMAND_LIMIT and verb != "AUTH":
            raise Refused("line_too_long", close=True)
        self.commands += 1
        if self.commands > self.endpoint.settings.max_commands:
            raise Refused("too_many_commands")
        method = self.COMMANDS.get(verb)
        if method is None:
            raise Refused("unrecognised")
        await method(self, argument.strip(" "))

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
        self._writer.write(REPLIES["start_tls"].wire())
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


def _text(line: bytes) -> str:
    """One line of the client as text: CRLF at its end and nowhere else, no NUL, valid UTF-8."""
    if not line.endswith(b"\r\n") or line.count(b"\r") != 1 or b"\0" in line:
        raise Refused("bare_newline_command", close=True)
    try:
        return line[:-2].decode()
    except UnicodeDecodeError as error:
        raise Refused("not_utf8") from error
