"""Rows of cells to a table extract: trimmed, rendered with tabs, the heading row told from the rest."""

import re
from collections.abc import Sequence

from detectors.extract.extracts import Table
from detectors.extract.marks import Marks
from detectors.extract.reading import Node, Reading
from detectors.shorthand import in_full

TITLES = 6  # rows with a title, a date or a note that may stand above the heading row
_HEADING = re.compile(r"[^\d@]{1,40}\d{0,2}$")
_BRACKETED = re.compile(r"[ ]?\([^)]{1,30}\)$")  # "ULN (10 digit)": what a heading asks for
_HEADING_WITH_FIGURES = re.compile(r"(?!.*\d{5})[^@]{1,40}$")
_ODD_SPACE = "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")
_ODD_GAPS = Marks(
    odd=rb" [ \t\n]|[\t\n] |[\x0b\x0c\r\x1c-\x1f]|" + "|".join(_ODD_SPACE).encode(),
)
_EMPTY_CELLS = Marks(empty=rb"[\t\n][\t\n]")
_WORDS = re.compile(
    r"\b(?:name|forename|surname|first|last|pupil|student|child|class|form|year|d\.?o\.?b|birth|date|upn|uln|email|e-mail|phone|mobile|address|postcode|gender|sex|"
    r"employee|staff|volunteer|governor|role|post|job|group|reg|registration|tutor|house|surnames?|full name|initials|title|mr|salary|pay|bank|sort|account|acc|iban|card|"
    r"s/c|a/c|adm|admission|adno|uci|candidate|centre|trn|dbs|crb|disclosure|certificate|passport|visa|licence|license|insurance|nat|ni|code|ref|reference|amount|"
    r"guardian|mother|father|mum|dad|sibling|emergency|doctor|gp|allerg\w*|medical|medication|diet\w*|meals?|fsm|pp|eal|lac|consent|language|religion|nationality|country|"
    r"postal|street|town|home|mobiles?|tel|telephone|learner|unique|serial|predicted|target|level|score|password|username|login|user|"
    r"sen|send|ehcp|nhs|nino|parent|carer|contact|notes?|comments?|score|mark|grade|no|number|id|relationship|status|need|attendance|ethnicity|room|time|subject|teacher)\b",
)  # of folded text: a pattern that folds for itself takes three times as long


def put_table(
    node: Node,
    out: Reading,
    rows: Sequence[Sequence[str]],
    place: str,
    *,
    places: Sequence[str] | None = None,
    word: str = "row",
    hidden: bool = False,
) -> None:
    """One table of a part. `places` name the rows where they do not simply count from 1."""
    prefix = f"{place}, " if place else ""
    named = list(places) if places is not None else [f"{prefix}{word} {i}" for i in range(1, len(rows) + 1)]
    full = _full(rows)
    kept, named, text = (rows, named, full) if full else _trimmed(rows, named)
    if not kept:
        return
    at = _heading_row(kept[: TITLES + 1]) if len(kept) > 1 else -1
    header: tuple[str, ...] = ()
    if at >= 0:
        header = tuple(kept[at])
        kept, named = [*kept[:at], *kept[at + 1 :]], named[:at] + named[at + 1 :]
    table = Table(header=header, rows=tuple(map(tuple, kept)), places=tuple(named))
    out.text(node, text, place=place, table=table, hidden=hidden)


def _full(rows: Sequence[Sequence[str]]) -> str:
    """The text of a table whose rows are of one width, without an empty cell or an odd space; "" for any other."""
    width = len(rows[0]) if rows else 0
    text = "\n".join(map("\t".join, rows)) if width else ""
    ends = text.count("\n") + 1, text.count("\t")
    if not text or ends != (len(rows), len(rows) * (width - 1)) or set(map(len, rows)) != {width}:
        return ""
    ragged = text.strip("\t\n") != text or _EMPTY_CELLS.within(text.encode("utf-8", "surrogatepass"))
    return "" if ragged or _odd_gap(text) else text


def _odd_gap(text: str) -> bool:
    """Whether a space stands beside another or at the end of a cell, or is of a rare kind."""
    return text.strip(" ") != text or bool(_ODD_GAPS.within(text.encode("utf-8", "surrogatepass")))


def _trimmed(
    rows: Sequence[Sequence[str]], named: Sequence[str]
) -> tuple[list[tuple[str, ...]], list[str], str]:
    """The rows that hold anything, no wider than the widest, with their names, and their text."""
    kept = [(row, at) for row, at in zip(_clean(rows), named, strict=True) if any(row)]
    width = max((_width(row) for row, _ in kept), default=0)
    kept = [(row if len(row) <= width else row[:width], at) for row, at in kept]
    text = "\n".join("\t".join(row).rstrip("\t") for row, _ in kept)
    return [row for row, _ in kept], [at for _, at in kept], text


def _clean(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Cells with single spaces and none at their ends; most tables are so already, which one look at all of them tells."""
    text = "\n".join(map("\t".join, rows))
    cells = sum(map(len, rows))
    ends = text.count("\n") + 1, text.count("\t") + sum(map(bool, rows))
    if not rows or (ends == (len(rows), cells) and not _odd_gap(text)):
        return [tuple(row) for row in rows]
    return [tuple(" ".join(c.split()) for c in row) for row in rows]


def _width(row: tuple[str, ...]) -> int:
    """Columns up to the last that holds anything."""
    return len(row) if row and row[-1] else max((i + 1 for i, c in enumerate(row) if c), default=0)


def _heading_row(rows: Sequence[Sequence[str]]) -> int:
    """Which of the first rows is the heading: the first, or one below rows of fewer cells such as a title; -1 for none."""
    for n, row in enumerate(rows):
        if is_heading(row) and all(sum(map(bool, r)) < sum(map(bool, row)) for r in rows[:n]):
            return n
        if sum(map(bool, row)) > 2:
            return -1
    return -1


def is_heading(row: Sequence[str]) -> bool:
    """A row of short words without long numbers or addresses, at least one of them a word of headings; with figures in it two."""
    cells = [_BRACKETED.sub("", c) or c for c in row if c]
    words = [bool(_HEADING.match(c)) and bool(_WORDS.search(_folded(c))) for c in cells]
    if len(cells) < 2 or not any(words):
        return False
    return all(_HEADING.match(c) for c in cells) or (
        sum(words) > 1 and all(_HEADING_WITH_FIGURES.match(c) for c in cells)
    )


def heading_words(line: str) -> int:
    """How many words of headings a line has."""
    return sum(1 for _ in _WORDS.finditer(_folded(line)))


def _folded(text: str) -> str:
    """In small letters, with spaces between words and short forms in full; the dotless i is one, too."""
    return in_full(spaced(text).casefold()).replace("ı", "i")


def spaced(cell: str) -> str:
    """Names that programs give to columns, in words: NHSNumber, sort_code."""
    return _GLUED.sub(" ", cell)
