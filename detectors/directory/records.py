"""Rows of a CSV file whose headers a specification fixes, letter for letter."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from detectors.directory.errors import DirectoryError
from detectors.directory.sheets import decode


@dataclass(frozen=True, slots=True)
class Record:
    """One row by its exact headers."""

    file: str
    line: int
    values: Mapping[str, str] = field(repr=False)

    def get(self, name: str) -> str:
        return (self.values.get(name) or "").strip()

    def needed(self, name: str) -> str:
        """The value, which must not be empty."""
        value = self.get(name)
        if not value:
            raise self.fault(name, "is empty", "Give every person a first and a last name")
        return value

    def fault(self, column: str, problem: str, remedy: str) -> DirectoryError:
        return DirectoryError(self.file, self.line, column, problem, remedy)


def records(
    files: Mapping[str, bytes], name: str, required: Sequence[str], *, optional: bool = False
) -> list[Record]:
    """All rows of a file; an optional one may be missing or empty."""
    if name not in files:
        if optional:
            return []
        raise DirectoryError(name, 0, "", "is missing from the export", "Export the full set of files")
    reader = csv.DictReader(io.StringIO(decode(files[name], name), newline=""), strict=True)
    missing = [column for column in required if column not in (reader.fieldnames or ())]
    if missing:
        raise DirectoryError(
            name, 1, missing[0], "has no such column", "Header names are case-sensitive: export again"
        )
    try:
        rows = [
            Record(
                name,
                reader.line_num,
                {k: v for k, v in row.items() if isinstance(k, str) and isinstance(v, str)},
            )
            for row in reader
        ]
    except csv.Error:
        raise DirectoryError(name, reader.line_num, "", "is not well-formed CSV", "Export it again") from None
    if not rows and not optional:
        raise DirectoryError(name, 1, "", "has no rows", "Export the full set of files")
    return rows
