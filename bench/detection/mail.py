"""Labelled words become messages as mail programs write them; the same words give the same bytes."""

import csv
import html
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP

import docx
import openpyxl

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    name: str
    rows: Rows = ()
    text: str = ""


def message(
    *,
    number: int,
    sender: str,
    to: Sequence[str],
    subject: str,
    body: str,
    html_body: str = "",
    files: Sequence[File] = (),
    encoding: str = "",
) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["Date"] = "Mon, 02 Mar 2026 09:12:00 +0000"
    mail["From"] = sender
    mail["To"] = ", ".join(to)
    mail["Subject"] = subject if not encoding else "@subject@"
    mail["Message-ID"] = f"<bench-{number}@bench.invalid>"
    mail.set_content(body, cte="quoted-printable" if number % 3 else "base64")
    if html_body:
        mail.add_alternative(html_body, subtype="html", cte="quoted-printable")
    for file in files:
        data, kind = written(file)
        mail.add_attachment(data, maintype=kind.split("/")[0], subtype=kind.split("/")[1], filename=file.name)
    for depth, part in enumerate(p for p in mail.walk() if p.is_multipart()):
        part.set_boundary(f"=_bench_{number}_{depth}")
    raw = bytes(mail)
    if encoding:
        encoded = Header(subject, encoding, maxlinelen=60, header_name="Subject").encode(linesep="\r\n")
        raw = raw.replace(b"@subject@", encoded.encode("ascii"), 1)
    return raw


def written(file: File) -> tuple[bytes, str]:
    """The bytes and the media type that the name asks for."""
    ending = file.name.rsplit(".", 1)[-1]
    if ending == "csv":
        out = io.StringIO()
        csv.writer(out).writerows(file.rows)
        return out.getvalue().encode("utf-8-sig"), "text/csv"
    if ending == "html":
        return _html(file).encode(), "text/html"
    if ending == "xlsx":
        return _xlsx(file), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    if ending == "docx":
        return _docx(file), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return words(file).encode(), "text/plain"


def words(file: File) -> str:
    """What a reader of plain text sees of it."""
    return file.text + "\n".join("\t".join(row) for row in file.rows)


def _html(file: File) -> str:
    paragraphs = "".join(f"<p>{html.escape(p)}</p>" for p in file.text.split("\n") if p)
    return f"<html><body>{paragraphs}{table(file.rows)}</body></html>"


def table(rows: Rows) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{html.escape(c)}</th>" for c in rows[0])
    rest = "".join(f"<tr>{''.join(f'<td>{html.escape(c)}</td>' for c in row)}</tr>" for row in rows[1:])
    return f"<table><tr>{head}</tr>{rest}</table>"


def _xlsx(file: File) -> bytes:
    book = openpyxl.Workbook()
    for row in file.rows or [[line] for line in file.text.split("\n")]:
        book.worksheets[0].append(list(row))
    out = io.BytesIO()
    book.save(out)
    return _same(out.getvalue())


def _docx(file: File) -> bytes:
    document = docx.Document()
    for line in file.text.split("\n"):
        if line:
            document.add_paragraph(line)
    if file.rows:
        grid = document.add_table(rows=len(file.rows), cols=len(file.rows[0]))
        for cells, row in zip(grid.rows, file.rows, strict=True):
            for cell, value in zip(cells.cells, row, strict=True):
                cell.text = value
    out = io.BytesIO()
    document.save(out)
    return _same(out.getvalue())


def _same(package: bytes) -> bytes:
    """The package without the hour at which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", b"2026-03-02T09:00:00Z", content
                )
            new.writestr(zipfile.ZipInfo(name, (2026, 3, 2, 9, 0, 0)), content)
    return out.getvalue()
