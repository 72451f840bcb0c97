"""Encrypting a file for its recipient: PDF as AES-256, Office as agile AES-256, anything else as an AES-256 ZIP. Bytes in, bytes out."""

import io
import secrets
from collections.abc import Callable

import msoffcrypto
import pikepdf
import pyzipper
from msoffcrypto.format.ooxml import OOXMLFile

_OFFICE = frozenset({"docx", "xlsx", "pptx", "docm", "xlsm", "pptm"})


class ProtectError(Exception):
    """The file cannot be encrypted. `reason` is one of: password, damaged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def protect(data: bytes, *, kind: str, name: str, password: str) -> tuple[str, bytes]:
    """The new name and the encrypted bytes. `kind` is the sniffed type; what has no lock of its own goes into a ZIP."""
    if not password or len(password) > 120:
        raise ProtectError("password")
    make: Callable[[bytes, str, str], tuple[str, bytes]] = (
        _pdf if kind == "pdf" else _office if kind in _OFFICE else _zip
    )
    try:
        return make(data, name, password)
    except (
        pikepdf.PdfError,
        pikepdf.PasswordError,
        msoffcrypto.exceptions.FileFormatError,
        ValueError,
        OSError,
        KeyError,
    ) as error:
        raise ProtectError("damaged") from error


def _pdf(data: bytes, name: str, password: str) -> tuple[str, bytes]:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(
            target, encryption=pikepdf.Encryption(user=password, owner=secrets.token_urlsafe(24), R=6)
        )
    return name, target.getvalue()


def _office(data: bytes, name: str, password: str) -> tuple[str, bytes]:
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, target)
    return name, target.getvalue()


def _zip(data: bytes, name: str, password: str) -> tuple[str, bytes]:
    """Names in a ZIP are readable: the entry is called by its kind alone, and so is the archive."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    inner = f"attachment.{ending}" if ending.isalnum() and len(ending) <= 5 else "attachment"
    target = io.BytesIO()
    with pyzipper.AESZipFile(
        target, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        archive.writestr(inner, data)
    return "attachment.zip", target.getvalue()
