"""Tables of a PDF page: cells by where they stand on it, so that a heading row gives its words to the whole column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2

from detectors.extract.reading import Node, Reading
from detectors.extract.tables import heading_words, is_heading, put_table

MOST = 6_000  # pieces of text on a page; with more it is a drawing, and read as plain text alone
GAP = 0.6  # of a letter's height: nearer pieces are one cell
APART = 3.5  # heights between rows from which a table has ended


@dataclass(slots=True)
class Cell:
    """A piece of text and its place on the page."""

    left: float
    bottom: float
    right: float
    top: float
    text: str = field(repr=False)

    @property
    def height(self) -> float:
        return max(1.0, self.top - self.bottom)


def put(node: Node, out: Reading, textpage: pypdfium2.PdfTextPage, text: str, number: int) -> None:
    """Each table of the page that has a heading row; the page's text was put already."""
    if not _promising(text):
        return
    for rows in _tables(_rows(_cells(textpage))):
        put_table(node, out, rows, f"page {number}, table")


def _promising(text: str) -> bool:
    """Whether some line has two words of headings: only then is it worth asking where they stand."""
    return any(len(line) < 300 and heading_words(line) > 1 for line in text.split("\n"))


def _cells(textpage: pypdfium2.PdfTextPage) -> list[Cell]:
    count = textpage.count_rects()
    if count > MOST:
        return []
    places: list[tuple[float, float, float, float]] = [textpage.get_rect(n) for n in range(count)]
    if not _side_by_side(places):
        return []
    return [Cell(*place, " ".join(textpage.get_text_bounded(*place).split())) for place in places]


def _side_by_side(places: Sequence[tuple[float, float, float, float]]) -> bool:
    """Whether two pieces of text can stand in one row: a page of plain lines has no table, and is not asked for the words of each."""
    tallest = max((max(1.0, top - bottom) for _, bottom, _, top in places), default=0.0)
    middles = sorted((bottom + top) / 2 for _, bottom, _, top in places)
    return any(above - below < 0.5 * tallest for below, above in pairwise(middles))


def _rows(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Cells of one height above the foot of the page, from left to right; pieces of one cell joined."""
    rows: list[list[Cell]] = []
    for cell in sorted((c for c in cells if c.text), key=lambda c: -(c.top + c.bottom)):
        middle = (cell.top + cell.bottom) / 2
        last = rows[-1][0] if rows else None
        if last and abs((last.top + last.bottom) / 2 - middle) < 0.5 * min(last.height, cell.height):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [_joined(sorted(row, key=lambda c: c.left)) for row in rows]


def _joined(row: list[Cell]) -> list[Cell]:
    joined: list[Cell] = []
    for cell in row:
        if joined and cell.left - joined[-1].right < GAP * cell.height:
            before = joined[-1]
            space = " " if cell.left - before.right > 0.1 * cell.height else ""
            joined[-1] = Cell(before.left, min(before.bottom, cell.bottom), cell.right, max(before.top, cell.top), before.text + space + cell.text)  # fmt: skip
        else:
            joined.append(cell)
    return joined


def _tables(rows: list[list[Cell]]) -> Iterator[list[list[str]]]:
    """A heading row and the rows below it, until a row stands alone or far off, or another heading comes."""
    heading: list[Cell] = []
    table: list[list[str]] = []
    below = 0.0
    for row in rows:
        if is_heading([c.text for c in row]):
            if len(table) > 1:
                yield table
            heading, table = row, [[c.text for c in row]]
        elif table and (len(row) < 2 or below - row[0].top > APART * row[0].height):
            if len(table) > 1:
                yield table
            table = []
        elif table:
            table.append(_placed(row, heading))
        below = row[0].bottom
    if len(table) > 1:
        yield table


def _placed(row: Sequence[Cell], heading: Sequence[Cell]) -> list[str]:
    """The cells of a row, each below the heading that is nearest by its left side, its middle or its right side."""
    placed = [""] * len(heading)
    for cell in row:
        n = min(range(len(heading)), key=lambda n: _distance(cell, heading[n]))
        placed[n] = f"{placed[n]} {cell.text}".strip()
    return placed


def _distance(cell: Cell, heading: Cell) -> float:
    middle = abs(cell.left + cell.right - heading.left - heading.right) / 2
    return min(abs(cell.left - heading.left), abs(cell.right - heading.right), middle)
