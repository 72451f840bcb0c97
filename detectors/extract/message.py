"""Parses a message as the standard library does, but does not walk or copy the lines of long base64: same tree, same content."""

import email.message
import re
import secrets
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from detectors.extract.header_parameters import split
from detectors.extract.marks import Marks

# In the place of the standard library's own function, which takes hours for a field of semicolons.
email.message._parseparam = split  # type: ignore[attr-defined]  # noqa: SLF001

_START = re.compile(rb"\n\r?\n([A-Za-z0-9+/]{60,76})(\r?\n)")
_ELSE = Marks(some=rb"[^A-Za-z0-9+/\r\n]")
LINES = 100  # shorter content is not worth it
KEY, NUMBER = 32, 8  # letters of a mark: the key of its message, and its own number
RUN = 10_000  # lines looked at together: a message of 25 MB is never copied


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where something stands in the bytes of a message."""

    data: bytes = field(repr=False)
    start: int
    stop: int
    even: tuple[int, int] | None = (
        None  # from where to where lines were counted that are whole groups of four
    )

    def __str__(self) -> str:
        """The text, as the standard library would hold it."""
        return str(memoryview(self.data)[self.start : self.stop], "ascii", "surrogateescape")


class Part(Message):
    """A part of which the content may stand in the message's bytes alone, until somebody asks for it as text."""

    held: Any = None
    stretch: Stretch | None = None

    @property
    def _payload(self) -> Any:
        if self.stretch is not None:
            self.held, self.stretch = str(self.stretch), None
        return self.held

    @_payload.setter
    def _payload(self, content: Any) -> None:
        self.held, self.stretch = content, None

    def is_multipart(self) -> bool:
        return isinstance(self.held, list)


def parse(data: bytes) -> Message:
    """The message. Where a piece that was left out does not come back exactly once, the plain way is taken."""
    lean, left_out = _lean(data)
    if not left_out:
        return message_from_bytes(data)
    message = message_from_bytes(lean, _class=Part)
    for part in message.walk():
        assert isinstance(part, Part)
        if isinstance(part.held, str):
            _fill(part, part.held, left_out)
    return message_from_bytes(data) if left_out else message


def _fill(part: Part, content: str, left_out: dict[str, Stretch]) -> None:
    """Give the part what was left out of its content."""
    marks = _marks(content, left_out)
    if len(marks) == 1 and (whole := _around(content, marks[0], left_out[marks[0]])):
        del left_out[marks[0]]
        part.held, part.stretch = "", whole
        return
    for mark in marks:
        content = content.replace(mark, str(left_out.pop(mark)))
    part.held = content


def _marks(content: str, left_out: dict[str, Stretch]) -> list[str]:
    """Those that stand in this content; each begins with the key of the message, which is looked for once."""
    key = next(iter(left_out), "")[:KEY]
    found = (
        (mark[0] for mark in re.finditer(rf"{key}\d{{{NUMBER}}}", content)) if key and key in content else ()
    )
    return [mark for mark in dict.fromkeys(found) if mark in left_out]


def _around(content: str, mark: str, middle: Stretch) -> Stretch | None:
    """Where the whole content stands, if what is around the mark stands around the piece that was left out."""
    head, tail = (text.encode("ascii", "surrogateescape") for text in content.split(mark))
    start, stop = middle.start - len(head), middle.stop + len(tail)
    same = (
        start >= 0 and middle.data[start : middle.start] == head and middle.data[middle.stop : stop] == tail
    )
    return Stretch(middle.data, start, stop, middle.even) if same else None


def _lean(data: bytes) -> tuple[bytes, dict[str, Stretch]]:
    """The bytes with one line in place of many, and what each such line stands for."""
    pieces: list[bytes] = []
    left_out: dict[str, Stretch] = {}
    done, at, stop, key = 0, 0, 0, secrets.token_hex(KEY // 2)
    while match := _START.search(data, at):
        start, length, end = match.start(1), len(match[1]), match[2]
        at, step = match.end(), length + len(end)
        if stop < start:  # where the next boundary may stand: looked for once, not from each start anew
            dash = data.find(b"-", start)
            stop = dash if dash >= 0 else len(data)
        lines = (stop - start) // step - 1  # the last may end in padding
        if lines < LINES or not _all_even(data, start, length, end, lines):
            continue
        mark = f"{key}{len(left_out):0{NUMBER}d}"
        first, last = start + step, start + lines * step - len(end)
        left_out[mark] = Stretch(data, first, last, (first, last) if length % 4 == 0 else None)
        pieces += (data[done : start + step], mark.encode(), end)
        done = start + lines * step
        at = done - len(end)
    return b"".join([*pieces, data[done:]]), left_out


def _all_even(data: bytes, start: int, length: int, end: bytes, lines: int) -> bool:
    """The same of any number of lines. Few are looked at first: what ends soon costs no more than it is long."""
    done, run, step = 0, 1, length + len(end)
    while done < lines:
        if not _even(data, start + done * step, length, end, min(run, lines - done)):
            return False
        done, run = done + run, min(2 * run, RUN)
    return True


def _even(data: bytes, start: int, length: int, end: bytes, lines: int) -> bool:
    """Whether so many lines of base64 stand there, each of this length."""
    step = length + len(end)
    block = data[start : start + lines * step]
    ends = all(block[length + n :: step] == bytes([byte]) * lines for n, byte in enumerate(end))
    return ends and not _ELSE.within(block) and len(block.translate(None, b"\r\n")) == lines * length
