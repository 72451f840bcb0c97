"""Where a recipient's mail goes and how it must be locked on the way: the next hop's settings made ready."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

from gateway.settings import NextHop
from policies.envelope import Recipient

Tls = Literal["off", "opportunistic", "required", "verified"]
_WORDS: dict[str, Tls] = {w: w for w in ("off", "opportunistic", "required", "verified")}
_PORT = 25


@dataclass(frozen=True, slots=True)
class Route:
    """One server and the TLS that it must speak; equal routes share their connections."""

    host: str
    port: int
    tls: Tls
    name: str  # the name that its certificate must carry when verified
    ca: Path | None = None
    user: str = ""  # who signs in, with …
    password: str = field(default="", repr=False)

    def context(self) -> ssl.SSLContext:
        """The TLS settings of this route, made once."""
        return _context(self.tls == "verified", self.ca)


@cache
def _context(verified: bool, ca: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(ca) if ca else None)
    if not verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _address(text: str) -> tuple[str, int]:
    """Host and port of "host", "host:port", "[::1]:port" or a bare IPv6 address."""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        return host, int(port.lstrip(":") or _PORT)
    host, colon, port = text.rpartition(":")
    if not colon or ":" in host:
        return text, _PORT
    return host, int(port)


def _tls(word: str) -> Tls:
    """The TLS word; one that we do not know must never mean less than the strictest."""
    return _WORDS.get(word, "verified")


class Routes:
    """The next hop and the partner domains that ask for more."""

    def __init__(self, next_hop: NextHop) -> None:
        host, port = _address(next_hop.address)
        self.default = Route(
            host,
            port,
            _tls(next_hop.tls),
            next_hop.name or host,
            next_hop.ca,
            next_hop.user,
            next_hop.password.value if next_hop.password else "",
        )
        self._by_domain: dict[str, Route] = {}
        for rule in next_hop.domain:
            route = replace(self.default, tls=_tls(rule.tls))
            if rule.address:
                host, port = _address(rule.address)
                route = replace(route, host=host, port=port, name=host, user="", password="")
            self._by_domain[_domain(rule.domain)] = route

    @property
    def all(self) -> tuple[Route, ...]:
        """Every route once, the next hop's first."""
        return tuple(dict.fromkeys((self.default, *self._by_domain.values())))

    def of(self, recipient: Recipient) -> Route:
        """The route of one recipient."""
        return self._by_domain.get(_domain(recipient.address.rpartition("@")[2]), self.default)

    def split(self, recipients: Sequence[Recipient], *, proven: bool = False) -> dict[Route, list[Recipient]]:
        """Recipients by route, each list in the order of the envelope; `proven` routes have verified TLS or nothing."""
        found: dict[Route, list[Recipient]] = {}
        for recipient in recipients:
            route = self.of(recipient)
            found.setdefault(replace(route, tls="verified") if proven else route, []).append(recipient)
        return found


def _domain(text: str) -> str:
    return text.strip().rstrip(".").lower()
