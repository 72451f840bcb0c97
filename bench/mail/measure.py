"""How a system is measured: its process tree on one core, the load and the sink on the other, medians of several runs."""

import contextlib
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.support.servers import answers, free_port, until

OURS, THEIRS = 0, 1  # the core of load and sink, and that of the system under test


@dataclass(frozen=True, slots=True)
class System:
    """One system under test: where it takes mail, the roots of its process trees, and how many messages it keeps back by now."""

    port: int
    pids: tuple[int, ...]
    held: Callable[[], int] = lambda: 0


@dataclass(slots=True)
class Row:
    """The medians of one system's runs; `lost` must be nothing."""

    name: str
    runs: int = 0
    cpu_ms: float = 0.0
    msgs_s: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    memory_mb: float = 0.0
    accepted: int = 0
    held: int = 0
    refused: int = 0
    lost: dict[str, int] = field(default_factory=dict)
    spread: tuple[float, float] = (0.0, 0.0)  # of the CPU
    shares: dict[str, float] = field(default_factory=dict)  # CPU ms a message by process, over all runs


def on_core(core: int, *command: str, **options) -> subprocess.Popen:
    return subprocess.Popen(["taskset", "-c", str(core), *command], **options)


def trees(pids: tuple[int, ...]) -> Iterator[psutil.Process]:
    for root in pids:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(root)
            yield from [process, *process.children(recursive=True)]


def cpu(pids: tuple[int, ...]) -> float:
    """User and system seconds of the process trees, with those of children already gone."""
    total = 0.0
    for process in trees(pids):
        with contextlib.suppress(psutil.Error):
            total += sum(process.cpu_times()[:4])
    return total


def by_process(
    pids: tuple[int, ...], figure: Callable[[psutil.Process], float] = lambda one: sum(one.cpu_times()[:2])
) -> dict[str, float]:
    """A figure of the processes that live now, their CPU seconds if nothing else is asked, by what they are."""
    found: dict[str, float] = {}
    for process in trees(pids):
        with contextlib.suppress(psutil.Error, OSError):
            name = called(process)
            found[name] = found.get(name, 0.0) + figure(process)
    return found


def called(process: psutil.Process) -> str:
    """What a process does: ours say it in their name, of others the last word of the command tells most."""
    name = process.name()
    if name.startswith(("sg-", "serve ")):
        return name.removeprefix("serve ")
    return process.cmdline()[-1].rpartition("/")[2]


def memory(pids: tuple[int, ...]) -> float:
    """Proportional set size of the process trees, megabytes."""
    total = 0
    for process in trees(pids):
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total / 1e6


def pin(pids: tuple[int, ...]) -> None:
    for process in trees(pids):
        with contextlib.suppress(psutil.Error):
            process.cpu_affinity([THEIRS])


@contextlib.contextmanager
def sink() -> Iterator[int]:
    port = free_port()
    process = on_core(OURS, sys.executable, "-m", "bench.mail.sink", "--port", str(port))
    try:
        until(lambda: answers(port), "the sink greets")
        yield port
    finally:
        process.kill()
        process.wait()


def load(system: System, sink_port: int, mix: Path | str, n: int, *more: str, sessions: int = 10) -> dict:
    command = [
        sys.executable,
        "-m",
        "bench.mail.loadgen",
        "--port",
        str(system.port),
        "--mix",
        str(mix),
        "-n",
        str(n),
    ]
    command += ["-c", str(sessions), "--sink", f"127.0.0.1:{sink_port}", "--crc", "--drain", "3", *more]
    done = on_core(OURS, *command, stdout=subprocess.PIPE, text=True)
    out, _ = done.communicate(timeout=600)
    return json.loads(out)


def measure(
    name: str,
    system: System,
    sink_port: int,
    mix: Path | str,
    *,
    n: int,
    runs: int,
    sessions: int = 10,
    rate: float = 0,
) -> Row:
    """Warm up, then run, with other messages each time; what is accepted must be in the sink once and unchanged, or kept back by a policy."""
    more = ("--rate", str(rate)) if rate else ()
    first = max(20, n // 4)
    load(system, sink_port, mix, first, sessions=sessions)
    pin(system.pids)
    rows, row, started = [], Row(name, runs), by_process(system.pids)
    for number in range(runs):
        held, before = system.held(), cpu(system.pids)
        new = ("--skip", str(first + number * n))
        one = load(system, sink_port, mix, n, *more, *new, sessions=sessions)
        one["cpu_ms"] = 1000 * (cpu(system.pids) - before) / n
        row.held += (kept := system.held() - held)
        one["sink"]["missing"] -= kept
        rows.append(one)
    row.cpu_ms, row.msgs_s = (statistics.median(r[key] for r in rows) for key in ("cpu_ms", "msgs_s"))
    row.p50, row.p95, row.p99 = (statistics.median(r["eod_ms"][q] for r in rows) for q in ("50", "95", "99"))
    row.spread = (min(r["cpu_ms"] for r in rows), max(r["cpu_ms"] for r in rows))
    for process, seconds in by_process(system.pids).items():
        row.shares[process] = round(1000 * (seconds - started.get(process, 0.0)) / (n * runs), 2)
    row.memory_mb = memory(system.pids)
    row.accepted = sum(r["accepted"] for r in rows)
    row.refused = sum(count for r in rows for code, count in r["codes"].items() if code.startswith("5"))
    found = {key: sum(r["sink"][key] or 0 for r in rows) for key in ("missing", "duplicated", "changed")}
    found["unanswered"] = runs * n - sum(sum(r["codes"].values()) for r in rows)
    row.lost = {key: count for key, count in found.items() if count}
    print(
        f"{name:44} {row.cpu_ms:8.2f} ms {row.msgs_s:8.1f}/s  p50/95/99 {row.p50:.1f}/{row.p95:.1f}/{row.p99:.1f}  {row.memory_mb:.0f} MB  {row.lost or 'all there'}",
        flush=True,
    )
    return row
