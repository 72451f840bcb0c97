"""The bytes of DATA, read in blocks: what was sent comes out undotted and otherwise unchanged, or not at all."""

from collections.abc import Callable

END = b"\r\n.\r\n"  # RFC 5321 §4.1.1.4; nothing else ends a message, whatever looks like it (SMTP smuggling)
PREFIXES = tuple(END[:n] for n in range(4, 0, -1))  # how a block may end in the middle of END, longest first


def unlimited(_: int) -> bool:
    """Room for everything."""
    return True


class Content:
    """Takes the wire form of one message block by block; `refusal` names the reply that it earned on the way.

    `room(n)` is asked before n more bytes are kept, and told with a negative n that they are not kept any longer;
    False makes the message one that has no room.
    After a refusal nothing is kept: memory stays flat however much still comes.
    """

    __slots__ = ("_bytes", "_limit", "_pending", "_room", "refusal", "seen")

    def __init__(self, limit: int, room: Callable[[int], bool] = unlimited) -> None:
        self._limit = limit
        self._room = room
        self._bytes = bytearray()
        # As if a line had just ended: so `.` CRLF may come first, and a dot at the very start is undotted too.
        self._pending = b"\r\n"
        self.refusal = ""
        self.seen = 0

    def feed(self, data: bytes) -> bytes | None:
        """Take what came; None while the end has not, else the bytes that stood behind it."""
        self.seen += len(data)
        block = self._pending + data
        at = block.find(END)
        if at >= 0:
            self._pending = b""
            self._keep(block[: at + 2])
            return block[at + len(END) :]
        tail = next((p for p in PREFIXES if block.endswith(p)), b"")
        self._pending = tail
        self._keep(block[: len(block) - len(tail)])
        return None

    def _keep(self, block: bytes) -> None:
        """Check and keep whole lines, or the beginning of one; a CR is never torn from its LF."""
        if self.refusal:
            return
        lines = block.count(b"\r\n")
        if block.count(b"\n") != lines or block.count(b"\r") != lines:
            self._refuse("bare_newline")
            return
        if b"\r\n." in block:  # RFC 5321 §4.5.2
            block = block.replace(b"\r\n.", b"\r\n")
        if (
            len(self._bytes) + len(block) > self._limit + 2
        ):  # the CRLF before the first line is not the message's
            self._refuse("too_big")
        elif not self._room(len(block)):
            self._refuse("no_room")
        else:
            self._bytes += block

    def _refuse(self, name: str) -> None:
        self.refusal = name
        self._room(-len(self._bytes))
        self._bytes = bytearray()

    def take(self) -> bytes:
        """The message, once; asked for when `feed` has found the end."""
        raw = bytes(memoryview(self._bytes)[2:])
        self._bytes = bytearray()
        return raw
