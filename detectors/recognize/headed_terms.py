"""Sensitive words that head a column, or stand as the title of a table, told for each row of which they are true: "Diabetes: yes", "Asthma register"."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from detectors.recognize.hits import Hit, Passage, in_words
from detectors.recognize.sentences import for_many

ROWS = 2_000  # that are told: two are bulk
TITLES = 6  # rows above the names in which a title may stand
WORDS = 6  # of a title: more are a sentence
_NO = re.compile(
    r"(?:no|n|none|nil|nothing|0|-+|false|n/?a|n\.a\.|not applicable|(?:none|not) (?:known|applicable)|no known\b.*|unknown|tbc|nac (?:oes|ydy|ydyw))[.]?"
)
_PAPERS = re.compile(
    r"\b(?:form|forms|campaign|leaflet|leaflets|guidance|everyone|everybody|appeal|week|day|contacts?|trainer|staff)\b"
)
_GROWN = re.compile(
    r"\b(?:training|course|role|job|post|staff|governors?|volunteers?|employees?|qualifications?|dbs|trn|payroll)\b"
)  # headings of a list of grown-ups: "Name, Role, Child protection"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells, folded, and where each begins."""

    cells: Sequence[str] = field(repr=False)
    starts: Sequence[int]

    @classmethod
    def of(cls, passage: Passage, line: int) -> "Row":
        start, end = passage.line_span(passage.starts[line])
        cells = passage.folded[start:end].rstrip("\n").split("\t")
        return cls(cells, list(accumulate((len(cell) + 1 for cell in cells[:-1]), initial=start)))

    def column(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def span(self, column: int) -> tuple[int, int]:
        return self.starts[column], self.starts[column] + len(self.cells[column])


def read(passage: Passage) -> list[Hit]:
    """A hit for each row, of the words of its headings and of the table's title."""
    table, end = passage.extract.table, min(len(passage.starts), passage.first_row + TITLES)
    if table is None:
        return []
    roof = passage.starts[end] if end < len(passage.starts) else len(passage.text)
    strong = [h for h in passage.hits if h.kind == "sensitive-term" and "strong" in h.tags and h.start < roof]
    if not strong:
        return []
    by_line: dict[int, list[Hit]] = {}
    for hit in strong:
        by_line.setdefault(passage.line(hit.start), []).append(hit)
    headings = _headings(passage, by_line.pop(0, [])) if passage.first_row else {}
    titles = _titles(passage, by_line)
    if not (headings or titles):
        return []
    return [hit for line in _lines(passage) for hit in _of_row(passage, line, headings, titles)]


def _lines(passage: Passage) -> Sequence[int]:
    """The first rows, and all in which something else was found; in a list of staff those that name a pupil."""
    header = passage.extract.table.header if passage.extract.table is not None else ()
    if any(_GROWN.search(in_words(cell)) for cell in header):
        return sorted({passage.line(h.start) for h in passage.hits if h.kind == "pupil-name"})
    known = {passage.line(h.start) for h in passage.hits if h.kind != "sensitive-term"}
    known.update(range(passage.first_row, min(len(passage.starts), passage.first_row + ROWS)))
    return sorted(line for line in known if line >= passage.first_row)


def _headings(passage: Passage, hits: Iterable[Hit]) -> dict[int, list[Hit]]:
    """The words over each column."""
    found: dict[int, dict[frozenset[str], Hit]] = {}
    row = Row.of(passage, 0)
    for hit in hits:
        found.setdefault(row.column(hit.start), {})[hit.tags] = hit
    return {
        column: list(by_tags.values())
        for column, by_tags in found.items()
        if not _of_all(passage, row.span(column))
    }


def _titles(passage: Passage, by_line: Mapping[int, Iterable[Hit]]) -> dict[frozenset[str], tuple[int, Hit]]:
    """The words of short rows of one cell above the names, each with its row."""
    named = min((passage.line(h.start) for h in passage.hits if h.kind == "pupil-name"), default=1 << 60)
    found: dict[frozenset[str], tuple[int, Hit]] = {}
    for line, hits in by_line.items():
        row = Row.of(passage, line)
        filled = [n for n, cell in enumerate(row.cells) if cell.strip()]
        if line >= named or len(filled) != 1 or _of_all(passage, row.span(filled[0])):
            continue
        said = row.cells[filled[0]].strip()
        if len(said.split()) <= WORDS and not said.endswith("."):
            found.update((hit.tags, (line, hit)) for hit in hits)
    return found


def _of_row(
    passage: Passage,
    line: int,
    headings: Mapping[int, Sequence[Hit]],
    titles: Mapping[frozenset[str], tuple[int, Hit]],
) -> list[Hit]:
    """What the headings say of a row whose cell says yes, or what it is; and the titles above it. Each category once."""
    found: dict[frozenset[str], Hit] = {}
    row = Row.of(passage, line)
    for tags, (above, hit) in titles.items():
        if above < line:
            start = row.starts[0]
            found[tags] = replace(hit, start=start, end=start, why=f"{hit.why}, in the title of the table")
    for column, hits in headings.items():
        said = row.cells[column].strip() if column < len(row.cells) else ""
        if said and not _NO.fullmatch(said):
            start, end = row.span(column)
            found.update(
                (h.tags, replace(h, start=start, end=end, why=f"{h.why}, over its column")) for h in hits
            )
    return list(found.values())


def _of_all(passage: Passage, span: tuple[int, int]) -> bool:
    """Whether a cell speaks of a training, a form or a policy."""
    return for_many(passage, span, protection=True) or _PAPERS.search(passage.folded, *span) is not None
