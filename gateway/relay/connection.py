"""One connection to a next hop: greeting, EHLO, STARTTLS, and mail transactions, pipelined where the server offers it."""

import asyncio
import base64
import contextlib
from collections.abc import Sequence

from gateway.relay.content import Content
from gateway.relay.replies import NO_EIGHT_BIT, NO_UTF8, NOT_KNOWN, NOT_SECURE, TOO_BIG, NextHopDown
from gateway.relay.routes import Route
from gateway.relay.wire import Answer, Lost, Wire
from gateway.replies import Reply
from policies.envelope import Envelope, Recipient

_FINAL = 600.0  # seconds for the reply to the final dot (RFC 5321 §4.5.3.2.6), unless the caller has less
_RESET = 5.0  # seconds for RSET: our client waits for its reply meanwhile
_QUIT = 2.0  # seconds for a polite end
_OURS = {500, 502, 503, 530}  # they complain of the session, not of the mail: never the sender's fault


class Connection:
    """Opened by `connect`; carries one transaction after the other. `dotted` is the point of no return of the last one."""

    def __init__(self, wire: Wire, route: Route, step: float) -> None:
        self._wire = wire
        self._route = route
        self._step = step
        self.extensions: dict[str, str] = {}
        self.secured = False
        self.used = 0  # transactions so far
        self.dotted = False
        self.idle_since = 0.0
        self.opened_at = asyncio.get_running_loop().time()

    @property
    def alive(self) -> bool:
        """Whether it may be used again: open, and nothing said that we did not ask for."""
        return self._wire.quiet

    def _until(self, until: float, step: float) -> float:
        return min(until, asyncio.get_running_loop().time() + step)

    async def _answer(self, until: float, step: float = 0.0) -> Answer:
        return await self._wire.answer(self._until(until, step or self._step))

    async def _command(self, line: bytes, until: float) -> Answer:
        self._wire.write(line)
        return await self._answer(until)

    # ---- opening ------------------------------------------------------------------------------------------------

    async def greet(self, hostname: str, until: float) -> None:
        """Hear the greeting and say EHLO, or HELO to a server of before 1995."""
        answer = await self._answer(until)
        if answer.code != 220:
            raise NextHopDown(f"greeting-{answer.code}")
        await self._hello(hostname, until)

    async def _hello(self, hostname: str, until: float) -> None:
        name = hostname.encode("ascii", "replace")
        answer = await self._command(b"EHLO " + name + b"\r\n", until)
        self.extensions = _extensions(answer)
        if not answer.ok and answer.code // 100 == 5:
            answer = await self._command(b"HELO " + name + b"\r\n", until)
        if not answer.ok:
            raise NextHopDown(f"hello-{answer.code}")

    async def secure(self, hostname: str, until: float) -> None:
        """STARTTLS as the route asks; what it must have and does not get is an error, never a weaker connection."""
        if "STARTTLS" not in self.extensions:
            raise NextHopDown("no-starttls", NOT_SECURE)
        try:
            answer = await self._command(b"STARTTLS\r\n", until)
        except Lost as lost:
            raise NextHopDown(f"starttls-{lost.kind}", NOT_SECURE) from None
        if answer.code != 220 or not self._wire.quiet:  # words sent ahead of the handshake are an injection
            raise NextHopDown("starttls-refused", NOT_SECURE)
        loop, transport = asyncio.get_running_loop(), self._wire.transport
        assert transport is not None
        try:
            async with asyncio.timeout_at(self._until(until, self._step)):
                secured = await loop.start_tls(
                    transport, self._wire, self._route.context(), server_hostname=self._route.name
                )
        except (
            OSError,
            ValueError,
        ) as error:  # ssl.SSLError and TimeoutError are OSErrors; ValueError: a bad name
            self._wire.abort()
            raise NextHopDown(f"tls-{type(error).__name__}", NOT_SECURE) from None
        if secured is None:
            raise NextHopDown("tls-closed", NOT_SECURE)
        self._wire.connection_made(secured)
        self.secured = True
        await self._hello(hostname, until)

    async def sign_in(self, user: str, password: str, until: float) -> None:
        """AUTH PLAIN, or LOGIN where the server knows no better (RFC 4954); never outside TLS whose certificate fits."""
        if not self.secured or self._route.tls != "verified":
            raise NextHopDown("auth-not-secure", NOT_SECURE)
        offered = self.extensions.get("AUTH", "").upper().split()
        try:
            if "PLAIN" in offered:
                answer = await self._command(b"AUTH PLAIN " + _base64(f"\0{user}\0{password}"), until)
            elif "LOGIN" in offered:
                answer = await self._login(user, password, until)
            else:
                raise NextHopDown("auth-not-offered", NOT_KNOWN)
        except Lost as lost:
            raise NextHopDown(f"auth-{lost.kind}", NOT_KNOWN) from None
        if answer.code != 235:
            raise NextHopDown(f"auth-{answer.code}", NOT_KNOWN)

    async def _login(self, user: str, password: str, until: float) -> Answer:
        answer = await self._command(b"AUTH LOGIN\r\n", until)
        for word in (user, password):
            if answer.code != 334:
                return answer
            answer = await self._command(_base64(word), until)
        return answer

    # ---- one transaction ----------------------------------------------------------------------------------------

    def objection(self, content: Content) -> Reply | None:
        """What this server cannot do with the message as it is; we never change it to suit."""
        limit = self.extensions.get("SIZE", "")
        if limit.isdecimal() and 0 < int(limit) < content.size:
            return TOO_BIG
        if content.utf8 and "SMTPUTF8" not in self.extensions:
            return NO_UTF8
        if content.eight_bit and "8BITMIME" not in self.extensions:
            return NO_EIGHT_BIT
        return None

    async def transact(
        self, envelope: Envelope, recipients: Sequence[Recipient], content: Content, until: float
    ) -> list[Reply]:
        """Offer the message once; a reply for each recipient. `Lost` when the connection broke on the way."""
        self.used += 1
        self.dotted = False
        mail = self._mail(envelope, content)
        rcpts = [self._rcpt(recipient) for recipient in recipients]
        if "PIPELINING" in self.extensions:
            answers, data = await self._offer_at_once(mail, rcpts, until)
        else:
            answers, data = await self._offer_in_turn(mail, rcpts, until)
        final = data
        if data is not None and data.code == 354:
            final = (
                await self._body(content, until) if any(a.ok for a in answers) else await self._nobody(until)
            )
        if final is None or not final.ok:
            await self._reset(until)
        return [_reply(final if answer.ok and final else answer) for answer in answers]

    async def _offer_at_once(
        self, mail: bytes, rcpts: list[bytes], until: float
    ) -> tuple[list[Answer], Answer | None]:
        """RFC 2920: all commands in one go, all replies heard, whatever they say."""
        self._wire.write(b"".join((mail, *rcpts, b"DATA\r\n")))
        first = _not_421(await self._answer(until))
        answers = [_not_421(await self._answer(until)) for _ in rcpts]
        data = _go_ahead(await self._answer(until))
        return (answers if first.ok else [first] * len(rcpts)), data

    async def _offer_in_turn(
        self, mail: bytes, rcpts: list[bytes], until: float
    ) -> tuple[list[Answer], Answer | None]:
        first = _not_421(await self._command(mail, until))
        if not first.ok:
            return [first] * len(rcpts), None
        answers = [_not_421(await self._command(rcpt, until)) for rcpt in rcpts]
        if not any(answer.ok for answer in answers):
            return answers, None
        return answers, _go_ahead(await self._command(b"DATA\r\n", until))

    async def _body(self, content: Content, until: float) -> Answer:
        """The message and its final dot. A server that answers before the dot has refused, or cannot be trusted."""
        held: bytes | memoryview = b""
        try:
            for block in content.blocks():
                if held:
                    self._wire.write(held)
                    await self._wire.drained(self._until(until, self._step))
                held = block
            early = not self._wire.quiet
        except Lost:
            early = True
        if early:
            answer = _not_421(await self._answer(until))
            self._wire.abort()
            if answer.code < 400:
                raise Lost("garbage")
            return answer
        self.dotted = True
        self._wire.write(held)
        return await self._answer(until, _FINAL)

    async def _nobody(self, until: float) -> Answer:
        """DATA was let in although no recipient was: only the dot, and its answer is nobody's (RFC 2920 §3.1)."""
        return await self._command(b".\r\n", until)

    def _mail(self, envelope: Envelope, content: Content) -> bytes:
        has = self.extensions.__contains__
        words = [f"MAIL FROM:<{envelope.mail_from}>"]
        if has("SIZE"):
            words.append(f"SIZE={content.size}")
        if has("8BITMIME") and (content.eight_bit or envelope.body == "8BITMIME"):
            words.append("BODY=8BITMIME")
        if has("SMTPUTF8") and (content.utf8 or envelope.smtputf8):
            words.append("SMTPUTF8")
        if has("DSN"):
            words += [f"RET={envelope.ret}"] if envelope.ret else []
            words += [f"ENVID={envelope.envid}"] if envelope.envid else []
        return _line(words)

    def _rcpt(self, recipient: Recipient) -> bytes:
        words = [f"RCPT TO:<{recipient.address}>"]
        if "DSN" in self.extensions:
            words += [f"NOTIFY={','.join(recipient.notify)}"] if recipient.notify else []
            words += [f"ORCPT={recipient.orcpt}"] if recipient.orcpt else []
        return _line(words)

    # ---- ending -------------------------------------------------------------------------------------------------

    async def _reset(self, until: float) -> None:
        """Leave no half transaction behind; a server that cannot even do that is not used again."""
        try:
            answer = await self._command(b"RSET\r\n", self._until(until, _RESET))
        except Lost:
            return
        if not answer.ok:
            self._wire.abort()

    async def quit(self) -> None:
        """End politely, within a moment."""
        with contextlib.suppress(Lost):
            await self._command(b"QUIT\r\n", asyncio.get_running_loop().time() + _QUIT)
        self._wire.abort()

    def abort(self) -> None:
        """End at once."""
        self._wire.abort()


