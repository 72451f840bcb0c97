"""The bytes of DATA, read in blocks: what was sent comes out undotted and otherwise unchanged, or not at all."""

from collections.abc import Callable
from io import BytesIO

from gateway.line_ends import ends_lines_well, replaced

END = b"\r\n.\r\n"  # RFC 5321 §4.1.1.4; nothing else ends a message, whatever looks like it (SMTP smuggling)
DOT_LINE = b"\r\n."
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

    __slots__ = ("_kept", "_limit", "_pending", "_room", "_size", "refusal", "seen")

    def __init__(self, limit: int, room: Callable[[int], bool] = unlimited) -> None:
        self._limit = limit
        self._room = room
        self._kept = BytesIO()  # grows in place, and gives its bytes away without a copy
        self._size = -2  # the CRLF before the first line is not the message's
        # As if a line had just ended: so `.` CRLF may come first, and a dot at the very start is undotted too.
        self._pending = b"\r\n"
        self.refusal = ""
        self.seen = 0

    def feed(self, data: bytes) -> bytes | None:
        """Take what came; None while the end has not, else the bytes that stood behind it."""
        self.seen += len(data)
        block = self._pending + data
        # Most bytes of mail are base64, which has no dots, and the last block ends with the message: there this costs nothing.
        whole = len(block) - len(END) if block.endswith(END) else -1
        last = block.rfind(b".", 0, whole + 2 if whole >= 0 else len(block))
        dot = block.find(DOT_LINE, 0, last + 1)
        at = block.find(END, dot) if dot >= 0 else whole
        if at >= 0:
            self._pending = b""
            self._keep(memoryview(block)[: at + 2], dotted=0 <= dot < at)
            return block[at + len(END) :]
        tail = next((p for p in PREFIXES if block.endswith(p)), b"")
        self._pending = tail
        self._keep(memoryview(block)[: len(block) - len(tail)], dotted=dot >= 0)
        return None

    def _keep(self, block: memoryview, *, dotted: bool) -> None:
        """Check and keep whole lines, or the beginning of one; a CR is never torn from its LF."""
        if self.refusal or not block:
            return
        if not ends_lines_well(block):
            self._refuse("bare_newline")
            return
        if dotted:  # RFC 5321 §4.5.2
            block = memoryview(replaced(bytes(block), DOT_LINE, b"\r\n"))
        if self._size + len(block) > self._limit:
            self._refuse("too_big")
        elif not self._room(len(block)):
            self._refuse("no_room")
        else:
            self._kept.write(block if self._size >= 0 else block[2:])
            self._size += len(block)

    def _refuse(self, name: str) -> None:
        self.refusal = name
        self._room(-(self._size + 2))
        self._kept = BytesIO()

    def take(self) -> bytes:
        """The message, once; asked for when `feed` has found the end."""
        kept, self._kept = self._kept, BytesIO()
        return kept.getvalue()
