"""What all sessions of one server share: settings, who may send, the handler, and how much is in use."""

import asyncio
import ipaddress
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.replies import Reply
from gateway.settings import Smtp
from gateway.smtp.clients import Access, Address, access
from policies.envelope import Envelope

if TYPE_CHECKING:
    from gateway.smtp.connection import Connection

Handle = Callable[[Envelope, bytes], Awaitable[Reply]]
Report = Callable[[str, str], None]  # (what happened, the client's IP address): for the log and the metrics

AUTH_AT_ONCE = 2  # argon2 takes 64 MB and a core for each check


@dataclass(slots=True)
class InUse:
    """Counts over all sessions: connections, connections by client, bytes of messages in memory."""

    connections: int = 0
    by_client: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0

    def enter(self, address: Address, settings: Smtp) -> str:
        """Count a connection in; the name of a refusal when it is one too many."""
        self.connections += 1
        self.by_client[_one_client(address)] += 1
        if self.connections > settings.max_connections:
            return "too_many_connections"
        if self.by_client[_one_client(address)] > settings.max_connections_per_client:
            return "too_many_from_you"
        return ""

    def leave(self, address: Address) -> None:
        """Count a connection out."""
        client = _one_client(address)
        self.connections -= 1
        self.by_client[client] -= 1
        if not self.by_client[client]:
            del self.by_client[client]


def _one_client(address: Address) -> str:
    """Whom a limit per client counts: an IPv4 address, or the /64 that one IPv6 host has to itself."""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(address), 64), strict=False).network_address)
    return str(address)


@dataclass(slots=True, kw_only=True)
class Endpoint:
    """One gateway's SMTP server, seen from its sessions."""

    settings: Smtp
    handle: Handle
    hostname: str
    loop_key: bytes
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    report: Report
    tls: ssl.SSLContext | None = None
    tls_asking: ssl.SSLContext | None = None  # the same, asking for the client's certificate
    closing: bool = False
    access: Access = field(init=False)
    in_use: InUse = field(default_factory=InUse)
    sessions: "set[Connection]" = field(default_factory=set)
    auth_slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AUTH_AT_ONCE))

    def __post_init__(self) -> None:
        self.access = access(self.settings.allow_from, self.settings.client)

    def room(self, size: int) -> bool:
        """Whether `size` more bytes of messages fit into memory."""
        return self.in_use.in_flight + size <= self.settings.max_in_flight

    def take(self, size: int) -> bool:
        """Count bytes in, if they fit."""
        if not self.room(size):
            return False
        self.in_use.in_flight += size
        return True

    def give_back(self, size: int) -> None:
        """Count bytes out."""
        self.in_use.in_flight -= size
