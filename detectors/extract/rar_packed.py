"""What stands packed in a RAR: decrypted, put into an archive anew without locks, and unpacked by libarchive. No program is run."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libarchive
import libarchive.exception
import rarfile
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from detectors.extract.reading import Unreadable

NEW, STORED = 50, 0x30  # the version of RAR 5, and the method that packs nothing
AES_SINCE = 29  # RAR 3; the ciphers of older versions are broken
_TWEAKED, _DICTIONARY = 0x02, 0xE0
_MOST_COMMENT = 1_000_000  # bytes
_MARK4, _MARK5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
_HEAD, _FILE = struct.Struct("<HBHH"), struct.Struct("<LLBLLBBHL")


def decrypted(data: bytes, entry: rarfile.RarInfo, password: str) -> bytes:
    """The packed bytes, decrypted."""
    raw = data[entry.data_offset : entry.data_offset + entry.compress_size]
    if not entry.needs_password():
        return raw
    if entry.extract_version >= NEW:
        _, _, rounds, salt, start, _ = entry.file_encryption
        key = rarfile.rar5_s2k(password, salt, 1 << rounds)
    else:
        key, start = rarfile.rar3_s2k(password, entry.salt or b"")
    cipher = Cipher(AES(bytes(key)), CBC(bytes(start))).decryptor()
    plain = cipher.update(raw[: len(raw) // 16 * 16]) + cipher.finalize()
    packed5 = entry.extract_version >= NEW and entry.compress_type != STORED
    return plain[: _length(plain)] if packed5 else plain


def _length(packed: bytes) -> int:
    """Without the padding of the cipher: RAR 5 packs in blocks that give their size, and the last one says that it is."""
    at = 0
    while at + 3 <= len(packed):
        flags = packed[at]
        wide = (flags >> 3 & 3) + 1
        at += 2 + wide + int.from_bytes(packed[at + 2 : at + 2 + wide], "little")
        if flags & 0x40:
            return at
    return len(packed)


def unpacked(packed: Sequence[tuple[rarfile.RarInfo, bytes]]) -> Iterator[tuple[rarfile.RarInfo, bytes]]:
    """An archive without locks and comments, made of the packed bytes, and unpacked again."""
    if not packed:
        return
    new = packed[0][0].extract_version >= NEW
    made = _archive5(packed) if new else _archive4(packed)
    with libarchive.memory_reader(made) as archive:
        for place, item in enumerate(archive):
            entry = packed[place][0]
            plain = bytearray()
            for block in item.get_blocks():
                plain += block
                if len(plain) > entry.file_size:
                    raise Unreadable("corrupt", "unpacks to more than it says")
            if len(plain) != entry.file_size:
                raise Unreadable("corrupt", "unpacks to less than it says")
            yield entry, bytes(plain)


def _archive5(packed: Sequence[tuple[rarfile.RarInfo, bytes]]) -> bytes:
    solid = any(e.flags & rarfile.RAR_FILE_SOLID for e, _ in packed)
    parts = [_MARK5, _block5(1, vint(4 if solid else 0))]
    for number, (entry, raw) in enumerate(packed):
        name = str(number).encode()
        summed = entry.CRC is not None and not (
            entry.needs_password() and entry.file_encryption[1] & _TWEAKED
        )
        body = vint(4 if summed else 0) + vint(entry.file_size) + vint(0x20)
        body += struct.pack("<L", entry.CRC) if summed else b""
        body += vint(entry.file_compress_flags) + vint(1) + vint(len(name)) + name
        parts.append(_block5(2, body, raw))
    return b"".join((*parts, _block5(5, vint(0))))


def _block5(kind: int, body: bytes, data: bytes | None = None) -> bytes:
    head = vint(kind) + vint(0 if data is None else 2) + (b"" if data is None else vint(len(data))) + body
    sized = vint(len(head)) + head
    return struct.pack("<L", zlib.crc32(sized)) + sized + (data or b"")


def vint(number: int) -> bytes:
    """A number as RAR 5 writes it: in sevens of bits, the lowest first."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _archive4(packed: Sequence[tuple[rarfile.RarInfo, bytes]]) -> bytes:
    parts = [_MARK4, _block4(0x73, 0, bytes(6))]
    for number, (entry, raw) in enumerate(packed):
        name = str(number).encode()
        fields = _FILE.pack(
            len(raw), entry.file_size, 3, entry.CRC or 0, 0x58210000,
            entry.extract_version, entry.compress_type, len(name), 0o100644,
        )  # fmt: skip
        flags = 0x8000 | entry.flags & _DICTIONARY
        parts += [_block4(0x74, flags, fields + name), raw]
    return b"".join((*parts, _block4(0x7B, 0x4000, b"")))


def _block4(kind: int, flags: int, body: bytes) -> bytes:
    size = _HEAD.size + len(body)
    head = _HEAD.pack(0, kind, flags, size) + body
    return struct.pack("<H", zlib.crc32(head[2:]) & 0xFFFF) + head[2:]


@dataclass(frozen=True, slots=True)
class _Comment:
    """Packed by RAR 3 like an entry; rarfile would run a program to unpack it, which no worker may."""

    data_offset: int
    compress_size: int
    file_size: int
    extract_version: int
    compress_type: int
    flags: int
    CRC: int
    salt: bytes | None

    def needs_password(self) -> bool:
        return self.salt is not None


def _comment(version: int, method: int, data: bytes, size: int = 0, flags: int = 0, crc: int = 0, pwd: str | None = None, salt: bytes | None = None) -> bytes:  # fmt: skip
    """In the place of rarfile's own function."""
    if salt is None and method == STORED:
        return data
    if version < AES_SINCE or size > _MOST_COMMENT or (salt is not None and pwd is None):
        return b""
    entry = _Comment(0, len(data), size, version, method, flags, crc, salt)
    try:
        return next(unpacked([(entry, decrypted(data, entry, pwd or ""))]))[1]
    except (libarchive.exception.ArchiveError, Unreadable, StopIteration, ValueError):
        return b""


rarfile.rar3_decompress = _comment
