"""Reads a table file, CSV or XLSX, into rows with their line numbers: any byte order mark, separator or Windows encoding."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineWorkbook

from detectors.directory.columns import Column, taken_for
from detectors.directory.errors import DirectoryError

MAX_BYTES = 256 * 1024 * 1024  # a trust of 100,000 pupils makes about 20 MB
MAX_ROWS = 2_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: every value that its columns gave a field; a field may come from several columns."""

    file: str
    line: int
    values: Mapping[str, tuple[str, ...]] = field(repr=False)

    def first(self, name: str) -> str:
        """The first value that is not empty, or ""."""
        for value in self.values.get(name, ()):
            if value:
                return value
        return ""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value that is not empty, in the order of the columns."""
        return tuple(v for v in self.values.get(name, ()) if v)

    def fault(self, column: str, problem: str, remedy: str) -> DirectoryError:
        """An error that points at this row."""
        return DirectoryError(self.file, self.line, column, problem, remedy)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What each column of one file was taken for, and its rows: read as they are gone through, once, for together they take several times what is kept of them."""

    columns: tuple[Column, ...]
    rows: Iterator[Row] = field(repr=False)


def read(path: Path, aliases: Mapping[str, Sequence[str]], required: Sequence[Sequence[str]]) -> Sheet:
    """One file. Each group of `required` names fields of which at least one column must be there."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DirectoryError(
            path.name, 0, "", f"cannot be read ({error.strerror})", "Check the path and the rights"
        ) from None
    return parse(data, path.name, aliases, required)


def parse(
    data: bytes, name: str, aliases: Mapping[str, Sequence[str]], required: Sequence[Sequence[str]]
) -> Sheet:
    """The same for bytes that are already here, such as a member of a zip file."""
    if len(data) > MAX_BYTES:
        raise DirectoryError(name, 0, "", "is larger than 256 MB", "Export one school at a time")
    lines = _xlsx(data, name) if data[:4] == b"PK\x03\x04" else _csv(data, name)
    _, header = next(lines, (1, []))
    columns = taken_for(header, aliases)
    fields = {c.field for c in columns}
    for group in required:
        if fields.isdisjoint(group):
            raise DirectoryError(
                name, 1, group[0], "has no such column", f"Add a column named {' or '.join(group)}"
            )
    return Sheet(columns, _rows(lines, name, columns))


def _rows(lines: Iterator[tuple[int, list[str]]], name: str, columns: Sequence[Column]) -> Iterator[Row]:
    for count, (line, cells) in enumerate(lines):
        if count >= MAX_ROWS:
            raise DirectoryError(
                name, line, "", "has more than two million rows", "Export one school at a time"
            )
        if not any(cells):
            continue
        if len(cells) > len(columns):
            raise DirectoryError(
                name, line, "", "has more cells than the header", "Put values that hold a separator in quotes"
            )
        values: dict[str, tuple[str, ...]] = {}
        for column, cell in zip(columns, cells, strict=False):
            if column.field:
                values[column.field] = (*values.get(column.field, ()), cell)
        yield Row(name, line, values)


def _csv(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    text = decode(data, name)
    head = text.split("\n", 1)[0]
    separator = max(",;\t|", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        raise DirectoryError(
            name,
            reader.line_num,
            "",
            "is not well-formed CSV",
            "Export it again, or mend the quotes in that line",
        ) from None


def decode(data: bytes, name: str) -> str:
    """Text from UTF-8 or UTF-16 with a mark, UTF-8 without, or Windows-1252, in this order."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise DirectoryError(name, 0, "", "is not a text file", "Save it as CSV UTF-8 or as XLSX")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _xlsx(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    except Exception:  # noqa: BLE001  calamine has no common error class; whatever it says, the remedy is the same
        raise DirectoryError(
            name, 0, "", "is not a workbook that can be read", "Save it as XLSX or as CSV"
        ) from None
    for number, row in enumerate(rows, start=1):
        yield number, [_cell(value) for value in row]


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
