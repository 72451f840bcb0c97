"""The scan: bytes and a directory in, parts and findings out. Pure, run in a worker; for any bytes it answers with a Scan."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from detectors.directory.people import Directory
from detectors.extract.memory import Memory
from detectors.extract.reading import Node, Reading
from detectors.extract.sight import Sight
from detectors.extract.walk import read_message
from detectors.findings import Finding, Part, Scan
from detectors.limits import Limits
from detectors.obvious import obvious
from detectors.recognize.labels import mask_label
from detectors.recognize.ner import FindsPeople
from detectors.recognize.recognition import recognize
from detectors.recognize.searched import Searched
from detectors.unread import RECOGNIZING, VERSION, whole_finding


def scan(
    raw: bytes,
    directory: Directory,
    limits: Limits = Limits(),  # noqa: B008 - frozen: one default for all
    *,
    nlp: FindsPeople | None = None,
    progress: Callable[[str], None] = lambda _: None,
    skip: Mapping[str, str] | None = None,
    memory: Memory | None = None,
    sight: Sight | None = None,
    searched: Searched | None = None,
) -> Scan:
    """Read the message and recognize what it says. `skip` names parts that ended a worker before; `memory` keeps what attachments said, `searched` what texts were found to say; `sight` is what is known of its pictures."""
    reading = read_message(
        raw,
        limits,
        hints=partial(obvious, directory),
        progress=progress,
        skip=skip,
        memory=memory,
        sight=sight,
    )
    parts = tuple(_part(node, directory) for node in sorted(reading.nodes, key=lambda n: n.order))
    progress(RECOGNIZING)
    found = [] if RECOGNIZING in (skip or {}) else _recognized(reading, directory, parts, nlp, searched)
    if RECOGNIZING in (skip or {}):
        reading.findings.append(
            whole_finding((skip or {})[RECOGNIZING], "searching the text ended the reading process")
        )
    findings = _bounded((*(_placed(f, directory) for f in reading.findings), *found), limits)
    return Scan(
        parts=parts, findings=findings, versions={"detectors": VERSION, "directory": directory.version}
    )


def _recognized(
    reading: Reading,
    directory: Directory,
    parts: tuple[Part, ...],
    nlp: FindsPeople | None,
    searched: Searched | None,
) -> list[Finding]:
    try:
        return recognize(reading.extracts, directory, parts, nlp, searched)
    except MemoryError:
        return [whole_finding("memory", "searching the text needs more memory than it may use")]
    except Exception as surprise:  # noqa: BLE001 - whatever the text does to a recognizer, the message is held, not lost
        return [whole_finding("worker-crash", f"searching the text failed ({type(surprise).__name__})")]


def _part(node: Node, directory: Directory) -> Part:
    return Part(
        path=node.path,
        label=_label(node, directory),
        role=node.role,
        declared=node.declared[:200],
        sniffed=node.type.removeprefix("body-").replace("text", "txt"),
        size=node.size,
        sha256=node.sha256,
        protection=node.protection,
        protected_how=node.how,
        read=node.read,
        read_why=node.why,
    )


def _label(node: Node, directory: Directory) -> str:
    names: list[str] = []
    at: Node | None = node
    while at is not None and len(names) < 8:
        if at.name:
            names.append(mask_label(at.name[:200], directory))
        at = at.parent
    return " › ".join(reversed(names))


def _placed(finding: Finding, directory: Directory) -> Finding:
    return replace(finding, place=mask_label(finding.place, directory)) if finding.place else finding


def _bounded(findings: tuple[Finding, ...], limits: Limits) -> tuple[Finding, ...]:
    """What crosses back is bounded; the most telling come first, and the cut is a finding of its own."""
    if len(findings) <= limits.findings:
        return findings
    kept = sorted(
        findings,
        key=lambda f: (f.kind.startswith(("unreadable", "protected", "personal-data")), f.level, f.score),
        reverse=True,
    )
    why = f"only the first {limits.findings} of {len(findings)} findings are listed"
    return (*kept[: limits.findings], whole_finding("too-many-findings", why))
