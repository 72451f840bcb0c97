"""How cost grows: with the length of a text, the size of an attachment, the number of recipients, and the directory.

  python -m bench.mail.growth [--write]

The exponent is the slope of log(time) over log(size): 1 is linear, 0 is flat. Times are CPU, the least of several runs.
Beside it: what the first pass saves over presidio reading whole texts with the same recognizers, and that both find the same.
"""

import argparse
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

from bench.mail import report
from bench.mail.corpus import nhs, para
from detectors.directory.people import Directory, Pupil
from detectors.extract.extracts import Extract
from detectors.findings import Where
from detectors.fingerprints import Fingerprints
from detectors.recognize import identifiers
from detectors.recognize.first_pass import looked
from detectors.recognize.hits import EVERYTHING, Passage
from detectors.recognize.matcher import prepare
from detectors.recognize.presidio import NoLanguage
from detectors.scan import scan
from detectors.warmth import EMPTY, SAMPLE
from gateway.smtp.trace import received
from policies import History, facts
from policies.envelope import Envelope, Recipient
from tests.support.mail import make_message

RUNS = 5
LETTERS = (10_000, 30_000, 100_000, 300_000, 1_000_000)
BYTES = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
PEOPLE = (10, 30, 100, 300, 1_000)
PUPILS = (1_000, 10_000, 100_000)


def least(work: Callable[[], object], runs: int = RUNS) -> float:
    """CPU seconds of the quickest of several runs."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return max(min(times), 1e-6)


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The slope of a straight line through the logarithms."""
    x, y = [math.log(s) for s in sizes], [math.log(t) for t in times]
    mx, my = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum((a - mx) ** 2 for a in x)


def text(letters: int, seed: int = 3) -> str:
    """School prose with an identifier in every fifth paragraph."""
    dice, parts, size = random.Random(seed), [], 0
    while size < letters:
        part = para(dice, 600)
        if dice.random() < 0.2:
            part += f"\nNHS number {nhs(dice)}, born 12/03/2011, mobile 07700 900123, write to p{size}@example.org\n"
        parts.append(part)
        size += len(part)
    return "\n\n".join(parts)[:letters]


def directory(pupils: int) -> Directory:
    """Made-up pupils with made-up names, none of them in the text."""
    people = tuple(
        Pupil(
            id=str(n),
            legal_forename=f"Fora{_letters(n % 977)}",
            legal_surname=f"Sura{_letters(n)}",
            dob=date(2012, 1, 1 + n % 28),
        )
        for n in range(pupils)
    )
    return replace(EMPTY, pupils=people, fingerprints=Fingerprints(b"g" * 32), version=f"g{pupils}")


def _letters(n: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in f"{n:06d}")


def growths() -> list[tuple[str, Sequence[int], list[float]]]:
    small = directory(1_000)
    letters = [make_message(body=text(n).replace("\n", "\r\n")) for n in LETTERS]
    files = [
        make_message(attach=(("x.bin", "image/jpeg", b"\xff\xd8\xff" + random.Random(1).randbytes(n)),))
        for n in BYTES
    ]
    short = make_message(body=text(5_000).replace("\n", "\r\n"))
    known = []
    for count in PUPILS:
        pupils = directory(count)
        prepare(pupils)
        scan(short, pupils)
        known.append(least(lambda pupils=pupils: scan(short, pupils), 15))
    judged = scan(short, small)
    people = [envelope(n) for n in PEOPLE]
    return [
        ("text of a message, letters", LETTERS, [least(lambda m=m: scan(m, small), 3) for m in letters]),
        ("attachment, bytes", BYTES, [least(lambda m=m: scan(m, small), 3) for m in files]),
        ("recipients: facts and the trace line", PEOPLE, [
            least(lambda e=e: (facts(e, judged, small, History.empty()), received(e, "x", bytes(32)))) for e in people]),
        ("pupils in the directory, one message of 5,000 letters", PUPILS, known),
    ]  # fmt: skip


def envelope(recipients: int) -> Envelope:
    people = tuple(Recipient(address=f"p{n}@home.example") for n in range(recipients))
    return Envelope(
        id="01", mail_from="a@example.sch.uk", recipients=people, received_at=datetime(2025, 6, 2, tzinfo=UTC)
    )


def first_pass() -> str:
    """CPU per letter: the same recognizers over whole texts and after the first pass, with equal findings; and presidio as it comes."""
    bodies = [text(3_000, seed=n) for n in range(60)]
    extracts = [Extract(part="0", where=Where.BODY, text=body) for body in bodies]
    quick = [identifiers.read(looked(one), EMPTY) for one in extracts]
    slow = [identifiers.read(unseen(one), EMPTY) for one in extracts]
    if [sorted(map(repr, hits)) for hits in quick] != [sorted(map(repr, hits)) for hits in slow]:
        raise SystemExit("the first pass changes what is found")
    size, plain = sum(map(len, bodies)), stock()
    ours = least(lambda: [identifiers.read(looked(one), EMPTY) for one in extracts]) / size
    whole = least(lambda: [identifiers.read(unseen(one), EMPTY) for one in extracts], 3) / size
    theirs = least(lambda: [plain.analyze(text=body, language="en") for body in bodies], 2) / size
    return (
        f"Recognizing identifiers, our scoring included: {1e9 * ours:.0f} ns a letter with the first pass, {1e9 * whole:.0f} ns with "
        f"the same recognizers over whole texts ({whole / ours:.1f} ×, the same {sum(map(len, quick))} findings), {1e9 * theirs:.0f} ns "
        f"for the pattern recognizers that presidio comes with, no language model ({theirs / ours:.1f} ×)."
    )


def stock() -> AnalyzerEngine:
    """presidio's own pattern recognizers; what looks up names on the network is given its list."""
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    tldextract.extract = tldextract.tldextract.TLD_EXTRACTOR
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    registry.recognizers = [r for r in registry.recognizers if "Spacy" not in r.name]
    return AnalyzerEngine(registry=registry, nlp_engine=NoLanguage(), supported_languages=["en"])


def unseen(extract: Extract) -> Passage:
    """A passage of which nothing is known before the recognizers."""
    one = looked(extract)
    one.seen = EVERYTHING
    return one


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    scan(SAMPLE, EMPTY)
    lines = ["| what grows | from – to | CPU ms from – to | exponent |", "|---|---|---|---|"]
    for name, sizes, times in growths():
        span = f"{sizes[0]:,} – {sizes[-1]:,} | {1000 * times[0]:.1f} – {1000 * times[-1]:.1f}"
        lines.append(f"| {name} | {span} | {exponent(sizes, times):.2f} |")
    lines += ["", first_pass()]
    report.tell("growth", lines, into_page=args.write)


if __name__ == "__main__":
    main()
