"""The findings of the quick way beside those of a slow plain one, message by message; one difference is a failure.

  python -m bench.mail.same [--n 200] [--write]

The messages of `compare`, and half as many of which a third names a pupil. Quick is what a worker does, its memory of
attachments and its language model included; slow has no first pass, no memory, the standard library's parser, and reads
every cell and every XML element by itself (tests/support/slow_way.py).
"""

import argparse
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bench.mail import report
from bench.mail.messages import load_mix
from bench.mail.systems import write_pupils
from detectors.directory.export import of_files
from detectors.directory.load import snapshot
from detectors.directory.people import Directory
from detectors.extract.memory import Memory
from detectors.findings import Scan
from detectors.fingerprints import Fingerprints
from detectors.limits import Limits
from detectors.recognize.ner import FindsPeople, NamesFinder
from detectors.recognize.searched import Searched
from detectors.scan import scan
from tests.support.slow_way import slowly

TODAY = date(2025, 6, 2)  # the day of the messages


def mix(folder: Path, *, n: int, leaks: float, seed: int) -> tuple[Directory, list[bytes]]:
    """Messages of the school mix, and the directory of the school that sends them."""
    corpus = [sys.executable, str(Path(__file__).parent / "corpus.py"), "--out", str(folder)]
    options = ["--n", str(n), "--leaks", str(leaks), "--seed", str(seed)]
    subprocess.run([*corpus, *options], check=True, stdout=subprocess.DEVNULL)
    write_pupils(folder / "roster-10000.csv", folder / "pupils.csv")
    key = Fingerprints(secrets.token_bytes(32))
    pupils = of_files((("pupils.csv", (folder / "pupils.csv").read_bytes()),), key, today=TODAY).pupils
    directory = snapshot(
        school_names=("School Example",),
        domains=("school.example",),
        fingerprints=key,
        today=TODAY,
        pupils=pupils,
    )
    return directory, load_mix(str(folder))


def pairs(
    directory: Directory, messages: list[bytes], nlp: FindsPeople | None
) -> Iterator[tuple[Scan, Scan]]:
    """What the quick way and the slow way say of each message."""
    memory, searched = Memory(Limits().cache_bytes), Searched(Limits().cache_bytes)
    for raw in messages:
        quick = scan(raw, directory, nlp=nlp, memory=memory, searched=searched)
        yield quick, slowly(raw, directory, nlp)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--write", action="store_true", help="write the line into docs/performance.md")
    args = parser.parse_args()
    compared = found = differ = 0
    nlp = NamesFinder()
    for seed, n, leaks in ((7, args.n, 0.0), (9, args.n // 2, 0.34)):
        with tempfile.TemporaryDirectory() as folder:
            directory, messages = mix(Path(folder), n=n, leaks=leaks, seed=seed)
        for number, (quick, slow) in enumerate(pairs(directory, messages, nlp)):
            compared, found = compared + 1, found + len(slow.findings)
            if quick != slow:
                differ += 1
                print(f"message {number} of seed {seed} differs")
    line = f"{compared} messages, {found} findings, {differ} messages differ."
    print(line)
    if args.write and not differ:
        report.write("same", line)
    return int(bool(differ) or not found)


if __name__ == "__main__":
    sys.exit(main())
