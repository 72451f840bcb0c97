"""ZIP and 7z archives, locked whole, in part and not at all."""

import io
import zipfile

import py7zr
import pyzipper

from tests.corpus.locks.verdict import LOOKALIKE, NONE, PASSWORD, STRONG, Lock
from tests.corpus.plain import plain_zip


def _aes_zip(bits: int) -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(
        out, "w", encryption=pyzipper.WZ_AES, compression=pyzipper.ZIP_DEFLATED
    ) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=bits)
        archive.writestr("Quill List.txt", b"Quill Inside " * 20)
    return out.getvalue()


def flagged(data: bytes) -> bytes:
    """An archive whose entries claim to be encrypted and are not."""
    made = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(mark)
        while at >= 0:
            made[at + offset] |= 1
            at = made.find(mark, at + 4)
    return bytes(made)


def _half_zip() -> bytes:
    out = io.BytesIO(_aes_zip(256))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("open.txt", b"Quill Open")
    return out.getvalue()


def _seven(password: str | None, *, header: bool = False) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password, header_encryption=header) as archive:
        archive.writestr("Quill Inside", "list.txt")
    return out.getvalue()


def archives() -> list[Lock]:
    """By pyzipper, the standard library and py7zr."""
    return [
        ("plain.zip", plain_zip(), NONE),
        ("aes128.zip", _aes_zip(128), STRONG),
        ("aes192.zip", _aes_zip(192), STRONG),
        ("aes256.zip", _aes_zip(256), STRONG),
        ("half.zip", _half_zip(), LOOKALIKE),
        ("flag.zip", flagged(plain_zip()), NONE),  # its entry is the lookalike
        ("nested.zip", plain_zip(**{"inner.zip": _aes_zip(256)}), NONE),
        ("plain.7z", _seven(None), NONE),
        ("content.7z", _seven(PASSWORD), STRONG),
        ("header.7z", _seven(PASSWORD, header=True), STRONG),
    ]
