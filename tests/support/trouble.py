"""What happens to a machine: a full disk, a database that answers nobody; each ends by itself."""

import contextlib
import os
import random
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator

from tests.support.gate import Gate

Trouble = Callable[[Gate, random.Random], None]


@contextlib.contextmanager
def small_disk(gate: Gate, megabytes: int) -> Iterator[None]:
    """The gateway's storage on a volume of its own that can be filled."""
    var = gate.root / "var"
    var.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(var)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(var)], check=True)


def disk_full(gate: Gate, dice: random.Random) -> None:
    """Not a byte is left for a while."""
    filler = gate.root / "var/filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as out:
        while True:
            out.write(bytes(1 << 16))
    time.sleep(dice.uniform(0.5, 1.5))
    filler.unlink()


def database_stops(gate: Gate, dice: random.Random) -> None:
    """Somebody has the database to himself: nobody else reads or writes."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(gate.root / "var/schoolgate.sqlite3", timeout=5)) as base,
    ):
        base.execute("BEGIN EXCLUSIVE")
        time.sleep(dice.uniform(0.5, 3.0))
        base.rollback()


def troubles(gate: Gate) -> dict[str, Trouble]:
    """What can be done to this gate, by name."""
    found: dict[str, Trouble] = {"database stops": database_stops}
    if os.path.ismount(gate.root / "var"):
        found["disk full"] = disk_full
    return found
