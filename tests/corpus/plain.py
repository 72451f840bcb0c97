"""Unlocked files, each with a needle, that tests lock, bend and break."""

import io
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pptx
from reportlab.pdfgen import canvas


def saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def plain_pdf() -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.setTitle("Quill Title")
    page.drawString(72, 700, "Quill Page")
    page.save()
    return out.getvalue()


def plain_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("Quill Word")
    return saved(document)


def plain_xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "Quill Sheet"
    return saved(book)


def plain_pptx() -> bytes:
    show = pptx.Presentation()
    show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = "Quill Slide"
    return saved(show)


def plain_zip(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (entries or {"list.txt": b"Quill Inside " * 20}).items():
            archive.writestr(name, data)
    return out.getvalue()


def with_part(plain: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A package with one part rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename == name else data)
    return out.getvalue()
