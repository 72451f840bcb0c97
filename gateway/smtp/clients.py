"""Who may send: networks, and for shared networks the proof of whose the client is (certificate, tenant header)."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.settings import Client
from gateway.smtp.trace import header

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def normal_address(text: str) -> Address:
    """The client's address; IPv4 that came through an IPv6 socket is IPv4, and a zone is no part of it."""
    address = ipaddress.ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


@dataclass(frozen=True, slots=True)
class Access:
    """The networks that may send without more, and the clients that must prove themselves."""

    networks: tuple[Network, ...]
    clients: tuple[tuple[tuple[Network, ...], Client], ...]

    def trusts(self, address: Address) -> bool:
        return _within(address, self.networks)

    def candidates(self, address: Address) -> tuple[Client, ...]:
        """The [[client]] entries that this address could be."""
        return tuple(client for networks, client in self.clients if _within(address, networks))


def access(allow_from: Iterable[str], clients: Iterable[Client]) -> Access:
    """The settings, ready to be asked for each connection."""
    return Access(_networks(allow_from), tuple((_networks(c.networks), c) for c in clients))


def _networks(texts: Iterable[str]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(t, strict=False) for t in texts)


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == n.version and address in n for n in networks)


def certificate_names(certificate: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The DNS names of a verified peer certificate, as `getpeercert()` gives it; the common name counts for nothing."""
    names = (certificate or {}).get("subjectAltName", ())
    return tuple(value.lower() for kind, value in names if kind == "DNS")


def names_match(wanted: str, names: Iterable[str]) -> bool:
    """RFC 6125 §6.4: the same name, or a wildcard for its first label."""
    wanted = wanted.lower()
    wild = "*." + wanted.partition(".")[2]
    return any(name in (wanted, wild) for name in names)


def proven(clients: Iterable[Client], names: tuple[str, ...]) -> tuple[Client, ...]:
    """Those candidates whose certificate was shown, or who need none."""
    return tuple(c for c in clients if not c.certificate or names_match(c.certificate, names))


def of_tenant(clients: Iterable[Client], raw: bytes) -> bool:
    """Whether the message carries the tenant header of one of the clients; one of them may need none."""
    return any(not c.tenant_header or _field(raw, c.tenant_header) == [c.tenant.lower()] for c in clients)


def _field(raw: bytes, name: str) -> list[str]:
    """Every value of a header field, unfolded and in small letters. The caller wants exactly one: two are a forgery."""
    pattern = rb"^" + re.escape(name.encode()) + rb"[ \t]*:((?:[^\n]*\n[ \t])*[^\n]*)$"
    found = re.findall(pattern, header(raw), re.IGNORECASE | re.MULTILINE)
    return [b" ".join(value.split()).decode("ascii", "replace").lower() for value in found]