def _line(words: list[str]) -> bytes:
    """A command line; CR and LF cannot be in it, whoever made the address."""
    line = " ".join(words)
    if "\r" in line or "\n" in line:
        raise ValueError("a line end in an SMTP parameter")
    return line.encode("utf-8", "surrogateescape") + b"\r\n"


def _base64(text: str) -> bytes:
    return base64.b64encode(text.encode("utf-8")) + b"\r\n"


def _not_421(answer: Answer) -> Answer:
    """421 says that the server is closing: the connection is lost, the mail is not refused."""
    if answer.code == 421:
        raise Lost("closing")
    return answer


def _go_ahead(answer: Answer) -> Answer:
    """To DATA only 354 or a refusal: a server that has "taken" what was not sent answers something else, or one answer late."""
    if answer.code < 400 and answer.code != 354:
        raise Lost("garbage")
    return _not_421(answer)


def _reply(answer: Answer) -> Reply:
    """What our client may hear: 421 would close its session, and complaints of ours are not the sender's."""
    reply = answer.reply()
    if answer.code in _OURS:
        return Reply(451, "4.3.5", "The next mail server does not accept our session, try again later")
    if answer.code == 421:
        return Reply(451, reply.enhanced, reply.text)
    if answer.code // 100 == 3:
        return Reply(451, "4.5.0", "The next mail server answered out of turn, try again later")
    return reply


