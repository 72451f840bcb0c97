"""The process tree of `schoolgate serve`: starts each program, starts it again when it dies, and stops all in order."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway import maillog
from gateway.copies import Copy

EX_CONFIG = os.EX_CONFIG  # the configuration is wrong; starting again would not help
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds before a program that died is started again; doubles
SETTLED = 60.0  # a program that lived this long has its waiting time forgotten
PARENT = "SCHOOLGATE_PARENT"  # tells a child whose death ends it


@dataclass(frozen=True, slots=True)
class Program:
    """One child: its name in logs, its command line, and whether it takes new settings while it runs or by a new start."""

    name: str
    command: tuple[str, ...]
    reloads: bool = False


class Child:
    """One program kept running until `stop` is set."""

    def __init__(self, program: Program, environment: dict[str, str], *, grace: float) -> None:
        self.program, self.grace = program, grace
        self.ready = asyncio.Event()
        self.was_ready = False
        self.renewing = False
        self.process: asyncio.subprocess.Process | Copy | None = None
        self.first: Copy | None = None  # what runs already; the next one is started by its command
        address = f"@schoolgate-{os.getpid()}-{secrets.token_hex(8)}"
        self.environment = {**environment, "NOTIFY_SOCKET": address, PARENT: str(os.getpid())}
        self.notices = socket.socket(
            socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
        )
        self.notices.bind("\0" + address[1:])

    def heard(self) -> None:
        """The child told its state."""
        if b"READY=1" in self.notices.recv(1024).split(b"\n"):
            self.was_ready = True
            self.ready.set()

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)

    def reload(self) -> None:
        """New settings: by SIGHUP where the program can, else by ending it in order and starting it again."""
        if self.was_ready:
            self.renewing = not self.program.reloads
            self.signal(signal.SIGHUP if self.program.reloads else signal.SIGTERM)

    async def keep(self, stop: asyncio.Event, died: Callable[[str, int], None]) -> int:
        """Run until stopped; EX_CONFIG when the program refused its configuration before it ever ran, else 0."""
        wait = FIRST_WAIT
        while not stop.is_set():
            began = time.monotonic()
            self.process, self.first = self.first or await self._started(), None
            code = await self._until_end(self.process, stop)
            self.ready.clear()
            if stop.is_set():
                break
            if code == EX_CONFIG and not self.was_ready:
                return EX_CONFIG
            if self.renewing:
                self.renewing = False
                continue
            if time.monotonic() - began > SETTLED:
                wait = FIRST_WAIT
            maillog.child_ended(process=self.program.name, code=code, wait=wait)
            died(self.program.name, self.process.pid)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
            wait = min(wait * 2, LONGEST_WAIT)
        return 0

    async def _started(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(*self.program.command, env=self.environment)

    async def _until_end(self, process: asyncio.subprocess.Process | Copy, stop: asyncio.Event) -> int:
        """Its exit code; when we stop, it gets SIGTERM, and SIGKILL after the grace."""
        ended, stopped = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
        await asyncio.wait([ended, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not ended.done():
            process.terminate()
            await asyncio.wait([ended], timeout=self.grace)
        if not ended.done():
            maillog.stopped(process=self.program.name, drained=False)
            process.kill()
        return await ended


def family(programs: Sequence[Program], environment: dict[str, str], *, grace: float) -> dict[str, Child]:
    """The children by name, none of them started yet."""
    return {p.name: Child(p, environment, grace=grace) for p in programs}


async def supervise(
    children: dict[str, Child],
    *,
    may_reload: Callable[[], bool],
    ready: Callable[[], None],
    died: Callable[[str, int], None],
) -> int:
    """Run all children until SIGTERM or SIGINT; SIGHUP reloads each of them when `may_reload` agrees, else only who can refuse in place."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def reload() -> None:
        whole = may_reload()
        for child in children.values():
            if whole or child.program.reloads:  # who reloads in place refuses what is broken, and counts it
                child.reload()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload)
    for child in children.values():
        loop.add_reader(child.notices, child.heard)
    try:
        return await _run(children, stop, ready, died)
    finally:
        for child in children.values():
            loop.remove_reader(child.notices)
            child.notices.close()


async def _run(
    children: dict[str, Child],
    stop: asyncio.Event,
    ready: Callable[[], None],
    died: Callable[[str, int], None],
) -> int:
    keeping = [asyncio.create_task(child.keep(stop, died)) for child in children.values()]
    all_ready = asyncio.create_task(_all_ready(children))
    await asyncio.wait([all_ready, *keeping], return_when=asyncio.FIRST_COMPLETED)
    if all_ready.done():
        ready()
        await asyncio.wait(keeping, return_when=asyncio.FIRST_COMPLETED)
    all_ready.cancel()
    stop.set()
    return max(await asyncio.gather(*keeping))


async def _all_ready(children: dict[str, Child]) -> int:
    for child in children.values():
        await child.ready.wait()
    return 0
