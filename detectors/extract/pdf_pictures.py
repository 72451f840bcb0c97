"""Pages of a PDF that are pictures, pictures on pages, and print drawn as curves: given to the reader of pictures, or said to be unread."""

import ctypes

import pypdfium2
import pypdfium2.raw as pdfium

from detectors.extract.pdf_redaction import Drawn
from detectors.extract.reading import Node, Reading
from detectors.extract.sight import blank, pieces
from detectors.findings import Read
from detectors.seen import SIDE, Seen

_FEW = 20  # letters: a page with fewer and a picture is a scan, maybe with a stamp or a number
_OBJECTS = 2_000  # of a page that are looked at
_CURVES = 60  # paths on a page without text: a few words that were turned into curves
_SHARE = 0.04  # of the page: a picture that covers less is a sign or a line of ornament
_PER_PAGE = 3  # pictures of a page with text that are read
_SHARPEST = 5.0  # pixels a point: 360 dots to the inch
_READABLE = 40  # points: a picture that is lower or narrower shows no list

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points


class Pictures:
    """Collects, page by page, what a document shows without saying it."""

    def __init__(self, node: Node, out: Reading) -> None:
        self.node, self.out = node, out
        self.unread: list[int] = []
        self.dim: list[int] = []
        self.letters = 0

    def page(
        self, page: pypdfium2.PdfPage, number: int, text: str, drawn: Drawn, *, unmapped: bool = False
    ) -> None:
        """Look at one page, whose text is known; where its letters have no codes, only a picture of it can be read."""
        width, height = page.get_size()
        images, curves = _objects(drawn, width, height)
        if unmapped or (len(text.strip()) < _FEW and (images or curves > _CURVES)):
            self._look(page, number, (0.0, 0.0, width, height))
            return
        large = sorted((b for b in images if _area(b) >= _SHARE * width * height and _legible(b)), key=_area)
        for box in large[-_PER_PAGE:]:
            self._look(page, number, box)

    def _look(self, page: pypdfium2.PdfPage, number: int, box: Box) -> None:
        seen = self._seen(page, box) if self._may else None
        if seen is None:
            self.unread.append(number)
            self.out.sight.unread.add(self.node.path)
            return
        self.letters += len(seen.text)
        self.out.text(self.node, seen.text, place=f"picture, page {number}")
        if seen.dim:
            self.dim.append(number)

    @property
    def _may(self) -> bool:
        """Whether there is a reader, room for one more picture, and time: drawing a page takes longer than reading its text."""
        out = self.out
        spent = out.clock() - out.part_started
        return out.sight.open and out.sight.has_room(out.limits) and spent < out.limits.part_seconds / 2

    def _seen(self, page: pypdfium2.PdfPage, box: Box) -> Seen | None:
        """What stands in this part of the page; None when not all of it has been read."""
        width, height = page.get_size()
        left, bottom, right, top = box
        wide, high = max(right - left, 1.0), max(top - bottom, 1.0)
        scale = min(_SHARPEST, SIDE / max(min(wide, high), max(wide, high) / 4))
        scale = min(scale, SIDE * 2 / max(wide, high))
        crop = (max(left, 0.0), max(bottom, 0.0), max(width - right, 0.0), max(height - top, 0.0))
        bitmap = page.render(scale=scale, crop=crop, grayscale=True)
        picture = bitmap.to_pil()
        if blank(picture):
            return Seen()
        found = [self.out.sight.look(self.node.path, shades, self.out.limits) for shades in pieces(picture)]
        if not all(found_one is not None for found_one in found):
            return None
        known = [f for f in found if f is not None]
        return Seen(lines=tuple(line for f in known for line in f.lines), poor=sum(f.poor for f in known))

    def finish(self, pages: int, words: int) -> None:
        """Say what was not read."""
        if self.unread:
            every = len(set(self.unread)) == pages and not words and not self.letters
            self._say(self.unread, "pictures whose words were not read", Read.NOT if every else Read.IN_PART)
        if self.dim:
            self._say(self.dim, "words in pictures that could not be made out", Read.IN_PART)

    def _say(self, numbers: list[int], why: str, read: Read) -> None:
        shown = list(dict.fromkeys(numbers))
        place = "page " + ", ".join(map(str, shown[:10])) + (", …" if len(shown) > 10 else "")
        self.node.read, self.node.why = read, self.node.why or why
        self.out.find(self.node, "unreadable:image", why, place=place, count=len(shown))


def _objects(drawn: Drawn, width: float, height: float) -> tuple[list[Box], int]:
    """Where pictures lie on the page, and how many curves there are; a form counts as a picture, for it may hold one."""
    images, curves = [], 0
    for item, kind in drawn[:_OBJECTS]:
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            curves += 1
        elif kind in {pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM}:
            if kind == pdfium.FPDF_PAGEOBJ_FORM and not _holds_picture(item, 0):
                curves += max(0, pdfium.FPDFFormObj_CountObjects(item))
                continue
            left, bottom, right, top = _bounds(item)
            images.append((max(left, 0.0), max(bottom, 0.0), min(right, width), min(top, height)))
    return images, curves


def _holds_picture(form: object, depth: int) -> bool:
    if depth > 4:
        return True
    for index in range(min(max(0, pdfium.FPDFFormObj_CountObjects(form)), _OBJECTS)):
        item = pdfium.FPDFFormObj_GetObject(form, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            return True
        if kind == pdfium.FPDF_PAGEOBJ_FORM and _holds_picture(item, depth + 1):
            return True
    return False


def _bounds(item: object) -> Box:
    values = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(item, *values)
    left, bottom, right, top = (v.value for v in values)
    return left, bottom, right, top


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _legible(box: Box) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) >= _READABLE
