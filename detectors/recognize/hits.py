"""What recognizers hand to one another inside a scan: a hit with its raw value. Nothing here leaves the worker."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from detectors.extract.extracts import Extract
from detectors.findings import Strength, Where
from detectors.recognize.fold import clean, fold

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # NHSNumber, admissionNo


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One hit in one passage. `people` are directory ids of those whom it may mean; several when the name is shared."""

    kind: str
    start: int
    end: int
    value: str = field(default="", repr=False)  # normalised, for the fingerprint
    masked: str = ""
    score: float = 1.0
    strength: Strength | None = None
    people: tuple[str, ...] = ()
    why: str = ""
    tags: frozenset[str] = frozenset()  # sensitive categories and attributes that count towards the level


@dataclass(frozen=True, slots=True)
class Seen:
    """What the first pass saw in a passage: where shapes may end, and which lists may have a word. None: it was not looked."""

    shapes: tuple[tuple[int, int], ...] | None = None  # (end, number of the shape), in order
    words: frozenset[str] | None = None

    def may(self, name: str) -> bool:
        """Whether the list of this name may have a word here."""
        return self.words is None or name in self.words


EVERYTHING = Seen()


@dataclass(slots=True)
class Passage:
    """The text of one extract made ready: cleaned, folded, its lines or rows known."""

    extract: Extract
    text: str = field(repr=False)
    folded: str = field(repr=False)
    starts: list[int] = field(repr=False)  # where each line, or row of the table, begins
    breaks: list[int] = field(repr=False)  # where each paragraph begins
    first_row: int = 0  # 1 when line 0 of a table is its header
    hits: list[Hit] = field(default_factory=list, repr=False)
    seen: Seen = EVERYTHING

    def line(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def line_span(self, offset: int) -> tuple[int, int]:
        """Start and end of the line or row that holds this offset."""
        n = self.line(offset)
        return self.starts[n], self.starts[n + 1] if n + 1 < len(self.starts) else len(self.text)

    def paragraph(self, offset: int) -> int:
        return bisect_right(self.breaks, offset) - 1

    def column(self, offset: int) -> int:
        """The column of a table in which the offset stands."""
        return self.text.count("\t", self.line_span(offset)[0], offset)

    def heading(self, offset: int) -> str:
        """The folded header of the column of the offset; "" without a table or for the header itself."""
        table = self.extract.table
        if table is None or not table.header or self.line(offset) < self.first_row:
            return ""
        column = self.column(offset)
        return fold(clean(_CAMEL.sub(" ", table.header[column]))) if column < len(table.header) else ""

    def place(self, offset: int) -> str:
        """The place in words: the row of a table, the line of a longer text."""
        table, line = self.extract.table, self.line(offset)
        if table is not None:
            row = line - self.first_row
            return table.places[row] if 0 <= row < len(table.places) else self.extract.place
        if self.extract.where in {Where.SUBJECT, Where.FILENAME, Where.HEADER}:
            return self.extract.place
        return f"{self.extract.place}, line {line + 1}" if self.extract.place else f"line {line + 1}"


def passage(extract: Extract) -> Passage:
    """An extract made ready. A table is read row by row: a tab between cells, a line per row."""
    table = extract.table
    if table is None:
        text, first = clean(extract.text), 0
    else:
        rows = ([table.header] if table.header else []) + list(table.rows)
        text = "\n".join(map("\t".join, rows))
        if (
            text.count("\n") != len(rows) - 1
            or text.count("\t") != sum(len(row) - 1 for row in rows if row)
            or "\r" in text
        ):
            text = "\n".join("\t".join(_flat(cell) for cell in row) for row in rows)
        text = clean(text)
        first = 1 if table.header else 0
    starts, breaks = _line_starts(text)
    return Passage(extract, text, fold(text), starts, starts if table is not None else breaks, first)


def _flat(cell: str) -> str:
    return cell.replace("\t", " ").replace("\n", " ").replace("\r", " ")


def _line_starts(text: str) -> tuple[list[int], list[int]]:
    starts, breaks, at, blank = [0], [0], 0, False
    for line in text.split("\n"):
        if line.isspace() or not line:
            blank = True
        elif blank:
            breaks.append(at)
            blank = False
        at += len(line) + 1
        starts.append(at)
    starts.pop()
    return starts, breaks
