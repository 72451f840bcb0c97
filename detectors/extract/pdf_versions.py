"""Earlier versions of a PDF: a program that saves by adding to the end leaves all as it was before, for anybody to bring back."""

import re
from collections.abc import Iterator

import pypdfium2

from detectors.extract import pdf_structure
from detectors.extract.marks import Marks
from detectors.extract.pdf_marks import PageText
from detectors.extract.reading import Node, Reading

_END = re.compile(rb"startxref\s+\d{1,12}\s(?:(?!%%EOF|startxref).){0,200}%%EOF\s{0,2}", re.DOTALL)
_TWO_ENDS = Marks(two=rb"%%EOF.*%%EOF")
_MOST = 4  # versions that are read: the oldest say what was taken away
_PAGES = 200  # of a version


def read(
    node: Node, out: Reading, data: bytes, password: str, page_text: PageText, told: pdf_structure.Told
) -> None:
    """Lines that stood on a page of an earlier version and stand on none now; notes and files that are there no more."""
    versions = list(earlier(data))
    if not versions:
        return
    now = {line.strip() for e in out.extracts if e.part == node.path for line in e.text.splitlines()}
    for cut in versions:
        for index, text in _pages(data[:cut], password, out, page_text):
            gone = [line for line in text.splitlines() if line.strip() and line.strip() not in now]
            now.update(line.strip() for line in gone)
            out.text(node, "\n".join(gone), place=f"earlier version, page {index}", hidden=True)
        pdf_structure.read_earlier(node, out, data[:cut], password, told)


def earlier(data: bytes) -> list[int]:
    """Where earlier versions end. The first end of a file that is laid out for the web is no version."""
    if not _TWO_ENDS.within(data):
        return []
    ends = [match.end() for match in _END.finditer(data)]
    if b"/Linearized" in data[:2048]:
        ends = ends[1:]
    return ends[:-1][:_MOST]


def _pages(data: bytes, password: str, out: Reading, page_text: PageText) -> Iterator[tuple[int, str]]:
    try:
        document = pypdfium2.PdfDocument(data, password=password or None)
    except pypdfium2.PdfiumError:
        return
    try:
        for index in range(min(len(document), _PAGES, out.limits.pages)):
            out.check_time()
            try:
                page = document[index]
            except pypdfium2.PdfiumError:
                continue
            try:
                yield index + 1, page_text(page)
            finally:
                page.close()
    finally:
        document.close()
