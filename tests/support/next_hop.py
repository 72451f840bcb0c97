"""A next hop whose behaviour is data: "RCPT b@ -> 451 4.2.2 full", "once DOT -> drop"; it keeps what it took."""

import asyncio
import contextlib
import queue
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Self

EXTENSIONS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "SIZE 50000000", "ENHANCEDSTATUSCODES")


@dataclass(frozen=True, slots=True)
class Taken:
    """One message that the hop said 250 to (or took and then lost its tongue)."""

    mail: str  # the MAIL command
    rcpts: tuple[str, ...]  # the RCPT commands that it accepted
    data: bytes  # with the dot-stuffing undone
    answered: bool = True


@dataclass(slots=True)
class _Rule:
    stage: str  # CONNECT EHLO HELO STARTTLS MAIL RCPT DATA BODY DOT RSET QUIT
    text: str  # what the command line must contain; from DATA on that of MAIL
    action: str
    once: bool


@dataclass(slots=True)
class _State:
    mail: str = ""
    rcpts: list[str] = field(default_factory=list)


class _Drop(Exception):  # noqa: N818  an order, not an error
    """End the connection now."""


class ScriptedNextHop:
    """`async with ScriptedNextHop("DOT -> drop") as hop:`; actions: a reply, drop, take-and-drop, garbage, silence,
    slow SECONDS, raw TEXT. Stages that no rule names behave as a good server."""

    def __init__(
        self, *script: str, extensions: tuple[str, ...] = EXTENSIONS, tls: ssl.SSLContext | None = None
    ):
        self._rules = [_rule(line) for line in script]
        self._tls = tls
        self.extensions = (*extensions, "STARTTLS") if tls else extensions
        self.taken: list[Taken] = []
        self.commands: list[str] = []
        self.connections = 0
        self.secured = 0
        self._sessions: set[asyncio.Task[None]] = set()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def say(self, *script: str) -> None:
        """Behave differently from now on."""
        self._rules = [_rule(line) for line in script]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=2**26)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        self.hang_up()
        for session in self._sessions:
            session.cancel()  # one in a TLS handshake does not hear that its connection is gone
        await self._server.wait_closed()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    def hang_up(self) -> None:
        """Close every connection, as a server does that is restarted."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task
        self._sessions.add(task)
        self._writers.add(writer)
        try:
            await self._session(reader, writer)
        except (OSError, EOFError, _Drop, asyncio.LimitOverrunError):
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()
            self._sessions.discard(task)

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._act("CONNECT", "", "220 scripted", reader, writer)
        state = _State()
        while True:
            line = (await reader.readuntil(b"\r\n"))[:-2].decode("utf-8", "surrogateescape")
            self.commands.append(line)
            verb = line.split(" ", 1)[0].upper()
            if verb == "DATA":
                await self._data(state, reader, writer)
            elif verb == "STARTTLS":
                if await self._act(verb, line, "220 go on", reader, writer) and self._tls:
                    await writer.start_tls(self._tls)
                    self.secured += 1
            else:
                await self._command(verb, line, state, reader, writer)
            if verb == "QUIT":
                raise _Drop

    async def _command(
        self, verb: str, line: str, state: _State, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if verb == "EHLO":
            lines = ["hello", *self.extensions]
            good = "\r\n".join(f"250{'-' if n < len(lines) - 1 else ' '}{t}" for n, t in enumerate(lines))
        else:
            good = "221 bye" if verb == "QUIT" else "250 2.0.0 ok"
        if verb == "RCPT" and not state.mail:
            good = "503 5.5.1 MAIL first"
        ok = await self._act(verb, line, good, reader, writer)
        if verb in {"EHLO", "RSET"}:
            state.mail, state.rcpts = "", []
        if verb == "MAIL" and ok:
            state.mail, state.rcpts = line, []
        if verb == "RCPT" and ok:
            state.rcpts.append(line)

    async def _data(self, state: _State, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        good = "354 go on" if state.rcpts else "554 5.5.1 no valid recipients"
        if not await self._act("DATA", state.mail, good, reader, writer):
            return
        await self._act("BODY", state.mail, "", reader, writer)
        body = b""
        while not (body == b".\r\n" or body.endswith(b"\r\n.\r\n")):
            body += await reader.readuntil(b".\r\n")
        lines = body[:-3].split(b"\r\n")
        data = b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)
        self.commands.append(".")
        taken = Taken(state.mail, tuple(state.rcpts), data)
        good = "250 2.0.0 taken" if state.rcpts else "554 5.5.1 nobody"
        await self._act("DOT", state.mail, good, reader, writer, taken)
        state.mail, state.rcpts = "", []

    def _scripted(self, stage: str, line: str) -> str:
        """The action of the first rule that fits, or nothing."""
        for rule in self._rules:
            if rule.stage == stage and rule.text.lower() in line.lower():
                if rule.once:
                    self._rules.remove(rule)
                return rule.action
        return ""

    async def _act(
        self,
        stage: str,
        line: str,
        good: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        taken: Taken | None = None,
    ) -> bool:
        """Answer as the script says; whether it was a yes."""
        answer = self._scripted(stage, line) or good
        match answer.split(" ")[0]:
            case "drop":
                raise _Drop
            case "take-and-drop":
                assert taken
                self.taken.append(replace(taken, answered=False))
                raise _Drop
            case "garbage":
                answer = "\x00\x7fthis is not SMTP"
            case "silence":
                await reader.read(-1)
                raise _Drop
            case "slow":
                await asyncio.sleep(float(answer[5:]))
                answer = good
            case "raw":
                answer = answer[4:].encode().decode("unicode_escape")
        if taken and answer[:1] == "2":
            self.taken.append(taken)  # before it says so, as a server does
        if answer:
            writer.write(answer.encode("latin-1") + b"\r\n")
            await writer.drain()
        if answer.startswith("421"):
            raise _Drop
        return answer[:1] in {"2", "3"}


def _rule(line: str) -> _Rule:
    """Read "[once] STAGE [text] -> action"."""
    when, _, action = line.partition(" -> ")
    words = when.split()
    once = words[0] == "once"
    words = words[1:] if once else words
    return _Rule(words[0], " ".join(words[1:]), action, once)


@contextlib.contextmanager
def scripted(*script: str, **more: Any) -> Iterator[ScriptedNextHop]:
    """The same in a thread of its own, for tests that talk to real processes."""
    ready: queue.Queue[tuple[ScriptedNextHop, asyncio.AbstractEventLoop, asyncio.Event]] = queue.Queue()

    async def run() -> None:
        stop = asyncio.Event()
        async with ScriptedNextHop(*script, **more) as hop:
            ready.put((hop, asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),), name="next hop")
    thread.start()
    hop, loop, stop = ready.get(timeout=10)
    try:
        yield hop
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
