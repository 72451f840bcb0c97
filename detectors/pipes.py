"""A worker's ends of its two pipes: taken at the start so that no library can print into them."""

import os
from typing import BinaryIO

from detectors import frames


def take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for our frames alone; whoever writes to the old ones writes to nowhere."""
    source, target = os.fdopen(os.dup(0), "rb", 1 << 20), os.fdopen(os.dup(1), "wb", 0)
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    return source, target


def frame(source: BinaryIO) -> bytes:
    """The next frame, b"" at the end of the pipe."""
    head = source.read(frames.HEAD.size)
    if len(head) < frames.HEAD.size:
        return b""
    size = frames.HEAD.unpack(head)[0]
    if size > frames.MAX_REQUEST:
        raise SystemExit(2)
    return source.read(size)
