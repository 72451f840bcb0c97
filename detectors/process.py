"""One worker process: started in its own folder and environment, spoken with in frames, ended with all that it started."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from detectors import frames
from detectors.sandbox import SandboxError

START_SECONDS = 60.0  # a cold disk, a large directory or a language model
_HERE = str(Path(__file__).resolve().parent.parent)
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from detectors.{} import main; main()"


class WorkerError(Exception):
    """A worker did not start, or could not do what was asked. The reason is a word from a fixed list."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Lost(Exception):  # noqa: N818 - says what happened
    """The worker is gone or late; `at` is the part that it was reading."""

    def __init__(self, reason: str, at: str) -> None:
        super().__init__(reason)
        self.reason, self.at = reason, at


@dataclass(slots=True, eq=False)
class Process:
    process: asyncio.subprocess.Process
    folder: Path
    barriers: tuple[str, ...] = ()
    version: str = ""
    scans: int = 0

    async def write(self, *chunks: bytes) -> None:
        stdin = self.process.stdin
        assert stdin is not None
        try:
            for chunk in chunks:
                stdin.write(chunk)
            await stdin.drain()
        except (ConnectionError, BrokenPipeError, RuntimeError) as error:
            raise Lost("worker-crash", "") from error

    async def read(self) -> frames.Reply:
        stdout = self.process.stdout
        assert stdout is not None
        try:
            size = frames.HEAD.unpack(await stdout.readexactly(frames.HEAD.size))[0]
            if size > frames.MAX_REPLY:
                raise Lost("worker-crash", "")
            return frames.unpack_reply(await stdout.readexactly(size))
        except (
            asyncio.IncompleteReadError,
            ConnectionError,
            msgspec.DecodeError,
            msgspec.ValidationError,
        ) as error:
            raise Lost("worker-crash", "") from error

    async def end(self) -> None:
        """Kill the whole process group, wait for it, remove its folder."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        if self.process.stdin is not None:
            self.process.stdin.close()
        await self.process.wait()
        transport = self.process._transport  # type: ignore[attr-defined] # noqa: SLF001 - closes the pipes at once, not at garbage collection
        transport.close()
        shutil.rmtree(self.folder, ignore_errors=True)


async def start(module: str, setup: frames.Setup) -> Process:
    """Start `detectors.<module>` and wait until it is warm and locked in; WorkerError or SandboxError when it is not."""
    folder = Path(tempfile.mkdtemp(prefix="schoolgate-scan-"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", _PROGRAM.format(module), _HERE, str(folder),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONHASHSEED": "random", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"},
        close_fds=True, start_new_session=True, limit=1 << 20,
    )  # fmt: skip
    worker = Process(process, folder, version=setup.directory.version)
    try:
        async with asyncio.timeout(START_SECONDS):
            await worker.write(frames.pack_request(setup))
            reply = await worker.read()
    except (Lost, TimeoutError) as error:
        await worker.end()
        raise WorkerError("worker did not start") from error
    except BaseException:
        await asyncio.shield(worker.end())
        raise
    if not isinstance(reply, frames.Ready):
        await worker.end()
        raise SandboxError(reply.reason if isinstance(reply, frames.Failed) else "no answer")
    worker.barriers = reply.barriers
    return worker
