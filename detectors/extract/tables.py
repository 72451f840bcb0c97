"""Rows of cells to a table extract: trimmed, rendered with tabs, the heading row told from the rest."""

import re
from collections.abc import Sequence

from detectors.extract.extracts import Table
from detectors.extract.reading import Node, Reading

_HEADING = re.compile(r"[^\d@]{1,40}\d{0,2}$")
_ODD_GAP = re.compile(r"[^\S \t\n]| [ \t\n]|[\t\n] |\A | \Z")
_WORDS = re.compile(
    r"\b(?:name|forename|surname|first|last|pupil|student|child|class|form|year|d\.?o\.?b|birth|date|upn|uln|email|e-mail|phone|mobile|address|postcode|gender|sex|"
    r"sen|send|ehcp|nhs|nino|parent|carer|contact|notes?|comments?|score|mark|grade|no|number|id|relationship|status|need|attendance|ethnicity|room|time|subject|teacher)\b",
    re.IGNORECASE,
)


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
    kept = [(row, at) for row, at in zip(_clean(rows), named, strict=True) if any(row)]
    width = max((_width(row) for row, _ in kept), default=0)
    kept = [(row if len(row) <= width else row[:width], at) for row, at in kept]
    if not kept:
        return
    text = "\n".join("\t".join(row).rstrip("\t") for row, _ in kept)
    header = kept[0][0] if _is_heading(kept[0][0]) and len(kept) > 1 else ()
    body = kept[1:] if header else kept
    table = Table(header=header, rows=tuple(r for r, _ in body), places=tuple(at for _, at in body))
    out.text(node, text, place=place, table=table, hidden=hidden)


def _clean(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Cells with single spaces and none at their ends; most tables are so already, which one look at all of them tells."""
    text = "\n".join(map("\t".join, rows))
    cells = sum(map(len, rows))
    ends = text.count("\n") + 1, text.count("\t") + sum(map(bool, rows))
    if not rows or (ends == (len(rows), cells) and not _ODD_GAP.search(text)):
        return [tuple(row) for row in rows]
    return [tuple(" ".join(c.split()) for c in row) for row in rows]


def _width(row: tuple[str, ...]) -> int:
    """Columns up to the last that holds anything."""
    return len(row) if row and row[-1] else max((i + 1 for i, c in enumerate(row) if c), default=0)


def _is_heading(row: tuple[str, ...]) -> bool:
    """A first row of short words without long numbers or addresses, at least one of them a word of headings."""
    cells = [c for c in row if c]
    return (
        len(cells) > 1
        and all(_HEADING.match(c) for c in cells)
        and any(_WORDS.search(c.replace("_", " ")) for c in cells)
    )
