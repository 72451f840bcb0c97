"""Runs a set through the scan and the default policies, and counts what was right, missed and wrong."""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bench.detection.sample import Sample
from detectors.directory import Directory
from detectors.findings import Scan, Strength, Where
from detectors.kinds import KINDS
from detectors.recognize.ner import FindsPeople
from detectors.scan import scan
from policies import History, decide, facts, load_set
from policies.envelope import Envelope, Recipient
from policies.verdict import Action, Verdict

NAMES = "full names in subjects"
NUMBERS = "identifiers"
IDENTIFIERS = frozenset(k.name for k in KINDS.values() if k.group == "identifiers") - {"header-address"}
OFFICE = r"\b01632 960\d{3}\b"
NOW = datetime(2026, 3, 2, 9, 12, tzinfo=UTC)


@dataclass(slots=True)
class Tally:
    right: int = 0
    missed: int = 0
    wrong: int = 0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0


@dataclass(slots=True)
class Score:
    """`kinds` and `cultures` hold tallies; `told` the cases behind each miss and false alarm, for whoever looks for causes."""

    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    cultures: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    weak: Counter[str] = field(
        default_factory=Counter
    )  # doubtful names: "weak", "full" or "nothing" was said
    ordinary: int = 0
    held: list[tuple[Sample, Verdict]] = field(default_factory=list)
    told: list[tuple[str, Sample, str]] = field(default_factory=list)
    letters: int = 0
    seconds: float = 0.0

    @property
    def held_per_thousand(self) -> float:
        return 1000 * len(self.held) / self.ordinary if self.ordinary else 0.0


def envelope(sample: Sample) -> Envelope:
    recipients = tuple(Recipient(address=a) for a in sample.recipients)
    return Envelope(id=sample.id, mail_from=sample.sender, recipients=recipients, received_at=NOW)


def measure(samples: Iterable[Sample], directory: Directory, nlp: FindsPeople | None = None) -> Score:
    score, policy_set = Score(), load_set("default")
    for sample in samples:
        begun = time.perf_counter()
        result = scan(sample.raw, directory, nlp=nlp)
        score.seconds += time.perf_counter() - begun
        score.letters += sum(len(words) for _, words in sample.texts)
        _names(score, sample, result)
        _numbers(score, sample, result)
        if sample.ordinary:
            score.ordinary += 1
            verdict = decide(facts(envelope(sample), result, directory, History.empty()), policy_set)
            if verdict.would >= Action.ASK:
                score.held.append((sample, verdict))
    return score


def _names(score: Score, sample: Sample, result: Scan) -> None:
    found = {f.person: f.strength for f in result.findings if f.kind == "pupil-name" and f.where is Where.SUBJECT and f.person and f.strength is not Strength.PARTIAL}  # fmt: skip
    full = {person for person, strength in found.items() if strength is Strength.FULL}
    for tally in (score.kinds[NAMES], score.cultures[sample.culture]):
        _count(tally, full, set(sample.full), set(sample.either))
    for person in sample.weak:
        strength = found.get(person)
        score.weak[strength.value if strength else "nothing"] += 1
    _tell(score, sample, NAMES, full, set(sample.full), set(sample.either))


def _numbers(score: Score, sample: Sample, result: Scan) -> None:
    hits = Counter(
        (f.where.value, f.kind)
        for f in result.findings
        if f.kind in IDENTIFIERS and f.where is not Where.HEADER
    )
    optional = set(sample.optional)
    found = {
        place for place, times in hits.items() if times > _signed(sample, place) or place not in sample.wanted
    }
    for kind in IDENTIFIERS:
        said, meant = ({p for p in places if p[1] == kind} for places in (found, set(sample.wanted)))
        for tally in (score.kinds[kind], score.kinds[NUMBERS]):
            _count(tally, said, meant, optional)
    _tell(score, sample, NUMBERS, found, set(sample.wanted), optional)


def _signed(sample: Sample, place: tuple[str, str]) -> int:
    """How many values of a kind stand in the signature: they do not stand for the value that is looked for."""
    body = next(words for where, words in sample.texts if where == "body")
    sign = {("body", "phone"): OFFICE, ("body", "email-address"): re.escape(sample.sender)}.get(place)
    return int(bool(sign and re.search(sign, body)))


def _count(tally: Tally, found: set[Any], wanted: set[Any], optional: set[Any]) -> None:
    tally.right += len(found & wanted)
    tally.missed += len(wanted - found)
    tally.wrong += len(found - wanted - optional)


def _tell(
    score: Score, sample: Sample, what: str, found: set[Any], wanted: set[Any], optional: set[Any]
) -> None:
    score.told += [(f"{what} missed", sample, str(x)) for x in wanted - found]
    score.told += [(f"{what} wrong", sample, str(x)) for x in found - wanted - optional]
