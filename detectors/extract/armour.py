"""Armour: blocks between a line that begins and a line that ends one of its kind. One pass over each of both, however many lines begin what nothing ends."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two marks of one kind, and where it stands with them."""

    what: bytes
    start: int
    stop: int
    body: bytes = field(repr=False)


def blocks(data: bytes, begin: re.Pattern[bytes], end: re.Pattern[bytes]) -> Iterator[Block]:
    """Every block from a beginning to the next end of its kind, which both patterns call `what`. None lies in another."""
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


def without(data: bytes, found: Iterator[Block]) -> bytes:
    """The bytes around the blocks."""
    pieces, done = [], 0
    for block in found:
        pieces.append(data[done : block.start])
        done = block.stop
    return b"".join((*pieces, data[done:]))
