"""Facts of one message: envelope and scan together with what the directory and memory add. Pure, and never raises for mail."""

from dataclasses import replace

from detectors.directory.people import Directory
from detectors.findings import Scan
from policies.deriving import DERIVING, pair_key
from policies.envelope import Envelope
from policies.evidence import Facts, History, SenderFacts
from policies.families import with_families
from policies.people import Known, known
from policies.scene import Scene, evidence_of, pupils_found, siblings_as_one, without_known_thread

__all__ = ["Facts", "History", "facts", "to_recall", "to_remember"]

_LOCKED = frozenset({"protected:strong", "protected:weak"})
_PASSWORDS = frozenset({"password-words", "credentials"})


def facts(envelope: Envelope, scan: Scan, directory: Directory, history: History) -> Facts:
    """All that policies may ask about this message."""
    scene = _scene(envelope, scan, directory, history)
    derived = tuple(e for derive in DERIVING.values() for e in derive(scene))
    return Facts(
        id=envelope.id,
        received_at=envelope.received_at,
        sender=scene.sender,
        recipients=with_families(scene.recipients, scene.known),
        evidence=(*siblings_as_one(scene), *derived),
        parts=scan.parts,
        school=envelope.school,
        versions={**scan.versions, "directory": directory.version},
        fingerprints=directory.fingerprints,
        remember=_pairs(scene) if _has(scan, _LOCKED) else frozenset(),
    )


def to_remember(envelope: Envelope, scan: Scan, directory: Directory) -> frozenset[str]:
    """The pair keys of a message that carries a locked file: remembered for 24 hours by whoever keeps the history."""
    if not _has(scan, _LOCKED):
        return frozenset()
    return _pairs(_scene(envelope, scan, directory, History.empty()))


def to_recall(envelope: Envelope, scan: Scan, directory: Directory) -> frozenset[str]:
    """The pair keys that the history should be asked for: none where the message speaks of no password."""
    if not _has(scan, _PASSWORDS):
        return frozenset()
    return _pairs(_scene(envelope, scan, directory, History.empty()))


def _has(scan: Scan, kinds: frozenset[str]) -> bool:
    return not kinds.isdisjoint([finding.kind for finding in scan.findings])


def _pairs(scene: Scene) -> frozenset[str]:
    return frozenset(pair_key(scene, r) for r in scene.outside)


def _scene(envelope: Envelope, scan: Scan, directory: Directory, history: History) -> Scene:
    people = known(directory)
    sender = _sender(envelope, scan, people)
    evidence = evidence_of(scan)
    boxes = [people.mailbox(address) for address in dict.fromkeys(envelope.addresses)]
    outside = frozenset(box.mark for box in boxes if not people.internal(box.domain))
    evidence = without_known_thread(evidence, outside)
    pupils = pupils_found(evidence, people.pupil_ids)
    return Scene(
        envelope=envelope,
        known=people,
        history=history,
        sender=sender,
        recipients=tuple(people.recipient(box, sender, pupils) for box in boxes),
        evidence=evidence,
        parts=scan.parts,
    )


def _sender(envelope: Envelope, scan: Scan, people: Known) -> SenderFacts:
    """By the envelope; by the From field where the envelope names nobody whom the school knows."""
    sender = people.sender(envelope.mail_from, unattended="unattended" in envelope.tags)
    if sender.kind in ("staff", "pupil"):
        return sender
    for finding in scan.findings:
        if finding.kind == "header-address" and finding.place.lower() == "from":
            staff = people.staff_by_private.get(finding.fingerprint)
            if work := people.staff_marks.get(finding.fingerprint, ""):
                known_sender = people.sender(work, unattended=sender.unattended)
                return replace(known_sender, address=envelope.mail_from or work, by_header=True)
            if staff:
                return replace(
                    sender,
                    person=staff.id,
                    role=staff.role.strip().lower(),
                    department=people.departments.get(staff.id, ""),
                )
    return sender
