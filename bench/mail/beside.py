"""Does a big spreadsheet delay anybody else? Small messages by themselves, and the same while sheets of 20,000 rows are read beside them.

  python -m bench.mail.beside [--n 300] [--write]

One gateway, one run, each half by turns. The exit code is 1 when the small ones wait for the sheets: when the slowest twentieth
of them takes more than a quarter of what one sheet takes.
"""

import contextlib
import io
import os
import smtplib
import statistics
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bench.mail import report, systems
from bench.mail.compare import mixes
from bench.mail.measure import OURS, System, load, sink
from tests.support.documents import XLSX, xlsx
from tests.support.mail import make_message

ROWS = 20_000
ROUNDS = 5  # each half so often, by turns
RATE = "20"  # small messages a second
SHARE = 0.25  # of a sheet's time


def sheet() -> bytes:
    """A list of many rows."""
    rows = [["Ref", "Item", "Room", "Count", "Note"]]
    rows += [
        [f"R{n:05}", f"book {n * 7 % 9973}", f"room {n % 61}", n * 13 % 997, f"shelf {n % 389}"]
        for n in range(ROWS)
    ]
    return xlsx(rows)


def changed(book: bytes, number: int) -> bytes:
    """The same list with another item, so that no two messages have the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"book 7<", b"globe %d<" % number))
    return out.getvalue()


@contextlib.contextmanager
def sheets(port: int, book: bytes, took: list[float]) -> Iterator[None]:
    """One sheet after the other is sent while the block lasts; how long each took."""
    done = threading.Event()

    def send() -> None:
        os.sched_setaffinity(threading.get_native_id(), {OURS})
        while not done.is_set():
            message = make_message(attach=(("stock.xlsx", XLSX, changed(book, len(took))),))
            began = time.monotonic()
            with smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
                client.sendmail("s1@school.example", ["p1@home.example"], message)
            took.append(time.monotonic() - began)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def small(mix: Path, folder: Path) -> Path:
    """The messages of the mix that are text alone."""
    folder.mkdir()
    for message in mix.glob("*.eml"):
        raw = message.read_bytes()
        if len(raw) < 20_000 and b"filename" not in raw:
            (folder / message.name).write_bytes(raw)
    return folder


def half(system: System, hop: int, mix: Path, n: int) -> dict[str, float]:
    found = load(system, hop, mix, n, "--rate", RATE)
    assert found["accepted"] == n, found
    return found["eod_ms"]


def main() -> int:
    args = report.options(__doc__, n=300)
    alone, beside, took = [], [], []
    with mixes() as root, sink() as hop, systems.schoolgate(hop, root / "mix", root / "gate") as system:
        mix, book, each = small(root / "mix", root / "small"), sheet(), max(20, args.n // ROUNDS)
        load(system, hop, mix, 50)
        for _ in range(ROUNDS):
            alone.append(half(system, hop, mix, each))
            with sheets(system.port, book, took):
                beside.append(half(system, hop, mix, each))
    wait = statistics.median(took)
    lines = ["| small messages, 20 a second | waited p50 / p95 / p99 ms |", "|---|---|"]
    for name, found in (("by themselves", alone), (f"while sheets of {ROWS:,} rows are read", beside)):
        waits = [statistics.median(one[q] for one in found) for q in ("50", "95", "99")]
        lines.append(f"| {name} | {waits[0]:.0f} / {waits[1]:.0f} / {waits[2]:.0f} |")
    lines += [
        "",
        f"One such sheet ({len(book) / 1e6:.1f} MB) takes {wait * 1000:.0f} ms; {len(took)} were read.",
    ]
    report.tell("beside", lines, into_page=args.write)
    slowest = statistics.median(one["95"] for one in beside)
    if slowest > SHARE * wait * 1000:
        print(f"small messages wait for sheets: {slowest:.0f} ms", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
