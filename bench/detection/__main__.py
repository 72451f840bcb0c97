"""`python -m bench detection`: the labelled sets through the scan, beside presidio and plain regexes; the tables go into docs/detection.md.

`tell` prints the cases behind the misses of the first set (never of the others); `dry` leaves the page as it is.
"""

import hashlib
import sys
import tomllib
from collections import Counter
from pathlib import Path

from bench.detection import first, rivals, score, second, speed
from bench.detection.fifth import corpus as fifth
from bench.detection.fourth import corpus as fourth
from bench.detection.sample import Sample, School
from bench.detection.school import directory
from bench.detection.score import NAMES, NUMBERS, Score, Tally
from bench.detection.seventh import corpus as seventh
from bench.detection.sixth import corpus as sixth
from bench.detection.third import corpus as third
from detectors.recognize.ner import NamesFinder

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "detection.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
SETS = {
    "first": first.corpus, "second": second.corpus, "third": third.corpus, "fourth": fourth.corpus, "fifth": fifth.corpus,
    "sixth": sixth.corpus, "seventh": seventh.corpus,
}  # fmt: skip
EVERY = 6  # presidio is slow: it reads every sixth message


def main() -> int:
    """Exit code 1 when a set's bytes are not those that were frozen."""
    frozen = tomllib.loads((HERE / "frozen.toml").read_text("utf-8"))
    parts, sound = [], True
    for name, corpus in SETS.items():
        school, samples = corpus()
        digest = hashlib.sha256(b"".join(s.raw for s in samples)).hexdigest()
        if digest != frozen[name]:
            print(f"the {name} set is not the frozen one: {digest}", file=sys.stderr)
            sound = False
        own = score.measure(samples, directory(school), NamesFinder())
        if name == "first" and "tell" in sys.argv:
            tell(own)
        few = samples[::EVERY]
        beside = {
            "presidio-analyzer, stock": rivals.measure(few, rivals.presidio()),
            "plain regexes": rivals.measure(samples, rivals.regexes()),
        }
        parts.append(section(name, school, samples, own, beside))
    parts.append(speed.section(directory(first.corpus()[0])))
    text = "\n\n".join(parts)
    print(text)
    if sound and "dry" not in sys.argv:
        page = PAGE.read_text("utf-8")
        PAGE.write_text(
            page[: page.index(BEGIN)] + f"{BEGIN}\n\n{text}\n\n" + page[page.index(END) :], "utf-8"
        )
    return not sound


def section(name: str, school: School, samples: list[Sample], own: Score, beside: dict[str, Score]) -> str:
    rows = [
        f"| {kind} | {cells(tally)} |"
        for kind, tally in sorted(own.kinds.items())
        if kind not in (NAMES, NUMBERS)
    ]
    cultures = [
        f"| {culture.replace('_', ' ')} | {cells(tally)} |" for culture, tally in sorted(own.cultures.items())
    ]
    others = [
        f"| {who} | {f1(s.kinds[NAMES])} | {f1(s.kinds[NUMBERS])} | {s.letters / s.seconds:,.0f} |"
        for who, s in {"Schoolgate": own, **beside}.items()
    ]
    head = "| | right | missed | wrong | recall | precision |\n|---|---|---|---|---|---|"
    weak = ", ".join(f"{word} {count}" for word, count in sorted(own.weak.items()))
    return "\n".join([
        f"### The {name} set: {len(samples):,} messages, {len(school.children)} pupils", "", head,
        f"| **{NAMES}** | {cells(own.kinds[NAMES])} |", f"| **{NUMBERS}** | {cells(own.kinds[NUMBERS])} |", *rows, "",
        f"Ordinary mail held or asked about: {len(own.held)} of {own.ordinary:,} ({own.held_per_thousand:.1f} in 1,000). Doubtful names were said to be: {weak}.", "",
        "Full names in subjects, by naming culture:", "", head, *cultures, "",
        "| | names: recall / precision / F1 | identifiers: recall / precision / F1 | letters a second |", "|---|---|---|---|", *others,
    ])  # fmt: skip


def cells(tally: Tally) -> str:
    return f"{tally.right} | {tally.missed} | {tally.wrong} | {tally.recall:.4f} | {tally.precision:.4f}"


def f1(tally: Tally) -> str:
    both = tally.recall + tally.precision
    return f"{tally.recall:.3f} / {tally.precision:.3f} / {2 * tally.recall * tally.precision / both if both else 0:.3f}"


def tell(own: Score) -> None:
    for (what, case, place), count in Counter(
        (w, s.case, p if p.startswith("(") else "") for w, s, p in own.told
    ).most_common():
        print(count, what, case, place, file=sys.stderr)
    for (case, policy), count in Counter(
        (s.case, h.policy) for s, v in own.held for h in v.hits if h.action >= 2
    ).most_common():
        print(count, "held", case, policy, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
