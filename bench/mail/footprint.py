"""Memory and start of the whole product: after the start, after the mix, while a message of 25 MB passes; and the time to the first accepted message.

  python -m bench.mail.footprint [--write]

Memory is the proportional set size, each shared page counted once. The directory has 10,000 pupils; the timed start is the second one.
"""

import argparse
import contextlib
import random
import smtplib
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench.mail import report, systems
from bench.mail.compare import mixes
from bench.mail.measure import System, cpu, load, sink, trees
from tests.support.gate import make_gate
from tests.support.mail import make_message

STARTS = 5
LARGE = 25_000_000
MAIL_PATH = ("smtp", "sg-template", "sg-worker")  # the gateway and its pool


def by_process(system: System) -> dict[str, float]:
    """Megabytes by process."""
    found: dict[str, float] = {}
    for process in trees(system.pids):
        with contextlib.suppress(OSError, ProcessLookupError):
            name = (
                process.name()
                if process.name().startswith("sg-")
                else process.cmdline()[-1].rpartition("/")[2]
            )
            found[name] = found.get(name, 0.0) + process.memory_full_info().pss / 1e6
    return found


@contextlib.contextmanager
def watched(system: System) -> Iterator[list[float]]:
    """The most that all processes together held, sampled."""
    most, done = [0.0], threading.Event()

    def look() -> None:
        while not done.wait(0.02):
            most[0] = max(most[0], sum(by_process(system).values()))

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


def memory(hop: int, mix: Path, root: Path) -> list[str]:
    with systems.schoolgate(hop, mix, root) as system:
        rows = [("after the start", by_process(system))]
        load(system, hop, mix, 400)
        rows.append(("after 400 messages of the mix", by_process(system)))
        base = sum(rows[-1][1].values())
        attached = ("film.jpg", "image/jpeg", b"\xff\xd8\xff" + random.Random(1).randbytes(LARGE * 3 // 4))
        large = make_message(attach=(attached,))
        with watched(system) as most:
            send(system.port, large)
        more = (most[0] - base) / (len(large) / 1e6)
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
    return [
        *lines,
        "",
        f"One message of {len(large) / 1e6:.0f} MB: {more:.1f} × its size above that, at the most.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    with mixes() as root, sink() as hop:
        lines = memory(hop, root / "mix", root / "gate")
        walls, cpus = zip(*starts(hop, root / "mix"), strict=True)
    took = f"{statistics.median(walls):.1f} s ({min(walls):.1f} to {max(walls):.1f})"
    lines += [
        "",
        f"Start to first accepted message: {took}, {statistics.median(cpus):.1f} s of CPU in all processes.",
    ]
    print("\n".join(lines))
    if args.write:
        report.write("footprint", "\n".join(lines))


if __name__ == "__main__":
    main()
