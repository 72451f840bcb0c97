"""A failed redaction: dark bars drawn over text that is still there. The text itself is read with the page."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

_OBJECTS = 3_000  # of a page; a page with more is a drawing
_DARK = 150  # red, green and blue together: black and dark grey
_LOW, _HIGH, _WIDE = 4.0, 60.0, 12.0  # points: a bar is a line or a few high, and a short word wide


Drawn = list[tuple[object, int]]  # pdfium's objects of a page, each with its kind
_Matrix = tuple[float, float, float, float, float, float]
_PLAIN: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_DEPTH = 6  # forms inside forms; programs write two


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


def drawn_on(page: pypdfium2.PdfPage) -> Drawn:
    """What is drawn on a page, in order and with its kind; asked for once, and of a drawing no more than its beginning."""
    raw = page.raw
    items = [
        pdfium.FPDFPage_GetObject(raw, index)
        for index in range(min(pdfium.FPDFPage_CountObjects(raw), _OBJECTS + 2))
    ]
    return [(item, pdfium.FPDFPageObj_GetType(item)) for item in items]


def covered(page: pypdfium2.PdfPage, drawn: Drawn) -> int:
    """How many bars of this page hide text that can be copied from under them. Where there are none, no text is measured."""
    written: list[tuple[object, _Matrix]] = []
    bars: list[tuple[_Box, int]] = []  # with the number of texts drawn before it
    for count, (item, kind, matrix) in enumerate(_objects(drawn)):
        if count > _OBJECTS:
            return 0
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            written.append((item, matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and written and _is_bar(item, matrix):
            bars.append((_bounds(item, matrix), len(written)))
    bars += [(bar, len(written)) for bar in _annotations(page)] if written else []
    texts = [_bounds(*text) for text in written] if bars else []
    return sum(
        any(bar.meets(t) for t in texts[:before]) and not any(bar.meets(t) for t in texts[before:])
        for bar, before in bars
    )


def _objects(drawn: Drawn) -> Iterator[tuple[object, int, _Matrix]]:
    """In the order in which they are drawn, with those inside forms, and where each form lies on the page."""
    for item, kind in drawn:
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _unfolded(item, _PLAIN, 0)
        else:
            yield item, kind, _PLAIN


def _unfolded(item: object, matrix: _Matrix, depth: int) -> Iterator[tuple[object, int, _Matrix]]:
    kind = pdfium.FPDFPageObj_GetType(item)
    if kind != pdfium.FPDF_PAGEOBJ_FORM:
        yield item, kind, matrix
        return
    own = pdfium.FS_MATRIX()
    if depth > _DEPTH or not pdfium.FPDFPageObj_GetMatrix(item, own):
        return
    inner = _product((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
    for index in range(min(max(0, pdfium.FPDFFormObj_CountObjects(item)), _OBJECTS + 2)):
        yield from _unfolded(pdfium.FPDFFormObj_GetObject(item, index), inner, depth + 1)


def _annotations(page: pypdfium2.PdfPage) -> Iterator[_Box]:
    """Dark rectangles that a reader's pen has laid over the page, and marks for a redaction that nobody carried out."""
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _OBJECTS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        try:
            kind, area = pdfium.FPDFAnnot_GetSubtype(annotation), pdfium.FS_RECTF()
            if kind not in {pdfium.FPDF_ANNOT_SQUARE, pdfium.FPDF_ANNOT_REDACT}:
                continue
            dark = kind == pdfium.FPDF_ANNOT_REDACT or _filled_dark(annotation)
            if dark and pdfium.FPDFAnnot_GetRect(annotation, area):
                yield _Box(area.left, area.bottom, area.right, area.top)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _filled_dark(annotation: object) -> bool:
    colours = [ctypes.c_uint() for _ in range(4)]
    interior = pdfium.FPDFANNOT_COLORTYPE_InteriorColor
    if not pdfium.FPDFAnnot_GetColor(annotation, interior, *colours):
        return _stream_fills_dark(annotation)
    return sum(c.value for c in colours[:3]) < _DARK and colours[3].value >= 250


def _stream_fills_dark(annotation: object) -> bool:
    """Pens keep the drawing itself beside the colour; where there is one, pdfium tells the colour of its shapes alone."""
    for index in range(min(max(0, pdfium.FPDFAnnot_GetObjectCount(annotation)), 20)):
        item = pdfium.FPDFAnnot_GetObject(annotation, index)
        colours = [ctypes.c_uint() for _ in range(4)]
        if pdfium.FPDFPageObj_GetFillColor(item, *colours) and sum(c.value for c in colours[:3]) < _DARK:
            return True
    return False


def _product(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _bounds(item: object, matrix: _Matrix) -> _Box:
    values = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(item, *values)
    left, bottom, right, top = (v.value for v in values)
    a, b, c, d, e, f = matrix
    corners = [(x * a + y * c + e, x * b + y * d + f) for x in (left, right) for y in (bottom, top)]
    across, up = zip(*corners, strict=True)
    return _Box(min(across), min(up), max(across), max(up))


def _is_bar(item: object, matrix: _Matrix) -> bool:
    box = _bounds(item, matrix)
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
