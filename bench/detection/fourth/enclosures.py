"""The federation's attachments: exports with run dates above the headers, record cards, merged letters; the same paper gives the same bytes."""

import csv
import html
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date

import docx
import openpyxl
from reportlab.pdfgen.canvas import Canvas

from bench.detection.forms import plain_letters

OPEN = "application/vnd.openxmlformats-officedocument."
EPOCH = b"2026-05-06T08:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """`above` and `below` are lines; `typed` lets a workbook hold real numbers and dates."""

    name: str
    above: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    below: tuple[str, ...] = ()
    typed: bool = False


def words(paper: Paper) -> str:
    """What a reader of plain text sees of it."""
    return "\n".join((*paper.above, *("\t".join(row) for row in paper.rows), *paper.below))


def written(paper: Paper) -> tuple[bytes, str]:
    ending = paper.name.rsplit(".", 1)[-1].lower()
    if ending == "csv":
        return _csv(paper), "text/csv"
    if ending == "xlsx":
        return _xlsx(paper), OPEN + "spreadsheetml.sheet"
    if ending == "docx":
        return _docx(paper), OPEN + "wordprocessingml.document"
    if ending == "pdf":
        return _pdf(paper), "application/pdf"
    return _html(paper).encode("utf-8"), "text/html"


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
    return _steady(out.getvalue())


def _cell(text: str) -> str | int | date:
    """Digits that lose nothing become a number, a British date a date."""
    if re.fullmatch(r"[1-9]\d{0,14}", text):
        return int(text)
    if found := re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    return text


def _docx(paper: Paper) -> bytes:
    document = docx.Document()
    for line in paper.above:
        document.add_paragraph(line)
    if paper.rows:
        grid = document.add_table(rows=len(paper.rows), cols=len(paper.rows[0]))
        for cells, row in zip(grid.rows, paper.rows, strict=True):
            for cell, value in zip(cells.cells, row, strict=True):
                cell.text = value
    for line in paper.below:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return _steady(out.getvalue())


def _steady(package: bytes) -> bytes:
    """The package without the hour at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", EPOCH, content)
            new.writestr(zipfile.ZipInfo(name, (2026, 5, 6, 8, 0, 0)), content)
    return out.getvalue()


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
        canvas.drawString(36, high, _latin(line))
        high -= 13
    for row in paper.rows:
        for column, cell in enumerate(row):
            canvas.drawString(36 + column * 770 / len(row), high, _latin(cell))
        high -= 13
    for line in paper.below:
        high -= 13
        canvas.drawString(36, high, _latin(line))
    canvas.save()
    return out.getvalue()


def _latin(text: str) -> str:
    return plain_letters(text).replace("’", "'").encode("latin-1", "ignore").decode("latin-1")
