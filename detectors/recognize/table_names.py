"""Names in tables whose forenames and surnames stand in columns of their own, wherever these are."""

from collections.abc import Sequence

from detectors.directory.columns import PUPIL_ALIASES, taken_for
from detectors.recognize.forms import parts_of
from detectors.recognize.hits import Passage
from detectors.recognize.name_index import Named, NameIndex

_FORENAMES = ("legal_forename", "preferred_forename")
_SURNAMES = ("legal_surname", "preferred_surname")


def named_rows(passage: Passage, index: NameIndex) -> list[tuple[int, int, str, str, Named]]:
    """Start, end, forename, surname and pupil for each row whose columns name one."""
    table = passage.extract.table
    if table is None or not table.header:
        return []
    fields = [c.field for c in taken_for(table.header, PUPIL_ALIASES)]
    firsts = [n for n, f in enumerate(fields) if f in _FORENAMES]
    lasts = [n for n, f in enumerate(fields) if f in _SURNAMES]
    if not firsts or not lasts:
        return []
    return [
        found
        for row, cells in enumerate(table.rows)
        for first in firsts
        for last in lasts
        for found in _row(passage, index, row, cells, first, last)
    ]


def _row(
    passage: Passage, index: NameIndex, row: int, cells: Sequence[str], first: int, last: int
) -> list[tuple[int, int, str, str, Named]]:
    if max(first, last) >= len(cells):
        return []
    start = passage.starts[row + passage.first_row]
    for forename in parts_of(cells[first][:100]):
        for surname in parts_of(cells[last][:100]):
            for called in ("".join(forename), forename[0]):
                pair = called, "".join(surname)
                found = index.find(*pair)
                if found:
                    return [(start, start + 1, *pair, named) for named in found if not named.weak]
    return []
