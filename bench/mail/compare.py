"""Schoolgate beside a bare Postfix relay on the school mail mix, each pinned to one core, in one run; prints ratios.

  python -m bench mail [--n 400] [--runs 5] [--sessions 10]

The generator and the sink run on core 0, the system under test on core 1. CPU is the time of the whole process tree
of the system per message, reaped children counted in. Every accepted message must be in the sink, once and unchanged.
"""

import argparse
import contextlib
import csv
import json
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.support.gate import answers, make_gate
from tests.support.servers import free_port, postfix, until

HERE = Path(__file__).parent


def on_core(core: int, *command: str, **options) -> subprocess.Popen:
    return subprocess.Popen(["taskset", "-c", str(core), *command], **options)


def tree_cpu(pids: list[int]) -> float:
    """User and system seconds of the process trees, with those of children already gone."""
    total = 0.0
    for root in pids:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(root)
            for each in [process, *process.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    total += sum(each.cpu_times()[:4])
    return total


def tree_memory(pids: list[int]) -> float:
    """Proportional set size of the process trees, megabytes."""
    total = 0
    for root in pids:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(root)
            for each in [process, *process.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    total += each.memory_full_info().pss
    return total / 1e6


@contextlib.contextmanager
def sink(port: int) -> Iterator[None]:
    process = on_core(0, sys.executable, str(HERE / "sink.py"), "--port", str(port))
    try:
        yield
    finally:
        process.kill()
        process.wait()


def pin(pids: list[int]) -> None:
    for pid in pids:
        for each in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
            each.cpu_affinity([1])


@contextlib.contextmanager
def bare_postfix(sink_port: int) -> Iterator[tuple[int, list[int]]]:
    with postfix(local_domains="example.invalid", relayhost=f"[127.0.0.1]:{sink_port}", tls_out="none") as it:
        master = int((it.root / "queue/pid/master.pid").read_text())
        pin([master])
        yield it.port, [master]


@contextlib.contextmanager
def schoolgate(root: Path, sink_port: int, roster: Path) -> Iterator[tuple[int, list[int]]]:
    gate = make_gate(root, next_hop=sink_port, extra="")
    text = gate.config.read_text().replace('tls = "opportunistic"', 'tls = "off"')
    text = text.replace('domains = ["example.sch.uk"]', 'domains = ["school.example"]')
    gate.config.write_text(text)
    with roster.open(newline="") as source, (root / "pupils.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "legal_forename", "legal_surname", "dob"])
        for n, row in enumerate(csv.DictReader(source)):
            day, month, year = row["dob"].split("/")
            writer.writerow([n, row["first"], row["last"], f"{year}-{month}-{day}"])
    with gate.serve() as process:
        pin([process.pid])
        yield gate.smtp_port, [process.pid]


def load(port: int, sink_port: int, mix: Path, n: int, sessions: int) -> dict:
    command = [sys.executable, str(HERE / "loadgen.py"), "--port", str(port), "--mix", str(mix), "-n", str(n)]
    command += ["-c", str(sessions), "--sink", f"127.0.0.1:{sink_port}", "--crc", "--drain", "20"]
    done = on_core(0, *command, stdout=subprocess.PIPE, text=True)
    out, _ = done.communicate(timeout=600)
    return json.loads(out)


def measure(name: str, port: int, pids: list[int], sink_port: int, mix: Path, args) -> dict:
    load(port, sink_port, mix, 50, args.sessions)
    rows = []
    for _ in range(args.runs):
        before = tree_cpu(pids)
        row = load(port, sink_port, mix, args.n, args.sessions)
        row["cpu_ms"] = 1000 * (tree_cpu(pids) - before) / args.n
        rows.append(row)
    middle = {key: statistics.median(r[key] for r in rows) for key in ("cpu_ms", "msgs_s")}
    middle |= {f"p{q}": statistics.median(r["eod_ms"][q] for r in rows) for q in ("50", "95", "99")}
    middle |= {key: sum(r["sink"][key] or 0 for r in rows) for key in ("missing", "duplicated", "changed")}
    middle |= {
        "accepted": sum(r["accepted"] for r in rows),
        "pss_mb": tree_memory(pids),
        "codes": rows[-1]["codes"],
    }
    print(name, json.dumps(middle), flush=True)
    return middle


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=400)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sessions", type=int, default=10)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        corpus = [sys.executable, str(HERE / "corpus.py"), "--out", str(root / "mix"), "--leaks", "0"]
        subprocess.run(corpus, check=True)
        port = free_port()
        with sink(port):
            until(lambda: answers(port), "the sink greets")
            with bare_postfix(port) as (mta, pids):
                peer = measure("postfix", mta, pids, port, root / "mix", args)
            with schoolgate(root / "gate", port, root / "mix/roster-10000.csv") as (mta, pids):
                ours = measure("schoolgate", mta, pids, port, root / "mix", args)
    print(f"CPU per message: {ours['cpu_ms'] / peer['cpu_ms']:.2f} × bare Postfix")
    print(f"messages per second: {ours['msgs_s'] / peer['msgs_s']:.2f} × bare Postfix")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    main()
