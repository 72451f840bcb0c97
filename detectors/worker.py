"""A worker: warm up, lock in, then scan message after message from a pipe. Hostile bytes are opened here and nowhere else."""

import gc
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from detectors import frames, sandbox
from detectors.cure.apply import CureError, mend
from detectors.directory.people import Directory
from detectors.extract.memory import Memory
from detectors.pipes import frame, take_pipes
from detectors.protect import ProtectError, protect
from detectors.recognize import FindsPeople, prepare
from detectors.scan import scan
from detectors.warmth import EMPTY, SAMPLE, load_late_modules

CPU_SLACK = 5  # seconds beside the deadline, which the gateway keeps


def main() -> None:
    """Speak with the gateway until it closes the pipe."""
    sandbox.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the gateway decides
    source, target = take_pipes()
    setup = frames.unpack_request(frame(source))
    if not isinstance(setup, frames.Setup):
        raise SystemExit(2)
    folder = Path(sys.argv[2])
    os.chdir(folder)
    tempfile.tempdir = str(folder)
    load_late_modules()
    scan(SAMPLE, EMPTY, setup.limits)  # all that is loaded late is loaded now: soon no file can be opened
    barriers = sandbox.enter(folder, memory=setup.memory)
    lacking = sandbox.missing(barriers)
    if setup.require_sandbox and lacking:
        target.write(frames.pack_reply(frames.Failed(reason=lacking)))
        raise SystemExit(3)
    prepare(setup.directory)
    gc.freeze()
    target.write(frames.pack_reply(frames.Ready(barriers=barriers)))
    _serve(source, target, setup)


def _serve(source: BinaryIO, target: BinaryIO, setup: frames.Setup) -> None:
    directory = setup.directory
    memory = Memory(setup.limits.cache_bytes)
    finder = _Asking(source, target) if setup.spacy_model else None
    while asked := frame(source):
        request = frames.unpack_request(asked)
        if isinstance(request, frames.Renew):
            directory = request.directory
            prepare(directory)
            continue
        sandbox.allow_cpu(int(setup.limits.seconds) * 3 + CPU_SLACK)
        data = frame(source)
        if isinstance(request, frames.Ask):
            reply: frames.Reply = _scan(data, directory, setup, finder, request, target, memory)
        elif isinstance(request, frames.Protect):
            reply = _protect(data, request)
        elif isinstance(request, frames.Mend):
            reply = _mend(data, request, directory)
        else:
            raise SystemExit(2)
        del data
        target.write(frames.pack_reply(reply))


def _scan(
    data: bytes,
    directory: Directory,
    setup: frames.Setup,
    finder: FindsPeople | None,
    ask: frames.Ask,
    target: BinaryIO,
    memory: Memory,
) -> frames.Reply:
    def progress(path: str) -> None:
        target.write(frames.pack_reply(frames.Progress(path=path)))

    try:
        answer = scan(
            data, directory, setup.limits, nlp=finder, progress=progress, skip=ask.skip, memory=memory
        )
    except MemoryError:
        return frames.Failed(reason="memory")
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


if __name__ == "__main__":
    main()
