"""Verdict and scan as rows may keep them: masks, kinds and counts; recipients by position, no address and no value."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from detectors.findings import Finding, Part, Scan
from policies.envelope import Envelope
from policies.verdict import Action, Hit, Verdict
from quarantine.models import Held
from quarantine.texts import clean

KEPT = 500  # findings, parts and hits that a row keeps; the counts in the verdict record are of all


def hit_rows(verdict: Verdict, envelope: Envelope) -> list[dict[str, Any]]:
    """The hits without addresses: `positions` points into the sealed envelope, empty means everybody."""
    return [
        {
            **_row(replace(hit, recipients=())),
            "action": hit.action.word,
            "positions": positions(hit.recipients, envelope),
        }
        for hit in verdict.hits[:KEPT]
    ]


def positions(addresses: Iterable[str], envelope: Envelope) -> list[int]:
    """Where these addresses stand in the envelope."""
    asked = {address.lower() for address in addresses}
    return [n for n, recipient in enumerate(envelope.recipients) if recipient.address.lower() in asked]


def hits_of(held: Held, envelope: Envelope | None = None) -> tuple[Hit, ...]:
    """The hits of a row, as policies gave them; with their recipients where the unsealed envelope is at hand."""
    found = envelope.addresses if envelope else ()
    return tuple(
        replace(hit_of(row), recipients=tuple(found[n] for n in row["positions"] if n < len(found)))
        for row in held.hits
    )


def hit_of(row: Mapping[str, Any]) -> Hit:
    """One hit of a row."""
    fields = {name: value for name, value in row.items() if name != "positions"}
    return msgspec.convert(fields | {"action": Action[row["action"].upper()]}, Hit)


def miss_rows(verdict: Verdict) -> list[dict[str, Any]]:
    """The policies that came close."""
    return [_row(miss) for miss in verdict.misses[:KEPT]]


def finding_rows(scan: Scan) -> list[dict[str, Any]]:
    """The findings, masked as the scan gave them."""
    return [_row(finding) for finding in scan.findings[:KEPT]]


def findings_of(held: Held) -> tuple[Finding, ...]:
    """The findings of a row."""
    return msgspec.convert(held.findings, tuple[Finding, ...])


def part_rows(scan: Scan) -> list[dict[str, Any]]:
    """The tree of parts, labels masked as the scan gave them."""
    return [_row(part) for part in scan.parts[:KEPT]]


def parts_of(held: Held) -> tuple[Part, ...]:
    """The parts of a row."""
    return msgspec.convert(held.parts, tuple[Part, ...])


def _row(record: Any) -> dict[str, Any]:
    """A dataclass as a JSON row."""
    row: dict[str, Any] = msgspec.to_builtins(record)
    return {name: clean(value) if isinstance(value, str) else value for name, value in row.items()}


def kinds(scan: Scan) -> dict[str, int]:
    """How often each kind was found."""
    count: Counter[str] = Counter()
    for finding in scan.findings:
        count[finding.kind] += finding.count
    return dict(sorted(count.items()))


def policies(verdict: Verdict) -> list[str]:
    """The ids of the policies that hit, each once, harshest first."""
    hits = sorted(verdict.hits, key=lambda hit: -hit.action)
    return list(dict.fromkeys(hit.policy for hit in hits))
