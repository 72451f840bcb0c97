"""The ends of lines of a message: CR and LF in pairs only, for anything else could smuggle a second message past the next hop."""

from collections.abc import Iterator
from io import IncrementalNewlineDecoder

_BLOCK = 65_536  # bytes looked at in one go: a large message is never copied as a whole
_FEW = 1_000  # lines with a dot in front that are put together piece by piece; a message made of them is not


def ends_lines_well(data: bytes | memoryview) -> bool:
    """Whether no CR and no LF stands alone."""
    seen = IncrementalNewlineDecoder(
        None, translate=False
    )  # writes down which ends it met, CRLF torn in two or not
    view = memoryview(data)
    for start in range(0, len(data), _BLOCK):
        seen.decode(str(view[start : start + _BLOCK], "latin-1"))
    seen.decode("", final=True)
    return seen.newlines in (None, "\r\n")


def stuffed(raw: bytes) -> bytes:
    """The bytes with every line that starts with a dot given a second one (RFC 5321 §4.5.2)."""
    raw = replaced(raw, b"\n.", b"\n..")
    return b"." + raw if raw.startswith(b".") else raw


def stuffed_blocks(raw: bytes, size: int) -> Iterator[bytes | memoryview]:
    """The same in blocks of about this many bytes: no work on a large message keeps others waiting, and none is copied as a whole."""
    view, last = memoryview(raw), raw.rfind(b".") + 1
    for start in range(0, len(raw), size):
        block = view[start : start + size]
        if start >= last:
            yield block
        else:  # whether a line begins with the block, the byte before it tells
            before = raw[start - 1 : start] if start else b"\n"
            yield replaced(before + block, b"\n.", b"\n..")[1:]


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    """The bytes with each `old`, which ends in a dot, made `new`. Most bytes of mail are base64: behind its last dot nothing is looked for."""
    last = data.rfind(b".") + 1
    if data.find(old, 0, last) < 0:
        return data
    pieces = data[:last].split(old, _FEW)
    if len(pieces) > _FEW:
        return data.replace(old, new)
    pieces[-1] += data[last:]
    return new.join(pieces)
