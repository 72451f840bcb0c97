"""A worker: lock in, then scan message after message from a socket. Hostile bytes are opened here and nowhere else."""

import resource
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from detectors import frames, sandbox
from detectors.cure.apply import CureError, mend
from detectors.directory.people import Directory
from detectors.extract.memory import Memory
from detectors.extract.sight import Sight
from detectors.findings import Scan
from detectors.lean import give_back
from detectors.pipes import frame, lock_in
from detectors.progress import told
from detectors.protect import ProtectError, protect
from detectors.recognize.forgetting import forget
from detectors.recognize.searched import Searched
from detectors.scan import scan

LARGE = 100_000  # bytes; what a smaller message took is soon used again
CPU_SLACK = 5  # seconds beside the deadline, which the gateway keeps


def serve(source: BinaryIO, target: BinaryIO, setup: frames.Setup, folder: Path) -> None:
    """Lock in, say so, and work until the gateway closes the socket. What this process is a copy of is warm already."""
    tell = told(source.fileno())
    lock_in(target, setup, folder)
    _work(source, target, setup, lambda path: tell(path, time.monotonic()))


def _work(source: BinaryIO, target: BinaryIO, setup: frames.Setup, progress: Callable[[str], None]) -> None:
    directory = setup.directory
    look = partial(
        scan,
        directory=directory,
        limits=setup.limits,
        nlp=_Asking(source, target) if setup.spacy_model else None,
        progress=progress,
        memory=Memory(setup.limits.cache_bytes * 3 // 4),
        searched=Searched(setup.limits.cache_bytes // 4),
    )
    while asked := frame(source):
        request = frames.unpack_request(asked)
        sandbox.allow_cpu(int(setup.limits.seconds) * 3 + CPU_SLACK)
        data = frame(source)
        if isinstance(request, frames.Ask):
            reply: frames.Reply = _scan(data, look, request, target)
        elif isinstance(request, frames.Protect):
            reply = _protect(data, request)
        elif isinstance(request, frames.Mend):
            reply = _mend(data, request, directory)
        else:
            raise SystemExit(2)
        size = len(data)
        del data, request
        target.write(frames.pack_reply(reply))
        del reply
        forget()
        if size >= LARGE:
            give_back()  # a worker that has read a large sheet is as small as before


def _scan(data: bytes, look: Callable[..., Scan], ask: frames.Ask, target: BinaryIO) -> frames.Reply:
    sight = Sight(asks=ask.look, known=ask.seen)
    try:
        answer = look(data, skip=ask.skip, sight=sight)
    except MemoryError:
        return frames.Failed(reason="memory")
    for key, shades in sight.wanted.items():
        picture = frames.Picture(key=key, packed=shades.packed, width=shades.width, height=shades.height)
        target.write(frames.pack_reply(picture))
    return frames.Answer(scan=answer, peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def _protect(data: bytes, request: frames.Protect) -> frames.Reply:
    try:
        name, made = protect(data, kind=request.kind, name=request.name, password=request.password)
    except ProtectError as error:
        return frames.Failed(reason=error.reason)
    return frames.Made(name=name, data=made)


def _mend(data: bytes, request: frames.Mend, directory: Directory) -> frames.Reply:
    try:
        return frames.Made(name="", data=mend(data, request.plan, directory))
    except CureError as error:
        return frames.Failed(reason=error.reason)


class _Asking:
    """The language model as this worker sees it: a question to the gateway, which keeps the one that there is."""

    def __init__(self, source: BinaryIO, target: BinaryIO) -> None:
        self._source, self._target = source, target

    def people(self, lines: Sequence[str]) -> Sequence[Sequence[tuple[int, int]]] | None:
        self._target.write(frames.pack_reply(frames.Lines(lines=tuple(lines))))
        answer = frames.unpack_request(frame(self._source))
        if not isinstance(answer, frames.People):
            raise SystemExit(2)
        return answer.spans
