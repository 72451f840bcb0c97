"""The verdict in plain words: each policy that hit with its evidence, what could not be read, and all that was done since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from policies.verdict import Action
from quarantine.console.shown import LEVELS, plain, spot
from quarantine.models import AuditEvent, Held

ACTIONS = {
    "allow": "let it go",
    "log": "note it",
    "ask": "ask the sender",
    "quarantine": "hold it for an officer",
    "block": "refuse it",
}
STEPS = {
    "held": "Held",
    "passed": "Passed",
    "checked": "Checked for its sender, not sent",
    "refused": "Refused",
    "partial": "Taken over after the next mail server took only some recipients",
    "released": "Released",
    "monitor-report": "Report of monitor mode sent",
    "emergency": "A child is at risk now, says the sender",
    "emergency-not-sent": "Could not go at once over proven TLS",
    "returned": "Returned to its sender",
    "deleted": "Deleted",
    "expired": "Expired unsent",
    "reminded": "Reminder sent",
    "kept-longer": "Kept longer",
    "passed-on": "Passed on",
    "legal-hold": "Put on legal hold",
    "legal-hold-ended": "Legal hold ended",
    "asked": "The sender asked an officer",
    "cancelled": "Cancelled by its sender",
    "cure-chosen": "The sender chose what to change",
    "cured": "Changed as the sender chose, and sent",
    "mended-not-enough": "Changed, but not enough",
    "not-mended": "Could not be changed as chosen",
    "not-heard": "The sender could not be told",
    "password-noted": "The sender has noted the password",
    "purged": "Content and record deleted by age",
    "account-added": "Account made",
    "account-roles": "Roles of an account changed",
    "account-reset": "Password of an account taken away",
    "account-mfa-reset": "Second factors of an account taken away",
    "account-disabled": "Account closed",
    "viewed": "Content revealed",
    "exception-added": "Exception asked for",
    "exception-approved": "Exception approved",
    "exception-ended": "Exception ended",
    "reload-refused": "A new set was broken and not used",
    "reloaded": "A new set came into force",
    "bypass-on": "Panic bypass switched on",
    "bypass-off": "Panic bypass switched off",
    "directory-imported": "Directory imported",
    "weak-names-viewed": "Names that are words looked at",
    "draft-tried": "A draft of the policies tried",
    "account-renamed": "Address of an account followed its person",
    "directory-refused": "Directory import refused",
    "directory-uploaded": "An export of the lists sent to the console",
    "directory-confirmed": "An export of the lists confirmed",
    "directory-dropped": "An export of the lists thrown away",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One place where something was found."""

    what: str
    place: str
    masked: str
    count: int
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One policy that hit."""

    policy: str
    action: str  # the word, for its colour
    wanted: str
    why: str
    clause: str
    advice: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was done about the message."""

    at: datetime
    what: str
    who: str
    details: str


def explained(held: Held) -> list[Explained]:
    """The policies that hit, the most severe first, each once with all its evidence."""
    hits = sorted(held.hits, key=lambda hit: (-_action(hit), hit["policy"]))
    return [_one(list(group)) for _, group in groupby(hits, key=lambda hit: hit["policy"])]


def unread(held: Held) -> list[tuple[str, str]]:
    """What could not be read, or not all of it: (part, why)."""
    return [
        (
            part.get("label") or "the message itself",
            f"{part['read']} read: {part.get('read_why') or 'unknown reason'}",
        )
        for part in held.parts
        if part.get("read", "whole") != "whole"
    ]


def steps(held: Held) -> list[Step]:
    """The history of one message, from the audit, in order."""
    events = AuditEvent.objects.filter(reference=held.id).order_by("number")
    return [
        Step(at=event.at, what=event_words(event.kind), who=event.actor, details=detail_words(event.details))
        for event in events
    ]


def event_words(kind: str) -> str:
    """The kind of an event as a heading."""
    return STEPS.get(kind, kind.replace("-", " ").replace("_", " ").capitalize())


def detail_words(details: Mapping[str, Any] | None) -> str:
    """Details of an event in a line; emptied ones say so."""
    if details is None:
        return "details no longer kept"
    return "; ".join(
        f"{name.replace('_', ' ')}: {_flat(value)}"
        for name, value in details.items()
        if value not in ("", None, [], {})
    )


def _flat(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {inner}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(str(inner) for inner in value)
    return str(value)


def _action(hit: Mapping[str, Any]) -> Action:
    return Action[str(hit["action"]).upper()]


def _one(hits: list[Mapping[str, Any]]) -> Explained:
    first = hits[0]
    action = _action(first).word
    return Explained(
        policy=first["policy"],
        action=action,
        wanted=ACTIONS[action],
        why=first.get("why", ""),
        clause=first.get("clause", ""),
        advice=bool(first.get("advice")),
        evidence=tuple(dict.fromkeys(_evidence(hit) for hit in hits if hit.get("kind"))),
    )


def _evidence(hit: Mapping[str, Any]) -> Evidence:
    where = ", ".join(filter(None, (spot(hit), hit.get("label", ""), hit.get("place", ""))))
    return Evidence(
        what=plain(hit["kind"]),
        place=where,
        masked=hit.get("masked", ""),
        count=int(hit.get("count", 1)),
        level=LEVELS.get(hit.get("level", 0), "") if hit.get("level") else "",
    )
