"""A worker's end of its socket: that it is locked in is the first that it says, then one frame follows the other."""

import gc
from pathlib import Path
from typing import BinaryIO

from detectors import frames, sandbox


def lock_in(target: BinaryIO, setup: frames.Setup, folder: Path, *, memory: int = 0) -> None:
    """Lock this process in and say which walls stand. It ends where one is lacking that must stand."""
    barriers = sandbox.enter(folder, memory=max(setup.memory, memory))
    lacking = sandbox.missing(barriers)
    if setup.require_sandbox and lacking:
        target.write(frames.pack_reply(frames.Failed(reason=lacking)))
        raise SystemExit(3)
    gc.freeze()  # what is loaded stays to the end: no collector looks at it again
    target.write(frames.pack_reply(frames.Ready(barriers=barriers)))


def frame(source: BinaryIO) -> bytes:
    """The next frame, b"" when the gateway has closed the socket."""
    head = source.read(frames.HEAD.size)
    if len(head) < frames.HEAD.size:
        return b""
    size = frames.HEAD.unpack(head)[0]
    if size > frames.MAX_REQUEST:
        raise SystemExit(2)
    return source.read(size)
