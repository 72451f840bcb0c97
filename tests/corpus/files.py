"""The committed files: what programs wrote that the tests' machine need not have, with the needle or the lock that each holds."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from detectors.findings import Protection

FOLDER = Path(__file__).parent / "committed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Committed:
    """A file, and the program that wrote it."""

    name: str
    data: bytes
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedleFile(_Committed):
    """With its needles by their places."""

    needles: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedFile(_Committed):
    """With the right verdict on its lock."""

    verdict: Protection


@cache
def needle_files() -> tuple[NeedleFile, ...]:
    """Every committed file with needles, in the order of the table."""
    needles: dict[str, dict[str, str]] = defaultdict(dict)
    by: dict[str, str] = {}
    for row in _rows("needles.csv"):
        needles[row["file"]][row["place"]] = row["needle"]
        by[row["file"]] = row["by"]
    return tuple(
        NeedleFile(name=name, data=(FOLDER / "needles" / name).read_bytes(), needles=places, by=by[name])
        for name, places in needles.items()
    )


@cache
def locked_files() -> tuple[LockedFile, ...]:
    """Every committed file with a lock, or with what looks like one."""
    return tuple(
        LockedFile(
            name=row["file"],
            data=(FOLDER / "locks" / row["file"]).read_bytes(),
            verdict=Protection(row["verdict"]),
            by=row["by"],
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
