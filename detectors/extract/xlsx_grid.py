"""The quick way into a sheet: full rows of plain cells, as programs export them, read by column. Anything else goes the way of `xlsx`."""

import re
from collections.abc import Callable, Sequence

_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d{1,6})")?(?: t="(\w{1,9})")?'
    rb'>(?:<v>([^<]+)</v>|<is><t(?: xml:space="preserve")?>([^<]+)</t></is>)</c>'
)
_ROW = re.compile(rb'<row r="(\d{1,7})"[^>]*><c r="([A-Z]{1,3})(\d{1,7})"')
_SPECIAL = (b"hidden", b"<f", b"&", b"_x", b"\0")
WIDEST = 50  # columns

Value = Callable[[bytes, bytes, bytes, bytes], str]  # style, type, value, words -> text


def grid(data: bytes, value: Value, most: int) -> tuple[list[Sequence[str]], list[int]] | None:
    """Rows and their numbers, when the sheet is one full grid from column A on; else None."""
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
    return list(zip(*columns, strict=True)), [int(number) for number in numbers]


def _letters(n: int) -> bytes:
    return bytes([65 + n]) if n < 26 else bytes([64 + n // 26, 65 + n % 26])


def _texts(column: list[tuple[bytes, ...]], value: Value) -> list[str]:
    """The texts of a column; words, and numbers without a style, need no look at each."""
    kinds = {c[3] for c in column}
    if kinds == {b"inlineStr"}:
        return _decoded([c[5] for c in column])
    if kinds <= {b"", b"n"} and not any(c[2] for c in column):
        whole = [c[4] for c in column]
        if b"".join(whole).isdigit():
            return _decoded(whole)
    return [value(style, kind, number, words) for _, _, style, kind, number, words in column]


def _decoded(values: list[bytes]) -> list[str]:
    return b"\0".join(values).decode("utf-8", "replace").split("\0")
