"""What the tools read: the corpus's files for the needles, and one long class list in each format for the speed."""

import datetime as dt
import io
import random
import subprocess
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl
import pptx
from reportlab.pdfgen import canvas

from tests.corpus.files import needle_files
from tests.corpus.made import CONVERSIONS, MADE, convert
from tests.corpus.matrix import format_of

ROWS = 6_000
NAMES = ("Amara", "Bilal", "Chidi", "Dilys", "Emrys", "Farah", "Gwen", "Hamza"), ("Okafor", "Pemberton", "Quill", "Rahman", "Szymański", "Thorne")  # fmt: skip
BY_LIBREOFFICE = {"docx": ("odt", "doc", "rtf"), "xlsx": ("ods", "xls"), "pptx": ("odp", "ppt")}


@dataclass(frozen=True, slots=True)
class Sample:
    """A file on disk, its format, and the needles in it."""

    path: Path
    form: str
    needles: tuple[str, ...]


def needles(folder: Path) -> list[Sample]:
    """The corpus: our own documents, what LibreOffice makes of them, and the committed files."""
    found: list[Sample] = []
    own = {form: make() for form, make in MADE.items()}
    rows = [*own.values(), *(convert(own[form], other, drops) for form, other, drops in CONVERSIONS)]
    for number, made in enumerate((*rows, *needle_files())):
        path = folder / f"{number}.{made.name.rsplit('.', 1)[-1]}"
        path.write_bytes(made.data)
        found.append(Sample(path, format_of(made.name), tuple(made.needles.values())))
    return found


def long(folder: Path) -> list[Sample]:
    """A class list of thousands of rows in each format."""
    chosen = random.Random(7)
    rows = [
        (chosen.choice(NAMES[0]), chosen.choice(NAMES[1]), dt.date(2010, 1, 1) + dt.timedelta(chosen.randrange(3_000)), f"{chosen.randrange(1, 7)}B")
        for _ in range(ROWS)
    ]  # fmt: skip
    lines = [f"{a} {b}, born {d:%d/%m/%Y}, class {c}, has read the whole of the book." for a, b, d, c in rows]
    for form, make in (("docx", _docx), ("pptx", _pptx), ("pdf", _pdf)):
        (folder / f"long.{form}").write_bytes(make(lines))
    (folder / "long.xlsx").write_bytes(_xlsx(rows))
    (folder / "long.csv").write_text("".join(f"{a},{b},{d},{c}\n" for a, b, d, c in rows * 20), "utf-8")
    (folder / "long.html").write_text(
        "<html><body>" + "".join(f"<p>{line}</p>" for line in lines * 4), "utf-8"
    )
    for form, others in BY_LIBREOFFICE.items():
        for other in others:
            profile = f"-env:UserInstallation=file://{folder}/profile"
            command = ["soffice", profile, "--headless", "--convert-to", other, "--outdir", str(folder), str(folder / f"long.{form}")]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, timeout=300)
    return [Sample(p, p.suffix[1:], ()) for p in sorted(folder.glob("long.*"))]


def _saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docx(lines: list[str]) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return _saved(document)


def _xlsx(rows) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Forename", "Surname", "DOB", "Class"])
    for row in rows * 3:
        book.active.append(row)
    return _saved(book)


def _pptx(lines: list[str]) -> bytes:
    show = pptx.Presentation()
    for at in range(0, len(lines) // 4, 15):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = "Reading"
        slide.placeholders[1].text = "\n".join(lines[at : at + 15])
    return _saved(show)


def _pdf(lines: list[str]) -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out)
    for at in range(0, len(lines), 50):
        for n, line in enumerate(lines[at : at + 50]):
            page.drawString(50, 800 - 15 * n, line)
        page.showPage()
    page.save()
    return out.getvalue()
