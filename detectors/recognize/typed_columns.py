"""Lists typed or pasted into running text: the words of the heading line hold for the same cell of every line below it."""

import re
from collections.abc import Sequence

from detectors.extract.tables import heading_words, is_heading

LONGEST = 400  # letters of a line that may be one of a list
_GAP = re.compile(r"[ \xa0]{2,}")
_FIGURES = re.compile(
    r"[0-9@](?:(?<=@)|[0-9]{2}|[./][0-9])"
)  # 123, 1.2, 1/2 or @: begun so, it is found at once
_SIGNS = ("\t", "|", ";", ",")


def cells(line: str) -> tuple[str, ...]:
    """The cells of a line: between tabs, strokes, wide gaps, semicolons or at least two commas."""
    line = line.strip("\r\n|>")
    if len(line) > LONGEST:
        return ()
    for sign in _SIGNS[:2]:
        if sign in line:
            return tuple(line.split(sign))
    if ("  " in line or "\xa0" in line) and len(wide := _GAP.split(line.strip())) > 1:
        return tuple(wide)
    if ";" in line:
        return tuple(line.split(";"))
    return tuple(line.split(",")) if line.count(",") > 1 else ()


def heading_above(
    text: str, starts: Sequence[int], line: int, known: dict[int, tuple[str, ...]]
) -> tuple[str, ...]:
    """The heading of the list in which a line stands; () for a line of no list. `known` keeps what was found, so that no line is read twice."""
    below: list[int] = []
    width = len(_at(text, starts, line))
    found: tuple[str, ...] = ()
    while width > 1 and line >= 0:
        if line in known:
            found = known[line] if len(known[line]) == width else ()
            break
        row = _at(text, starts, line)
        if len(row) != width and not _ruled(text, starts, line):
            break
        if below and is_heading([cell.strip() for cell in row]):
            found = row
            break
        below.append(line)
        line -= 1
    known.update(dict.fromkeys(below, found))
    return found


def heading_rows(text: str, starts: Sequence[int], first: int) -> tuple[int, ...]:
    """The rows of a table, from the `first` below its own heading, that look like a heading: words of headings, no number."""
    ends, figures = [*starts[1:], len(text) + 1], _FIGURES.search
    rows = zip(range(first, len(starts)), starts[first:], ends[first:], strict=True)
    return tuple(n for n, at, end in rows if not figures(text, at, end) and _headed(text[at : end - 1]))


def _headed(row: str) -> bool:
    return len(row) <= LONGEST * 3 and heading_words(row) > 1 and is_heading(row.split("\t"))


def _ruled(text: str, starts: Sequence[int], line: int) -> bool:
    """Whether a line is drawn: "-----" or "+---+---+" between the heading and the rows."""
    drawn = text[starts[line] : starts[line] + LONGEST].split("\n", 1)[0].strip()
    return len(drawn) > 2 and not drawn.strip("-=_+| ")


def column(text: str, start: int, offset: int) -> int:
    """The number of the cell in which an offset stands; `start` is where its line begins."""
    line = (
        text[start:].split("\n", 1)[0]
        if len(text) - start < LONGEST
        else text[start : start + LONGEST].split("\n", 1)[0]
    )
    row, at = cells(line), start
    for n, cell in enumerate(row):
        at = text.find(cell, at, start + LONGEST) + len(cell)
        if offset < at:
            return n
    return len(row) - 1


def _at(text: str, starts: Sequence[int], line: int) -> tuple[str, ...]:
    end = starts[line + 1] if line + 1 < len(starts) else len(text)
    return cells(text[starts[line] : end]) if end - starts[line] <= LONGEST + 2 else ()
