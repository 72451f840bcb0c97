"""Documents as schools send them, made by the usual libraries: rows and words in, bytes out."""

import io
from collections.abc import Iterable, Sequence

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"

CLASS_LIST = [
    ("Forename", "Surname", "DOB", "UPN"),
    ("Amelia", "Thompson", "14/05/2014", "N999000123001"),
    ("Yusuf", "Khan", "02/11/2013", ""),
    ("Zoë", "O'Brien", "30/09/2012", ""),
    ("Seán", "McCarthy", "21/03/2015", ""),
    ("Fatima", "Begum", "08/07/2016", ""),
    ("Jaspreet", "Kaur", "12/12/2012", ""),
]


def xlsx(rows: Iterable[Sequence[object]], title: str = "Sheet1") -> bytes:
    """A workbook of one sheet, made by openpyxl."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def docx(*paragraphs: str) -> bytes:
    """A document of plain paragraphs, made by python-docx."""
    from docx import Document

    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(*lines: str) -> bytes:
    """One page of text, made by reportlab."""
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    page = canvas.Canvas(out)
    for n, line in enumerate(lines):
        page.drawString(50, 800 - 14 * n, line)
    page.save()
    return out.getvalue()


def locked_office(data: bytes, password: str) -> bytes:
    """The same document behind a password to open (agile AES-256), as Office makes it."""
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, out)
    return out.getvalue()
