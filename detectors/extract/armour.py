"""Armour: base64 between a line that begins and a line that ends one of its kind. What stands between them and can be words is given back as words."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_LONG = re.compile(rb"[A-Za-z0-9+/]{40,}+={0,2}")  # no word is so long
_SHORT = re.compile(rb"[A-Za-z0-9+/]++={0,2}")
_SUM = re.compile(rb"=[A-Za-z0-9+/]{4}")


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two marks of one kind, and where it stands with them."""

    what: bytes
    start: int
    stop: int
    body: bytes = field(repr=False)


def blocks(data: bytes, begin: re.Pattern[bytes], end: re.Pattern[bytes]) -> Iterator[Block]:
    """Every block from a beginning to the next end of its kind, which both patterns call `what`. None lies in another. One pass over each, however many lines begin what nothing ends."""
    ends: dict[bytes, list[tuple[int, int]]] = {}
    for match in end.finditer(data):
        ends.setdefault(match["what"], []).append(match.span())
    done = 0
    for match in begin.finditer(data) if ends else ():
        closing = ends.get(match["what"], [])
        n = bisect_left(closing, (match.end(), 0))
        if match.start() < done or n == len(closing):
            continue
        last, done = closing[n]
        yield Block(match["what"], match.start(), done, data[match.end() : last])


def unarmoured(data: bytes, found: Iterable[Block]) -> bytes:
    """The bytes with each block's words in its place."""
    pieces: list[bytes] = []
    done = 0
    for block in found:
        pieces += (data[done : block.start], unsure(block.body))
        done = block.stop
    return b"".join((*pieces, data[done:]))


def letters(body: bytes) -> bytes:
    """All lines of a block that base64 may be, joined; without the sum that ends them."""
    lines = map(bytes.strip, body.splitlines())
    return b"".join(line for line in lines if _SHORT.fullmatch(line))


def unsure(body: bytes) -> bytes:
    """The lines of a block that may be anything but base64: no long row of its letters, nor the last and shorter one below such rows."""
    kept, before = [], False
    for line in body.splitlines():
        bare = line.strip()
        row = _LONG.fullmatch(bare) is not None
        if bare.strip(b"-") and not (row or _SUM.fullmatch(bare) or (before and _SHORT.fullmatch(bare))):
            kept.append(line)
        before = row
    return b"\n".join(kept)
