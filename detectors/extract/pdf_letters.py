"""Letters that a PDF page sets apart: turned, spaced or in small capitals. Where pdfium breaks such words, they are made whole again."""

import ctypes
import math
import re
from dataclasses import dataclass, field
from itertools import repeat
from statistics import median
from typing import Any

import pypdfium2.raw as pdfium

_SHORT, _MANY = 3, 3  # lines of at most three letters, and how many of them look like words in pieces
_MAYBE_SPACED = re.compile(r"[ \n](?:\S[ \n]){4}")  # asked first: five times as fast
_SPACED = re.compile(r"(?:(?<!\S)\S[ \n]){5}")
_BROKEN = re.compile("(?<=\\w)[\u2010\u00ad]\n")  # a word that goes on in the next line
_MOST = 20_000  # letters of a page that are looked at
_SPACE = 0.18  # of the letters' height: a wider gap is a space
_LINE = 0.6  # of the letters' height: a letter further off the line begins another one
_WIDE = 1.7  # times the gap that is usual on a line: a space between letters that stand apart


@dataclass(slots=True)
class _Line:
    """Letters that follow each other, and the gap before each, in heights of a letter."""

    letters: list[str] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)

    @property
    def text(self) -> str:
        usual = median(self.gaps[1:]) if len(self.gaps) > 1 else 0.0
        wide = max(_SPACE, usual * _WIDE)
        return "".join(
            (" " if gap > wide else "") + letter for letter, gap in zip(self.letters, self.gaps, strict=True)
        ).strip()


_STEP, _RUN = (
    8,
    5,
)  # every eighth letter is asked for its code; five in a row without one are a word that only the eye reads


# Asked of each page hundreds of times: without the checks of its arguments, and without letting go of the interpreter.
_HAS_NO_CODE = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(pdfium.FPDFText_HasUnicodeMapError, ctypes.c_void_p).value or 0
)


def unmapped(textpage: Any) -> bool:
    """Whether words of the page are drawn with a font that does not say which letters it shows."""
    count, ask = min(pdfium.FPDFText_CountChars(textpage), _MOST), _HAS_NO_CODE
    raw = ctypes.addressof(textpage.raw.contents)
    if 1 not in map(ask, repeat(raw), range(0, count, _STEP)):
        return False
    return any(ask(raw, index) == 1 and _in_a_row(textpage, index, count) for index in range(0, count, _STEP))


_PRIVATE = re.compile("[\ue000-\uf8ff]{5,}")
_FEW = 20  # letters


def no_words(textpage: Any, text: str) -> bool:
    """Whether codes of the page stand for no letters: nothing, or what each font holds to be something else."""
    if not text.isascii() and any(len(set(run)) > 2 for run in _PRIVATE.findall(text)):
        return True
    count: int = pdfium.FPDFText_CountChars(textpage)
    return count > _FEW and len(text) < count // 2


def _in_a_row(textpage: Any, index: int, count: int) -> bool:
    near = range(max(0, index - _RUN), min(count, index + _RUN + 1))
    run = 0
    for place in near:
        blank = pdfium.FPDFText_IsGenerated(textpage, place) == 1
        if not blank:
            run = run + 1 if pdfium.FPDFText_HasUnicodeMapError(textpage, place) == 1 else 0
        if run >= _RUN:
            return True
    return False


def set_apart(text: str) -> bool:
    """Whether a page has lines so short, or letters so far apart, that they may be pieces of words."""
    short = sum(0 < len(line.strip()) <= _SHORT for line in text.splitlines())
    return short >= _MANY or bool(_MAYBE_SPACED.search(text) and _SPACED.search(text))


def lines(textpage: Any, text: str) -> str:
    """The page's letters in the order in which they were drawn: those lines that its text does not have."""
    known = {" ".join(line.split()) for line in text.splitlines()}
    drawn = _BROKEN.sub("", "\n".join(line.text for line in _lines(textpage)))
    made = [" ".join(line.split()) for line in drawn.splitlines()]
    return "\n".join(line for line in dict.fromkeys(made) if line not in known)


def _lines(textpage: Any) -> list[_Line]:
    found = [_Line()]
    last: tuple[float, float, float] | None = None  # where the letter before ended, and its angle
    for index in range(min(pdfium.FPDFText_CountChars(textpage), _MOST)):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        if code in {0, 2, 10, 13} or pdfium.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        angle = pdfium.FPDFText_GetCharAngle(textpage, index)
        start, end, height = _extent(textpage, index, angle)
        gap = _gap(last, start, angle, height)
        if gap is None:
            found.append(_Line())
        found[-1].letters.append(chr(code))
        found[-1].gaps.append(gap or 0.0)
        last = (*end, angle)
    return found


def _extent(
    textpage: Any, index: int, angle: float
) -> tuple[tuple[float, float], tuple[float, float], float]:
    """Origin, the end of the letter along its line, and its height."""
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(textpage, index, box)
    width, tall = abs(box.right - box.left), abs(box.top - box.bottom)
    across = abs(math.cos(angle)) > abs(math.sin(angle))
    advance, height = (width, tall) if across else (tall, width)
    size = pdfium.FPDFText_GetFontSize(textpage, index) * 0.85  # small capitals have boxes that are too small
    height = max(height, min(size, 2 * height))
    end = (x.value + advance * math.cos(angle), y.value - advance * math.sin(angle))
    return (x.value, y.value), end, max(height, 1.0)


def _gap(
    last: tuple[float, float, float] | None, at: tuple[float, float], angle: float, height: float
) -> float | None:
    """Between two letters, in heights; None where another line begins."""
    if last is None:
        return None
    dx, dy = at[0] - last[0], at[1] - last[1]
    along = dx * math.cos(angle) - dy * math.sin(angle)  # pdfium turns clockwise, y grows upwards
    off = abs(dy * math.cos(angle) + dx * math.sin(angle))
    if off > _LINE * height or abs(angle - last[2]) > 0.1 or not -2 * height < along < 4 * height:
        return None
    return along / height
