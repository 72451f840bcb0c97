"""What a client may say, and when: the commands of RFC 5321 and its extensions, one method each."""

import ssl
from dataclasses import dataclass, field

from gateway.replies import REPLIES
from gateway.settings import Client
from gateway.smtp import addresses, authentication, handover
from gateway.smtp.clients import certificate_names, proven
from gateway.smtp.connection import Phase
from gateway.smtp.content import Content
from gateway.smtp.conversation import Conversation
from gateway.smtp.refused import Refused
from policies.envelope import Recipient

HELO_LIMIT = 255  # RFC 5321 §4.5.3.1.2


@dataclass(slots=True)
class Facts:
    """What we know of the client since it connected, or since TLS began."""

    peer: object = None  # set by aiosmtpd
    ssl: object = None
    helo: str = ""
    extended: bool = False
    user: str = ""
    tls: str = ""
    names: tuple[str, ...] = ()  # of its verified certificate


@dataclass(slots=True)
class Transaction:
    """One message under way: MAIL, RCPT, RCPT, …"""

    sender: addresses.Sender | None = None
    recipients: list[Recipient] = field(default_factory=list)


class Session(Conversation):
    """The commands. aiosmtpd finds them by their names; `session` and `envelope` are its words for the state."""

    session: Facts
    envelope: Transaction

    def _create_session(self) -> Facts:  # type: ignore[override]  # the state is ours, aiosmtpd only keeps it
        return Facts()

    def _create_envelope(self) -> Transaction:  # type: ignore[override]  # the same
        return Transaction()

    # Who may send

    def admission(self) -> str:
        """Strangers may come in only where they could sign in."""
        known = self.endpoint.access.trusts(self.address) or self.candidates()
        return "" if known or self.endpoint.settings.users else "client_unknown"

    def candidates(self) -> tuple[Client, ...]:
        return self.endpoint.access.candidates(self.address)

    def check_may_send(self) -> tuple[Client, ...]:
        """Refuse who may not; else the [[client]] entries of which the message must prove one, () for none."""
        settings = self.endpoint.settings
        if settings.tls_required and not self.session.tls:
            raise Refused("tls_first")
        if self.session.user or self.endpoint.access.trusts(self.address):
            return ()
        candidates = self.candidates()
        if good := proven(candidates, self.session.names):
            return good
        if candidates and self.session.tls and not settings.users:
            self.report("client_unproven")
            raise Refused("client_unproven")
        raise Refused("auth_first" if self.session.tls and settings.users else "tls_first")

    # Greeting

    async def smtp_EHLO(self, argument: str) -> None:  # noqa: N802 - aiosmtpd's way to name a command
        self._hello(argument, extended=True)
        await self.answer(REPLIES["hello"].fill(hostname="\n".join([self.hostname, *self._extensions()])))

    async def smtp_HELO(self, argument: str) -> None:  # noqa: N802
        self._hello(argument, extended=False)
        await self.answer(REPLIES["hello"].fill(hostname=self.hostname))

    def _hello(self, argument: str, *, extended: bool) -> None:
        """Any word is taken for a name: devices send what they like. The Received line shows only a safe one."""
        good = argument.isascii() and argument.isprintable() and " " not in argument
        if not argument or not good or len(argument) > HELO_LIMIT:
            raise Refused("syntax", usage="EHLO <domain>")
        self.envelope = Transaction()
        self.session.helo, self.session.extended = argument, extended

    def _extensions(self) -> list[str]:
        """What EHLO announces. No CHUNKING: BDAT would carry bytes around the rules of DATA."""
        lines = ["PIPELINING", f"SIZE {self.endpoint.settings.max_message}"]
        if self.endpoint.tls and not self.session.tls:
            lines.append("STARTTLS")
        if self._offers_auth():
            lines.append("AUTH PLAIN LOGIN")
        return [*lines, "ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8"]

    def _need_hello(self) -> None:
        if not self.session.helo:
            raise Refused("need_hello")

    # TLS and AUTH

    async def smtp_STARTTLS(self, argument: str) -> None:  # noqa: N802
        if argument:
            raise Refused("syntax", usage="STARTTLS")
        if self.session.tls:
            raise Refused("tls_already")
        if self.endpoint.tls is None:
            raise Refused("tls_not_now")
        asks = any(client.certificate for client in self.candidates())
        await self.upgrade((asks and self.endpoint.tls_asking) or self.endpoint.tls)
        peer, self.session = self.session.peer, Facts()
        self.session.peer = peer
        self.envelope = Transaction()
        tls = self.transport.get_extra_info("ssl_object")
        assert isinstance(tls, ssl.SSLObject)
        self.session.tls = f"{tls.version()} {(tls.cipher() or ('',))[0]}"
        self.session.names = certificate_names(tls.getpeercert())

    def _offers_auth(self) -> bool:
        return bool(self.endpoint.settings.users and self.session.tls)

    async def smtp_AUTH(self, argument: str) -> None:  # noqa: N802
        self._need_hello()
        if not self.endpoint.settings.users:
            raise Refused("not_implemented")
        if not self.session.tls:
            raise Refused("auth_needs_tls")
        if self.session.user:
            raise Refused("auth_already")
        if self.envelope.sender:
            raise Refused("auth_in_mail")
        self.session.user = await authentication.user(self, argument)
        await self.answer(REPLIES["authenticated"])

    # The message

    async def smtp_MAIL(self, argument: str) -> None:  # noqa: N802
        self._need_hello()
        if self.envelope.sender:
            raise Refused("nested_mail")
        self.check_may_send()
        sender = addresses.sender(argument, extended=self.session.extended, auth=self._offers_auth())
        if sender.size > self.endpoint.settings.max_message:
            raise Refused("too_big")
        self._check_room(sender.size)
        self.envelope.sender = sender
        await self.answer(REPLIES["sender_ok"])

    def _check_room(self, size: int) -> None:
        """Said before the bytes come, where it can be: the client saves itself the way."""
        if not self.endpoint.room(max(size, 1)):
            self.report("no_room")
            raise Refused("no_room")

    async def smtp_RCPT(self, argument: str) -> None:  # noqa: N802
        sender = self.envelope.sender
        if sender is None:
            raise Refused("need_mail")
        if len(self.envelope.recipients) >= self.endpoint.settings.max_recipients:
            raise Refused("too_many_recipients")
        try:
            recipient = addresses.recipient(
                argument, extended=self.session.extended, smtputf8=sender.smtputf8
            )
        except Refused as refused:
            # Not an error of the session: a list with a dozen bad addresses is still owed to the good ones.
            await self.answer(refused.reply)
            return
        self.envelope.recipients.append(recipient)
        await self.answer(REPLIES["recipient_ok"])

    async def smtp_DATA(self, argument: str) -> None:  # noqa: N802
        if argument:
            raise Refused("syntax", usage="DATA")
        if self.envelope.sender is None:
            raise Refused("need_mail")
        if not self.envelope.recipients:
            raise Refused("need_recipient")
        self._check_room(self.envelope.sender.size)
        await self.answer(REPLIES["send_data"])
        taken = 0

        def room(size: int) -> bool:
            nonlocal taken
            fits = self.endpoint.take(size)
            taken += size * fits
            return fits

        try:
            await handover.message(self, Content(self.endpoint.settings.max_message, room))
        finally:
            self.endpoint.give_back(taken)
            self.phase = Phase.COMMAND
            self.envelope = Transaction()

    # The rest

    async def smtp_RSET(self, argument: str) -> None:  # noqa: N802
        if argument:
            raise Refused("syntax", usage="RSET")
        self.envelope = Transaction()
        await self.answer(REPLIES["ok"])

    async def smtp_NOOP(self, _: str) -> None:  # noqa: N802
        await self.answer(REPLIES["ok"])

    async def smtp_HELP(self, _: str) -> None:  # noqa: N802
        await self.answer(REPLIES["help"])

    async def smtp_VRFY(self, argument: str) -> None:  # noqa: N802
        """RFC 5321 §3.5.3: says nothing about who is there."""
        if not argument:
            raise Refused("syntax", usage="VRFY <address>")
        await self.answer(REPLIES["cannot_verify"])

    async def smtp_EXPN(self, _: str) -> None:  # noqa: N802
        raise Refused("not_implemented")

    async def smtp_BDAT(self, _: str) -> None:  # noqa: N802
        """Not offered; bytes that we would take for commands follow it, so the session ends."""
        raise Refused("not_implemented", close=True)

    async def smtp_QUIT(self, argument: str) -> None:  # noqa: N802
        if argument:
            raise Refused("syntax", usage="QUIT")
        self.leaving = True
        await self.answer(REPLIES["bye"])
