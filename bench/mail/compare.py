"""Schoolgate beside its peers on the school mail mix, each pinned to one core, the same messages; writes docs/performance.md.

  python -m bench.mail.compare [--n 200] [--runs 5] [--only postfix,schoolgate] [--write]

Load and sink run on core 0, the system under test on core 1. CPU is the time of its whole process tree per message.
Every accepted message must be in the sink once and unchanged, or kept back by a policy; else the exit code is 1.
"""

import argparse
import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bench.mail import report, systems, targets
from bench.mail.measure import Row, System, measure, sink

LATENCY_RATE = 50.0  # messages a second, offered whatever the system does
Start = Callable[[int, Path, Path], AbstractContextManager[System]]


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table; slow systems get fewer messages."""

    key: str
    name: str
    start: Start
    share: float = 1.0
    mixes: tuple[str, ...] = ("mix",)
    rate: float = 0.0


CASES = (
    Case("relay", "Schoolgate's two ends of SMTP alone", lambda hop, _mix, _root: systems.program("relay_only", hop)),
    Case("postfix", "Postfix relay", lambda hop, _mix, _root: systems.bare_postfix(hop), mixes=("mix", "plain")),
    Case("rspamd", "Postfix with rspamd, our rules alone", systems.postfix_rspamd, mixes=("mix", "plain")),
    Case("schoolgate", "Schoolgate", systems.schoolgate, mixes=("mix", "plain")),
    Case("spooled", "Schoolgate, each message durable first too", lambda *where: systems.schoolgate(*where, spool=True)),
    Case("pictures", "Schoolgate, words in pictures read too", lambda *where: systems.schoolgate(*where, pictures=True), 0.2),
    Case("amavis", "amavisd-new, our rules alone", lambda *where: systems.amavis(*where, stock=False), 0.5),
    Case("stock", "amavisd-new as Debian ships it", lambda *where: systems.amavis(*where, stock=True), 0.1),
    Case("naive", "common libraries, no presidio", lambda hop, mix, _root: _naive(hop, mix), 0.5),
    Case("presidio", "common libraries with stock presidio", lambda hop, mix, _root: _naive(hop, mix, "presidio"), 0.1),
    Case("calm", "Postfix relay, 50 a second", lambda hop, _mix, _root: systems.bare_postfix(hop), rate=LATENCY_RATE),
    Case("ends", "Schoolgate's two ends of SMTP alone, 50 a second", lambda hop, _mix, _root: systems.program("relay_only", hop), rate=LATENCY_RATE),
    Case("steady", "Schoolgate, 50 a second", systems.schoolgate, rate=LATENCY_RATE),
)  # fmt: skip


def _naive(hop: int, mix: Path, *more: str) -> AbstractContextManager[System]:
    return systems.program("naive", hop, str(mix / "roster-10000.csv"), *more)


@contextlib.contextmanager
def mixes(count: int = 200) -> Iterator[Path]:
    """A folder with so many messages of the mix, and the same without spreadsheets."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        corpus = [
            sys.executable,
            str(Path(__file__).parent / "corpus.py"),
            "--out",
            str(root / "mix"),
            "--n",
            str(count),
            "--leaks",
            "0",
        ]
        subprocess.run(corpus, check=True, stdout=subprocess.DEVNULL)
        shutil.copytree(root / "mix", root / "plain")
        for message in (root / "plain").glob("*.eml"):
            if b".xlsx" in message.read_bytes():
                message.unlink()
        yield root


def run(case: Case, hop: int, root: Path, *, n: int, runs: int) -> Iterator[Row]:
    for mix in case.mixes:  # each from its start: the mix without spreadsheets is of the same messages
        name = case.name + (", no spreadsheets" if mix == "plain" else "")
        count = max(20, int(n * case.share))
        with case.start(hop, root / "mix", root / f"{case.key}-{mix}") as system:
            yield measure(name, system, hop, root / mix, n=count, runs=runs, rate=case.rate)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--only", default="", help="keys, with commas between: " + ", ".join(c.key for c in CASES)
    )
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    args = parser.parse_args()
    wanted = args.only.split(",") if args.only else [case.key for case in CASES]
    rows: list[Row] = []
    # No message comes twice, for less of it would be read then; a twentieth has a spreadsheet, and is missing in one mix.
    count = int(1.1 * (max(20, args.n // 4) + args.n * args.runs))
    with mixes(count) as root, sink() as hop:
        for case in CASES:
            if case.key in wanted:
                rows += run(case, hop, root, n=args.n, runs=args.runs)
    text = report.table(rows)
    print(text)
    report.tell("ratios", targets.table(rows), into_page=args.write)
    if args.write:
        report.write("peers", text)
        report.draw(rows)
    return int(any(row.lost for row in rows))


if __name__ == "__main__":
    sys.exit(main())
