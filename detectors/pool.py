"""The gateway's side of the workers: hands out messages, keeps the time, kills what is late, and is healthy again at once."""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass, field

import msgspec

from detectors import frames
from detectors.cure.plan import Plan
from detectors.directory.people import Directory
from detectors.findings import Scan
from detectors.forks import Forks
from detectors.launch import Template
from detectors.limits import Limits
from detectors.loads import Loads
from detectors.names import Names
from detectors.ocr import installed
from detectors.pictures import Crowded, Pictures
from detectors.process import Lost, Process, WorkerError
from detectors.progress import Progress
from detectors.sandbox import SandboxError
from detectors.seen import Seen
from detectors.turns import LARGE, PATIENCE, Turns
from detectors.unread import RECOGNIZING, unread

RETRIES = 3  # parts of one message that may end a worker before the message is given up
RECYCLE = 500  # scans of one worker: what a library leaks ends with it
_WHY = {
    "deadline": "takes longer to read than a message may",
    "worker-crash": "broke the reader",
    "memory": "needs more memory than a scan may use",
}
_NO_PART = {"", "0", RECOGNIZING}  # what a worker does beside reading parts has the time of the whole message


class Busy(Exception):  # noqa: N818 - the word that the pipeline answers with
    """No worker was free within the time that a client can wait."""


@dataclass(slots=True)
class _Pass:
    """One reading of a message: whether it asks for pictures to be read, which it then holds, or what was read in them."""

    look: bool = False
    seen: dict[str, Seen] | None = None
    skip: dict[str, str] = field(default_factory=dict)  # parts that ended a worker, and why
    pictures: list[frames.Picture] = field(default_factory=list)


class _Watch:
    """Ends the wait for a worker whose part takes longer than a part may; looks when that could be, and not at each part."""

    def __init__(self, progress: Progress, clock: asyncio.Timeout, patience: float) -> None:
        self._progress, self._clock, self._patience = progress, clock, patience
        self._loop = asyncio.get_running_loop()
        self._next = self._loop.call_later(patience, self._look)

    def _look(self) -> None:
        at, since = self._progress.read()
        now = self._loop.time()
        if at in _NO_PART or not 0 < since <= now:  # or begun this very moment
            since = now
        if since + self._patience <= now:
            if not self._clock.expired():
                self._clock.reschedule(now)
        else:
            self._next = self._loop.call_at(since + self._patience, self._look)

    def stop(self) -> None:
        self._next.cancel()


