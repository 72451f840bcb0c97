"""A sensitive word over a column, or in the title of a table, is said of each row of which it is true."""

import csv
import io
import time
from collections.abc import Sequence

import pytest

from detectors.findings import Finding
from detectors.scan import scan
from tests.support.mail import make_message
from tests.support.people import SCHOOL

AMELIA, JACK = "Amelia Thompson", "Jack Green"

ABOUT = [
    ("a tick", 3, [("Name", "Diabetes"), (AMELIA, "x"), (JACK, "")]),
    ("two of them", 4, [("Name", "Diabetes"), (AMELIA, "yes"), (JACK, "Y")]),
    ("the second of two says no", 3, [("Name", "Class", "Epilepsy"), (AMELIA, "4B", "yes"), (JACK, "5A", "No")]),
    ("names in two columns", 3, [("Surname", "Forename", "Asthma"), ("Thompson", "Amelia", "inhaler"), ("Green", "Jack", "n/a")]),
    ("looked after", 3, [("Name", "LAC"), (AMELIA, "yes"), (JACK, "-")]),
    ("a code", 3, [("Pupil name", "SEN"), (AMELIA, "K"), (JACK, "N")]),
    ("on no list", 3, [("Pupil name", "Class", "Diabetes"), ("Lena Ormerod", "4B", "yes"), ("Tom Ashworth", "4B", "no")]),
    ("a first name and the class", 3, [("Name", "Class", "Diabetes"), ("Amelia", "4B", "yes"), ("Jack", "5A", "none")]),
    ("a title above the headings", 4, [("Asthma register",), ("Surname", "Forename"), ("Thompson", "Amelia"), ("Green", "Jack")]),
    ("a title above names alone", 4, [("Pupils with epilepsy", ""), (AMELIA, "4B"), (JACK, "5A")]),
    ("a pupil in a list of staff", 3, [("Name", "Role", "Diabetes"), (AMELIA, "monitor", "yes"), ("Lena Ormerod", "teacher", "yes")]),
]  # fmt: skip

NOT_ABOUT = [
    ("everybody says no", 1, [("Name", "Diabetes", "Asthma"), (AMELIA, "no", "None known"), (JACK, "N", "-")]),
    ("a form", 1, [("Name", "Medication form"), (AMELIA, "back"), (JACK, "back")]),
    ("a training of grown-ups", 0, [("Name", "Role", "Child protection"), ("Lena Ormerod", "teacher", "3/9/2026"), ("Tom Ashworth", "clerk", "4/9/2026")]),
    ("a course", 0, [("Name", "Epilepsy training"), ("Lena Ormerod", "yes"), ("Tom Ashworth", "yes")]),
    ("a title of everybody's", 1, [("Epilepsy awareness day",), ("Class", "Name"), ("4B", AMELIA), ("5A", JACK)]),
    ("a note in a row below", 1, [("Class", "Name"), ("4B", AMELIA), ("Asthma pumps: see the office", "")]),
    ("things", 0, [("Item", "Diabetes"), ("Leaflets", "20"), ("Posters", "3")]),
]  # fmt: skip


def found(rows: Sequence[tuple[str, ...]]) -> list[Finding]:
    """The findings of a message with the rows in a file."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    raw = make_message(attach=(("list.csv", "text/csv", out.getvalue().encode()),))
    return list(scan(raw, SCHOOL).findings)


def level(rows: Sequence[tuple[str, ...]]) -> int:
    return max(f.level for f in found(rows))


@pytest.mark.parametrize(("expected", "rows"), [row[1:] for row in ABOUT], ids=[row[0] for row in ABOUT])
def test_it_is_about_the_row(expected: int, rows: Sequence[tuple[str, ...]]) -> None:
    assert level(rows) == expected


@pytest.mark.parametrize(
    ("expected", "rows"), [row[1:] for row in NOT_ABOUT], ids=[row[0] for row in NOT_ABOUT]
)
def test_it_is_about_nobody(expected: int, rows: Sequence[tuple[str, ...]]) -> None:
    assert level(rows) == expected


def test_rows_behind_many_empty_ones_count() -> None:
    """Fillers before the names hide nobody."""
    rows = [("Name", "Diabetes"), *(("Table", "") for _ in range(5_000)), (AMELIA, "yes")]
    assert level(rows) == 3


def test_a_row_says_where_it_stands() -> None:
    """A person who decides sees which cell it is."""
    told = [f.place for f in found([("Name", "Diabetes"), (AMELIA, "yes")]) if "over its column" in f.why]
    assert told == ["line 2"]


def test_many_headings_and_rows_cost_no_more_than_their_cells() -> None:
    """Ten times the headings take about ten times as long, not a hundred."""
    taken = []
    for wide in (60, 600):
        rows = [("Name", *["Diabetes"] * wide), *((AMELIA, *["yes"] * wide) for _ in range(200))]
        begun = time.process_time()
        assert level(rows) == 3
        taken.append(time.process_time() - begun)
    assert taken[1] < 30 * taken[0]
