"""The quick ways into a sheet: rows of plain cells, as programs export and people save them, read by column. Anything else goes the way of `xlsx`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from detectors.extract.marks import Marks

_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d{1,6})")?(?: t="(\w{1,9})")?'
    rb'>(?:<v>([^<]+)</v>|<is><t(?: xml:space="preserve")?>([^<]+)</t></is>)</c>'
)
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]{1,3}\d{1,7}:([A-Z]{1,3})\d{1,7}"')
_REF = re.compile(rb'<c r="([A-Z]{1,3})\d')
_BEGINNING = 50_000  # bytes of a sheet that are asked for its columns
_ANY_CELL = (
    rb'(?: s="(\d{1,6})")?(?: t="(\w{1,9})")?'
    rb'(?:/>|>(?:<v>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
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
_OTHERWISE = Marks(
    cells=rb"<f[ />]|<is><r|<c [^r]|<c>"
)  # formulas, words in styles, cells without their place
_SPACED = Marks(spaces=b' xml:space="')
_START, _END = b"<sheetData><row ", b"</row></sheetData>"
_CLOSE = len(b"</row>")
WIDEST = 50  # columns

Value = Callable[[bytes, bytes, bytes, bytes], str]  # style, type, value, words -> text


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a sheet, their numbers, where in its XML the last one ends, and how many cells there are."""

    rows: list[tuple[str, ...]] = field(repr=False)
    numbers: list[int]
    end: int
    cells: int


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
    return Grid(rows, numbers, end, len(rows) * len(top)) if len(set(numbers)) == len(numbers) else None


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
    if len(found) == 1 or any(found[::step]) or not _usual(found[2::step]):
        return None
    return [found[n::step] for n in (1, *range(3, step))]


def _pattern(columns: list[_Column], *, spaced: bool) -> re.Pattern[bytes]:
    """A row of these columns: its number, its attributes and the values; words may say that their spaces count."""
    pattern = rb'<row r="(\d{1,7})"([^<>]*)>'
    keep = rb'(?: xml:space="preserve")?' if spaced else b""
    for n, one in enumerate(columns):
        content = rb"<is><t%b>([^<]+)</t></is>" % keep if one.words else rb"<v>([^<]+)</v>"
        style, kind = _attribute(b"s", one.style), _attribute(b"t", one.kind)
        pattern += rb'<c r="%b\1"%b%b>%b</c>' % (_letters(n), style, kind, content)
    return re.compile(pattern + b"</row>")


def _attribute(name: bytes, value: bytes) -> bytes:
    return rb' %b="%b"' % (name, value) if value else b""


def grid(data: bytes, value: Value, most: int) -> Grid | None:
    """A sheet of plain cells in their order, of whatever kinds and with gaps between them; else None."""
    start, stop = data.find(b"<sheetData>") + len(b"<sheetData>"), data.rfind(b"</sheetData>")
    end = data.rfind(b"</row>", start, stop) + _CLOSE
    width = _width(data, start)
    if (
        not len(b"<sheetData>") <= start < end
        or not 0 < width <= WIDEST
        or b"row" in data[:start] + data[end:]
    ):
        return None
    region, row = memoryview(data)[start:end], _any_row(width)
    if _OTHERWISE.within(region) or not row.match(region):
        return None
    found, step = row.split(region), 3 + 4 * width
    if any(map(bytes.strip, set(found[::step]))) or not _usual(found[2::step]):
        return None
    columns = [_mixed([found[n + k :: step] for k in range(4)], value) for n in range(3, step, 4)]
    numbers = list(map(int, found[1::step]))
    rows = [_closed(row) if None in row else row for row in zip(*columns, strict=True)]
    cells = sum(len(column) - column.count(None) for column in columns)
    if cells > most or len(set(numbers)) != len(numbers):
        return None
    return Grid(rows, numbers, end, cells)


def _width(data: bytes, start: int) -> int:
    """How many columns there seem to be; a sheet that has more is read cell by cell."""
    stated = _DIMENSION.search(data, 0, start)
    seen = {stated[1]} if stated else set()
    return max(map(column_number, seen.union(_REF.findall(data, start, start + _BEGINNING))), default=0)


def column_number(letters: bytes) -> int:
    """Of "A" 1, of "AA" 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _any_row(width: int) -> re.Pattern[bytes]:
    """A row of cells that may be there or not: its number, its attributes, and of each cell style, type, value and words."""
    pattern = rb'<row r="(\d{1,7})"([^<>]*)>'
    for n in range(width):
        pattern += rb'(?:<c r="%b\1"' % _letters(n) + _ANY_CELL + b")?"
    return re.compile(pattern + b"</row>")


def _mixed(parts: list[list[bytes | None]], value: Value) -> list[str | None]:
    """The texts of a column whose cells differ, None for those without content."""
    known: dict[tuple[bytes | None, ...], str | None] = {}
    for cell in set(zip(*parts, strict=True)):
        style, kind, raw, words = (part or b"" for part in cell)
        known[cell] = None if cell[2] is None and cell[3] is None else value(style, kind, raw, words)
    return [known[cell] for cell in zip(*parts, strict=True)]


def _closed(row: tuple[str | None, ...]) -> tuple[str, ...]:
    """A row up to its last cell, gaps as empty cells."""
    last = max((n for n, text in enumerate(row, 1) if text is not None), default=0)
    return tuple(text or "" for text in row[:last])


def _usual(attributes: list[bytes]) -> bool:
    """Whether all rows are open and shown."""
    return not any(b"hidden" in one or one.endswith(b"/") for one in set(attributes))


def _letters(n: int) -> bytes:
    return bytes([65 + n]) if n < 26 else bytes([64 + n // 26, 65 + n % 26])
