"""Memory and start of the whole product: after the start, after the mix, while a message of 25 MB passes; and the time to the first accepted message.

  python -m bench.mail.footprint [--n 1500] [--write]

Memory is the proportional set size, each shared page counted once. A school of 1,000 to 3,000 messages a day sends N within eight
hours or less: they come in one go, and the exit code is 1 when memory grows by more than a twentieth meanwhile. The directory has 10,000 pupils; the timed start is the second one.
"""

import contextlib
import random
import smtplib
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.mail import report, systems
from bench.mail.compare import mixes
from bench.mail.measure import System, by_process, cpu, load, memory, sink
from tests.support.gate import make_gate
from tests.support.mail import make_message
from tests.support.servers import until

STARTS = 5
LARGE = 25_000_000
EVERY = 0.25  # seconds between two samples
FLAT = 0.05  # growth that is the noise of a measurement
MAIL_PATH = ("smtp", "sg-template", "sg-worker")  # the gateway and its pool


def megabytes(system: System) -> dict[str, float]:
    """Proportional set size by process."""
    return by_process(system.pids, lambda process: process.memory_full_info().pss / 1e6)


@contextlib.contextmanager
def watched(system: System) -> Iterator[list[float]]:
    """The most that all processes together held, sampled."""
    most, done = [0.0], threading.Event()

    def look() -> None:
        while not done.wait(0.02):
            most[0] = max(most[0], sum(megabytes(system).values()))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()


def send(port: int, message: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.sendmail("s0@school.example", ["p0@home.example"], message)


def starts(hop: int, mix: Path) -> list[tuple[float, float]]:
    """Seconds, and CPU seconds, from the command to the first accepted message."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        gate = make_gate(Path(folder) / "gate", next_hop=hop, extra="[scan]\nocr = false\n")
        text = gate.config.read_text().replace('tls = "opportunistic"', 'tls = "off"')
        gate.config.write_text(text.replace('domains = ["example.sch.uk"]', 'domains = ["school.example"]'))
        systems.write_pupils(mix / "roster-10000.csv", gate.root / "pupils.csv")
        for _ in range(STARTS + 1):
            began = time.monotonic()
            with gate.serve() as process:
                send(gate.smtp_port, make_message())
                found.append((time.monotonic() - began, cpu((process.pid,))))
    return found[1:]


@dataclass(frozen=True, slots=True)
class Day:
    """What all processes together held while a day's mail went through, in order of time."""

    sent: int
    samples: tuple[float, ...]

    @property
    def growth(self) -> float:
        """The last third beside the first, as a share of it: slow growth shows, the noise of a moment does not."""
        third = len(self.samples) // 3
        first, last = (statistics.fmean(part) for part in (self.samples[:third], self.samples[-third:]))
        return last / first - 1

    @property
    def slope(self) -> float:
        """Megabytes for each thousand messages, by a line through all samples."""
        steps = [n * self.sent / len(self.samples) / 1000 for n in range(len(self.samples))]
        return statistics.linear_regression(steps, self.samples).slope

    def told(self) -> str:
        ends = f"{self.samples[0]:.0f} MB at first, {self.samples[-1]:.0f} MB at the end"
        slope = f"{self.slope:+.1f} MB for each 1,000 messages"
        thirds = f"the last third {self.growth:+.1%} beside the first"
        return (
            f"Eight hours of mail in one go ({self.sent:,} messages of the mix): {ends}, {slope}; {thirds}."
        )


def day(system: System, hop: int, mix: Path, n: int) -> Day:
    """Eight hours of mail in a minute or two."""
    samples, done = [], threading.Event()

    def look() -> None:
        while not done.wait(EVERY):
            samples.append(memory(system.pids))

    held, thread = system.held(), threading.Thread(target=look)
    thread.start()
    try:
        found = load(system, hop, mix, n)
    finally:
        done.set()
        thread.join()
    assert sum(found["codes"].values()) == n, found["codes"]
    lost = found["sink"]["missing"] - (system.held() - held)
    assert not lost, f"{lost} messages are lost"
    return Day(n, tuple(samples))


def kept(hop: int, mix: Path, root: Path, n: int) -> tuple[list[str], Day]:
    with systems.schoolgate(hop, mix, root) as system:
        log = root / "serve.log"
        until(lambda: '"process": "serve"' in log.read_text(), "all processes are ready")
        rows = [("after the start", megabytes(system))]
        load(system, hop, mix, 400)
        rows.append(("after 400 messages of the mix", megabytes(system)))
        base = sum(rows[-1][1].values())
        attached = ("film.jpg", "image/jpeg", b"\xff\xd8\xff" + random.Random(1).randbytes(LARGE * 3 // 4))
        large = make_message(attach=(attached,))
        with watched(system) as most:
            send(system.port, large)
        more = (most[0] - base) / (len(large) / 1e6)
        long = day(system, hop, mix, n)
    lines = [
        "| | gateway and pool, no language model | whole product | by process, MB |",
        "|---|---|---|---|",
    ]
    for name, found in rows:
        parts = ", ".join(
            f"{process.removeprefix('sg-')} {mb:.0f}"
            for process, mb in sorted(found.items(), key=lambda x: -x[1])
        )
        path = sum(mb for process, mb in found.items() if process in MAIL_PATH)
        lines.append(f"| {name} | {path:.0f} MB | {sum(found.values()):.0f} MB | {parts} |")
    most_at_once = f"One message of {len(large) / 1e6:.0f} MB: {more:.1f} × its size above that, at the most."
    return [*lines, "", most_at_once, "", long.told()], long


def main() -> int:
    args = report.options(__doc__, n=1500)
    with mixes() as root, sink() as hop:
        lines, long = kept(hop, root / "mix", root / "gate", args.n)
        walls, cpus = zip(*starts(hop, root / "mix"), strict=True)
    took = f"{statistics.median(walls):.1f} s ({min(walls):.1f} to {max(walls):.1f})"
    lines += [
        "",
        f"Start to first accepted message: {took}, {statistics.median(cpus):.1f} s of CPU in all processes.",
    ]
    report.tell("footprint", lines, into_page=args.write)
    if long.growth > FLAT:
        print(f"memory grew by {long.growth:.1%}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
