"""Bends files without end and looks for what breaks a reader: `python -m bench.fuzz --seconds 60 [entry …]`.

Each entry runs in a process of its own under atheris, which prefers the changes that reach new code; without atheris the
changes are blind. A file that ends the process, takes too long, or breaks a promise is written to the folder that is
printed: put it into tests/corpus/committed/crashes, where a test reads it for ever. A surprise is an error that the walk
turned into `unreadable:corrupt`: it is counted by its place, for where our own code is surprised something may go unread.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

MEMORY = 3_000_000_000
SLOW = 20  # seconds for one file
BLIND = "atheris is not installed: blind changes"


def main() -> int:
    """Exit code 1 when an entry broke."""
    options = arguments()
    if options.child:
        return child(options.child, Path(options.out), options.seconds)
    folder = Path(options.out or tempfile.mkdtemp(prefix="fuzz-"))
    print(f"files that break a reader go to {folder}")
    broken = 0
    for name in options.entries or names():
        command = [sys.executable, "-m", "bench.fuzz", "--child", name, "--out", str(folder), "--seconds", str(options.seconds)]  # fmt: skip
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        ran = subprocess.run(["nice", "-n", "15", *command], check=False, capture_output=True, text=True)
        cpu = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        said = [
            line
            for line in ran.stdout.splitlines() + ran.stderr.splitlines()
            if line.startswith(("#", "tries", "surprise"))
        ]
        tries = [line for line in said if "DONE" in line or line.startswith("tries")]
        found = sorted(p.name for p in folder.glob(f"{name}-*"))
        print(
            f"{name:8} {cpu:6.0f} s CPU  {tries[-1] if tries else 'no count'}  {'broken: ' + ', '.join(found) if found else 'held'}",
            flush=True,
        )
        for line in said:
            if line.startswith("surprise"):
                print("   ", line)
        broken += bool(found) or ran.returncode != 0
        if ran.returncode and not found:
            print(ran.stderr[-2_000:])
    return int(bool(broken))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("entries", nargs="*")
    parser.add_argument("--seconds", type=int, default=30, help="for each entry")
    parser.add_argument("--out", default="")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def names() -> list[str]:
    from tests.corpus.entries import ENTRIES

    return [entry.name for entry in ENTRIES]


def child(name: str, out: Path, seconds: int) -> int:
    """One entry until the time is over."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY * 3, MEMORY * 3))
    try:
        import atheris
    except ImportError:
        print(BLIND)
        return blind(name, out, seconds)
    with atheris.instrument_imports(
        include=["detectors", "olefile", "zipfile", "email", "pypdf", "msoffcrypto", "asn1crypto"]
    ):
        from tests.corpus.entries import ENTRIES
    from tests.corpus.mutation import mutated

    [entry] = [e for e in ENTRIES if e.name == name]
    surprises = listen()
    seeds = tempfile.mkdtemp(prefix="seeds-")
    for number, data in enumerate(entry.seeds()):
        Path(seeds, str(number)).write_bytes(data[:400_000])

    def bend(data: bytes, most: int, seed: int) -> bytes:
        if seed % 3 == 0:
            return atheris.Mutate(data, most)
        return mutated(data, random.Random(seed))[:most]

    def one(data: bytes) -> None:
        try:
            entry.enter(data)
        except BaseException:
            tell(surprises)
            raise

    atheris.Setup(
        [sys.argv[0], seeds, f"-max_total_time={seconds}", f"-timeout={SLOW}", f"-rss_limit_mb={MEMORY // 1_000_000}",
         f"-artifact_prefix={out}/{name}-", "-max_len=400000", "-print_final_stats=0", "-verbosity=1"],
        one,
        custom_mutator=bend,
    )  # fmt: skip
    import atexit

    atexit.register(tell, surprises)
    atheris.Fuzz()
    return 0


def blind(name: str, out: Path, seconds: int) -> int:
    """Without atheris: every file is written down before it is tried, so that one that ends the process is kept."""
    from tests.corpus.entries import ENTRIES
    from tests.corpus.mutation import mutated

    [entry] = [e for e in ENTRIES if e.name == name]
    surprises, seeds = listen(), entry.seeds()
    end, tries, kept = time.monotonic() + seconds, 0, out / f"{name}-last"
    while time.monotonic() < end:
        tries += 1
        chosen = random.Random(tries)
        data = mutated(chosen.choice(seeds), chosen)
        kept.write_bytes(data)
        began = time.monotonic()
        try:
            entry.enter(data)
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            traceback.print_exc()
            kept.rename(out / f"{name}-{tries}")
        if time.monotonic() - began > SLOW:
            kept.rename(out / f"{name}-slow-{tries}")
    kept.unlink(missing_ok=True)
    print(f"tries {tries}")
    tell(surprises)
    return 0


def listen() -> Counter[str]:
    """Count the errors that the walk catches, by their kind and the line of ours that they came through."""
    from detectors.extract import walk
    from detectors.extract.reading import Unreadable

    seen: Counter[str] = Counter()
    inner = walk._extract

    def extract(node, reading):
        try:
            inner(node, reading)
        except (Unreadable, MemoryError, RecursionError):
            raise
        except Exception as error:
            seen[place(error)] += 1
            raise

    walk._extract = extract
    return seen


def place(error: BaseException) -> str:
    trace, last = error.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if f"{os.sep}detectors{os.sep}" in code.co_filename:
            last = f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {last}"


def tell(surprises: Counter[str]) -> None:
    for what, count in surprises.most_common(20):
        print(f"surprise {count} × {what}", flush=True)
    surprises.clear()


if __name__ == "__main__":
    sys.exit(main())
