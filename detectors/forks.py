"""Where workers come from: the template is kept; each worker is a copy of it, made within milliseconds."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from detectors import frames
from detectors.channel import Channel
from detectors.launch import Template, launch
from detectors.process import Lost, Process, WorkerError
from detectors.progress import Progress
from detectors.sandbox import SandboxError

T = TypeVar("T")

START_SECONDS = 60.0  # a cold disk, a large directory or a language model


class Forks:
    """Makes and ends workers, one at a time; a template that died is started again."""

    def __init__(self, setup: frames.Setup, template: Template | None = None) -> None:
        self._setup = setup
        self._template = template
        self._ready = self._closed = False
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def renew(self, setup: frames.Setup) -> None:
        """Every worker from now on has this setup."""

        async def renewed() -> None:
            async with self._turn:
                self._setup, self._ready = setup, False
                await self._prepared()

        await asyncio.shield(self._task(renewed()))

    async def fork(self, module: str, *, tells: bool = False) -> Process:
        """A worker that is warm and locked in; WorkerError or SandboxError when there is none. With `tells` it writes down how far it is."""
        making = self._task(self._forked(module, Progress() if tells else None))
        try:
            worker = await asyncio.shield(making)
        except asyncio.CancelledError:
            making.add_done_callback(self._unwanted)
            raise
        try:
            async with asyncio.timeout(START_SECONDS):
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

    async def close(self) -> None:
        """End the template and whatever is left of its workers, those that are being made with them."""
        self._closed = True
        async with self._turn:
            self._drop()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- questions to the template: each is asked to its end, whoever has stopped waiting for it ----------------

    def _task(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _unwanted(self, made: asyncio.Task[Process]) -> None:
        if not made.cancelled() and made.exception() is None:
            self._task(made.result().end())

    async def _prepared(self) -> Template:
        """The template with the setup of now."""
        if self._closed:
            raise WorkerError("worker did not start")
        if self._template is not None and self._template.gone():
            self._drop()
        if self._template is None:
            self._template, self._ready = launch(), False
        if not self._ready:
            await self._ask(self._template, frames.pack_request(self._setup), frames.Ready)
            self._ready = True
        return self._template

    async def _forked(self, module: str, progress: Progress | None) -> Process:
        folder = Path(tempfile.mkdtemp(prefix="schoolgate-scan-"))
        ours, its = socket.socketpair()
        try:
            if progress is not None:
                progress.hand_over(ours)
            async with self._turn:
                template = await self._prepared()
                request = frames.pack_request(frames.Fork(module=module, folder=str(folder)))
                with its:
                    reply = await self._ask(template, request, frames.Forked, its)
                handle = os.pidfd_open(reply.pid)  # of nobody else: the template has not waited for it
                version = self._setup.directory.version
            _, channel = await asyncio.get_running_loop().create_unix_connection(Channel, sock=ours)
        except BaseException:
            ours.close()
            if progress is not None:
                progress.close()
            shutil.rmtree(folder, ignore_errors=True)
            raise

        async def kill() -> None:
            await asyncio.shield(self._task(self._killed(template, reply.pid, handle)))

        return Process(reply.pid, folder, channel, kill, version, progress)

    async def _killed(self, template: Template, pid: int, handle: int) -> None:
        """At once, whatever the template does; then it takes what is left of the group, and its number."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        os.close(handle)
        async with self._turn:
            if self._template is template:  # else it went with its template
                with contextlib.suppress(WorkerError):
                    await self._ask(template, frames.pack_request(frames.End(pid=pid)), frames.Ended)

    async def _ask(self, template: Template, request: bytes, kind: type[T], *ends: socket.socket) -> T:
        """One question to the template. One that goes wrong ends it: its state would be unknown."""
        loop, control = asyncio.get_running_loop(), template.control
        try:
            async with asyncio.timeout(START_SECONDS):
                if ends:
                    socket.send_fds(control, [request], [end.fileno() for end in ends])
                else:
                    await loop.sock_sendall(control, request)
                size = frames.HEAD.unpack(await _exactly(control, frames.HEAD.size))[0]
                reply = frames.unpack_reply(await _exactly(control, size))
        except (OSError, EOFError, msgspec.MsgspecError) as error:
            self._drop()
            raise WorkerError("worker did not start") from error
        if not isinstance(reply, kind):
            self._drop()
            raise WorkerError("worker did not start")
        return reply

    def _drop(self) -> None:
        template, self._template, self._ready = self._template, None, False
        if template is not None:
            template.end()


async def _exactly(control: socket.socket, size: int) -> bytes:
    loop, parts = asyncio.get_running_loop(), bytearray()
    while len(parts) < size:
        more = await loop.sock_recv(control, size - len(parts))
        if not more:
            raise EOFError
        parts += more
    return bytes(parts)
