"""The conversation: a line, its command, a reply, and again, until one side has had enough. Knows no command by name."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from gateway.replies import REPLIES
from gateway.smtp.clients import Address, normal_address
from gateway.smtp.connection import Connection
from gateway.smtp.endpoint import Endpoint
from gateway.smtp.refused import Refused

# RFC 5321 §4.5.3.1.4 has 512, and its extensions add up to 107 for MAIL and 500 for RCPT (RFC 3461 §4),
# 500 for AUTH= (RFC 4954 §3), 26 for SIZE, 10 for SMTPUTF8: the sum, rounded up.
COMMAND_LIMIT = 2048
HTTP = frozenset("GET POST PUT HEAD DELETE CONNECT OPTIONS TRACE PATCH PRI HOST: USER-AGENT:".split())  # noqa: SIM905 - a list of words

Command = Callable[[Any, str], Awaitable[None]]


class Conversation(Connection, ABC):
    """Takes turns with the client. Its subclass has the commands: methods whose names begin with smtp_."""

    COMMANDS: ClassVar[dict[str, Command]] = {}
    session: Any  # aiosmtpd's words for the state; the subclass says what is in it
    envelope: Any

    def __init_subclass__(cls) -> None:
        """The dispatch table, once for the class: aiosmtpd makes it anew for each connection, in 0.4 ms."""
        cls.COMMANDS = {name[5:]: getattr(cls, name) for name in dir(cls) if name.startswith("smtp_")}

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self.address: Address = normal_address("::")  # until we know
        self.errors = 0
        self.commands = 0  # since the last message

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
        except OSError as error:
            if self.transport is not None and not self.transport.is_closing():
                self.trouble(error)  # else the client has gone (reset, timed out, broken TLS): nobody to tell
        except Exception as error:  # noqa: BLE001 - the last line: a mistake of ours must end this session alone
            self.trouble(error)
            self.say_and_leave(REPLIES["failed"])
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

    @abstractmethod
    def admission(self) -> str:
        """The name of the refusal with which this client is greeted, or ""."""

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
        if len(line) + 2 > COMMAND_LIMIT and verb != "AUTH":  # the reader holds AUTH to its limit
            raise Refused("line_too_long", close=True)
        self.commands += 1
        if self.commands > self.endpoint.settings.max_commands:
            raise Refused("too_many_commands")
        method = self.COMMANDS.get(verb)
        if method is None:
            raise Refused("unrecognised")
        await method(self, argument.strip(" "))

    async def refuse(self, refused: Refused) -> None:
        """Send a refusal; too many of them end the session."""
        await self.answer(refused.reply)
        self.leaving = self.leaving or refused.close
        self.errors += refused.reply.refused
        if self.errors > self.endpoint.settings.max_errors and not self.leaving:
            self.report("too_many_errors")
            await self.answer(REPLIES["too_many_errors"])


def _text(line: bytes) -> str:
    """One line of the client as text: CRLF at its end and nowhere else, no NUL, valid UTF-8."""
    if not line.endswith(b"\r\n") or line.count(b"\r") != 1 or b"\0" in line:
        raise Refused("bare_newline_command", close=True)
    try:
        return line[:-2].decode()
    except UnicodeDecodeError as error:
        raise Refused("not_utf8") from error
