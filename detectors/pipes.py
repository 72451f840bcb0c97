"""A worker's end of its socket: one frame after the other."""

from typing import BinaryIO

from detectors import frames


def frame(source: BinaryIO) -> bytes:
    """The next frame, b"" when the gateway has closed the socket."""
    head = source.read(frames.HEAD.size)
    if len(head) < frames.HEAD.size:
        return b""
    size = frames.HEAD.unpack(head)[0]
    if size > frames.MAX_REQUEST:
        raise SystemExit(2)
    return source.read(size)
