"""The committed files: what programs wrote that the tests' machine need not have, with the needle or the lock that each holds."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from detectors.findings import Protection

FOLDER = Path(__file__).parent / "committed"


@dataclass(frozen=True, slots=True)
class NeedleFile:
    """A file, its needles by their places, and the program that wrote it."""

    name: str
    data: bytes
    needles: dict[str, str]
    by: str


@dataclass(frozen=True, slots=True)
class LockedFile:
    """A file, the right verdict on its lock, and the program that wrote it."""

    name: str
    data: bytes
    verdict: Protection
    by: str


@cache
def needle_files() -> tuple[NeedleFile, ...]:
    """Every committed file with needles, in the order of the table."""
    needles: dict[str, dict[str, str]] = defaultdict(dict)
    by: dict[str, str] = {}
    for row in _rows("needles.csv"):
        needles[row["file"]][row["place"]] = row["needle"]
        by[row["file"]] = row["by"]
    return tuple(
        NeedleFile(name, (FOLDER / "needles" / name).read_bytes(), places, by[name])
        for name, places in needles.items()
    )


@cache
def locked_files() -> tuple[LockedFile, ...]:
    """Every committed file with a lock, or with what looks like one."""
    return tuple(
        LockedFile(
            row["file"],
            (FOLDER / "locks" / row["file"]).read_bytes(),
            Protection(row["verdict"]),
            row["by"],
        )
        for row in _rows("locks.csv")
    )


@cache
def crashes() -> tuple[tuple[str, bytes], ...]:
    """What a fuzzer or a person once broke a reader with: (name, bytes). The name begins with the entry that it broke."""
    return tuple((path.name, path.read_bytes()) for path in sorted((FOLDER / "crashes").iterdir()))


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
