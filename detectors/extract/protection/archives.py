"""The locks of archives, per entry: ZipCrypto is weak, AES is strong, and a flag alone is nothing."""

import struct
import zipfile
import zlib
from dataclasses import dataclass

from detectors.findings import Protection

_AES_EXTRA = 0x9901
_STRONG_EXTRA = 0x0017
_PRINT = frozenset(b"\t\r\n" + bytes(range(0x20, 0x7F)))
_AES_BITS = {1: 128, 2: 192, 3: 256}


@dataclass(frozen=True, slots=True)
class ZipLock:
    """What locks one entry."""

    protection: Protection
    how: str = ""
    fake: bool = False  # flagged, but the bytes are plain


def zip_lock(data: bytes, info: zipfile.ZipInfo) -> ZipLock:
    """The lock of an entry, from its own fields and its bytes."""
    if not info.flag_bits & 0x1 and info.compress_type != 99:
        return ZipLock(Protection.NONE)
    extra = _extra(info.extra)
    if info.compress_type == 99 or _AES_EXTRA in extra:
        field = extra.get(_AES_EXTRA, b"")
        if _printed(data, info):
            return ZipLock(Protection.LOOKALIKE, "a mark of AES on plain bytes", fake=True)
        bits = _AES_BITS.get(field[4], 0) if len(field) >= 7 else 0
        return (
            ZipLock(Protection.STRONG, f"AES-{bits}")
            if bits
            else ZipLock(Protection.WEAK, "AES of unknown length")
        )
    if plain(data, info):
        return ZipLock(Protection.LOOKALIKE, "flag only", fake=True)
    if info.flag_bits & 0x40:
        return _pkware(extra.get(_STRONG_EXTRA, b""))
    return ZipLock(Protection.WEAK, "ZipCrypto")


def _pkware(field: bytes) -> ZipLock:
    """PKWARE strong encryption names its cipher in an extra field."""
    if len(field) < 8:
        return ZipLock(Protection.WEAK, "PKWARE encryption")
    cipher, bits = struct.unpack("<HH", field[2:6])
    strong = cipher in {0x660E, 0x660F, 0x6610} and bits >= 128
    return ZipLock(
        Protection.STRONG if strong else Protection.WEAK, f"PKWARE {'AES' if strong else 'old cipher'} {bits}"
    )


def _extra(extra: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        found[kind] = extra[4 : 4 + size]
        extra = extra[4 + size :]
    return found


def _printed(data: bytes, info: zipfile.ZipInfo) -> bool:
    """Whether bytes that are said to be encrypted are print, or inflate to their very end."""
    raw = _raw(data, info)
    if len(raw) < 32:
        return False
    if sum(b in _PRINT for b in raw[:512]) > len(raw[:512]) * 0.95:
        return True
    try:
        inflate = zlib.decompressobj(-15)
        return bool(inflate.decompress(raw, 100_000_000)) and inflate.eof and not inflate.unused_data
    except zlib.error:
        return False


def _raw(data: bytes, info: zipfile.ZipInfo) -> bytes:
    start = info.header_offset
    if data[start : start + 4] != b"PK\x03\x04" or len(data) < start + 30:
        return b""
    begin = start + 30 + sum(struct.unpack("<HH", data[start + 26 : start + 30]))
    return data[begin : begin + info.compress_size]


def plain(data: bytes, info: zipfile.ZipInfo) -> bool:
    """Whether an entry flagged as encrypted is in fact plain: it inflates and its checksum is right."""
    start = info.header_offset
    if data[start : start + 4] != b"PK\x03\x04" or len(data) < start + 30:
        return False
    name_length, extra_length = struct.unpack("<HH", data[start + 26 : start + 30])
    begin = start + 30 + name_length + extra_length
    raw = data[begin : begin + info.compress_size]
    if info.compress_type == 0:
        return len(raw) == info.file_size and zlib.crc32(raw) == info.CRC
    if info.compress_type != 8 or info.file_size > 100_000_000:
        return False
    try:
        return zlib.crc32(zlib.decompressobj(-15).decompress(raw, info.file_size + 1)) == info.CRC
    except zlib.error:
        return False
