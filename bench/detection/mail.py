"""Labelled words become messages as mail programs write them; the same words give the same bytes."""

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP

import docx
import openpyxl

from bench.detection.forms import plain_letters

Rows = Sequence[Sequence[str]]
WRITTEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


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
    headers = {
        "Date": "Mon, 02 Mar 2026 09:12:00 +0000", "From": sender, "To": ", ".join(to), "Subject": subject, "Message-ID": f"<bench-{number}@bench.invalid>",
    }  # fmt: skip
    return sealed(
        headers, charset=encoding, fold=60, text=body, cte="quoted-printable" if number % 3 else "base64", html_body=html_body,
        attached=[(*written(f), f.name) for f in files], boundary=f"=_bench_{number}_{{}}",
    )  # fmt: skip


def sealed(
    headers: Mapping[str, str],
    *,
    charset: str,
    fold: int,
    text: str,
    cte: str,
    html_body: str = "",
    html_cte: str = "quoted-printable",
    attached: Sequence[tuple[bytes, str, str]] = (),
    boundary: str,
) -> bytes:
    """The message's bytes; `charset` (UTF-8 where it has not all letters) encodes the subject in lines of `fold` letters, `boundary` takes the depth of a part."""
    if charset and not _fits(headers["Subject"], charset):
        charset = "utf-8"
    mail = EmailMessage(policy=SMTP)
    for name, value in headers.items():
        mail[name] = "@subject@" if charset and name == "Subject" else value
    mail.set_content(text, cte=cte)
    if html_body:
        mail.add_alternative(html_body, subtype="html", cte=html_cte)
    for data, kind, name in attached:
        main, sub = kind.split("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    for depth, part in enumerate(p for p in mail.walk() if p.is_multipart()):
        part.set_boundary(boundary.format(depth))
    raw = bytes(mail)
    if charset:
        subject = Header(headers["Subject"], charset, maxlinelen=fold, header_name="Subject").encode(linesep="\r\n")  # fmt: skip
        raw = raw.replace(b"@subject@", subject.encode("ascii"), 1)
    return raw


def _fits(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


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
    return steady(out.getvalue(), WRITTEN)


def _docx(file: File) -> bytes:
    return document([line for line in file.text.split("\n") if line], file.rows, (), WRITTEN)


def document(above: Iterable[str], rows: Rows, below: Iterable[str], moment: datetime) -> bytes:
    """A Word file: paragraphs, a table, paragraphs."""
    paper = docx.Document()
    for line in above:
        paper.add_paragraph(line)
    if rows:
        grid = paper.add_table(rows=len(rows), cols=len(rows[0]))
        for cells, row in zip(grid.rows, rows, strict=True):
            for cell, value in zip(cells.cells, row, strict=True):
                cell.text = value
    for line in below:
        paper.add_paragraph(line)
    out = io.BytesIO()
    paper.save(out)
    return steady(out.getvalue(), moment)


def steady(package: bytes, moment: datetime) -> bytes:
    """The package as if written at that moment."""
    stamp, out = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", stamp, content)
            new.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), content)
    return out.getvalue()


def latin(text: str) -> str:
    """As report writers print names: in the letters of their fonts."""
    return plain_letters(text).replace("’", "'").encode("latin-1", "ignore").decode("latin-1")
