"""The kinds of values that a settings file holds, each with its one check; a check names what it expects, never the value."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import idna


class NotThisError(ValueError):
    """The value is not of its kind; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a value must be, in words, and the function that returns it in its one spelling or raises."""

    expected: str
    read: Callable[[object], object]


@dataclass(frozen=True, slots=True)
class Secret:
    """A password or key; written as { file = "…" } or { env = "…" }, and shown nowhere."""

    value: str = field(repr=False)


LONGEST_BREAK = 100  # days that one holiday may last
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(kB|KB|MB|GB|KiB|MiB|GiB|B)?", re.ASCII)
_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", re.ASCII)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_TAG = re.compile(r"\[[A-Za-z][A-Za-z -]{1,30}\]", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?", re.ASCII)
_WORD = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or any(c in value for c in "\r\n\0"):
        raise NotThisError
    return value.strip()


def _size(value: object) -> int:
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise NotThisError
    size = int(float(match[1]) * _UNITS[(match[2] or "B").upper()])
    if size < 1:
        raise NotThisError
    return size


def domain(value: object) -> str:
    """A mail domain as it travels: lower case, A-labels."""
    try:
        name = idna.encode(_text(value).rstrip(".").lower(), uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise NotThisError from error
    labels = name.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise NotThisError
    return name


def _host(value: str) -> str:
    """An IP address or a host name."""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        pass
    name = value.lower()
    last = name.rpartition(".")[2]
    if last.isdigit() or not all(map(_LABEL.fullmatch, name.split("."))):
        raise NotThisError
    return name


def _address(value: object) -> str:
    text = _text(value)
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise NotThisError
    if host.startswith("[") and host.endswith("]"):
        return f"[{_host(host[1:-1])}]:{int(port)}"
    if ":" in host:
        raise NotThisError
    return f"{_host(host)}:{int(port)}"


def _address_or_off(value: object) -> str:
    return "" if value == "" else _address(value)


def _network(value: object) -> str:
    try:
        network = ipaddress.ip_network(_text(value))
    except ValueError as error:
        raise NotThisError from error
    if network.prefixlen == 0:
        raise NotThisError  # everybody: an open relay
    return str(network)


def _email(value: object) -> str:
    local, at, host = _text(value).rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        raise NotThisError
    return f"{local}@{domain(host)}"


def _email_or_none(value: object) -> str:
    return "" if value == "" else _email(value)


def _matching(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise NotThisError
    return text


def _word(value: object) -> str:
    return _matching(_text(value), _WORD)


def _hostname(value: object) -> str:
    return "" if value == "" else _host(_text(value))


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise NotThisError
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 86_400:
        raise NotThisError
    return float(value)


def _url(value: object) -> str:
    text = _text(value)
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotThisError from error
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment or parts.username:
        raise NotThisError
    return text.rstrip("/")


def _url_or_off(value: object) -> str:
    return "" if value == "" else _url(value)


def _database(value: object) -> str:
    text = _text(value)
    if text == "sqlite":
        return text
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise NotThisError from error
    if parts.scheme not in {"postgresql", "postgres"} or parts.password is not None or port == 0:
        raise NotThisError
    if not parts.path.strip("/"):
        raise NotThisError
    return text


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise NotThisError
    return value


def _days(value: object) -> tuple[date, date]:
    """One day, or the first and the last of several: an ISO 8601 interval."""
    if not isinstance(value, str):
        day = _day(value)
        return day, day
    try:
        first, last = (date.fromisoformat(part.strip()) for part in value.split("/"))
    except ValueError as error:
        raise NotThisError from error
    if last < first or (last - first).days > LONGEST_BREAK:
        raise NotThisError
    return first, last


def _clock(value: object) -> time:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise NotThisError
    return time.fromisoformat(value)


def _tag(value: object) -> str:
    return _matching(_text(value), _TAG)


def _local_or_off(value: object) -> str:
    return "" if value == "" else _matching(_text(value), _LOCAL).lower()


def _language(value: object) -> str:
    return "" if value == "" else _matching(_text(value).lower(), _LANGUAGE)


def file(value: object) -> Path:
    """A path in text; the reader makes it absolute."""
    return Path(_text(value)).expanduser()


Text = Annotated[str, Check("a text that is not empty", _text)]
Size = Annotated[int, Check('a size such as "50MB"', _size)]
Domain = Annotated[str, Check('a mail domain such as "example.sch.uk"', domain)]
Address = Annotated[str, Check('an address and port such as "127.0.0.1:2525" or "[::1]:2525"', _address)]
AddressOrOff = Annotated[
    str, Check('an address and port such as "127.0.0.1:9125", or "" for off', _address_or_off)
]
Network = Annotated[
    str,
    Check('a network such as "10.1.0.0/16" without host bits, and never everybody ("0.0.0.0/0")', _network),
]
Email = Annotated[str, Check('an e-mail address such as "dpo@example.sch.uk"', _email)]
EmailOrNone = Annotated[str, Check('an e-mail address such as "schoolgate@example.sch.uk"', _email_or_none)]
Word = Annotated[str, Check('a short word of a-z, 0-9, "-", "_" or "."', _word)]
Hostname = Annotated[str, Check('a host name such as "gate.example.sch.uk"', _hostname)]
Count = Annotated[int, Check("a whole number of at least 1", _count)]
Seconds = Annotated[float, Check("a number of seconds above 0 and up to 86400", _seconds)]
Url = Annotated[str, Check('a web address such as "https://gate.example.sch.uk"', _url)]
UrlOrOff = Annotated[
    str, Check('a web address such as "https://mail.example.sch.uk", or "" for off', _url_or_off)
]
Database = Annotated[
    str,
    Check('"sqlite", or "postgresql://user@host/name" without a password (use database_password)', _database),
]
File = Annotated[Path, Check("a path", file)]
Clock = Annotated[time, Check('a time of day such as "08:00"', _clock)]
Tag = Annotated[str, Check('a tag in square brackets such as "[encrypt]"', _tag)]
LocalOrOff = Annotated[str, Check('the part of an address before "@", or "" for off', _local_or_off)]
Language = Annotated[
    str, Check('a language such as "cy" or "en-gb", or "" as the policy set says', _language)
]
Day = Annotated[date, Check("a date such as 2026-09-01, without quotes", _day)]
Days = Annotated[
    tuple[date, date],
    Check('a date such as 2026-10-26, or "2026-10-26/2026-10-30" with the first and the last day', _days),
]
