"""A failed redaction: dark bars drawn over text that is still there. The text itself is read with the page."""

import ctypes
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

_OBJECTS = 3_000  # of a page; a page with more is a drawing
_DARK = 150  # red, green and blue together: black and dark grey
_LOW, _HIGH, _WIDE = 4.0, 60.0, 12.0  # points: a bar is a line or a few high, and a short word wide


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "_Box") -> bool:
        """Whether the bar's middle line runs through the other box, and a part of its width is shared."""
        middle = (self.bottom + self.top) / 2
        shared = min(self.right, other.right) - max(self.left, other.left)
        return other.bottom <= middle <= other.top and shared > 2


def covered(page: pypdfium2.PdfPage) -> int:
    """How many bars of this page hide text that can be copied from under them."""
    texts: list[_Box] = []
    bars: list[tuple[_Box, int]] = []  # with the number of texts drawn before it
    count = pdfium.FPDFPage_CountObjects(page)
    if not 1 < count <= _OBJECTS:
        return 0
    for index in range(count):
        item = pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts.append(_bounds(item))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and texts and _is_bar(item):
            bars.append((_bounds(item), len(texts)))
    return sum(
        any(bar.meets(t) for t in texts[:before]) and not any(bar.meets(t) for t in texts[before:])
        for bar, before in bars
    )


def _bounds(item: object) -> _Box:
    values = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(item, *values)
    return _Box(*(v.value for v in values))


def _is_bar(item: object) -> bool:
    box = _bounds(item)
    if not _LOW <= box.top - box.bottom <= _HIGH or box.right - box.left < _WIDE:
        return False
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(item, fill, stroke) or not fill.value:
        return False
    colours = [ctypes.c_uint() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetFillColor(item, *colours):
        return False
    red, green, blue, alpha = (c.value for c in colours)
    return alpha >= 250 and red + green + blue < _DARK
