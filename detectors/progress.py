"""How far a worker is, in a page of memory that both sides see: told without waking anybody, and looked at when it is late or gone."""

import fcntl
import mmap
import os
import socket
import struct
from collections.abc import Callable

_SLOT = struct.Struct("=dH")  # when it began, on the clock that all processes share; the length of its name
_NAME = 1_000  # bytes; a part at the greatest depth has some hundred
_SLOTS = (1, 1 + _SLOT.size + _NAME)  # written by turns: the first byte of the page says which one counts
_PAGE = 4096
_NONE = 255


class Progress:
    """The page as the gateway sees it. What stands there was written beside hostile content: it is bounded, and believed no further."""

    def __init__(self) -> None:
        self._file = os.memfd_create("schoolgate-progress", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(self._file, _PAGE)
            seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
            fcntl.fcntl(self._file, fcntl.F_ADD_SEALS, seals)  # cut short, it would end who looks at it
            self._page = mmap.mmap(self._file, _PAGE)
        except BaseException:
            os.close(self._file)
            raise
        self.begin()

    def hand_over(self, end: socket.socket) -> None:
        """Send it to the worker behind this socket, as the first that it hears."""
        try:
            socket.send_fds(end, [b"\0"], [self._file])
        finally:
            os.close(self._file)

    def begin(self) -> None:
        """A new message: nothing is being read yet."""
        self._page[0] = _NONE

    def read(self) -> tuple[str, float]:
        """The part that is being read, and since when; "" for none."""
        slot = self._page[0]
        if slot >= len(_SLOTS):
            return "", 0.0
        since, length = _SLOT.unpack_from(self._page, _SLOTS[slot])
        begin = _SLOTS[slot] + _SLOT.size
        return self._page[begin : begin + min(length, _NAME)].decode("ascii", "replace"), since

    def close(self) -> None:
        self._page.close()


def told(source: int) -> Callable[[str, float], None]:
    """The worker's side: takes the page from its socket; what is returned writes down the part that begins now."""
    with socket.socket(fileno=os.dup(source)) as end:
        _, files, _, _ = socket.recv_fds(end, 1, 1)
    page = mmap.mmap(files[0], _PAGE)
    os.close(files[0])

    def tell(path: str, now: float) -> None:
        name, slot = path.encode("ascii", "replace")[:_NAME], 1 - (page[0] & 1)
        begin = _SLOTS[slot]
        _SLOT.pack_into(page, begin, now, len(name))
        page[begin + _SLOT.size : begin + _SLOT.size + len(name)] = name
        page[0] = slot  # last: who looks meanwhile, or after an end in the middle, sees the one before

    return tell
