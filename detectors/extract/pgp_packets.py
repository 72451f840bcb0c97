"""The packets of OpenPGP: every byte stands in one of them, or is told to stand in none."""

import struct
from collections.abc import Iterator

NONE = 0  # no packet has this tag: what follows the last one
_MOST = 10_000


def packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, body) of each packet, old and new headers, partial lengths joined; last, under no packet's tag, what is none."""
    at, count = 0, 0
    while at < len(data):
        count += 1
        head = data[at]
        if not head & 0x80 or count > _MOST:
            yield NONE, data[at:]
            return
        try:
            if head & 0x40:
                tag = head & 0x3F
                body, end = _new_body(data, at + 1)
            else:
                tag, kind = (head >> 2) & 0xF, head & 3
                width = 1 << kind
                size = int.from_bytes(data[at + 1 : at + 1 + width], "big")
                begin = at + 1 + (width if kind != 3 else 0)
                end = begin + size if kind != 3 else len(data)
                body = data[begin:end]
        except (IndexError, struct.error):
            yield NONE, data[at:]
            return
        at = end
        yield tag, body


def _new_body(data: bytes, at: int) -> tuple[bytes, int]:
    pieces = []
    while True:
        first = data[at]
        if first < 192:
            size, at, last = first, at + 1, True
        elif first < 224:
            size, at, last = ((first - 192) << 8) + data[at + 1] + 192, at + 2, True
        elif first == 255:
            size, at, last = struct.unpack(">I", data[at + 1 : at + 5])[0], at + 5, True
        else:
            size, at, last = 1 << (first & 0x1F), at + 1, False
        pieces.append(data[at : at + size])
        at += size
        if last:
            return b"".join(pieces), at
