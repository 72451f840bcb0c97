"""Brings the evidence and the revealed text together: which lines and rows hold what was found, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from quarantine.console.pieces import Piece
from quarantine.console.shown import plain

SILENT = frozenset(
    {"header-address", "personal-data"}
)  # every header has the one; the other sums up the rest

Found = Mapping[tuple[str, str], str]  # (part, place) → what stands there, in words


@dataclass(frozen=True, slots=True)
class Marked:
    """One line of text, or one row of cells, and what was found in it ("" for nothing)."""

    cells: tuple[str, ...]
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPiece:
    """A piece as the page shows it."""

    place: str
    table: bool
    header: tuple[str, ...]
    lines: tuple[Marked, ...]
    quoted: bool
    hidden: bool
    cut: bool
    any: bool  # whether something is marked


def found_in(findings: Iterable[Mapping[str, Any]]) -> Found:
    """The masked findings of a row, by part and place."""
    words: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        kind = str(finding["kind"])
        if kind in SILENT or kind.startswith(("unreadable:", "protected:")):
            continue
        key = (str(finding.get("part", "0")), str(finding.get("place", "")))
        words.setdefault(key, []).append(plain(kind))
    return {key: ", ".join(dict.fromkeys(said)) for key, said in words.items()}


def marked(piece: Piece, found: Found) -> MarkedPiece:
    """One piece with its lines or rows marked."""
    lines = _rows(piece, found) if piece.rows or piece.header else _lines(piece, found)
    return MarkedPiece(
        place=piece.place,
        table=bool(piece.rows or piece.header),
        header=piece.header,
        lines=lines,
        quoted=piece.quoted,
        hidden=piece.hidden,
        cut=piece.cut,
        any=any(line.found for line in lines),
    )


def _rows(piece: Piece, found: Found) -> tuple[Marked, ...]:
    places = [*piece.places, *[""] * (len(piece.rows) - len(piece.places))]
    return tuple(
        Marked(row, found.get((piece.part, at), "")) for row, at in zip(piece.rows, places, strict=False)
    )


def _lines(piece: Piece, found: Found) -> tuple[Marked, ...]:
    """A header field is named by its place alone, a text by place and line."""
    whole = found.get((piece.part, piece.place), "") if piece.where in {"subject", "header"} else ""
    prefix = f"{piece.place}, line" if piece.place else "line"
    return tuple(
        Marked((line,), whole or found.get((piece.part, f"{prefix} {number}"), ""))
        for number, line in enumerate(piece.text.split("\n"), start=1)
    )
