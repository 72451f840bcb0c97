"""Office packages: what is encrypted and how strongly; what only looks locked."""

import io
import re
from xml.parsers.expat import ExpatError

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError
from olefile import OleFileIO

from detectors.extract.archive_zip import beginning
from detectors.extract.marks import Marks
from detectors.extract.opc import Package
from detectors.extract.protection import rights
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.findings import Protection

_MOST = 2_000_000  # bytes of a part that are asked for such a password
DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 - what Excel uses where no password is asked for
_SHEET = re.compile(rb"<(?:\w+:)?sheetProtection\b[^<>]*\bsheet=\"(?:1|true|on)\"")
_BOOK = re.compile(
    rb"<(?:\w+:)?workbookProtection\b[^<>]*\b(?:lock(?:Structure|Windows|Revision)=\"(?:1|true|on)\"|workbookPassword=)"
)
_DOCUMENT = re.compile(rb"<(?:\w+:)?documentProtection\b[^<>]*\benforcement=\"(?:1|true|on)\"")
_WRITE = re.compile(
    rb"<(?:\w+:)?(?:writeProtection|modifyVerifier|fileSharing)\b[^<>]*\b(?:(?=\w*[hH]ash)\w++|reservationPassword|password)="
)
_MARKS = Marks(locked=b"sheetProtection")
_SPIN = re.compile(rb"spinCount=\"(\d{1,12})\"")


def lookalikes(package: Package) -> None:
    """Sheet, workbook, document and "modify" passwords: anybody can read."""
    checks = (
        (_DOCUMENT, ("word/settings.xml",), "editing restricted: anybody can read it"),
        (_WRITE, ("word/settings.xml", "ppt/presentation.xml", "xl/workbook.xml"), "password to modify only"),
        (_BOOK, ("xl/workbook.xml",), "workbook structure protected: anybody can read it"),
    )
    for pattern, names, how in checks:
        for name in names:
            if package.has(name) and pattern.search(beginning(package.archive, package.names[name], _MOST)):
                package.out.protect(package.node, Protection.LOOKALIKE, how)


def sheet_locked(xml: bytes) -> bool:
    """A protected sheet shows all its cells."""
    return bool(_MARKS.within(xml)) and _SHEET.search(xml) is not None


def read_encrypted(node: Node, out: Reading) -> None:
    """An OLE file that holds an EncryptedPackage: verdict, and its content where the default password opens it."""
    with OleFileIO(io.BytesIO(node.data)) as ole:
        names = {"/".join(e) for e in ole.listdir()}
        if any(
            "DRMEncryptedTransform" in n or "DRMEncryptedDataSpace" in n or n.endswith("DRMContent")
            for n in names
        ):
            rights.managed(node, out)
            return
        others = {"WordDocument", "Workbook", "Book", "PowerPoint Document"} & names
        size = ole.get_size("EncryptedPackage")
        info = ole.openstream("EncryptionInfo").read(200_000) if ole.exists("EncryptionInfo") else b""
    if others or not info or size < 64:
        raise Unreadable("encryption", "looks encrypted, but does not hold an encrypted document")
    spins = max((int(n) for n in _SPIN.findall(info)), default=0)
    how, protection = strength(info)
    if spins > out.limits.spin_count:
        out.protect(node, protection, how)
        raise Unreadable("encryption", "its key is stretched more often than Office does")
    node.facts["crypto"] = "ooxml"
    if plain := opened(node.data, DEFAULT_PASSWORD):
        out.protect(node, Protection.LOOKALIKE, "opens with the default password that every program tries")
        out.unpacked(len(plain))
        out.child(node, plain, name=node.name)
        return
    out.protect(node, protection, how)
    rights.beside(node, out)
    out.locked.append(node)


def strength(info: bytes) -> tuple[str, Protection]:
    """Read EncryptionInfo: agile and standard AES are strong from 128 bits, RC4 is not."""
    major, minor = int.from_bytes(info[:2], "little"), int.from_bytes(info[2:4], "little")
    if (major, minor) == (4, 4):
        bits = re.search(rb"<(?:\w+:)?encryptedKey\b[^<>]*keyBits=\"(\d+)\"", info)
        cipher = re.search(rb"<keyData\b[^<>]*cipherAlgorithm=\"(\w+)\"", info)
        name, length = (cipher[1].decode() if cipher else "?"), int(bits[1]) if bits else 0
        good = name == "AES" and length >= 128
        return f"{name}-{length} (agile)", Protection.STRONG if good else Protection.WEAK
    if minor == 2 and major in {2, 3, 4}:
        algorithm = int.from_bytes(info[20:24], "little")
        if not algorithm:  # then the flags say which
            algorithm = 0x660E if int.from_bytes(info[4:8], "little") & 0x20 else 0x6801
        names = {0x660E: "AES-128", 0x660F: "AES-192", 0x6610: "AES-256", 0x6801: "RC4"}
        name = names.get(algorithm, "unknown cipher")
        return f"{name} (standard)", Protection.STRONG if name.startswith("AES") else Protection.WEAK
    return "extensible or unknown encryption", Protection.WEAK


def opened(data: bytes, password: str) -> bytes:
    """The package decrypted, or b"" when the password is wrong. Anything else is Unreadable."""
    plain = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        office.load_key(password=password, verify_password=True)
        office.decrypt(plain)
    except (
        InvalidKeyError,
        DecryptionError,
        FileFormatError,
        ParseError,
        ValueError,
        KeyError,
        TypeError,
        AssertionError,
        OSError,
        IndexError,
        AttributeError,
        ExpatError,
    ):
        return b""
    return plain.getvalue() if plain.getvalue()[:2] == b"PK" else b""
