"""Office and OpenDocument files under every kind of lock."""

import io
import zipfile

import openpyxl
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.workbook.protection import WorkbookProtection

from tests.corpus.locks.verdict import LOOKALIKE, NONE, PASSWORD, STRONG, WEAK, Lock
from tests.corpus.plain import plain_docx, plain_pptx, plain_xlsx, saved, with_part


def agile(plain: bytes, password: str) -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(plain)).encrypt(password, out)
    return out.getvalue()


def _sheet_password() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "Quill Sheet"
    book.active.protection.set_password(PASSWORD)
    book.active.protection.enable()
    return saved(book)


def _book_password() -> bytes:
    book = openpyxl.Workbook()
    book.security = WorkbookProtection(workbookPassword="CC1A", lockStructure=True)
    return saved(book)


def with_settings(xml: bytes) -> bytes:
    return with_part(
        plain_docx(), "word/settings.xml", lambda data: data.replace(b"</w:settings>", xml + b"</w:settings>")
    )


def offices() -> list[Lock]:
    """By msoffcrypto, openpyxl and python-docx."""
    restricted = b'<w:documentProtection w:edit="readOnly" w:enforcement="1"/>'
    unenforced = b'<w:documentProtection w:edit="readOnly" w:enforcement="0"/>'
    modify = b'<w:writeProtection w:hash="x" w:salt="y"/>'
    presenter = with_part(
        plain_pptx(),
        "ppt/presentation.xml",
        lambda d: d.replace(b"</p:presentation>", b'<p:modifyVerifier hashData="x"/></p:presentation>'),
    )
    return [
        ("plain.docx", plain_docx(), NONE),
        ("plain.xlsx", plain_xlsx(), NONE),
        ("plain.pptx", plain_pptx(), NONE),
        ("agile.docx", agile(plain_docx(), PASSWORD), STRONG),
        ("agile.xlsx", agile(plain_xlsx(), PASSWORD), STRONG),
        ("agile.pptx", agile(plain_pptx(), PASSWORD), STRONG),
        ("velvet.xlsx", agile(plain_xlsx(), "VelvetSweatshop"), LOOKALIKE),
        ("sheet.xlsx", _sheet_password(), LOOKALIKE),
        ("book.xlsx", _book_password(), LOOKALIKE),
        ("restricted.docx", with_settings(restricted), LOOKALIKE),
        ("unenforced.docx", with_settings(unenforced), NONE),
        ("modify.docx", with_settings(modify), LOOKALIKE),
        ("modify.pptx", presenter, LOOKALIKE),
    ]


_MIME = b"application/vnd.oasis.opendocument.text"


def _odt(manifest: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", _MIME)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="m">{manifest}</manifest:manifest>'
        )
    return out.getvalue()


def _shut(path: str, cipher: str) -> str:
    inner = f'<manifest:encryption-data><manifest:algorithm manifest:algorithm-name="{cipher}"/></manifest:encryption-data>'
    return f'<manifest:file-entry manifest:full-path="{path}">{inner}</manifest:file-entry>'


def opendocuments() -> list[Lock]:
    """By hand, from the manifest's definition."""
    aes, blowfish = "http://www.w3.org/2001/04/xmlenc#aes256-cbc", "Blowfish CFB"
    gcm = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
    clear, noise = b"<o><p>Quill Word</p></o>", bytes(range(256))
    entry = '<manifest:file-entry manifest:full-path="content.xml"/>'
    return [
        ("plain.odt", _odt(entry, clear), NONE),
        ("aes.odt", _odt(_shut("content.xml", aes), noise), STRONG),
        ("wrapped.odt", _odt(_shut("encrypted-package", gcm), clear), STRONG),
        ("blowfish.odt", _odt(_shut("content.xml", blowfish), noise), WEAK),
        ("picture-only.odt", _odt(entry + _shut("Pictures/1.png", aes), clear), LOOKALIKE),
    ]
