"""Children that are copies of this process: they share what it has loaded, and run what else would be a command of its own."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable

from gateway.cli.refusals import refuse_plainly


def copy(run: Callable[[], None]) -> int:
    """The number of a new process that runs this and ends. Only where there is no thread and no loop: a copy has one thread alone."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        run()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except Exception as wrong:  # noqa: BLE001  the end of the copy: said as a command of its own would
        code = _said(wrong)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _said(wrong: Exception) -> int:
    try:
        return refuse_plainly(wrong)
    except Exception as unknown:  # noqa: BLE001
        sys.excepthook(type(unknown), unknown, unknown.__traceback__)
        return 1


def ended(pid: int) -> int:
    """The exit code of a copy, once it is there."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class Copy:
    """A copy as the supervisor sees it: spoken of as asyncio speaks of a program that it started."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._handle = os.pidfd_open(pid)

    async def wait(self) -> int:
        """Its exit code; asked once."""
        loop = asyncio.get_running_loop()
        gone = asyncio.Event()
        loop.add_reader(self._handle, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(self._handle)
        self.returncode = ended(self.pid)
        os.close(self._handle)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
