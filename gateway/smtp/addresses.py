"""MAIL and RCPT: paths and parameters read strictly (RFC 5321 §4.1.2, RFC 3461, RFC 6531), or refused by name."""

import ipaddress
import re
from dataclasses import dataclass

from gateway.smtp.refused import Refused
from policies.envelope import Recipient

ADDRESS_LIMIT = 512  # RFC 5321 §4.5.3.1.3 asks for 256; SRS and VERP senders are longer in real mail
BEYOND = "\u00a1-\U0010ffff"  # RFC 6531 §3.3: any letter beyond ASCII, without the C1 controls
ATOM = rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~\-{BEYOND}]+"
LOCAL = rf"""{ATOM}(?:\.{ATOM})*|"(?:[ !\#-\[\]-~{BEYOND}]|\\[ -~])*\""""
# An underscore is no letter of a host name, but devices have it in theirs, and DNS carries it.
LABEL = rf"[A-Za-z0-9_{BEYOND}](?:[A-Za-z0-9_\-{BEYOND}]*[A-Za-z0-9_{BEYOND}])?"
DOMAIN = rf"{LABEL}(?:\.{LABEL})*"
PATH = re.compile(rf"<(?P<address>(?:{LOCAL})@(?:{DOMAIN}|\[(?P<literal>[0-9A-Za-z:.]+)\])|)>")
SOURCE_ROUTE = re.compile(r"<@[^>]*:")
PARAMETER = re.compile(r"(?P<key>[A-Za-z0-9][A-Za-z0-9-]*)(?:=(?P<value>[^\x00- =\x7f]+))?")
XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")  # RFC 3461 §4
ADDRESS_TYPE = re.compile(r"[A-Za-z0-9-]+")
SIZE = re.compile(r"[0-9]{1,20}")  # RFC 1870 §3
ENVID_LIMIT = 100  # RFC 3461 §4.4
ORCPT_LIMIT = 500  # RFC 3461 §4.2
CONDITIONS = {"SUCCESS", "FAILURE", "DELAY"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One MAIL command."""

    address: str
    size: int = 0  # as declared; 0 when it was not
    body: str = "7BIT"
    smtputf8: bool = False
    ret: str = ""
    envid: str = ""


def sender(argument: str, *, extended: bool, auth: bool) -> Sender:
    """What stands behind `MAIL`; `auth` says that we offered AUTH and so take its parameter (RFC 4954 §5)."""
    address, parameters = _path("FROM", argument, extended=extended)
    known = {"SIZE", "BODY", "SMTPUTF8", "RET", "ENVID", *(["AUTH"] if auth else [])}
    _check_known(parameters, known)
    smtputf8 = "SMTPUTF8" in parameters
    if parameters.get("SMTPUTF8"):
        raise Refused("bad_parameter", parameter="SMTPUTF8")
    _check_address(address, "bad_sender", smtputf8=smtputf8)
    return Sender(
        address=address,
        size=_size(parameters),
        body=_choice(parameters, "BODY", ("7BIT", "8BITMIME")) or "7BIT",
        smtputf8=smtputf8,
        ret=_choice(parameters, "RET", ("FULL", "HDRS")),
        envid=_envid(parameters),
    )


def recipient(argument: str, *, extended: bool, smtputf8: bool) -> Recipient:
    """What stands behind `RCPT`."""
    if argument[3:].strip().lower() == "<postmaster>" and argument[:3].upper() == "TO:":
        return Recipient(address="postmaster")  # RFC 5321 §4.5.1: without a domain, in any case of letters
    address, parameters = _path("TO", argument, extended=extended)
    _check_known(parameters, {"NOTIFY", "ORCPT"})
    if not address:
        raise Refused("bad_recipient")
    _check_address(address, "bad_recipient", smtputf8=smtputf8)
    return Recipient(
        address=address,
        notify=_notify(parameters),
        orcpt=_orcpt(parameters, smtputf8=smtputf8),
    )


def _path(keyword: str, argument: str, *, extended: bool) -> tuple[str, dict[str, str]]:
    """The address between the angle brackets and the parameters behind it."""
    head, colon, rest = argument.partition(":")
    rest = rest.lstrip(" ")  # devices send "FROM: <a@b>"
    if head.upper() != keyword or not colon or not rest.startswith("<"):
        usage = f"{'MAIL' if keyword == 'FROM' else 'RCPT'} {keyword}:<address>"
        raise Refused("syntax", usage=usage)
    if SOURCE_ROUTE.match(rest):
        raise Refused("source_route")
    match = PATH.match(rest)
    behind = rest[match.end() :] if match else ""
    if match is None or (behind and not behind.startswith(" ")):
        raise Refused("bad_sender" if keyword == "FROM" else "bad_recipient")
    literal = match["literal"]
    if literal is not None and not _is_literal(literal):
        raise Refused("bad_sender" if keyword == "FROM" else "bad_recipient")
    return match["address"], _parameters(behind, extended=extended)


def _is_literal(text: str) -> bool:
    """RFC 5321 §4.1.3: 192.0.2.1 or IPv6:2001:db8::1."""
    try:
        if text[:5].upper() == "IPV6:":
            ipaddress.IPv6Address(text[5:])
        else:
            ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def _check_address(address: str, name: str, *, smtputf8: bool) -> None:
    """Length and letters; the grammar has been matched."""
    if len(address.encode()) > ADDRESS_LIMIT or not address.isprintable():
        raise Refused(name)
    if not smtputf8 and not address.isascii():
        raise Refused("needs_smtputf8")


def _parameters(text: str, *, extended: bool) -> dict[str, str]:
    """The parameters by upper-case key; "" where one has no value."""
    found: dict[str, str] = {}
    for word in text.split():
        match = PARAMETER.fullmatch(word)
        if match is None or not extended:  # RFC 5321 §4.1.1.11: only after EHLO
            raise Refused("unknown_parameter")
        key = match["key"].upper()
        if key in found:
            raise Refused("bad_parameter", parameter=key if key.isascii() else "?")
        found[key] = match["value"] or ""
    return found


def _check_known(parameters: dict[str, str], known: set[str]) -> None:
    if parameters.keys() - known:
        raise Refused("unknown_parameter")


def _choice(parameters: dict[str, str], key: str, values: tuple[str, ...]) -> str:
    """The value of `key` in capitals, "" when it is absent."""
    if key not in parameters:
        return ""
    value = parameters[key].upper()
    if value not in values:
        raise Refused("bad_parameter", parameter=key)
    return value


def _size(parameters: dict[str, str]) -> int:
    if "SIZE" not in parameters:
        return 0
    if not SIZE.fullmatch(parameters["SIZE"]):
        raise Refused("bad_parameter", parameter="SIZE")
    return int(parameters["SIZE"])


def _envid(parameters: dict[str, str]) -> str:
    value = parameters.get("ENVID")
    if value is None:
        return ""
    if not value or len(value) > ENVID_LIMIT or not XTEXT.fullmatch(value):
        raise Refused("bad_parameter", parameter="ENVID")
    return value


def _notify(parameters: dict[str, str]) -> tuple[str, ...]:
    """RFC 3461 §4.1: NEVER alone, or some of the conditions, each once."""
    if "NOTIFY" not in parameters:
        return ()
    words = tuple(parameters["NOTIFY"].upper().split(","))
    if words != ("NEVER",) and (set(words) - CONDITIONS or len(set(words)) != len(words)):
        raise Refused("bad_parameter", parameter="NOTIFY")
    return words


def _orcpt(parameters: dict[str, str], *, smtputf8: bool) -> str:
    """RFC 3461 §4.2: type;xtext. The type utf-8 may hold letters beyond ASCII (RFC 6533 §3), where announced."""
    value = parameters.get("ORCPT")
    if value is None:
        return ""
    kind, semicolon, text = value.partition(";")
    plain = text
    if smtputf8 and kind.lower() == "utf-8" and text.isprintable():
        plain = "".join(c for c in text if c.isascii())
    good = ADDRESS_TYPE.fullmatch(kind) and semicolon and text and XTEXT.fullmatch(plain)
    if not good or len(value.encode()) > ORCPT_LIMIT:
        raise Refused("bad_parameter", parameter="ORCPT")
    return value
