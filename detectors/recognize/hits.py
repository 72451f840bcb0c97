"""What recognizers hand to one another inside a scan: a hit with its raw value. Nothing here leaves the worker."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from detectors.extract.extracts import Extract
from detectors.extract.tables import spaced
from detectors.findings import Strength, Where
from detectors.recognize.fold import clean, fold
from detectors.recognize.typed_columns import column as typed_column
from detectors.recognize.typed_columns import heading_above, heading_rows
from detectors.recognize.wrapping import broken

_WRITTEN = frozenset({Where.BODY, Where.ATTACHMENT})
_BREAK = re.compile(r"\n[^\S\n]*\n(?=[^\S\n]*\S)")  # an empty line before one that is not


def in_words(cell: str) -> str:
    """A heading in plain words, as a program may have put them together: "NHSNumber" is "nhs number"."""
    return fold(clean(spaced(cell)))


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
    words: Mapping[str, tuple[int, ...]] | None = None  # list -> where its words end, as far as that is told
    terms: tuple[tuple[int, int], ...] | None = None  # (end, number of the sensitive term)

    def may(self, name: str) -> bool:
        """Whether the list of this name may have a word here."""
        return self.words is None or name in self.words

    def matches(
        self, pattern: re.Pattern[str], text: str, name: str, *, before: int, after: int
    ) -> Iterator[re.Match[str]]:
        """What a pattern finds, sought only near to where words of a list end: no match of it reaches further."""
        done = 0
        for left, right in self._near(name, before, after, len(text)):
            for match in pattern.finditer(text, max(left, done), right):
                done = match.end()
                yield match

    def _near(self, name: str, before: int, after: int, size: int) -> list[tuple[int, int]]:
        if self.words is None:
            return [(0, size)]
        spans: list[tuple[int, int]] = []
        for end in self.words.get(name, ()):
            left = max(0, end - before)
            if spans and left <= spans[-1][1]:
                left = spans.pop()[0]
            spans.append((left, end + after))
        return spans


EVERYTHING = Seen()


@dataclass(slots=True)
class Passage:
    """The text of one extract made ready: cleaned, folded, its lines or rows known."""

    extract: Extract
    text: str = field(repr=False)
    folded: str = field(repr=False)
    starts: list[int] = field(
        repr=False
    )  # where each line, or row of the table, begins; a line that was broken is one
    breaks: list[int] = field(repr=False)  # where each paragraph begins
    first_row: int = 0  # 1 when line 0 of a table is its header
    hits: list[Hit] = field(default_factory=list, repr=False)
    seen: Seen = EVERYTHING
    each: set[str] | None = field(default=None, repr=False)  # its words, once they have been told apart
    headed: dict[int, tuple[str, ...]] = field(
        default_factory=dict, repr=False
    )  # of lists in text, line by line
    heads: tuple[str, ...] | None = field(default=None, repr=False)  # of a table in words, once asked for
    lower: tuple[int, ...] | None = None  # rows of a table that look like a heading, once somebody asked
    shown: list[int] = field(default_factory=list, repr=False)  # where the lines begin that a reader counts

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
        """The folded header of the column of the offset, in a table or a list in the text; "" without one or for the header itself."""
        header = self.headings(offset)
        if not header:
            return ""
        if self.extract.table is not None:
            if self.heads is None:
                self.heads = tuple(map(in_words, header))
            column = self.column(offset)
            return self.heads[column] if column < len(header) else ""
        column = typed_column(self.text, self.starts[self.line(offset)], offset)
        return in_words(header[column]) if column < len(header) else ""

    def lower_heading(self, offset: int) -> str:
        """The folded words over the column of the offset in a lower row of a table: the second row of its heading, or that of another list below the first."""
        if self.extract.table is None:
            return ""
        if self.lower is None:
            self.lower = heading_rows(self.text, self.starts, self.first_row)
        above = bisect_left(self.lower, self.line(offset)) if self.lower else 0
        if not above:
            return ""
        first, end = self.line_span(self.starts[self.lower[above - 1]])
        row, column = self.text[first:end].split("\t"), self.column(offset)
        return in_words(row[column].strip()) if column < len(row) else ""

    def headings(self, offset: int) -> tuple[str, ...]:
        """The header row above the offset, in a table or a list in the text; () without one or for the header itself."""
        table, line = self.extract.table, self.line(offset)
        if table is None:
            return heading_above(self.text, self.starts, line, self.headed)
        return table.header if line >= self.first_row else ()

    def place(self, offset: int) -> str:
        """The place in words: the row of a table, the line of a longer text."""
        table, line = self.extract.table, self.line(offset)
        if table is not None:
            row = line - self.first_row
            return table.places[row] if 0 <= row < len(table.places) else self.extract.place
        if self.extract.where in {Where.SUBJECT, Where.FILENAME, Where.HEADER}:
            return self.extract.place
        line = bisect_right(self.shown, offset) if self.shown else line + 1
        return f"{self.extract.place}, line {line}" if self.extract.place else f"line {line}"


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
            or text.count("\t") != sum(map(len, rows)) - sum(map(bool, rows))
            or "\r" in text
        ):
            text = "\n".join("\t".join(_flat(cell) for cell in row) for row in rows)
        text = clean(text)
        first = 1 if table.header else 0
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    starts.pop()
    shown: list[int] = []
    if table is None and extract.where in _WRITTEN and (ends := broken(lines)):
        shown, text = starts, _joined(lines, ends)
        gone = {n + 1 for n in ends}
        starts = [start for n, start in enumerate(shown) if n not in gone]
    breaks = starts if table is not None else [0, *(m.end() - 1 for m in _BREAK.finditer("\n" + text))]
    return Passage(extract, text, fold(text), starts, breaks, first, shown=shown)


def _joined(lines: list[str], ends: list[int]) -> str:
    """The text, letter for letter, with a space where a line was broken."""
    gone = set(ends)
    return "".join(f"{line} " if n in gone else f"{line}\n" for n, line in enumerate(lines))[:-1]


def _flat(cell: str) -> str:
    return cell.replace("\t", " ").replace("\n", " ").replace("\r", " ")
