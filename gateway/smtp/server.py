"""The listening server: `serve` opens the sockets, `Server.close` ends without losing a message under way."""

import asyncio
import secrets
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.settings import Client, Smtp
from gateway.smtp import users
from gateway.smtp.endpoint import Endpoint, Handle, Report
from gateway.smtp.session import Session

BACKLOG = 512  # connections that the kernel keeps for us while the loop is busy
GONE_TIMEOUT = 5  # seconds for sessions that were dropped to be gone


def utc_now() -> datetime:
    return datetime.now(UTC)


def nowhere(what: str, client: str) -> None:
    """Reports nothing."""


@dataclass(slots=True)
class Server:
    """The open sockets of one gateway."""

    endpoint: Endpoint
    listeners: list[asyncio.Server] = field(default_factory=list)
    ports: list[int] = field(
        default_factory=list
    )  # in the order of `listen`; of use where port 0 was asked for

    def renew(self) -> None:
        """Read the certificates again, for sessions from now on; where they are broken the old ones stay, said so."""
        settings, endpoint = self.endpoint.settings, self.endpoint
        try:
            endpoint.tls, endpoint.tls_asking = _tls(settings), _tls_asking(settings)
        except OSError as error:  # not there, not readable, or (SSLError) not a pair
            endpoint.report(f"certificate:{type(error).__name__}", "")

    async def close(self, drain: float) -> None:
        """Stop accepting, 421 to the idle, up to `drain` seconds for messages under way, then drop what is left."""
        self.endpoint.closing = True
        for listener in self.listeners:
            listener.close()
        for session in list(self.endpoint.sessions):
            session.close_if_idle()
        await self._sessions_gone(drain)
        for session in list(self.endpoint.sessions):
            session.report("dropped")
            session.drop()
        await self._sessions_gone(GONE_TIMEOUT)

    async def _sessions_gone(self, seconds: float) -> None:
        tasks = [s.task for s in self.endpoint.sessions if s.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)


async def serve(
    settings: Smtp,
    handle: Handle,
    *,
    hostname: str,
    loop_key: bytes,
    clock: Callable[[], datetime] = utc_now,
    random: Callable[[int], bytes] = secrets.token_bytes,
    report: Report = nowhere,
) -> Server:
    """Listen as the settings say; each message goes to `handle`, whose reply goes to the client.

    `report(what, client)` hears of refusals below the message: names of replies and kinds of exceptions, no values.
    """
    if settings.users:
        users.read(settings.users)  # a broken file is found now, not by a copier
    endpoint = Endpoint(
        settings=settings,
        handle=handle,
        hostname=hostname,
        loop_key=loop_key,
        clock=clock,
        random=random,
        report=report,
        tls=_tls(settings),
        tls_asking=_tls_asking(settings),
    )
    server = Server(endpoint)
    try:
        for address in settings.listen:
            listener = await _listen(endpoint, address)
            server.listeners.append(listener)
            server.ports.append(listener.sockets[0].getsockname()[1])
    except BaseException:
        await server.close(0)
        raise
    return server


async def _listen(endpoint: Endpoint, address: str) -> asyncio.Server:
    host, _, port = address.rpartition(":")
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: Session(endpoint), host.strip("[]"), int(port), backlog=BACKLOG, reuse_address=True
    )


def _tls(settings: Smtp) -> ssl.SSLContext | None:
    """Our side of STARTTLS; None without a certificate."""
    if settings.tls_certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996
    context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    return context


def _tls_asking(settings: Smtp) -> ssl.SSLContext | None:
    """The same, asking for the client's certificate: only from networks of a [[client]] that must show one.

    Others are not asked: a certificate that nobody can verify would end their handshake.
    """
    proving = [client for client in settings.client if client.certificate]
    context = _tls(settings)
    if context is None or not proving:
        return None
    context.verify_mode = ssl.CERT_OPTIONAL
    for client in proving:
        _trust(context, client)
    return context


def _trust(context: ssl.SSLContext, client: Client) -> None:
    if client.ca is None:
        context.load_default_certs(ssl.Purpose.CLIENT_AUTH)
    else:
        context.load_verify_locations(client.ca)
