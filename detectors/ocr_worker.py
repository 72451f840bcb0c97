"""The process that reads pictures: locked in like every worker, it is given grey pixels and answers with lines. No file is opened here."""

import os
from collections import OrderedDict
from pathlib import Path
from typing import BinaryIO

from detectors import frames, sandbox
from detectors.ocr import Engine
from detectors.pipes import frame, lock_in
from detectors.seen import Seen

MOST = 2_000  # pictures whose words are remembered while the process lives: one newsletter is read once
MEMORY = 2_000_000_000  # bytes of address space at least: the networks ask for more than they use
NICENESS = 5  # mail without pictures goes first, and pictures are read all the same


def serve(source: BinaryIO, target: BinaryIO, setup: frames.Setup, folder: Path) -> None:
    """Load the networks, lock in, and answer until the gateway closes the socket. It is a copy of the template (detectors.forks)."""
    os.nice(NICENESS)
    engine = Engine()
    _alone()
    lock_in(target, setup, folder, memory=MEMORY)
    known: OrderedDict[tuple[str, bool], Seen] = OrderedDict()
    while asked := frame(source):
        request = frames.unpack_request(asked)
        if not isinstance(request, frames.Picture):
            raise SystemExit(2)
        key = (request.key, request.quick)
        seen = known.get(key)
        if seen is None:
            seen = engine.read(request.packed, request.width, request.height, quick=request.quick)
        known[key] = seen
        known.move_to_end(key)
        while len(known) > MOST:
            known.popitem(last=False)
        target.write(frames.pack_reply(frames.Words(lines=seen.lines, poor=seen.poor)))


def _alone() -> None:
    """Go on as a copy with one thread. The networks' library has started another when it was loaded, and no wall would stand around that one."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    sandbox.die_with_parent()
