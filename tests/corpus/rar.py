"""RAR archives put together by the format's description: what no free program writes. The packed bytes come from real archives."""

import struct
import zlib
from hashlib import pbkdf2_hmac, sha256

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from rarfile import rar3_s2k

from detectors.extract.rar_packed import vint

SALT, START = b"saltsalt", b"0123456789abcdef"
_HEAD, _FILE = struct.Struct("<HBHH"), struct.Struct("<LLBLLBBHL")


def rar4(*entries: tuple[str, bytes, str]) -> bytes:
    """RAR 3 and 4, entries stored: (name, content, password or "")."""
    parts = [b"Rar!\x1a\x07\x00", _block4(0x73, 0, bytes(6))]
    for name, content, password in entries:
        raw = content
        if password:
            key, start = rar3_s2k(password, SALT)
            raw = _encrypted(content, bytes(key), bytes(start))
        fields = _FILE.pack(
            len(raw), len(content), 3, zlib.crc32(content), 0x58210000, 29, 0x30, len(name), 0o100644
        )
        body = fields + name.encode() + (SALT if password else b"")
        parts += [_block4(0x74, 0x8000 | (0x404 if password else 0), body), raw]
    return b"".join((*parts, _block4(0x7B, 0x4000, b"")))


def _block4(kind: int, flags: int, body: bytes) -> bytes:
    head = _HEAD.pack(0, kind, flags, _HEAD.size + len(body)) + body
    return struct.pack("<H", zlib.crc32(head[2:]) & 0xFFFF) + head[2:]


def rar5(*entries: tuple[str, bytes, str], rounds: int = 10, checked: bool = True) -> bytes:
    """RAR 5, entries stored; keys are stretched in 2 to the power of `rounds`."""
    parts = [b"Rar!\x1a\x07\x01\x00", _block5(1, 0, b"\0")]
    for name, content, password in entries:
        body = b"\x04" + vint(len(content)) + b"\x20" + struct.pack("<L", zlib.crc32(content)) + b"\0\x01"
        body += vint(len(name)) + name.encode()
        raw, extra = content, b""
        if password:
            salt = SALT * 2
            key = pbkdf2_hmac("sha256", password.encode(), salt, 1 << rounds)
            long = pbkdf2_hmac("sha256", password.encode(), salt, (1 << rounds) + 32)
            short = bytes(long[i] ^ long[i + 8] ^ long[i + 16] ^ long[i + 24] for i in range(8))
            raw = _encrypted(content, key, START)
            record = bytes([1, 0, int(checked), rounds]) + salt + START
            record += short + sha256(short).digest()[:4] if checked else b""
            extra = vint(len(record)) + record
        parts.append(_block5(2, 3 if extra else 2, body, extra, raw))
    return b"".join((*parts, _block5(5, 0, b"\0")))


def _block5(kind: int, flags: int, body: bytes, extra: bytes = b"", data: bytes = b"") -> bytes:
    head = vint(kind) + vint(flags) + (vint(len(extra)) if flags & 1 else b"")
    head += (vint(len(data)) if flags & 2 else b"") + body + extra
    sized = vint(len(head)) + head
    return struct.pack("<L", zlib.crc32(sized)) + sized + data


def _encrypted(content: bytes, key: bytes, start: bytes) -> bytes:
    cipher = Cipher(AES(key), CBC(start)).encryptor()
    return cipher.update(content + bytes(-len(content) % 16)) + cipher.finalize()
