"""What every message leaves behind, held or not: one row, what the audit says of it, and what later mail is judged by."""

import secrets
from datetime import datetime
from typing import Any

from detectors.findings import Scan
from policies.envelope import Envelope
from policies.evidence import Facts
from policies.verdict import Verdict
from quarantine import evidence, features, keys, memory
from quarantine.database import one_transaction
from quarantine.masks import address_fingerprint
from quarantine.models import Remembered, VerdictRecord


def record(
    envelope: Envelope, scan: Scan, verdict: Verdict, size: int, school: str, facts: Facts | None
) -> VerdictRecord:
    """The row of one message."""
    return VerdictRecord(
        id=envelope.id,
        school=school,
        action=verdict.action.word,
        received_at=envelope.received_at,
        sender=address_fingerprint(keys.current().fingerprints, envelope.mail_from),
        department=facts.sender.department if facts else "",
        recipients=len(envelope.recipients),
        size=size,
        parts=len(scan.parts),
        policies=evidence.policies(verdict),
        kinds=evidence.kinds(scan),
        policy_set=verdict.version,
        versions=scan.versions,
        would=verdict.would.word if verdict.would > verdict.action else "",
        features=features.pack(facts) if facts else None,
    )


def remember(facts: Facts | None, until: datetime) -> None:
    """What later mail is judged by; a locked file that waits counts until a day after its hold ends."""
    if facts and facts.remember:
        memory.remember(facts.remember, reference=facts.id, until=until)


def writable() -> None:
    """Fails where nothing can be written: a row is, and taken away again, in a transaction that goes to the disk."""
    with one_transaction():
        Remembered.objects.create(kind="trial", key=secrets.token_hex(16)).delete()


def counts(scan: Scan, verdict: Verdict) -> dict[str, Any]:
    """What the audit says of any message: ids, kinds and counts."""
    return {
        "policies": evidence.policies(verdict),
        "kinds": evidence.kinds(scan),
        "parts": len(scan.parts),
        "policy_set": verdict.version,
        **({"would": verdict.would.word} if verdict.would > verdict.action else {}),
        **({"waivers": waived} if (waived := sorted({h.waived for h in verdict.hits if h.waived})) else {}),
    }


def size_of(scan: Scan, raw: bytes) -> int:
    """Bytes of the message."""
    return len(raw) or next((part.size for part in scan.parts if part.path == "0"), 0)
