"""Words in pictures and scans are read by one process on demand, which never stands in the way of other mail and holds no message up for ever."""

import asyncio
import ctypes
import io
import os
import signal
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path

import pikepdf
import psutil
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from docx import Document
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from detectors import pictures
from detectors.findings import Read, Scan
from detectors.pool import Pool
from detectors.warmth import EMPTY
from tests.support.mail import make_message
from tests.support.pictures import FONT, photograph, saved, scanned, words

pytestmark = pytest.mark.slow

LIST = ["Class 7B", "Wilhelmina Warmington", "Date of birth: 12/03/2011"]
PAGE = words(LIST, size=26)


def scanned_pdf(*pages: Image.Image, text: str = "") -> bytes:
    """A PDF as a copier makes it: a picture a page; with text, a picture on a page of print."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    for page in pages:
        if text:
            canvas.drawString(60, 800, text)
        canvas.drawImage(ImageReader(page.convert("RGB")), 60, 500, 400, 400 * page.height / page.width)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def document() -> bytes:
    target, made = io.BytesIO(), Document()
    made.add_paragraph("See the picture below.")
    made.add_picture(io.BytesIO(saved(PAGE)))
    made.save(target)
    return target.getvalue()


def codeless() -> bytes:
    """A page whose font shows letters and says not which they are, as the drivers of some printers write."""
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(595, 842)
    letters = Path(FONT).read_bytes()
    font = pdfium.FPDFText_LoadFont(document, (ctypes.c_uint8 * len(letters)).from_buffer_copy(letters), len(letters), pdfium.FPDF_FONT_TRUETYPE, True)  # fmt: skip
    for row, line in enumerate(LIST):
        drawn = pdfium.FPDFPageObj_CreateTextObj(document, font, 20)
        wide = line.encode("utf-16-le") + b"\0\0"
        pdfium.FPDFText_SetText(drawn, (pdfium.FPDF_WCHAR * (len(wide) // 2)).from_buffer_copy(wide))
        pdfium.FPDFPageObj_Transform(drawn, 1, 0, 0, 1, 60, 700 - 40 * row)
        pdfium.FPDFPage_InsertObject(page, drawn)
    page.gen_content()
    target, made = io.BytesIO(), io.BytesIO()
    document.save(target)
    with pikepdf.open(target) as changed:
        for font in changed.objects:
            if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font:
                del font["/ToUnicode"]
        changed.save(made)
    return made.getvalue()


def with_thumbnail(small: bytes) -> bytes:
    """A photograph that was cut, and keeps a small picture of what it was."""
    place = struct.pack("<HHII", 0x0201, 4, 1, 44) + struct.pack("<HHII", 0x0202, 4, 1, len(small))
    exif = b"II*\0\x08\0\0\0\0\0" + struct.pack("<IH", 14, 2) + place + b"\0" * 4 + small
    return saved(photograph(400, 300), "JPEG", exif=b"Exif\0\0" + exif)


FILES = {
    "screenshot.png": saved(words(LIST, size=15)),
    "copier.jpg": saved(scanned(PAGE), "JPEG", quality=60),
    "sideways.jpg": saved(PAGE.rotate(90, expand=True), "JPEG"),
    "dark.png": saved(words(LIST, ink=235, paper=25)),
    "fax.tif": saved(
        photograph(400, 300).convert("1"), "TIFF", save_all=True, append_images=[PAGE.convert("1")]
    ),
    "slides.gif": saved(
        photograph(*PAGE.size).convert("L"),
        "GIF",
        save_all=True,
        append_images=[PAGE.convert("L")],
        duration=900,
    ),
    "cut.jpg": with_thumbnail(saved(PAGE.convert("L"), "JPEG")),
    "codeless.pdf": codeless(),
    "phone.heic": saved(PAGE.convert("RGB"), "HEIF"),
    "scan.pdf": scanned_pdf(scanned(PAGE)),
    "letter.pdf": scanned_pdf(PAGE, text="Dear all, the list is below, with kind regards."),
    "letter.docx": document(),
}
PHOTO = saved(photograph(), "JPEG")


def with_pool(story: Callable[[Pool], Awaitable[None]], **options: object) -> None:
    async def whole() -> None:
        pool = Pool(EMPTY, workers=1, ocr=True, **options)
        await pool.start()
        try:
            await story(pool)
        finally:
            await pool.close()

    asyncio.run(whole())


def attached(name: str, data: bytes) -> bytes:
    return make_message(attach=[(name, "application/octet-stream", data)])


def statuses_of_threads(pid: int) -> list[str]:
    """Of the reader, which is the child of the process that the pool knows."""
    [reader] = psutil.Process(pid).children()
    return [Path(f"/proc/{reader.pid}/task/{t.id}/status").read_text() for t in reader.threads()]


def named(scan: Scan) -> list[str]:
    return [f.place for f in scan.findings if f.kind == "pupil-name"]


def test_a_pupil_in_a_picture_is_found_as_in_text() -> None:
    """Screenshot, copier, telephone, fax, scan and pictures inside documents: the name, the birthday and the number."""

    async def story(pool: Pool) -> None:
        for name, data in FILES.items():
            scan = await pool.scan(attached(name, data))
            assert named(scan), name
            assert all(place.startswith("picture") for place in named(scan)), name
            assert "date-of-birth" in {f.kind for f in scan.findings}, name
            assert "unreadable:image" not in {f.kind for f in scan.findings}, name

    with_pool(story)


def test_every_thread_of_the_reader_stands_behind_the_walls() -> None:
    """The networks' library starts threads of its own; none may be left outside."""

    async def story(pool: Pool) -> None:
        await pool.scan(attached("screenshot.png", FILES["screenshot.png"]))
        assert pool._pictures._process is not None
        statuses = statuses_of_threads(pool._pictures._process.pid)
        assert statuses
        assert all("Seccomp:\t2" in status and "NoNewPrivs:\t1" in status for status in statuses)

    with_pool(story)


