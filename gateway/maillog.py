"""The mail log: one function an event, JSON lines; no subject, body, address or value can be passed, and none is let through."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import TextIO

import structlog

# A word of ours: an id, a kind, a code, a policy, an IP address. No space and no "@": a name or an address is no word.
_WORD = re.compile(r"[A-Za-z0-9_.:/~+-]{0,80}")
_WITHHELD = "withheld"


def configure(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Write one JSON object a line to `stream` (standard error); called once at the start of a process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def word(text: str) -> str:
    """The text when it is one of our words; otherwise a mark that something was withheld."""
    return text if _WORD.fullmatch(text) else _WITHHELD


def _words(texts: Iterable[str]) -> list[str]:
    return [word(text) for text in texts]


def _info(event: str, **fields: object) -> None:
    structlog.get_logger().info(event, **fields)


def _warning(event: str, **fields: object) -> None:
    structlog.get_logger().warning(event, **fields)


def _error(event: str, **fields: object) -> None:
    structlog.get_logger().error(event, **fields)


# ---- the way of a message ---------------------------------------------------------------------------------------


def received(*, id: str, client: str, size: int, recipients: int, tls: bool, school: str = "") -> None:
    """A message is in: the final dot came."""
    _info(
        "received",
        id=word(id),
        client=word(client),
        size=size,
        recipients=recipients,
        tls=tls,
        school=word(school),
    )


def scanned(*, id: str, seconds: float, parts: int, kinds: Iterable[str]) -> None:
    """The scan is done: how long it took and which kinds it found."""
    _info("scanned", id=word(id), seconds=round(seconds, 3), parts=parts, kinds=sorted(set(_words(kinds))))


def relayed(
    *,
    id: str,
    action: str,
    code: int,
    accepted: int,
    deferred: int = 0,
    refused: int = 0,
    seconds: float = 0.0,
    policies: Iterable[str] = (),
) -> None:
    """The next hop answered; `code` is what our client hears."""
    _info(
        "relayed",
        id=word(id),
        action=word(action),
        code=code,
        accepted=accepted,
        deferred=deferred,
        refused=refused,
        seconds=round(seconds, 3),
        policies=_words(policies),
    )


def held(
    *, id: str, action: str, policies: Iterable[str], reviewers: Iterable[str] = (), seconds: float = 0.0
) -> None:
    """The quarantine committed the message."""
    _info(
        "held",
        id=word(id),
        action=word(action),
        policies=_words(policies),
        reviewers=_words(reviewers),
        seconds=round(seconds, 3),
    )


def checked(*, id: str, code: int, seconds: float = 0.0) -> None:
    """A sender asked what would happen; nothing was sent or kept."""
    _info("checked", id=word(id), code=code, seconds=round(seconds, 3))


def refused(*, id: str, code: int, policies: Iterable[str], seconds: float = 0.0) -> None:
    """A policy blocked the message; nothing of it was kept."""
    _info("refused", id=word(id), code=code, policies=_words(policies), seconds=round(seconds, 3))


def deferred(*, id: str, code: int, cause: str, seconds: float = 0.0) -> None:
    """We answered 4xx: the client still has the message. `cause` is a word of ours, or an exception's class name."""
    _warning("deferred", id=word(id), code=code, cause=word(cause), seconds=round(seconds, 3))


def repeated(*, id: str, first: str) -> None:
    """A retry of a message that we hold already: answered with the first id."""
    _info("repeated", id=word(id), first=word(first))


def doubled(*, id: str) -> None:
    """The last reply was lost after the next hop took the message: its sender may send it twice (RFC 1047)."""
    _warning("may-double", id=word(id))


def rejected_session(*, client: str, code: int, cause: str) -> None:
    """A client that may not send, or that broke the protocol or a limit."""
    _info("rejected-session", client=word(client), code=code, cause=word(cause))


# ---- what people decided ----------------------------------------------------------------------------------------


def released(*, id: str, actor: str, recipients: int) -> None:
    """Somebody let a held message go; `actor` is an account's number or a role, never a name."""
    _info("released", id=word(id), actor=word(actor), recipients=recipients)


# ---- the outbox -------------------------------------------------------------------------------------------------


def outgoing_sent(*, id: str, kind: str, recipients: int, code: int = 250, seconds: float = 0.0) -> None:
    """The next hop took a message of the outbox."""
    _info(
        "outgoing-sent",
        id=word(id),
        kind=word(kind),
        recipients=recipients,
        code=code,
        seconds=round(seconds, 3),
    )


def outgoing_retry(*, id: str, kind: str, attempt: int, cause: str, wait: float) -> None:
    """The next hop did not take it for now."""
    _warning(
        "outgoing-retry", id=word(id), kind=word(kind), attempt=attempt, cause=word(cause), wait=round(wait)
    )


def outgoing_failed(*, id: str, kind: str, code: int, attempt: int) -> None:
    """The next hop will not take it, or its time is over."""
    _error("outgoing-failed", id=word(id), kind=word(kind), code=code, attempt=attempt)


# ---- the process ------------------------------------------------------------------------------------------------


def started(*, process: str, version: str, listen: Iterable[str] = ()) -> None:
    """A process is ready."""
    _info("started", process=word(process), version=word(version), listen=_words(listen))


def stopped(*, process: str, drained: bool) -> None:
    """A process has ended in order."""
    _info("stopped", process=word(process), drained=drained)


def child_ended(*, process: str, code: int, wait: float) -> None:
    """A child of the supervisor died and is started again."""
    _error("child-ended", process=word(process), code=code, wait=round(wait, 1))


def reloaded(*, settings: str = "", policy_set: str = "", directory: str = "", pupils: int = 0) -> None:
    """A new set of settings, policies or directory is in force; versions only."""
    _info(
        "reloaded",
        settings=word(settings),
        policy_set=word(policy_set),
        directory=word(directory),
        pupils=pupils,
    )


def reload_refused(*, what: str, cause: str, where: str) -> None:
    """The new set is broken: the old one stays in force."""
    _error("reload-refused", what=word(what), cause=word(cause), where=word(where))


def needs_restart(*, table: str) -> None:
    """A reload changed a table of the settings that counts from the next start on."""
    _warning("needs-restart", table=word(table))


def clock_jumped(*, seconds: float) -> None:
    """The clock was put forward or back by so much: for a while nothing ends or is deleted because of the time."""
    _warning("clock-jumped", seconds=round(seconds))


def audit_head(*, events: int, head: str) -> None:
    """The end of the audit chain, signed for today: a log kept elsewhere proves with it what the chain was."""
    _info("audit-head", events=events, head=word(head))


def failed(*, where: str, cause: str, id: str = "") -> None:
    """An exception of ours: where, and its class; never its text."""
    _error("failed", where=word(where), cause=word(cause), id=word(id))
