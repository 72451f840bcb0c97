"""The academy's attachments: exports with a line above the headers, semicolons, PDF lists; the same rows give the same bytes."""

import csv
import io
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from bench.detection import mail
from bench.detection.mail import latin


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    name: str
    title: str = ""  # stands above the table
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    comma: str = ","

    def seen(self) -> str:
        """What a reader of plain text sees of it."""
        parts = (self.title, self.text, "\n".join("\t".join(row) for row in self.rows))
        return "\n".join(part for part in parts if part)

    def written(self) -> tuple[bytes, str]:
        """The bytes and the media type that the name asks for."""
        ending = self.name.rsplit(".", 1)[-1].lower()
        if ending == "pdf":
            return _pdf(self), "application/pdf"
        if ending == "csv":
            return _csv(self), "text/csv"
        if ending == "txt":
            return self.seen().encode("utf-8"), "text/plain"
        if ending == "xlsx":
            return mail.written(mail.File(name="a.xlsx", rows=_all_rows(self), text=self.text))
        text = "\n".join(part for part in (self.title, self.text) if part)
        return mail.written(mail.File(name=f"a.{ending}", rows=self.rows, text=text + "\n"))


def _all_rows(file: File) -> list[tuple[str, ...]]:
    if not (file.title and file.rows):
        return list(file.rows)
    blank = ("",) * (len(file.rows[0]) - 1)
    return [(file.title, *blank), *file.rows]


def _csv(file: File) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=file.comma).writerows(_all_rows(file))
    text = out.getvalue()
    try:
        return text.encode("cp1252") if file.comma == ";" else text.encode("utf-8-sig")
    except UnicodeEncodeError:
        return text.encode("utf-8-sig")


def _pdf(file: File) -> bytes:
    """Plain lines and columns; Latin letters only, as reports print them."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(842, 595), pageCompression=0, invariant=1)
    canvas.setFont("Helvetica", 9)
    high = 560
    for line in (*file.title.split("\n"), *file.text.split("\n")):
        canvas.drawString(40, high, latin(line))
        high -= 14
    for row in file.rows:
        high -= 14
        for column, cell in enumerate(row):
            canvas.drawString(40 + column * 760 / len(row), high, latin(cell))
    canvas.save()
    return out.getvalue()
