"""OpenDocument files opened with a password, by the rules of OpenDocument 1.2 and 1.3 and of LibreOffice's newer wrapping."""

import hashlib
import io
import re
import zipfile
import zlib
from base64 import b64decode
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.algorithms import Blowfish
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

MANIFEST = "META-INF/manifest.xml"
PACKAGE = "encrypted-package"
_ENTRY = re.compile(
    rb"<manifest:file-entry\b(?P<head>[^<>]*?)(?:/>|>(?P<inner>.*?)</manifest:file-entry>)", re.DOTALL
)
_END = b"</manifest:file-entry>"
_VALUE = re.compile(rb"([\w:-]+)=[\"']([^\"']*)[\"']")
_ROUNDS = 1_000_000  # of key stretching; LibreOffice writes 100,000
_ARGON_ROUNDS, _ARGON_KILOBYTES, _ARGON_LANES = 10, 262_144, 8
_CHECKED = 1_024  # bytes of the packed content over which the sum is taken


@dataclass(frozen=True, slots=True)
class _Lock:
    """What the manifest says of one entry."""

    path: str
    values: dict[str, bytes]

    def text(self, *names: str) -> str:
        return next(
            (self.values[n].decode("ascii", "replace").lower() for n in names if n in self.values), ""
        )

    def number(self, name: str, default: int) -> int:
        value = self.values.get(name, b"")
        return int(value) if value.isdigit() else default

    def raw(self, name: str) -> bytes:
        return b64decode(self.values.get(name, b""))


def opened(data: bytes, password: str, room: int) -> bytes:
    """The document without its lock, b"" when this is not the password. Raises what the libraries raise for nonsense."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        locks = _locks(archive.read(MANIFEST))
        first = next((k for k in locks if k.path in {PACKAGE, "content.xml"}), None)
        if first is None or sum(archive.getinfo(k.path).file_size for k in locks) > room:
            return b""
        keys: dict[tuple[object, ...], bytes] = {}
        plain = _plain(archive.read(first.path), first, password, room, keys)
        if plain is None or first.path == PACKAGE:
            return plain or b""
        rest = {k.path: _plain(archive.read(k.path), k, password, room, keys) for k in locks}
        return _whole(archive, {name: made or b"" for name, made in rest.items()})


def _locks(manifest: bytes) -> list[_Lock]:
    found = []
    end = manifest.rfind(_END) + len(_END)  # beyond it a pattern would seek an end from each entry anew
    for match in _ENTRY.finditer(manifest, 0, end):
        if match["inner"] and b"encryption-data" in match["inner"]:
            values = {_name(element, key): value for element, key, value in _values(match["inner"])}
            head = {k.decode().rpartition(":")[2]: v for k, v in _VALUE.findall(match["head"])}
            found.append(_Lock(head["full-path"].decode(), {**values, "size": head.get("size", b"")}))
    return found


def _values(inner: bytes) -> list[tuple[str, str, bytes]]:
    return [
        (element[1].decode().rpartition(":")[2], key.decode().rpartition(":")[2], value)
        for element in re.finditer(rb"<([\w:-]+)\b([^<>]*)>", inner)
        for key, value in _VALUE.findall(element[2])
    ]


def _name(element: str, key: str) -> str:
    return key if element == "encryption-data" else f"{element} {key}"


def _plain(
    data: bytes, lock: _Lock, password: str, room: int, keys: dict[tuple[object, ...], bytes]
) -> bytes | None:
    """One entry decrypted and inflated; None when the sum does not fit."""
    cipher = lock.text("algorithm algorithm-name")
    kind = (cipher, *(lock.values.get(n) for n in ("key-derivation salt", "key-derivation iteration-count")))
    if kind not in keys:
        keys[kind] = _key(lock, password, cipher)
    key, start = keys[kind], lock.raw("algorithm initialisation-vector")
    if "gcm" in cipher:
        try:
            packed = AESGCM(key).decrypt(start or data[:12], data[12:], None)
        except InvalidTag:
            return None
        return packed if packed.startswith(b"PK\x03\x04") else _inflated(packed, room)
    if "blowfish" in cipher:
        decryptor = Cipher(Blowfish(key), CFB(start)).decryptor()
    else:
        decryptor = Cipher(AES(key), CBC(start)).decryptor()
    packed = decryptor.update(data) + decryptor.finalize()
    if not _fits(packed, lock):
        return None
    return _inflated(packed, room)


def _key(lock: _Lock, password: str, cipher: str) -> bytes:
    secret = password.encode()
    start = lock.text("start-key-generation start-key-generation-name")
    seed = hashlib.sha256(secret).digest() if "sha256" in start else hashlib.sha1(secret).digest()  # noqa: S324 - the format's own
    size = lock.number("key-derivation key-size", 16 if "blowfish" in cipher else 32)
    salt = lock.raw("key-derivation salt")
    if "argon2" in lock.text("key-derivation key-derivation-name"):
        rounds = lock.number("key-derivation argon2-iterations", 3)
        kilobytes = lock.number("key-derivation argon2-memory", 65_536)
        lanes = lock.number("key-derivation argon2-lanes", 4)
        if rounds > _ARGON_ROUNDS or kilobytes > _ARGON_KILOBYTES or lanes > _ARGON_LANES:
            raise ValueError("stretched more often than any program does")
        return hash_secret_raw(seed, salt, rounds, kilobytes, lanes, size, Type.ID)
    rounds = lock.number("key-derivation iteration-count", 1_024)
    if rounds > _ROUNDS:
        raise ValueError("stretched more often than any program does")
    return hashlib.pbkdf2_hmac("sha1", seed, salt, rounds, size)


def _fits(packed: bytes, lock: _Lock) -> bool:
    """The sum is of the packed bytes, or of their first kilobyte."""
    kind, expected = lock.text("checksum-type"), lock.raw("checksum")
    part = packed[:_CHECKED] if kind.endswith("1k") else packed
    made = hashlib.sha256(part) if "sha256" in kind else hashlib.sha1(part)  # noqa: S324 - the format's own
    return made.digest() == expected


def _inflated(packed: bytes, room: int) -> bytes:
    return zlib.decompressobj(-15).decompress(packed, room)


def _whole(archive: zipfile.ZipFile, plain: dict[str, bytes]) -> bytes:
    """The package anew, with a manifest that names no lock."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for info in archive.infolist():
            if info.filename == MANIFEST:
                made.writestr(MANIFEST, re.sub(rb"<manifest:encryption-data.*?</manifest:encryption-data>", b"", archive.read(info), flags=re.DOTALL))  # fmt: skip
            else:
                made.writestr(info.filename, plain.get(info.filename, b"") or archive.read(info))
    return target.getvalue()
