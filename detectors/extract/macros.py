"""The source of a macro: Office packs it in its own way inside a module's stream ([MS-OVBA] 2.4.1)."""

from detectors.extract.charsets import decode

_BEGIN = (
    b"\x00Attribut\x00e "  # how every module's source begins, packed: its first word, whose end is a copy
)
_CHUNK, _MOST = 4_096, 5_000_000  # bytes of a chunk unpacked, and of a source that is read


def source(stream: bytes) -> str:
    """The text of the module in this stream, "" when it holds none."""
    at = stream.find(_BEGIN) - 3
    if at < 0 or stream[at] != 1:
        return ""
    return decode(_unpacked(stream[at + 1 :]))


def _unpacked(packed: bytes) -> bytes:
    found = bytearray()
    at = 0
    while at + 2 <= len(packed) and len(found) < _MOST:
        head = int.from_bytes(packed[at : at + 2], "little")
        if head >> 12 & 7 != 3:
            break
        end = min(len(packed), at + (head & 0xFFF) + 3)
        if head & 0x8000:
            _chunk(packed[at + 2 : end], found)
        else:
            found += packed[at + 2 : end]
        at = end
    return bytes(found)


def _chunk(packed: bytes, found: bytearray) -> None:
    """Eight tokens after each byte of flags: a letter, or a copy of what stood before in this chunk."""
    start, at = len(found), 0
    while at < len(packed):
        flags = packed[at]
        at += 1
        for bit in range(8):
            if at >= len(packed) or len(found) - start > _CHUNK:
                return
            if not flags >> bit & 1:
                found.append(packed[at])
                at += 1
                continue
            if not _copied(packed[at : at + 2], found, start):
                return
            at += 2


def _copied(token: bytes, found: bytearray, start: int) -> bool:
    wide = max(4, (len(found) - start - 1).bit_length())  # bits of the distance grow with what stands before
    pair = int.from_bytes(token, "little")
    length, back = (pair & (0xFFFF >> wide)) + 3, (pair >> (16 - wide)) + 1
    if len(token) < 2 or back > len(found) - start:
        return False
    for _ in range(length):
        found.append(found[-back])
    return True
