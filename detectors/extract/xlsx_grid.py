"""The quick ways into a sheet: full rows of plain cells, as programs export them, read by column. Anything else goes the way of `xlsx`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from detectors.extract.marks import Marks

_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d{1,6})")?(?: t="(\w{1,9})")?'
    rb'>(?:<v>([^<]+)</v>|<is><t(?: xml:space="preserve")?>([^<]+)</t></is>)</c>'
)
_ROW = re.compile(rb'<row r="(\d{1,7})"[^>]*><c r="([A-Z]{1,3})(\d{1,7})"')
_SPECIAL = (b"hidden", b"<f", b"&", b"_x", b"\0")
# Among numbers with zeros before, between and behind them: what may show otherwise than it is written, as whole ones with
# a point do. More digits than a float tells apart may make a whole one too.
_ODD_NUMBERS = Marks(
    power=rb"[eE]",
    other=rb"[^0-9.eE\x00-]",
    round=rb"\.0*\x00",
    below_zero=rb"\x00-0",
    long=rb"\x00-?0*[1-9][0-9.]{16,}\x00",
    nearly=rb"9{15}",
    nothing=rb"0{300}",
)
_SPACED = Marks(spaces=b' xml:space="')
_START, _END = b"<sheetData><row ", b"</row></sheetData>"
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
        texts = None
        if self.words or self.kind in {b"str", b"d", b"e"}:
            texts = _words(values)
        elif not self.style and self.kind in {b"", b"n"}:
            texts = _numbers(values, value)
        if texts is not None:
            return texts
        known = {
            raw: value(self.style, self.kind, *((b"", raw) if self.words else (raw, b"")))
            for raw in set(values)
        }
        return [known[raw] for raw in values]


def _words(values: Sequence[bytes]) -> list[str] | None:
    """Words that stand as they are shown; None where some are written in signs."""
    whole = b"\0".join(values)
    texts = whole.decode("utf-8", "replace").split("\0")
    return None if b"_x" in whole or b"&" in whole or len(texts) != len(values) else texts


def _numbers(values: Sequence[bytes], value: Value) -> list[str] | None:
    """Numbers without a style, which show as they are written but for odd ones; None where one is no number."""
    whole = b"\0".join(values)
    texts = whole.decode("ascii", "replace").split("\0")
    if len(texts) != len(values):
        return None
    odd = _ODD_NUMBERS.within(b"\0%b\0" % whole)
    if odd <= {"power"}:
        judged = [n for n, text in enumerate(texts) if "e" in text or "E" in text] if odd else []
    else:
        try:
            judged = [n for n, is_whole in enumerate(map(float.is_integer, map(float, texts))) if is_whole]
        except ValueError:
            return None
    for n in judged:
        texts[n] = value(b"", b"n", values[n], b"")
    return texts


def alike(data: bytes, value: Value, most: int) -> Grid | None:
    """A sheet whose rows are all built as the second is, and the first as itself: a look at each row, not at each cell."""
    start, end = data.find(_START) + len(b"<sheetData>"), data.rfind(_END) + _CLOSE
    first = data.find(b"</row>", start) + _CLOSE
    second = data.find(b"</row>", first) + _CLOSE
    if not len(b"<sheetData>") < start < first < second <= end or b"row" in data[:start] + data[end:]:
        return None
    top, below = _columns(data, start, first), _columns(data, first, second)
    if top is None or below is None or len(top) != len(below):
        return None
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    for columns, at, stop in (
        [(below, start, end)] if top == below else [(top, start, first), (below, first, end)]
    ):
        found = _rows(columns, data, at, stop)
        if found is None or (len(rows) + len(found[0])) * len(columns) > most:
            return None
        numbers += map(int, found[0])
        rows += zip(
            *(one.texts(cells, value) for one, cells in zip(columns, found[1:], strict=True)), strict=True
        )
    return Grid(rows, numbers, end) if len(set(numbers)) == len(numbers) else None


def _columns(data: bytes, start: int, end: int) -> list[_Column] | None:
    """The columns of the one row that stands here."""
    cells = _CELL.findall(data, start, end)
    if not 0 < len(cells) <= WIDEST or any(
        kind == b"inlineStr" and not words for *_, kind, _, words in cells
    ):
        return None
    return [_Column(style, kind, bool(words)) for _, _, style, kind, _, words in cells]


def _rows(columns: list[_Column], data: bytes, start: int, end: int) -> list[list[bytes]] | None:
    """The numbers of the rows, then the values of each column, if all rows from here to there are built so: nothing is left between them."""
    region = memoryview(data)[start:end]
    found = _pattern(columns, spaced=bool(_SPACED.within(region))).split(region)
    step = len(columns) + 3
    if len(found) == 1 or any(found[::step]):
        return None
    if any(b"hidden" in attributes or attributes.endswith(b"/") for attributes in set(found[2::step])):
        return None
    return [found[n::step] for n in (1, *range(3, step))]


def _pattern(columns: list[_Column], *, spaced: bool) -> re.Pattern[bytes]:
    """A row of these columns: its number, its attributes and the values; words may say that their spaces count."""
    pattern = rb'<row r="(\d{1,7})"([^>]*)>'
    keep = rb'(?: xml:space="preserve")?' if spaced else b""
    for n, one in enumerate(columns):
        content = rb"<is><t%b>([^<]+)</t></is>" % keep if one.words else rb"<v>([^<]+)</v>"
        style, kind = _attribute(b"s", one.style), _attribute(b"t", one.kind)
        pattern += rb'<c r="%b\1"%b%b>%b</c>' % (_letters(n), style, kind, content)
    return re.compile(pattern + b"</row>")


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
