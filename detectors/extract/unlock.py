"""Opens a locked file with one password, by the library of its format; what opens is a part like any other."""

import io
import re
import zipfile

import pikepdf
import py7zr
import pypdfium2
import pyzipper

from detectors.extract import rar
from detectors.extract.protection import legacy, odf_open, ooxml
from detectors.extract.reading import Node, Reading, Unreadable

# Seconds a try, as measured; the cheapest locks are tried first.
COST = {"zip": 0.003, "legacy": 0.01, "pdf": 0.01, "odf": 0.1, "ooxml": 0.2, "rar": 0.1, "7z": 0.45}
_LARGE = 5_000_000  # bytes of the smallest entry of an archive; a larger one is not unpacked for a try
_CYCLES = re.compile(rb"\x06\xf1\x07\x01[\x01-\x40](.)", re.DOTALL)
_MOST_CYCLES = 20  # as a power of two: 7-Zip writes 19


def opens(node: Node, password: str, out: Reading) -> bool:
    """Whether the password fits. Then the content waits to be read."""
    try:
        return _OPENERS[node.facts["crypto"]](node, password, out)
    except Exception:  # noqa: BLE001 - hostile bytes make any library raise anything: this is not the password
        return False


def _pdf(node: Node, password: str, out: Reading) -> bool:
    try:
        with pikepdf.open(io.BytesIO(node.data), password=password, suppress_warnings=True) as document:
            plain = io.BytesIO()
            document.save(plain)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError, OSError):
        return _pdfium(node, password, out)
    return _read(node, plain.getvalue(), out)


def _pdfium(node: Node, password: str, out: Reading) -> bool:
    try:
        document = pypdfium2.PdfDocument(node.data, password=password)
        plain = io.BytesIO()
        document.save(plain, flags=4)
        document.close()
    except (pypdfium2.PdfiumError, ValueError):
        return False
    return _read(node, plain.getvalue(), out)


def _ooxml(node: Node, password: str, out: Reading) -> bool:
    return _read(node, ooxml.opened(node.data, password), out)


def _legacy(node: Node, password: str, out: Reading) -> bool:
    return _read(node, legacy.opened(node.data, password), out)


def _odf(node: Node, password: str, out: Reading) -> bool:
    return _read(node, odf_open.opened(node.data, password, out.room), out)


def _zip(node: Node, password: str, out: Reading) -> bool:
    """All entries, once the first has opened and its checksum is right."""
    try:
        with pyzipper.AESZipFile(io.BytesIO(node.data)) as archive:
            archive.setpassword(password.encode())
            shut = [i for i in archive.infolist() if i.flag_bits & 1 and not i.is_dir()]
            smallest = min(shut, key=lambda i: i.file_size)
            if smallest.file_size > _LARGE:
                return False
            archive.read(smallest)
            for info in shut:
                if info.file_size <= out.room:
                    _read(node, archive.read(info), out, name=info.filename)
    except (
        RuntimeError,
        zipfile.BadZipFile,
        pyzipper.BadZipFile,
        ValueError,
        OSError,
        EOFError,
    ):
        return False
    return True


def _rar(node: Node, password: str, out: Reading) -> bool:
    entries = rar.opened(node.data, password)
    if not entries:
        return False
    try:
        rar.unpack(node, out, node.data, entries, password)
    except Unreadable as stop:
        out.partly(node, stop.reason, stop.why)
    return True


def _7z(node: Node, password: str, out: Reading) -> bool:
    """The smallest entry proves the password: its checksum is verified. Then all."""
    if any(cycles[0] & 0x3F > _MOST_CYCLES for cycles in _CYCLES.findall(node.data)):
        return False
    with py7zr.SevenZipFile(io.BytesIO(node.data), password=password) as archive:
        files = [f for f in archive.files if not f.is_directory]
        total = sum(f.uncompressed or 0 for f in files)
        if not files or total > out.room or (total > _LARGE * 4 and len({id(f.folder) for f in files}) == 1):
            return False
        factory = py7zr.io.BytesIOFactory(out.room)
        archive.extractall(factory=factory)
    for name, product in factory.products.items():
        product.seek(0)
        _read(node, product.read(), out, name=name)
    return True


def _read(node: Node, plain: bytes, out: Reading, name: str = "") -> bool:
    if not plain:
        return False
    try:
        out.unpacked(len(plain))
        out.child(node, plain, name=name or node.name)
    except Unreadable as stop:
        out.partly(node, stop.reason, stop.why)
    return True


_OPENERS = {"pdf": _pdf, "ooxml": _ooxml, "legacy": _legacy, "zip": _zip, "odf": _odf, "rar": _rar, "7z": _7z}
