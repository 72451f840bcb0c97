"""Turns a notice into the bytes of a message: text and HTML, and a delivery report where the message will not arrive."""

import re
import secrets
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage, Message
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Any

from quarantine.config import Config
from quarantine.notices import wording
from quarantine.notices.notice import BOUNCES, Fate, Kind, Notice
from quarantine.notices.own_words import logo

TO_OFFICERS = {
    Kind.DIGEST,
    Kind.EMERGENCY,
    Kind.WATCHED,
    Kind.REVIEW,
    Kind.ANSWERED,
    Kind.WEEKLY,
    Kind.ESCALATION,
    Kind.INCIDENT,
    Kind.TOLD,
    Kind.STRANGER,
    Kind.SIGNATURE,
}
_XTEXT = re.compile(r"[!-~]{1,500}")
_REPORT = 'multipart/report; report-type="delivery-status"'


class _Fields(HeaderRegistry):
    """The library's header fields, the class of each made once: it would make one for every field of every message."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:  # names of ours alone
            self._made[name] = super().__getitem__(name)
        return self._made[name]


_SMTP, _SMTPUTF8 = (policy.clone(header_factory=_Fields()) for policy in (SMTP, SMTPUTF8))


def render(notice: Notice, config: Config, *, now: datetime) -> bytes:
    """The whole message, with CRLF lines, seven bits unless an address needs more."""
    message = EmailMessage(policy=_SMTP if all(a.isascii() for a in notice.to) else _SMTPUTF8)
    said = wording.said(notice, config)
    _address(message, notice, said.subject, config, now)
    if notice.kind in BOUNCES and notice.fates:
        message["MIME-Version"] = "1.0"
        message["Content-Type"] = _REPORT
        body = EmailMessage(policy=_SMTP)
        _say(body, said, config)
        message.attach(body)
        message.attach(_status(notice, config, now))
    else:
        _say(message, said, config)
    return message.as_bytes()


def from_address(notice: Notice, config: Config) -> str:
    """Who the notice comes from."""
    return config.notices.sender or f"schoolgate@{config.school(notice.school).domains[0]}"


def _address(message: EmailMessage, notice: Notice, subject: str, config: Config, now: datetime) -> None:
    to_officers = notice.kind in TO_OFFICERS
    message["From"] = Address(config.school(notice.school).name, addr_spec=from_address(notice, config))
    message["To"] = _addresses(notice.to)
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{notice.reference}.{notice.kind}.{secrets.token_hex(6)}@{config.hostname}>"
    if notice.contact and not to_officers:
        message["Reply-To"] = _addresses((notice.contact,))
    message["Auto-Submitted"] = "auto-generated" if to_officers else "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    if notice.message_id and not to_officers:
        message["In-Reply-To"] = notice.message_id
        message["References"] = " ".join((*notice.references, notice.message_id))


def _addresses(addresses: tuple[str, ...]) -> list[Address] | str:
    """The addresses as a header; one that no header can carry is not shown (the envelope has it)."""
    shown = []
    for address in addresses:
        try:
            shown.append(_parsed(address))
        except (ValueError, IndexError):  # an address that SMTP took and the header grammar does not
            continue
    return shown or "undisclosed-recipients:;"


def _parsed(address: str) -> Address:
    if address.isascii():
        return Address(addr_spec=address)
    local, _, domain = address.rpartition("@")
    return Address(username=local, domain=domain)


def _say(part: EmailMessage, said: wording.Said, config: Config) -> None:
    part.set_content(said.text, cte="quoted-printable")
    part.add_alternative(said.html, subtype="html", cte="quoted-printable")
    if picture := logo(config.notices.logo):
        raw, kind = picture
        *_, html = part.iter_parts()
        assert isinstance(html, EmailMessage)
        html.add_related(raw, maintype="image", subtype=kind, cid="<logo>", disposition="inline")


def _status(notice: Notice, config: Config, now: datetime) -> EmailMessage:
    """The part that mail programs read (RFC 3464): nothing of the message is quoted, not even its header."""
    about = Message()  # of words alone: no field of it needs to be understood
    if _XTEXT.fullmatch(notice.envid):
        about["Original-Envelope-Id"] = notice.envid
    about["Reporting-MTA"] = f"dns; {config.hostname}"
    if notice.received_at:
        about["Arrival-Date"] = format_datetime(notice.received_at)
    part = EmailMessage(policy=_SMTP)
    part["Content-Type"] = "message/delivery-status"
    part.set_payload([about, *(_recipient(fate, now) for fate in notice.fates)])
    return part


def _recipient(fate: Fate, now: datetime) -> Message:
    block = Message()
    if _XTEXT.fullmatch(fate.orcpt):
        kind, _, address = fate.orcpt.partition(";")
        block["Original-Recipient"] = f"{kind}; {address}"
    block["Final-Recipient"] = _typed(fate.address)
    block["Action"] = fate.action
    block["Status"] = _printable(fate.status)
    if fate.diagnostic:
        block["Diagnostic-Code"] = f"smtp; {_printable(fate.diagnostic)}"
    block["Last-Attempt-Date"] = format_datetime(now)
    return block


def _typed(address: str) -> str:
    """An address with its type: RFC 3464 for ASCII, the escaped form of RFC 6533 beyond."""
    if address.isascii():
        return f"rfc822; {_printable(address)}"
    return "utf-8; " + "".join(
        c if "!" <= c <= "~" and c not in "\\+=" else f"\\x{{{ord(c):X}}}" for c in address
    )


def _printable(text: str) -> str:
    return "".join(c if " " <= c <= "~" else "?" for c in " ".join(text.split()))[:400]
