"""Everything that the derived findings may look at: the message, the people, and what went before."""

from dataclasses import dataclass, field, replace

from detectors.findings import Finding, Part, Protection, Scan, Strength, Where
from detectors.recognize.threads import IN_HEAD
from policies.envelope import Envelope
from policies.evidence import Evidence, History, RecipientFacts, Relation, SenderFacts
from policies.people import Known

_RANK = (Protection.NONE, Protection.LOOKALIKE, Protection.WEAK, Protection.RIGHTS_MANAGED, Protection.STRONG)
SOMEBODY_ELSE = "?"  # stands among pupils for people who are on no list of pupils
_BY_NUMBER = (
    "sensitive words about ",
    "personal data of ",
)  # how detectors.levels explains a P4 that numbers make
_LOCKED = ("unreadable:", "protected:strong", "protected:weak", "protected:rights-managed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One message with its people worked out."""

    envelope: Envelope
    known: Known
    history: History
    sender: SenderFacts
    recipients: tuple[RecipientFacts, ...]
    evidence: tuple[Evidence, ...]
    parts: tuple[Part, ...] = ()
    by_kind: dict[str, tuple[Evidence, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found: dict[str, list[Evidence]] = {}
        for one in self.evidence:
            found.setdefault(one.finding.kind, []).append(one)
        object.__setattr__(self, "by_kind", {kind: tuple(several) for kind, several in found.items()})

    @property
    def outside(self) -> tuple[RecipientFacts, ...]:
        """The recipients outside the school."""
        return tuple(r for r in self.recipients if r.relation is not Relation.INTERNAL)

    def of_kind(self, *kinds: str) -> tuple[Evidence, ...]:
        """The evidence of these kinds."""
        there = [kind for kind in kinds if kind in self.by_kind]
        if len(there) > 1:
            return tuple(e for e in self.evidence if e.finding.kind in there)
        return self.by_kind[there[0]] if there else ()

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody whom the message's personal data is about."""
        return tuple(sorted({p for e in self.of_kind("personal-data") for p in e.finding.people}))

    @property
    def level(self) -> int:
        """The highest level of the message; a file that cannot be read counts as data (P2)."""
        level = max((e.finding.level for e in self.of_kind("personal-data")), default=0)
        locked = any(kind.startswith(_LOCKED) for kind in self.by_kind)
        return max(level, 2) if locked else level


def protection_of(finding: Finding, parts: dict[str, Part]) -> Protection:
    """The strongest lock on the way to where a finding stands. A file's name stands outside of its lock."""
    if finding.where is Where.FILENAME:
        return Protection.NONE
    labels = finding.part.split("/")
    chain = ["/".join(labels[: i + 1]) for i in range(len(labels))]
    locks = [parts[path].protection for path in chain if path in parts]
    return max(locks, key=_RANK.index, default=Protection.NONE)


def evidence_of(scan: Scan) -> tuple[Evidence, ...]:
    """The findings of a scan with the protection, label and type of their parts."""
    parts = {p.path: p for p in scan.parts}
    result = []
    places: dict[tuple[str, bool], tuple[Protection, str, str]] = {}  # many findings stand in one part
    for finding in scan.findings:
        place = finding.part, finding.where is Where.FILENAME
        known = places.get(place)
        if known is None:
            part = parts.get(finding.part)
            words = (part.label, part.sniffed) if part else ("", "")
            known = places[place] = (protection_of(finding, parts), *words)
        protection, label, media = known
        result.append(Evidence(finding=finding, protection=protection, label=label, media=media))
    return tuple(result)


def pupils_found(evidence: tuple[Evidence, ...], pupil_ids: frozenset[str]) -> frozenset[str]:
    """The pupils whom the message is about: of its personal data, and those named in full.

    Data about people who are no pupils on record gives `SOMEBODY_ELSE`: no contact is linked to them.
    """
    found: set[str] = set()
    for item in evidence:
        finding = item.finding
        if finding.kind == "personal-data" and finding.level >= 1:
            found |= {*finding.people, finding.person}
            if finding.level >= 2 and found and not found & pupil_ids:
                found.add(SOMEBODY_ELSE)
        elif finding.kind == "pupil-name" and finding.strength is Strength.FULL:
            found.add(finding.person)
    known_pupils = found & pupil_ids
    return frozenset(known_pupils or found & {SOMEBODY_ELSE})


def without_known_thread(evidence: tuple[Evidence, ...], outside: frozenset[str]) -> tuple[Evidence, ...]:
    """Drops what stands in a quoted thread, when everybody outside took part in that thread already: to be spoken of in it is not enough."""
    thread = {
        e.finding.fingerprint
        for e in evidence
        if e.finding.quoted and e.finding.kind == "email-address" and e.finding.why == IN_HEAD
    }
    if not outside or not outside <= thread:
        return evidence
    return tuple(e for e in evidence if not (e.finding.quoted and e.finding.where is Where.BODY))


def siblings_as_one(scene: Scene) -> tuple[Evidence, ...]:
    """To their own contact, siblings count as one child: what is P4 by their number alone is P3."""
    result: list[Evidence] = []
    everybody = frozenset(r.address for r in scene.recipients)
    family = frozenset(r.address for r in scene.recipients if r.relation is Relation.LINKED_PARENT)
    for item in scene.evidence:
        if family and _only_many(item, scene):
            result.append(item.only_for(family, level=3))
            if others := everybody - family:
                result.append(replace(item, recipients=others))
        else:
            result.append(item)
    return tuple(result)


def _only_many(item: Evidence, scene: Scene) -> bool:
    finding = item.finding
    return (
        finding.kind == "personal-data"
        and finding.level == 4
        and len(finding.people) >= 2
        and set(finding.people) <= scene.known.pupil_ids
        and finding.why.startswith(_BY_NUMBER)
    )
