"""Attachments: exports with run dates above the headers, record cards, merged letters; the same paper gives the same bytes."""

import csv
import html
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

import openpyxl
from reportlab.pdfgen.canvas import Canvas

from bench.detection.mail import document, latin, steady

OPEN = "application/vnd.openxmlformats-officedocument."
WRITTEN = datetime(2026, 5, 6, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """`above` and `below` are lines; `typed` lets a workbook hold real numbers and dates."""

    name: str
    above: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    below: tuple[str, ...] = ()
    typed: bool = False

    def seen(self) -> str:
        """What a reader of plain text sees of it."""
        return "\n".join((*self.above, *("\t".join(row) for row in self.rows), *self.below))

    def written(self) -> tuple[bytes, str]:
        """The bytes and the media type that the name asks for."""
        ending = self.name.rsplit(".", 1)[-1].lower()
        if ending == "csv":
            return _csv(self), "text/csv"
        if ending == "txt":
            return self.seen().encode("utf-8"), "text/plain"
        if ending == "xlsx":
            return _xlsx(self), OPEN + "spreadsheetml.sheet"
        if ending == "docx":
            return _docx(self), OPEN + "wordprocessingml.document"
        if ending == "pdf":
            return _pdf(self), "application/pdf"
        return _html(self).encode("utf-8"), "text/html"


def _csv(paper: Paper) -> bytes:
    out = io.StringIO()
    rows = [*([line] for line in paper.above), *paper.rows, *([line] for line in paper.below)]
    csv.writer(out, quoting=csv.QUOTE_ALL if len(paper.rows) % 2 else csv.QUOTE_MINIMAL).writerows(rows)
    return out.getvalue().encode("utf-8-sig" if len(paper.rows) % 3 else "utf-8")


def _xlsx(paper: Paper) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Export"
    for line in paper.above:
        sheet.append([line])
    for n, row in enumerate(paper.rows):
        sheet.append([_cell(cell) if paper.typed and n else cell for cell in row])
    for line in paper.below:
        sheet.append([line])
    out = io.BytesIO()
    book.save(out)
    return steady(out.getvalue(), WRITTEN)


def _cell(text: str) -> str | int | date:
    """Digits that lose nothing become a number, a British date a date."""
    if re.fullmatch(r"[1-9]\d{0,14}", text):
        return int(text)
    if found := re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    return text


def _docx(paper: Paper) -> bytes:
    return document(paper.above, paper.rows, paper.below, WRITTEN)


def _html(paper: Paper) -> str:
    def lines(texts: tuple[str, ...]) -> str:
        return "".join(f"<p>{html.escape(text)}</p>\n" for text in texts)

    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>\n{lines(paper.above)}{grid(paper.rows)}{lines(paper.below)}</body></html>"


def grid(rows: tuple[tuple[str, ...], ...]) -> str:
    """A table as Word and Excel paste it: header cells are cells like all others."""
    cells = "".join(f"<tr>{''.join(f'<td>{html.escape(c)}</td>' for c in row)}</tr>\n" for row in rows)
    return f"<table border=1 cellspacing=0>\n{cells}</table>\n" if rows else ""


def _pdf(paper: Paper) -> bytes:
    """One page of lines and columns, in Latin letters as report writers print them."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(842, 595), pageCompression=0, invariant=1)
    canvas.setFont("Times-Roman", 9)
    high = 565.0
    for line in (*paper.above, *([""] if paper.rows else [])):
        canvas.drawString(36, high, latin(line))
        high -= 13
    for row in paper.rows:
        for column, cell in enumerate(row):
            canvas.drawString(36 + column * 770 / len(row), high, latin(cell))
        high -= 13
    for line in paper.below:
        high -= 13
        canvas.drawString(36, high, latin(line))
    canvas.save()
    return out.getvalue()
