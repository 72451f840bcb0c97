"""Starts the template of the workers, as early as may be: it takes longer to load than all the rest, and imports nothing that is loaded here."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_HERE = str(Path(__file__).resolve().parent.parent)
_PROGRAM = "import gc, sys; gc.disable(); sys.path.insert(0, sys.argv[1]); from detectors.template import main; main()"
_ENVIRONMENT = {
    "PYTHONHASHSEED": "random",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}
FOLDER = "SCHOOLGATE_PATTERNS"  # where compiled patterns are kept; without it nothing is kept
HANDED_ON = "handed-on"  # who launched it will not be the one who uses it: only the socket says when to end


@dataclass(frozen=True, slots=True)
class Template:
    """The running template and our end of its socket. A copy of the process that launched it may use it in its place."""

    process: subprocess.Popen[bytes]
    handle: int  # of this process and no other, whoever its parent is
    control: socket.socket

    @property
    def pid(self) -> int:
        return self.process.pid

    def gone(self) -> bool:
        return bool(select.select([self.handle], [], [], 0)[0])

    def end(self) -> None:
        """Kill it; the kernel ends its workers with it."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        select.select([self.handle], [], [])
        self.reap()
        os.close(self.handle)
        self.control.close()

    def reap(self) -> None:
        """It is gone; its parent takes note. In a copy of its parent there is nothing to take."""
        self.process.wait()


def launch(patterns: Path | None = None, *, handed_on: bool = False) -> Template:
    """Start the template; it loads what it needs while the caller does something else. Compiled patterns are kept in that folder."""
    ours, its = socket.socketpair()
    with its:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-c", _PROGRAM, _HERE, *([HANDED_ON] if handed_on else [])],
            stdin=its.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT | ({FOLDER: str(patterns)} if patterns else {}), close_fds=True, start_new_session=True,
        )  # fmt: skip
    ours.setblocking(False)
    return Template(process, os.pidfd_open(process.pid), ours)