def _extensions(answer: Answer) -> dict[str, str]:
    """The EHLO keywords in upper case, with their parameters."""
    if not answer.ok:
        return {}
    words = (line.partition(" ") for line in answer.lines[1:])
    return {name.upper(): value for name, _, value in words}


async def connect(route: Route, hostname: str, step: float, until: float) -> Connection:
    """A connection ready for mail, as safe as the route asks; `NextHopDown` when that cannot be had."""
    if route.tls == "off":
        return await _open(route, hostname, step, until, tls=False)
    try:
        return await _open(route, hostname, step, until, tls=True)
    except NextHopDown as down:
        if route.tls != "opportunistic" or down.reply is not NOT_SECURE:
            raise
    return await _open(route, hostname, step, until, tls=False)


async def _open(route: Route, hostname: str, step: float, until: float, *, tls: bool) -> Connection:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout_at(min(until, loop.time() + step)):
            _, wire = await loop.create_connection(Wire, route.host, route.port)
    except (OSError, UnicodeError) as error:  # TimeoutError is an OSError; UnicodeError: no such name can be
        raise NextHopDown(f"connect-{type(error).__name__}") from None
    connection = Connection(wire, route, step)
    try:
        await connection.greet(hostname, until)
        if tls and (route.tls != "opportunistic" or "STARTTLS" in connection.extensions):
            await connection.secure(hostname, until)
        if route.user:
            await connection.sign_in(route.user, route.password, until)
    except Lost as lost:
        raise NextHopDown(f"greeting-{lost.kind}") from None
    except BaseException:
        connection.abort()
        raise
    return connection
