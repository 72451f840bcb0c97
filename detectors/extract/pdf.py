"""PDF: page text, then everything in its structure that a page does not show; pages that are only pictures are said to be unread."""

import ctypes
import io
import re
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

import pypdfium2
import pypdfium2.raw as pdfium

from detectors.extract import pdf_letters, pdf_marks, pdf_structure, pdf_tables, pdf_versions, prose
from detectors.extract.marks import Marks
from detectors.extract.pdf_pictures import Pictures
from detectors.extract.pdf_redaction import covered, drawn_on
from detectors.extract.protection.pdf import Lock, examine
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sweep import strings
from detectors.extract.xml import xmp
from detectors.findings import Protection, Read

_HYPHEN = re.compile("[\ufffe\x02\u00ad]\r?\n?|(?<=\\w)\u2010\r?\n")
_BEHIND = (b"startxref", b"trailer", b"%%EOF")  # one of these stands behind all objects
_MARKS = Marks(remark=rb"[\r\n]%[ \t%]{0,3}[ -~]{10}")
_REMARKS = tuple(
    re.compile(end + rb"%+([ -~\x80-\xff]{10,2000})") for end in (b"\n", b"\r")
)  # each begins with what can be looked for
_GAP = re.compile(r"[ \t]{2,}")


def read(node: Node, out: Reading) -> None:
    """The lock first; then pages, structure, attachments."""
    lock = examine(node.data)
    if lock.protection is not Protection.NONE:
        out.protect(node, lock.protection, lock.how)
    node.facts["crypto"] = "pdf"
    if lock.surprise:
        raise Unreadable("encryption", lock.surprise)
    if lock.locked:
        node.read, node.why = Read.NOT, "locked"
        _clear_metadata(node, out, lock)
        out.locked.append(node)
        return
    read_open(node, out, node.data, lock.password)
    out.text(node, "\n".join(_remarks(node.data)), place="beside its objects", hidden=True)


def _remarks(data: bytes) -> Iterator[str]:
    """What stands in front of the document, and in remarks between its objects."""
    yield strings(data[: max(0, data.find(b"%PDF-"))])
    if _MARKS.within(data):
        said = (remark.decode("utf-8", "replace") for each in _REMARKS for remark in each.findall(data))
        yield from (text for text in said if prose.is_sentence(text))


def read_open(node: Node, out: Reading, data: bytes, password: str) -> None:
    """A PDF that opens with this password."""
    seen = _pages(node, out, data, password)
    told = pdf_structure.Told()
    structured = pdf_structure.read(node, out, data, password, told)
    pdf_versions.read(node, out, data, password, _page_text, told)
    if not seen and not structured:
        raise Unreadable("corrupt", "a damaged PDF")
    if max(map(data.rfind, _BEHIND)) < data.rfind(b" obj"):
        out.partly(node, "corrupt", "ends too early: what stood behind is missing")


def _clear_metadata(node: Node, out: Reading, lock: Lock) -> None:
    if lock.clear_metadata:
        for packet in islice(xmp(node.data), 5):
            out.text(
                node,
                re.sub(rb"<[^<>]*>", b" ", packet).decode("utf-8", "replace"),
                place="properties, not encrypted",
                hidden=True,
            )


def _pages(node: Node, out: Reading, data: bytes, password: str) -> bool:
    try:
        document = pypdfium2.PdfDocument(data, password=password or None)
    except pypdfium2.PdfiumError:
        return False
    try:
        return _all_pages(node, out, document)
    finally:
        document.close()


def _all_pages(node: Node, out: Reading, document: pypdfium2.PdfDocument) -> bool:
    count = len(document)
    pictures = Pictures(node, out)
    words = 0
    for index in range(min(count, out.limits.pages)):
        out.check_time()
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            out.partly(node, "corrupt", "a damaged page", place=f"page {index + 1}")
            continue
        try:
            text = _page(page, node, out, pictures, index + 1)
            words += len(text)
            marked = pdf_marks.stand_on(page)
        finally:
            page.close()
        if marked and (over := pdf_marks.laid_over(document, index, text, _page_text)):
            out.text(node, over, place=f"stamps and notes, page {index + 1}")
    if count > out.limits.pages:
        out.partly(node, "too-many-pages", f"only the first {out.limits.pages} pages were read")
    pictures.finish(count, words)
    return count > 0


def _page(page: pypdfium2.PdfPage, node: Node, out: Reading, pictures: Pictures, number: int) -> str:
    """Its text, its tables, what is hidden under bars, and its pictures. pdfium sorts the letters of a page once."""
    with closing(page.get_textpage()) as textpage:
        text = _letters(textpage)
        unmapped = pdf_letters.unmapped(textpage) or pdf_letters.no_words(textpage, text)
        out.text(node, text, place=f"page {number}")
        pdf_tables.put(node, out, textpage, text, number)
    drawn = drawn_on(page)
    if text and (bars := covered(page, drawn)):
        why = "dark bars hide text that can still be copied"
        out.find(node, "failed-redaction", why, place=f"page {number}", count=bars)
    pictures.page(page, number, text, drawn, unmapped=unmapped)
    return text


def _page_text(page: pypdfium2.PdfPage) -> str:
    with closing(page.get_textpage()) as textpage:
        return _letters(textpage)


def _letters(textpage: pypdfium2.PdfTextPage) -> str:
    """The text of a page."""
    count = pdfium.FPDFText_CountChars(textpage)
    if count <= 0:
        return ""
    buffer = ctypes.create_string_buffer((count + 1) * 2)
    written = pdfium.FPDFText_GetText(
        textpage, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    )
    text = buffer.raw[: max(0, written - 1) * 2].decode("utf-16-le", "replace")
    if pdf_letters.set_apart(text):
        text += "\n" + pdf_letters.lines(textpage, text)
    if not text.isascii() or "\x02" in text:
        text = _HYPHEN.sub("", text)
    return text.replace("\r\n", "\n").replace("\0", "")


def opens(data: bytes, password: str) -> bool:
    """Whether pdfium opens the file with this password."""
    try:
        pypdfium2.PdfDocument(io.BytesIO(data), password=password).close()
    except pypdfium2.PdfiumError:
        return False
    return True
