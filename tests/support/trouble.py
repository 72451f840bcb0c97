"""What happens to a machine: a full disk, a database that answers nobody, a clock that jumps; each but the clock ends by itself."""

import contextlib
import os
import random
import re
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg

from tests.support.gate import Gate
from tests.support.postgres import Server

Trouble = Callable[[Gate, random.Random], int]

JUMPS = (150, 3_600, 86_400, 3 * 86_400)  # seconds: minutes to days
_SOURCE = Path(__file__).with_name("clock.c")
_DATABASE = re.compile(r'^database = "(.*)"$', re.MULTILINE)


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


def own_clock(gate: Gate) -> None:
    """Its processes read a time of day that jumps as we say; steady clocks and sleeps stay the kernel's.

    Debian's libfaketime would do it, but that every sleep of Python 3.11 fails under it.
    """
    gate.root.mkdir(exist_ok=True)
    library = gate.root / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, _SOURCE, "-ldl"], check=True)
    _clock(gate).write_bytes(bytes(8))
    gate.environment |= {"LD_PRELOAD": str(library), "TRIAL_CLOCK": str(_clock(gate))}


def put_clock(gate: Gate, seconds: int) -> None:
    """So many seconds before or after the time that it is."""
    if _clock(gate).exists():
        with _clock(gate).open("r+b", buffering=0) as out:
            out.write(seconds.to_bytes(8, "little", signed=True))


def clock_jumps(gate: Gate, dice: random.Random) -> int:
    """Forwards or back by minutes to days, until the next jump."""
    put_clock(gate, dice.choice((-1, 1)) * dice.choice(JUMPS))
    return 1


def disk_full(gate: Gate, dice: random.Random) -> int:
    """Not a byte is left for a while."""
    filler = gate.root / "var/filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as out:
        while True:
            out.write(bytes(1 << 16))
    time.sleep(dice.uniform(0.5, 1.5))
    filler.unlink()
    return 1


def database_locked(gate: Gate, dice: random.Random) -> int:
    """Somebody has the database to himself: nobody else reads or writes."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(gate.root / "var/schoolgate.sqlite3", timeout=5)) as base,
    ):
        base.execute("BEGIN EXCLUSIVE")
        time.sleep(dice.uniform(0.5, 3.0))
        base.rollback()
    return 1


def database_stopped(server: Server, _gate: Gate, dice: random.Random) -> int:
    """The database server is gone, as at a crash, and comes back."""
    server.stop()
    time.sleep(dice.uniform(0.5, 3.0))
    server.start()
    return 1


def troubles(gate: Gate, server: Server | None = None) -> dict[str, Trouble]:
    """What can be done to this gate's machine, by name."""
    found: dict[str, Trouble] = {"database locked": database_locked}
    if server is not None:
        found = {"database stopped": partial(database_stopped, server)}
    if os.path.ismount(gate.root / "var"):
        found["disk full"] = disk_full
    if "TRIAL_CLOCK" in gate.environment:
        found["clock jumped"] = clock_jumps
    return found


def rows(gate: Gate, sql: str) -> list[tuple[object, ...]]:
    """What a statement answers, on the database of this gate; nothing where it answers nothing."""
    found = _DATABASE.search(gate.config.read_text())
    assert found
    if found[1] != "sqlite":
        with psycopg.connect(found[1], autocommit=True, options="-c timezone=UTC") as server:
            done = server.execute(sql.encode())
            return done.fetchall() if done.description else []
    path = gate.root / "var/schoolgate.sqlite3"
    with contextlib.closing(sqlite3.connect(path, timeout=20)) as database, database:
        return database.execute(sql).fetchall()


def _clock(gate: Gate) -> Path:
    return gate.root / "clock"
