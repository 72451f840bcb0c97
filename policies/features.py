"""Facts as stored features: what `decide` needs to judge past mail again, without content, names or addresses."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from detectors.findings import Part
from detectors.fingerprints import Fingerprints
from policies.evidence import Evidence, Facts, RecipientFacts, SenderFacts

FORMAT = 1
_DROPPED = ("masked", "why", "place")  # shown to people once; no policy asks for them
_DROPPED_OF_HEADER = ("masked", "why")  # but for the name of the field


def features(facts: Facts) -> dict[str, Any]:
    """The facts as plain JSON values. Addresses become numbers, masks and labels are left out."""
    numbers = {r.address: f"r{n}" for n, r in enumerate(facts.recipients)}
    return {
        "format": FORMAT,
        "id": facts.id,
        "received_at": facts.received_at.isoformat(),
        "school": facts.school,
        "sender": _plain(facts.sender) | {"address": ""},
        "recipients": [
            _plain(r) | {"address": numbers[r.address], "family": "", "organisation": ""}
            for r in facts.recipients
        ],
        "evidence": _evidence(facts.evidence, numbers),
        "parts": [_plain(p) | {"label": "", "read_why": "", "protected_how": ""} for p in facts.parts],
        "versions": facts.versions,
    }


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value)


def _evidence(evidence: Sequence[Evidence], numbers: dict[str, str]) -> list[dict[str, Any]]:
    rows = []
    for one, finding in zip(evidence, _plain([e.finding for e in evidence]), strict=True):
        for name in _DROPPED if finding["kind"] != "header-address" else _DROPPED_OF_HEADER:
            del finding[name]
        seen = one.recipients
        rows.append(
            {
                "finding": finding,
                "protection": one.protection.value,
                "media": one.media,
                "recipients": None if seen is None else sorted(numbers[a] for a in seen if a in numbers),
            }
        )
    return rows


def facts_of(stored: dict[str, Any], fingerprints: Fingerprints | None = None) -> Facts:
    """The facts again. With the installation's fingerprints, named lists of addresses can be judged too."""
    made = msgspec.convert(
        {k: v for k, v in stored.items() if k not in ("format", "evidence", "received_at")}
        | {"received_at": datetime.fromisoformat(stored["received_at"]), "evidence": []},
        _Stored,
    )
    evidence = tuple(
        msgspec.convert(e | {"recipients": None}, Evidence)
        if e["recipients"] is None
        else replace(
            msgspec.convert(e | {"recipients": None}, Evidence),
            recipients=frozenset(map(str, e["recipients"])),
        )
        for e in stored["evidence"]
    )
    return Facts(
        id=made.id,
        received_at=made.received_at,
        sender=made.sender,
        recipients=made.recipients,
        evidence=evidence,
        parts=made.parts,
        school=made.school,
        versions=made.versions,
        fingerprints=fingerprints,
    )


class _Stored(msgspec.Struct, kw_only=True):
    id: str
    received_at: datetime
    sender: SenderFacts
    recipients: tuple[RecipientFacts, ...]
    parts: tuple[Part, ...] = ()
    school: str = ""
    versions: dict[str, str] = msgspec.field(default_factory=dict)
