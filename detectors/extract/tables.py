"""Rows of cells to a table extract: trimmed, rendered with tabs, the heading row told from the rest."""

import re
from collections.abc import Sequence

from detectors.extract.extracts import Table
from detectors.extract.reading import Node, Reading

_HEADING = re.compile(r"[^\d@]{1,40}\d{0,2}$")
_GAP = re.compile(r"\s+")
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
    kept = [(tuple(_cell(c) for c in row), at) for row, at in zip(rows, named, strict=True)]
    kept = [(row, at) for row, at in kept if any(row)]
    width = max((max(i for i, c in enumerate(row) if c) for row, _ in kept), default=0) + 1
    kept = [(row[:width], at) for row, at in kept]
    if not kept:
        return
    text = "\n".join("\t".join(row).rstrip("\t") for row, _ in kept)
    header = kept[0][0] if _is_heading(kept[0][0]) and len(kept) > 1 else ()
    body = kept[1:] if header else kept
    table = Table(header=header, rows=tuple(r for r, _ in body), places=tuple(at for _, at in body))
    out.text(node, text, place=place, table=table, hidden=hidden)


def _cell(value: str) -> str:
    return _GAP.sub(" ", value).strip() if value else ""


def _is_heading(row: tuple[str, ...]) -> bool:
    """A first row of short words without long numbers or addresses, at least one of them a word of headings."""
    cells = [c for c in row if c]
    return (
        len(cells) > 1
        and all(_HEADING.match(c) for c in cells)
        and any(_WORDS.search(c.replace("_", " ")) for c in cells)
    )