class Pool:
    """A fixed number of sandboxed workers; one message each at a time."""

    def __init__(
        self,
        directory: Directory,
        *,
        workers: int = 2,
        limits: Limits = Limits(),  # noqa: B008 - frozen: one default for all
        deadline: float = 30.0,
        queue_timeout: float = 20.0,
        memory: int = 2_000_000_000,
        require_sandbox: bool = True,
        spacy_model: str = "",
        ocr: bool = False,
        template: Template | None = None,  # one that was launched before
    ) -> None:
        self._setup = frames.Setup(
            directory=directory,
            limits=limits,
            memory=memory,
            require_sandbox=require_sandbox,
            spacy_model=spacy_model,
            ocr=ocr and installed(),
        )
        self._count, self._deadline, self._queue_timeout = workers, deadline, queue_timeout
        self._turns: Turns[Process | None] = Turns(workers)
        self._loads = Loads()
        self._forks = Forks(self._setup, template)
        self._names = Names(self._setup, self._forks)
        self._pictures = Pictures(self._setup, self._forks)
        self._all: set[Process] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self.barriers: tuple[str, ...] = ()

    async def start(self) -> None:
        """Start the first worker, and the others while it serves; raises SandboxError where no barrier can be had."""
        try:
            self._turns.give(await self._spawn())
        except BaseException:
            await self.close()
            raise
        for _ in range(self._count - 1):
            self._later(self._refill(None, None))

    @property
    def directory(self) -> Directory:
        """The directory with which the next message is scanned."""
        return self._setup.directory

    @property
    def healthy(self) -> bool:
        """Whether workers are there."""
        return not self._closed and bool(self._all)

    async def scan(self, raw: bytes, sender: str | None = None) -> Scan:
        """The scan of a message; if it holds pictures, they are read while its worker serves others, and then it is read again.

        One `sender` whose messages take long does not keep all workers from the others.
        """
        asks = _Pass(look=self._setup.ocr)
        scan = await self._read(raw, asks, sender)
        if not asks.pictures:
            return scan
        try:
            seen = await self._pictures.read(asks.pictures, wait=self._queue_timeout)
        except Crowded:
            raise Busy from None
        return await self._read(raw, _Pass(seen=seen, skip=asks.skip), sender) if seen else scan

    async def _read(self, raw: bytes, asks: _Pass, sender: str | None) -> Scan:
        """One reading, in its sender's turn."""
        loop = asyncio.get_running_loop()
        slow = self._loads.of(sender, loop.time()) if sender is not None else 0.0
        weight = max(len(raw), LARGE, int(slow * PATIENCE)) if slow else len(raw)
        worker = await self._take(weight)
        began = loop.time()
        if sender is None:
            return await self._by(worker, raw, asks, weight)
        self._loads.begin(sender, began)
        try:
            return await self._by(worker, raw, asks, weight)
        finally:
            self._loads.end(sender, began, loop.time())

    async def _by(self, worker: Process | None, raw: bytes, asks: _Pass, weight: int) -> Scan:
        """Read by this worker. A part that ends it is left out in the next try, and is a finding."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._deadline
        skip = asks.skip
        try:
            for _ in range(RETRIES + 1):
                if worker is None:
                    worker = await self._spawn()
                try:
                    return await self._attempt(worker, raw, asks, end)
                except Lost as lost:
                    lost_worker, worker = worker, None
                    await self._end(lost_worker)
                    late = loop.time() >= end - 0.05
                    if not lost.at and not late:  # it was gone before it read a byte: no fault of the message
                        continue
                    if late or lost.at in skip or lost.at in {"", "0"}:
                        return unread(len(raw), lost.reason, _WHY[lost.reason], self.directory.version)
                    skip[lost.at] = lost.reason
            return unread(
                len(raw),
                "worker-crash",
                "too many parts of the message broke the reader",
                self.directory.version,
            )
        except BaseException:
            if worker is not None:  # cancelled or surprised: the worker's state is unknown
                await asyncio.shield(self._end(worker))
                worker = None
            raise
        finally:
            self._give(worker, weight)

    async def protect(self, data: bytes, *, kind: str, name: str, password: str) -> tuple[str, bytes]:
        """An encrypted copy of a file (its new name, its bytes), made in the sandbox; WorkerError says why not."""
        made = await self._made(frames.Protect(kind=kind, name=name, password=password), data)
        return made.name, made.data

    async def mend(self, raw: bytes, plan: Plan) -> bytes:
        """The message with the plan carried out, in the sandbox; WorkerError says why not."""
        return (await self._made(frames.Mend(plan=plan), raw)).data

    async def _made(self, request: frames.Protect | frames.Mend, data: bytes) -> frames.Made:
        worker = await self._take(len(data))
        try:
            if worker is None:
                worker = await self._spawn()
            async with asyncio.timeout(self._deadline):
                await worker.write(frames.pack_request(request), frames.HEAD.pack(len(data)), data)
                reply = await worker.read()
        except (Lost, TimeoutError) as error:
            if worker is not None:
                await self._end(worker)
                worker = None
            raise WorkerError("worker-crash") from error
        finally:
            self._give(worker, len(data))
        if isinstance(reply, frames.Made):
            return reply
        raise WorkerError(reply.reason if isinstance(reply, frames.Failed) else "worker-crash")

    async def replace_directory(self, directory: Directory) -> None:
        """The next message of each worker is scanned with this directory: by a new worker."""
        setup = msgspec.structs.replace(self._setup, directory=directory)
        with contextlib.suppress(WorkerError):  # then the next worker starts a new template with it
            await self._forks.renew(setup)
        self._setup = setup

    async def close(self) -> None:
        """End all workers."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(
            *(self._end(w) for w in list(self._all)), self._names.close(), self._pictures.close()
        )
        await self._forks.close()

    # --- one message ---------------------------------------------------------------------------------

    async def _attempt(self, worker: Process, raw: bytes, asks: _Pass, end: float) -> Scan:
        asks.pictures.clear()
        progress = worker.progress
        assert progress is not None
        progress.begin()
        try:
            async with asyncio.timeout_at(end) as clock:
                watch = _Watch(progress, clock, self._setup.limits.part_seconds * 1.5)
                try:
                    reply = await self._conversation(worker, raw, asks)
                finally:
                    watch.stop()
        except TimeoutError as error:
            raise Lost("deadline", progress.read()[0]) from error
        except Lost as lost:
            lost.at = progress.read()[0]
            raise
        worker.scans += 1
        if isinstance(reply, frames.Answer):
            return reply.scan
        if isinstance(reply, frames.Failed) and reply.reason == "memory":
            return unread(len(raw), "memory", _WHY["memory"], self.directory.version)
        raise Lost("worker-crash", progress.read()[0])

    async def _conversation(self, worker: Process, raw: bytes, asks: _Pass) -> frames.Reply:
        """From the message to what ends it: on the way the worker asks for people, and shows pictures."""
        ask = frames.Ask(skip=asks.skip, look=asks.look, seen=asks.seen)
        await worker.write(frames.pack_request(ask), frames.HEAD.pack(len(raw)), raw)
        while True:
            reply = await worker.read()
            if isinstance(reply, frames.Lines):
                spans = await self._names.people(reply.lines)
                await worker.write(frames.pack_request(frames.People(spans=spans)))
            elif isinstance(reply, frames.Picture) and len(asks.pictures) < self._setup.limits.pictures:
                asks.pictures.append(reply)
            else:
                return reply

    # --- workers -----------------------------------------------------------------------------------------

    async def _take(self, size: int) -> Process | None:
        if self._closed:
            raise Busy
        try:
            async with asyncio.timeout(self._queue_timeout):
                worker = await self._turns.take(size)
        except TimeoutError:
            raise Busy from None
        if worker is not None and worker.version != self.directory.version:
            await self._end(worker)  # it knows an older directory
            return None
        return worker

    def _give(self, worker: Process | None, size: int) -> None:
        """Back into the pool; a worker that is gone, or has served its time, is replaced in the background."""
        if self._closed:
            return
        if worker is not None and worker.scans < RECYCLE:
            self._turns.give(worker, size)
            return
        self._later(self._refill(worker, size))

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _refill(self, old: Process | None, size: int | None) -> None:
        if old is not None:
            await self._end(old)
        fresh: Process | None = (
            None  # a place without a worker: whoever takes it tries again, else answers 451
        )
        with contextlib.suppress(WorkerError, SandboxError, OSError):
            fresh = await self._spawn()
        self._turns.give(fresh, size)

    async def _end(self, worker: Process) -> None:
        self._all.discard(worker)
        await worker.end()

    async def _spawn(self) -> Process:
        worker = await self._forks.fork("worker", tells=True)
        self._all.add(worker)
        self.barriers = worker.barriers
        return worker
