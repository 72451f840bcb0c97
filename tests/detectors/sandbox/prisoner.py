"""Run by the tests in a process of its own: enters the sandbox, then tries to get out, and prints what happened as JSON.

Arguments: the tree's root, the own folder, a key file, a folder outside, "root" or the number of the user to start as.
"""

import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from detectors import sandbox


def attempt(deed: Callable[[], object]) -> str:
    """ "done", or the kind of error."""
    try:
        deed()
    except OSError as error:
        return type(error).__name__ if error.errno is None else os.strerror(error.errno)
    except MemoryError:
        return "MemoryError"
    return "done"


def fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def main() -> None:
    folder, key, outside = Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
    sandbox.draw_up()  # loads what is loaded late: here another user cannot read it
    if sys.argv[5] != "root":
        os.setgroups([])
        os.setresgid(int(sys.argv[5]), int(sys.argv[5]), int(sys.argv[5]))
        os.setresuid(int(sys.argv[5]), int(sys.argv[5]), int(sys.argv[5]))
    barriers = sandbox.enter(folder, memory=500_000_000)
    deeds: dict[str, Callable[[], object]] = {
        "read key": key.read_bytes,
        "write outside": lambda: outside.joinpath("x").write_text("x"),
        "list outside": lambda: list(outside.iterdir()),
        "read passwd": lambda: Path("/etc/passwd").read_bytes(),
        "read parent": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "write own": lambda: folder.joinpath("x").write_text("x"),
        "internet socket": lambda: socket.socket(socket.AF_INET),
        "unix socket": lambda: socket.socket(socket.AF_UNIX),
        "fork": fork,
        "execute": lambda: os.execv("/bin/true", ["true"]),
        "kill parent": lambda: os.kill(os.getppid(), 0),
        "memory": lambda: bytearray(900_000_000),
        "big file": lambda: (
            folder.joinpath("big").write_bytes(b"x" * 1000)
            if os.truncate(folder / "x", 1 << 40) is None
            else None
        ),
        "become root": lambda: os.setresuid(0, 0, 0),
        "many files": lambda: [os.open(folder, os.O_RDONLY) for _ in range(100)],
    }
    sys.stdout.write(
        json.dumps(
            {"barriers": barriers, "uid": os.getuid(), "missing": sandbox.missing(barriers)}
            | {n: attempt(d) for n, d in deeds.items()}
        )
    )


if __name__ == "__main__":
    main()
