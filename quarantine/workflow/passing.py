"""A message that went on: its record and its audit event, worked out before the next hop has answered and written after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from detectors.findings import Scan
from policies.envelope import Envelope, Recipient
from policies.evidence import Facts
from policies.verdict import Verdict
from quarantine import audit, config, letters, memory, rows
from quarantine.cover import cover_of
from quarantine.database import one_transaction
from quarantine.models import AuditEvent
from quarantine.workflow.records import counts, record, remember, size_of


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written of a message that goes on, but for the time and its place in the audit."""

    row: rows.Ready
    event: AuditEvent


def entry(
    envelope: Envelope, scan: Scan, verdict: Verdict, *, raw: bytes = b"", facts: Facts | None = None
) -> Entry:
    """Worked out from what is known before the next hop has answered; touches no database."""
    school, found = config.current().school(envelope.school).key, counts(scan, verdict)
    row = record(envelope, scan, verdict, size_of(scan, raw), school, facts)
    event = audit.event("passed", school=school, reference=envelope.id, action=verdict.action.word, **found)
    return Entry(rows.ready(row), event)


def passed(
    envelope: Envelope,
    scan: Scan,
    verdict: Verdict,
    *,
    now: datetime,
    raw: bytes = b"",
    facts: Facts | None = None,
    relayed: Sequence[Recipient] = (),
    ahead: Callable[[], Entry] | None = None,
) -> None:
    """A message went on: no content stays, only what was decided about it.

    `relayed`: recipients whose sender asked to hear of success, of which the next hop will not tell; `ahead` gives
    the message's `entry` where it was made before.
    """
    written = ahead() if ahead else entry(envelope, scan, verdict, raw=raw, facts=facts)
    told: list[letters.Letter] = []
    if relayed or any(hit.tell for hit in verdict.hits):  # else nobody hears of it
        cover = cover_of(envelope, raw)
        told += letters.for_roles(cover, verdict, now=now) + letters.tip(cover, verdict, now=now)
        told += letters.relayed(cover, relayed, now=now)
    with one_transaction():
        rows.insert(written.row)
        remember(facts, now + memory.DAY)
        letters.post(told, reference=envelope.id, now=now)
        audit.add(written.event, now=now)
