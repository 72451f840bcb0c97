"""Opens one message for a preview, in a process of its own that is locked in before it reads a byte. Text comes out, nothing else.

Run as `python -m quarantine.console.reader FOLDER MEMORY SKIP`: the message on standard input, MessagePack on standard output.
SKIP is the JSON of the parts that ended a scan worker, which are left out, and why.
"""

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
import nh3
from msgspec.structs import replace

from detectors import sandbox
from detectors.extract.extracts import Extract
from detectors.extract.panics import LibraryPanic, contained
from detectors.extract.reading import Reading
from detectors.extract.walk import read_message
from detectors.findings import Where
from detectors.limits import Limits
from detectors.warmth import SAMPLE, load_late_modules
from quarantine.console.pieces import Piece, Preview

CPU_SECONDS = 30
TEXT_LIMIT = 50_000  # characters of one piece; a person reads less
ALL_TEXT_LIMIT = 500_000  # of all pieces together: the page stays usable on a phone
PIECES = 300
ROWS, COLUMNS, CELL_LIMIT = 200, 40, 500  # of one table
HTML_LIMIT = 200_000  # characters of the formatted body, after cleaning
ENTITIES = 50_000  # ampersands of it before: the cleaner is quadratic in them
# Words and their shape, no links, no pictures, no styles: nothing that could act or be fetched.
TAGS = {
    *(
        "p",
        "br",
        "div",
        "span",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "blockquote",
        "pre",
        "code",
        "hr",
        "sub",
        "sup",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption"),
}


def main() -> None:
    """Lock in, read, write, end."""
    sandbox.die_with_parent()
    folder = Path(sys.argv[1])
    os.chdir(folder)
    tempfile.tempdir = str(folder)
    load_late_modules()
    preview(SAMPLE)  # what is loaded late is loaded now: soon no file can be opened
    barriers = sandbox.enter(folder, memory=int(sys.argv[2]))
    if sandbox.missing(barriers):
        raise SystemExit(3)
    sandbox.allow_cpu(CPU_SECONDS)
    answer = msgspec.msgpack.encode(preview(sys.stdin.buffer.read(), json.loads(sys.argv[3])))
    sys.stdout.buffer.write(answer)


def preview(raw: bytes, skip: Mapping[str, str] | None = None) -> Preview:
    """The text of a message and of all that lies in it, but for the parts that are left out: read as it was when it was scanned."""
    reading = read_message(raw, Limits(), skip=skip)
    pieces, cut = _pieces(reading)
    names = {node.path: node.name[:200] for node in reading.nodes if node.name}
    types = {node.path: node.type[:50] for node in reading.nodes}
    return Preview(names=names, types=types, pieces=pieces, formatted=_formatted(_page(reading)), cut=cut)


def _page(reading: Reading) -> str:
    """The source of the first HTML body whose text is shown."""
    bodies = (extract.part for extract in reading.extracts if extract.where is Where.BODY)
    types = {node.path: node.type for node in reading.nodes}
    return reading.pages.get(next((path for path in bodies if "html" in types[path]), ""), "")


def _pieces(reading: Reading) -> tuple[tuple[Piece, ...], bool]:
    pieces: list[Piece] = []
    room = ALL_TEXT_LIMIT
    for extract in reading.extracts:
        if room <= 0 or len(pieces) >= PIECES:
            return tuple(pieces), True
        piece = _piece(extract, min(room, TEXT_LIMIT))
        room -= len(piece.text) + sum(len(cell) for row in piece.rows for cell in row)
        pieces.append(piece)
    return tuple(pieces), False


def _piece(extract: Extract, room: int) -> Piece:
    bare = Piece(
        part=extract.part,
        place=extract.place,
        where=extract.where.value,
        quoted=extract.quoted,
        hidden=extract.hidden,
    )
    table = extract.table
    if table is None:
        return replace(bare, text=_clean(extract.text[:room]), cut=len(extract.text) > room)
    return replace(
        bare,
        header=_row(table.header),
        rows=tuple(_row(row) for row in table.rows[:ROWS]),
        places=table.places[:ROWS],
        cut=len(table.rows) > ROWS or any(len(row) > COLUMNS for row in table.rows[:ROWS]),
    )


def _row(cells: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_clean(cell[:CELL_LIMIT]) for cell in cells[:COLUMNS])


def _clean(text: str) -> str:
    """Text that is valid anywhere: no lone surrogates, no control characters but line ends and tabs."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in sound if c in "\n\t" or c.isprintable())


def _formatted(page: str) -> str:
    """The HTML body, cleaned: tags of the list, no attribute at all. Where it cannot be had, its text is shown all the same."""
    if page.count("&") > ENTITIES:
        return ""
    try:
        with contained():
            cleaned = nh3.clean(_clean(page), tags=TAGS, attributes={}, strip_comments=True, link_rel=None)
    except LibraryPanic:
        return ""
    return cleaned if len(cleaned) <= HTML_LIMIT else ""


if __name__ == "__main__":
    main()
