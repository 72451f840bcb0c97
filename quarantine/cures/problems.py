"""The problems of a held message as its sender mends them: hits that share a place, with the cures that really help there."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from detectors.findings import Where
from policies.verdict import Action, Cure, Hit
from quarantine.cures.families import families, may_split
from quarantine.cures.order import BUILT
from quarantine.evidence import hit_of
from quarantine.models import Held

CONFIRMED_BELOW = 4  # P4 never goes on the sender's word
_NEVER_CONFIRMED = ("unreadable:", "no-contact", "wrong-family")
_IN_PARTS = {Where.ATTACHMENT, Where.FILENAME}
_PRIVATE = {  # where a private address can be replaced
    "private-address-disclosed": {Where.BODY, Where.HEADER},
    "reply-to-private": {Where.HEADER},
    "from-mismatch": {Where.HEADER, Where.MESSAGE},
}
OTHER_FAMILY = "wrong-family"


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """One thing to be put right."""

    key: str  # stable while the hits are the same: in forms and rows
    hits: tuple[Hit, ...]
    positions: tuple[int, ...]  # of the recipients concerned; () = all
    cures: tuple[Cure, ...]  # () = only somebody at school can help

    @property
    def first(self) -> Hit:
        return self.hits[0]

    @property
    def part(self) -> str:
        """The attachment that a cure would change, "0/2"; "" where none."""
        return attachment(self.first)


def open_problems(held: Held, *, officer: bool = False) -> tuple[Open, ...]:
    """What is to be put right, in the order of the hits; an officer may do all that can be done."""
    groups: dict[tuple[object, ...], list[tuple[Hit, tuple[int, ...]]]] = {}
    for row in held.hits:
        hit, positions = hit_of(row), tuple(row["positions"])
        if hit.action < Action.ASK or hit.monitor:
            continue
        place = attachment(hit) if hit.where in _IN_PARTS else ""
        groups.setdefault((hit.policy, hit.where.value, place, positions), []).append((hit, positions))
    return tuple(_open(key, group, held, officer=officer) for key, group in groups.items())


def attachment(hit: Hit) -> str:
    """The path of the attachment itself: a file inside an archive is cured with its archive."""
    steps = hit.part.split("/")
    return "/".join(steps[:2]) if len(steps) > 1 else ""


def part_row(held: Held, path: str) -> Mapping[str, Any]:
    """What the scan said of a part; empty where it said nothing."""
    return next((part for part in held.parts if part["path"] == path), {})


def _open(
    key: tuple[object, ...], group: list[tuple[Hit, tuple[int, ...]]], held: Held, *, officer: bool
) -> Open:
    hits = tuple(hit for hit, _ in group)
    positions = group[0][1]
    allowed = _anything if officer else _offers
    offered = [
        cure
        for cure in BUILT
        if all(allowed(cure, hit) and _helps(cure, hit, positions, held) for hit in hits)
    ]
    words = "\0".join(map(str, key))
    return Open(
        key=hashlib.sha256(words.encode()).hexdigest()[:12],
        hits=hits,
        positions=positions,
        cures=tuple(offered),
    )


def _offers(cure: Cure, hit: Hit) -> bool:
    """Whether the policy leaves it to the sender; to write to each one alone is a way of hiding addresses."""
    if hit.action is not Action.ASK:
        return False
    if cure is Cure.CONFIRM and (hit.level >= CONFIRMED_BELOW or hit.kind.startswith(_NEVER_CONFIRMED)):
        return False
    return cure in hit.cures or (cure is Cure.SINGLY and Cure.BCC in hit.cures)


def _anything(_cure: Cure, _hit: Hit) -> bool:
    return True


def _helps(cure: Cure, hit: Hit, positions: tuple[int, ...], held: Held) -> bool:
    """Whether it can be done here."""
    exposed = hit.kind == "recipients-exposed"
    can: dict[Cure, Callable[[], bool]] = {
        Cure.INITIALS: lambda: hit.where is Where.SUBJECT and hit.kind == "pupil-name",
        Cure.REPLACE_ADDRESS: lambda: hit.where in _PRIVATE.get(hit.kind, ()) and bool(hit.fingerprint),
        Cure.BCC: lambda: exposed,
        Cure.SINGLY: lambda: exposed and may_split(held, held.recipients.count()),
        Cure.ENCRYPT: lambda: hit.where is Where.ATTACHMENT and _is_file(hit, held) and _few_families(held),
        Cure.REMOVE: lambda: removes_file(hit, held) or removes_people(hit, positions, held),
        Cure.CONFIRM: lambda: True,
    }
    return cure in can and can[cure]()


def _few_families(held: Held) -> bool:
    return may_split(held, held.recipients.count()) or may_split(held, len(families(held)))


def removes_file(hit: Hit, held: Held) -> bool:
    """Whether removing means an attachment, one of several parts."""
    return hit.where in _IN_PARTS and _is_file(hit, held) and "0/1" in {p["path"] for p in held.parts}


def removes_people(hit: Hit, positions: tuple[int, ...], held: Held) -> bool:
    """Whether removing means recipients, and somebody is left."""
    return hit.where is Where.MESSAGE and 0 < len(positions) < held.recipients.count()


def _is_file(hit: Hit, held: Held) -> bool:
    row = part_row(held, attachment(hit)) if attachment(hit) else {}
    return bool(row.get("sha256")) and row.get("role") == Where.ATTACHMENT
