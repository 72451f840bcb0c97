"""Turned text of a PDF page: pdfium breaks it at every kerned letter; here letters that follow each other are one line again."""

import ctypes
import math
from typing import Any

import pypdfium2.raw as pdfium

_SHORT, _MANY = 3, 3  # lines of at most three letters, and how many of them look like turned text
_MOST = 20_000  # letters of a page that are looked at
_SPACE = 0.18  # of the letters' height: a wider gap is a space
_LINE = 0.6  # of the letters' height: a letter further off the line begins another one


def looks_turned(text: str) -> bool:
    """Whether a page has lines so short that they may be letters of turned words."""
    return sum(0 < len(line.strip()) <= _SHORT for line in text.splitlines()) >= _MANY


def lines(textpage: Any) -> str:
    """The turned letters of a page, in the order in which they were drawn."""
    pieces: list[str] = []
    last: tuple[float, float, float] | None = None  # where the letter before ended, and its angle
    for index in range(min(pdfium.FPDFText_CountChars(textpage), _MOST)):
        angle = pdfium.FPDFText_GetCharAngle(textpage, index)
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        if angle <= 0.01 or code in {0, 10, 13} or pdfium.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        start, end, height = _extent(textpage, index, angle)
        pieces.append(_between(last, start, angle, height) + chr(code))
        last = (*end, angle)
    return "".join(pieces).strip()


def _extent(
    textpage: Any, index: int, angle: float
) -> tuple[tuple[float, float], tuple[float, float], float]:
    """Origin, the end of the letter along its line, and the size of its font."""
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(textpage, index, box)
    along_x, along_y = abs(math.cos(angle)), abs(math.sin(angle))
    width, tall = abs(box.right - box.left), abs(box.top - box.bottom)
    advance = width if along_x > along_y else tall
    height = max(tall if along_x > along_y else width, 1.0)
    end = (x.value + advance * math.cos(angle), y.value - advance * math.sin(angle))
    return (x.value, y.value), end, height


def _between(
    last: tuple[float, float, float] | None, at: tuple[float, float], angle: float, height: float
) -> str:
    """Nothing, a space or a new line between two letters."""
    if last is None:
        return ""
    dx, dy = at[0] - last[0], at[1] - last[1]
    along = dx * math.cos(angle) - dy * math.sin(angle)  # pdfium turns clockwise, y grows upwards
    off = abs(dy * math.cos(angle) + dx * math.sin(angle))
    if off > _LINE * height or abs(angle - last[2]) > 0.1 or along < -2 * height:
        return "\n"
    return " " if along > _SPACE * height else ""