def test_a_photograph_without_words_is_read_and_quiet() -> None:
    async def story(pool: Pool) -> None:
        scan = await pool.scan(attached("trip.jpg", PHOTO))
        part = scan.parts[-1]
        assert (part.read, part.read_why) == (Read.WHOLE, "a picture without words")
        assert not {f.kind for f in scan.findings if f.part == part.path and f.kind.startswith("unreadable")}

    with_pool(story)


def test_mail_without_pictures_starts_nothing_and_waits_for_nobody() -> None:
    """With one worker and its picture being read, other mail is scanned meanwhile."""

    async def story(pool: Pool) -> None:
        await pool.scan(make_message())
        assert pool._pictures._process is None
        slow = asyncio.create_task(pool.scan(attached("copier.jpg", FILES["copier.jpg"])))
        async with asyncio.timeout(20):
            while not pool._pictures._turn.locked():
                await asyncio.sleep(0.01)
        await pool.scan(make_message(subject="Meanwhile"))
        assert not slow.done()
        assert named(await slow)

    with_pool(story)


def test_a_reader_that_dies_leaves_the_picture_unread_and_comes_back() -> None:
    async def story(pool: Pool) -> None:
        await pool.scan(attached("screenshot.png", FILES["screenshot.png"]))
        assert pool._pictures._process is not None
        os.killpg(pool._pictures._process.pid, signal.SIGKILL)
        scan = await pool.scan(attached("copier.jpg", FILES["copier.jpg"]))
        assert "unreadable:image" in {f.kind for f in scan.findings}
        assert named(await pool.scan(attached("dark.png", FILES["dark.png"])))

    with_pool(story)


def test_it_ends_when_it_has_rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "IDLE", 0.05)

    async def story(pool: Pool) -> None:
        await pool.scan(attached("screenshot.png", FILES["screenshot.png"]))
        async with asyncio.timeout(10):
            while pool._pictures._process is not None:
                await asyncio.sleep(0.02)

    with_pool(story)
