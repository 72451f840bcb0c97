"""The quick ways into a sheet: full rows of plain cells, as programs export them, read by column. Anything else goes the way of `xlsx`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d{1,6})")?(?: t="(\w{1,9})")?'
    rb'>(?:<v>([^<]+)</v>|<is><t(?: xml:space="preserve")?>([^<]+)</t></is>)</c>'
)
_ROW = re.compile(rb'<row r="(\d{1,7})"[^>]*><c r="([A-Z]{1,3})(\d{1,7})"')
_SPECIAL = (b"hidden", b"<f", b"&", b"_x", b"\0")
_START, _NEXT, _END = b"<sheetData><row ", b"</row><row r=", b"</row></sheetData>"
_CLOSE = len(b"</row>")
WIDEST = 50  # columns

Value = Callable[[bytes, bytes, bytes, bytes], str]  # style, type, value, words -> text


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a sheet, their numbers, and where in its XML the last one ends."""

    rows: list[tuple[str, ...]] = field(repr=False)
    numbers: list[int]
    end: int


@dataclass(frozen=True, slots=True)
class _Column:
    """What all cells of a column have in common."""

    style: bytes
    kind: bytes
    words: bool  # they stand in the cell itself

    def texts(self, values: Sequence[bytes], value: Value) -> list[str]:
        """The texts of the cells: words and plain numbers all at once, the rest each value once."""
        if self.words or self.kind in {b"str", b"d", b"e"}:
            if b"_x" not in (whole := b"\0".join(values)):
                return whole.decode("utf-8", "replace").split("\0")
        elif not self.style and self.kind in {b"", b"n"} and (texts := _numbers(values, value)) is not None:
            return texts
        known = {
            raw: value(self.style, self.kind, *((b"", raw) if self.words else (raw, b"")))
            for raw in set(values)
        }
        return [known[raw] for raw in values]


def _numbers(values: Sequence[bytes], value: Value) -> list[str] | None:
    """Numbers without a style, which show as they are written unless they are whole ones with a point; None where one is no number."""
    texts = b"\0".join(values).decode("ascii", "replace").split("\0")
    if "".join(texts).isdigit():
        return texts
    try:
        whole = map(float.is_integer, map(float, values))
        return [
            value(b"", b"n", raw, b"") if so else text
            for raw, text, so in zip(values, texts, whole, strict=True)
        ]
    except ValueError:
        return None


def alike(data: bytes, value: Value, most: int) -> Grid | None:
    """A sheet whose rows are all built as the second is, and the first as itself: a look at each row, not at each cell."""
    start, end = data.find(_START) + len(b"<sheetData>"), data.rfind(_END) + _CLOSE
    first = data.find(b"</row>", start) + _CLOSE
    second = data.find(b"</row>", first) + _CLOSE
    if not len(b"<sheetData>") < start < first < second <= end or b"row" in data[:start] + data[end:]:
        return None
    top, below = _rows(data, start, first, first), _rows(data, first, second, end)
    if top is None or below is None or len(top[0]) != len(below[0]):
        return None
    heads, width = [*top[1], *below[1]], len(top[0])
    numbers = [int(head[0]) for head in heads]
    if len(heads) * width > most or len(set(numbers)) != len(heads):
        return None
    if any(b"hidden" in attributes for attributes in {head[1] for head in heads}):
        return None
    rows: list[tuple[str, ...]] = []
    for columns, found in (top, below):
        across = list(zip(*found, strict=True))[2:]
        texts = [column.texts(values, value) for column, values in zip(columns, across, strict=True)]
        rows += zip(*texts, strict=True)
    return Grid(rows, numbers, end)


def _rows(
    data: bytes, start: int, first: int, end: int
) -> tuple[list[_Column], list[tuple[bytes, ...]]] | None:
    """The columns of the first row here, and the rows (number, attributes, values) if all up to the end are built so."""
    cells = _CELL.findall(data, start, first)
    if not 0 < len(cells) <= WIDEST or any(
        kind == b"inlineStr" and not words for *_, kind, _, words in cells
    ):
        return None
    pattern = rb'<row r="(\d{1,7})"([^>]*)>'
    for n, (_, _, style, kind, _, words) in enumerate(cells):
        content = rb'<is><t(?: xml:space="preserve")?>([^<&\0]+)</t></is>' if words else rb"<v>([^<&\0]+)</v>"
        pattern += rb'<c r="%b\1"%b%b>%b</c>' % (
            _letters(n),
            _attribute(b"s", style),
            _attribute(b"t", kind),
            content,
        )
    found = re.compile(pattern + rb"</row>").findall(data, start, end)
    joints = data.count(_NEXT, start, end) + 1
    if len(found) != joints or data.count(b"<row", start, end) != joints:
        return None
    return [_Column(style, kind, bool(words)) for _, _, style, kind, _, words in cells], found


def _attribute(name: bytes, value: bytes) -> bytes:
    return rb' %b="%b"' % (name, value) if value else b""


def grid(data: bytes, value: Value, most: int) -> Grid | None:
    """The same for a sheet that is one full grid from column A on, whose cells differ from row to row; else None."""
    if any(mark in data for mark in _SPECIAL):
        return None
    cells = _CELL.findall(data)
    heads = _ROW.findall(data)
    rows = len(heads)
    if not rows or len(cells) % rows or not 0 < len(cells) <= most:
        return None
    if (
        data.count(b"<c ") + data.count(b"<c>") + data.count(b"<c/") != len(cells)
        or data.count(b"<row") != rows
    ):
        return None
    width = len(cells) // rows
    numbers = [head[0] for head in heads]
    if width > WIDEST or len(set(numbers)) != rows or any(h[0] != h[2] or h[1] != b"A" for h in heads):
        return None
    columns = []
    for n in range(width):
        column = cells[n::width]
        if {c[0] for c in column} != {_letters(n)} or [c[1] for c in column] != numbers:
            return None
        columns.append(_texts(column, value))
    end = data.rfind(b"</row>") + _CLOSE
    return Grid(list(zip(*columns, strict=True)), [int(number) for number in numbers], end)


def _letters(n: int) -> bytes:
    return bytes([65 + n]) if n < 26 else bytes([64 + n // 26, 65 + n % 26])


def _texts(column: list[tuple[bytes, ...]], value: Value) -> list[str]:
    """The texts of a column; those of one kind all at once."""
    alike = {(c[2], c[3], bool(c[5])) for c in column}
    if len(alike) == 1:
        style, kind, words = alike.pop()
        return _Column(style, kind, words).texts([c[5] if words else c[4] for c in column], value)
    return [value(style, kind, number, words) for _, _, style, kind, number, words in column]
