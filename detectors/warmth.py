"""A made-up message that touches each common format, so that a worker has loaded everything before it locks itself in."""

import encodings
import importlib
import io
import pkgutil
import zipfile
from email.message import EmailMessage

from detectors.directory.people import Directory, Pupil
from detectors.fingerprints import Fingerprints

EMPTY = Directory(
    school_names=("Warm School",),
    domains=("warm.example",),
    fingerprints=Fingerprints(b"\0" * 32),
    pupils=(Pupil(id="warm", legal_forename="Wilhelmina", legal_surname="Warmington"),),
    version="warm",
)
_TEXT = (
    "Dear all,\n\nWilhelmina Warmington, born 12/03/2011, NHS 943 476 5919, AB123456C, call 01632 960123 or\n"
    "+44 7700 900123, write to w.warmington@example.org. She lives at 1 High Street, SW1A 1AA.\n"
)
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1"
    b"/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length 36>>stream\nBT /F1 9 Tf 9 9 Td (Warm) Tj ET     \nendstream endobj\n"
    b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"
)
_SHEET = b"<worksheet><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>Wilhelmina Warmington</t></is></c></row></sheetData></worksheet>"


def load_late_modules() -> None:
    """What the standard library and others import at first use. A worker that has changed its user cannot read them any more."""
    for found in pkgutil.iter_modules(encodings.__path__):
        if found.name not in {"mbcs", "oem"}:  # these exist on another system only
            importlib.import_module(f"encodings.{found.name}")
    for name in _LATE:
        importlib.import_module(name)


_LATE = (
    "email.mime.message", "email.generator", "email.header", "email.charset", "quopri", "uu", "stringprep", "unicodedata",
    "cryptography.hazmat.primitives.ciphers.algorithms", "cryptography.hazmat.primitives.ciphers.modes",
    "cryptography.hazmat.decrepit.ciphers.algorithms", "cryptography.hazmat.primitives.padding", "pypdf._crypt_providers",
    "charset_normalizer.md", "pikepdf.models", "zipfile", "lzma", "bz2", "zlib", "csv", "json", "traceback", "linecache", "tokenize",
)  # fmt: skip


def _sample() -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "w@warm.example", "x@example.org"
    message["Subject"] = "=?utf-8?q?Caf=C3=A9?="
    message.set_content(_TEXT)
    message.add_alternative(
        "<p>Warm <b>words</b></p><table><tr><td>a</td><td>b</td></tr></table>", subtype="html"
    )
    message.add_attachment(_PDF, maintype="application", subtype="pdf", filename="warm.pdf")
    message.add_attachment(
        _package({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": _SHEET}),
        maintype="application",
        subtype="octet-stream",
        filename="warm.xlsx",
    )
    message.add_attachment(
        _package({"word/document.xml": b"<document><body><p><r><t>Warm</t></r></p></body></document>"}),
        maintype="application",
        subtype="octet-stream",
        filename="warm.docx",
    )
    message.add_attachment(b"name,note\ncaf\xe9,warm\n", maintype="text", subtype="csv", filename="warm.csv")
    return message.as_bytes()


def _package(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


SAMPLE = _sample()
