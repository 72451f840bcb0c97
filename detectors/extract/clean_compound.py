"""One stream in a compound file of our own making: a reader with a parser of its own then sees what we saw, and no loops."""

import struct
from array import array

_SECTOR = 4_096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_HEADER_FATS = 109  # sectors of the table that the header can name: together they reach 457 MB


def wrap(name: str, data: bytes) -> bytes:
    """A version 4 compound file (MS-CFB) that holds the stream under this name; b"" where it is too large for that."""
    data = data.ljust(_SECTOR, b"\0")  # shorter streams would need another table
    sectors = -(-len(data) // _SECTOR)
    tables = -(-(sectors + 2) // (_SECTOR // 4 - 1))
    if tables > _HEADER_FATS:
        return b""
    first = tables + 2  # the tables, the directory, the root's own sector (readers want one), then the stream
    fat = array("I", [_FAT] * tables + [_END, _END] + list(range(first + 1, first + sectors)) + [_END])
    fat.extend([_FREE] * (tables * _SECTOR // 4 - len(fat)))
    header = struct.pack(
        "<8s16x5H6x9I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 4, 0xFFFE, 12, 6, 1, tables, tables, 0, _SECTOR, _END, 0, _END, 0
    )  # fmt: skip
    named = array("I", list(range(tables)) + [_FREE] * (_HEADER_FATS - tables))
    directory = _entry("Root Entry", 5, 1, tables + 1, 0) + _entry(name, 2, _FREE, first, len(data))
    return b"".join(
        (
            (header + named.tobytes()).ljust(_SECTOR, b"\0"),
            fat.tobytes(),
            directory.ljust(2 * _SECTOR, b"\0"),
            data.ljust(sectors * _SECTOR, b"\0"),
        )
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    wide = name.encode("utf-16-le")
    return struct.pack("<64sHBB3I16x4x16xIQ", wide, len(wide) + 2, kind, 1, _FREE, _FREE, child, start, size)
