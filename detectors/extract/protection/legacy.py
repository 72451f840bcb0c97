"""Old binary Office files: whether they are locked, by their own records. All their ciphers are weak."""

import io
import struct

import msoffcrypto
import olefile

from detectors.extract.protection.ooxml import DEFAULT_PASSWORD
from detectors.findings import Protection

_FILEPASS = 0x2F
_PROTECT, _SHARING = 0x12, 0x5B  # sheet or workbook; the password to modify
_RECORDS = 500_000  # of a workbook that are looked at for its passwords
_DOP = 402  # where Word's file information block says where the document's properties lie
_FAILURES = (
    ValueError,
    KeyError,
    TypeError,
    AssertionError,
    OSError,
    IndexError,
    AttributeError,
    struct.error,
    UnicodeError,
)


def doc(word: bytes) -> tuple[Protection, str]:
    """Bits of the file information block."""
    if len(word) < 12:
        return Protection.NONE, ""
    flags = struct.unpack("<H", word[10:12])[0]
    if not flags & 0x0100:
        return Protection.NONE, ""
    return Protection.WEAK, "XOR obfuscation" if flags & 0x8000 else "RC4 (old Word)"


def xls(book: bytes) -> tuple[Protection, str]:
    """A FilePass record near the start of the workbook."""
    at, count = 0, 0
    while at + 4 <= len(book) and count < 200:
        kind, size = struct.unpack("<HH", book[at : at + 4])
        if kind == _FILEPASS:
            xor = size < 6 or book[at + 4 : at + 6] == b"\0\0"
            return Protection.WEAK, "XOR obfuscation" if xor else "RC4 (old Excel)"
        at += 4 + size
        count += 1
    return Protection.NONE, ""


def doc_guard(word: bytes, table: bytes) -> str:
    """A password of old Word that bars changes, not reading; "" without one."""
    if len(word) >= 12 and struct.unpack("<H", word[10:12])[0] & 0x0800:
        return "a password to modify: anybody can read it"
    try:
        where, size = struct.unpack_from("<II", word, _DOP)
        dop = table[where : where + size]
        guarded = dop[7] & 0x42 or dop[6] & 0x10  # forms, tracked changes; comments
    except (struct.error, IndexError):
        return ""
    return "document protection: anybody can read it" if guarded else ""


def xls_guard(book: bytes) -> str:
    """A password of a sheet or workbook that bars changes, not reading; "" without one."""
    at = count = 0
    while at + 6 <= len(book) and count < _RECORDS:
        kind, size, value = struct.unpack_from("<HHH", book, at)
        if kind == _PROTECT and size and value:
            return "sheet or workbook protection: anybody can read it"
        if kind == _SHARING and book[at + 6 : at + 8].strip(b"\0"):
            return "a password to modify: anybody can read it"
        at += 4 + size
        count += 1
    return ""


def ppt(current_user: bytes) -> tuple[Protection, str]:
    """The token of the Current User stream."""
    if len(current_user) >= 16 and current_user[12:16] == b"\xdf\xc4\xd1\xf3":
        return Protection.WEAK, "RC4 (old PowerPoint)"
    return Protection.NONE, ""


def opened(data: bytes, password: str = DEFAULT_PASSWORD) -> bytes:
    """The file decrypted, or b"" when this is not the password or the library cannot tell."""
    plain = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        office.load_key(password=password)
        office.decrypt(plain)
    except (
        *_FAILURES,
        msoffcrypto.exceptions.DecryptionError,
        msoffcrypto.exceptions.InvalidKeyError,
        msoffcrypto.exceptions.FileFormatError,
        msoffcrypto.exceptions.ParseError,
    ):
        return b""
    made = plain.getvalue()
    return made if olefile.isOleFile(io.BytesIO(made)) else b""
