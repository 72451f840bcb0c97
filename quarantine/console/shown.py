"""What the console shows of a held message without opening it: plain words from masks, counts and kinds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from detectors.kinds import KINDS
from policies.evidence import PLAIN_RELATIONS, Relation
from quarantine import keys, store
from quarantine.config import current
from quarantine.cover import Cover
from quarantine.models import Held

KNOWN_RELATIONS = frozenset(relation.value for relation in PLAIN_RELATIONS)
ROLES = {
    "dpo": "Data Protection Officer",
    "dsl": "safeguarding lead",
    "hr": "personnel (HR)",
    "head": "head teacher",
    "reviewer": "reviewer",
    "it": "IT team",
    "admin": "administrator",
    "auditor": "auditor",
}
LEVELS = {
    0: "no personal data counted",
    1: "P1: names or work details",
    2: "P2: ordinary personal data",
    3: "P3: sensitive personal data",
    4: "P4: many people at once, or child protection",
}
RISKS = {0: "low", 1: "low", 2: "medium", 3: "high", 4: "very high"}
RISK_COLOURS = {0: "grey", 1: "grey", 2: "yellow", 3: "orange", 4: "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the queue."""

    held: Held
    sender: str
    to: str
    whats: tuple[str, ...]
    policies: tuple[str, ...]
    risk: str
    colour: str
    age: str
    left: str
    school: str


def row(held: Held, now: datetime) -> Row:
    """A held message in one line."""
    hits: list[dict[str, Any]] = held.hits
    return Row(
        held=held,
        sender=held.sender_masked,
        to=to_words([recipient.relation for recipient in held.recipients.all()]),
        whats=tuple(dict.fromkeys(f"{plain(hit['kind'])} {spot(hit)}".strip() for hit in hits)),
        policies=tuple(dict.fromkeys(hit["policy"] for hit in hits)),
        risk=RISKS.get(held.level, "very high"),
        colour=RISK_COLOURS.get(held.level, "red"),
        age=span(now - held.received_at),
        left=span(held.expires_at - now),
        school=current().school(held.school).name,
    )


def opened_cover(held: Held) -> Cover | None:
    """Who sent it and to whom, from the sealed envelope; None when it was purged."""
    if held.envelope is None:
        return None
    return store.unseal_record(Cover, held.envelope, keys.current().opening)


def plain(kind: str) -> str:
    """A kind of finding in plain words."""
    return KINDS[kind].plain if kind in KINDS else kind.replace(":", " ").replace("-", " ")


def spot(hit: Mapping[str, Any]) -> str:
    """Where a hit stands, in words."""
    where = {
        "subject": "in the subject",
        "header": "in the header",
        "body": "in the text",
        "attachment": "in an attachment",
        "filename": "in a file name",
    }
    return where.get(str(hit.get("where", "")), "")


def to_words(relations: Iterable[str]) -> str:
    """The recipients in words, with a count where there are several: "a contact of another pupil (2)"."""
    counted = Counter(relation_words(relation) for relation in relations)
    return ", ".join(f"{words} ({number})" if number > 1 else words for words, number in counted.items())


def relation_words(relation: str) -> str:
    """What a recipient is to the message, in words."""
    return (
        PLAIN_RELATIONS[Relation(relation)]
        if relation in KNOWN_RELATIONS
        else relation or "an address outside"
    )


def people(held: Held) -> list[tuple[str, str]]:
    """The people of the directory who were found in a message, each once: id and mask."""
    found = {f["person"]: f["masked"] for f in held.findings if f.get("person") and f.get("masked")}
    return sorted(found.items(), key=lambda one: one[1])


def role_words(roles: Iterable[str]) -> str:
    """Roles as people call them."""
    return ", ".join(ROLES.get(role, role) for role in roles)


def kept_until(held: Held) -> datetime | None:
    """When the content of a decided message is deleted; None where it waits, is gone, or a legal hold keeps it."""
    if held.decided_at is None or held.message_id is None or held.legal_hold:
        return None
    return held.decided_at + timedelta(days=current().retention.decided_days)


def span(time: timedelta) -> str:
    """A length of time in its largest whole unit: "3 hours"."""
    seconds = int(time.total_seconds())
    if seconds < 0:
        return "none"
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{seconds // size} {name}{'' if seconds // size == 1 else 's'}"
    return "less than a minute"
