"""What is quick says what the slow plain way says: days, rows of headings, headings of columns, and values that can only fall."""

import re
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors.recognize import checksums, hits, identifiers, surroundings
from detectors.recognize.checksums import day
from detectors.recognize.hits import in_words, passage
from detectors.recognize.labels import mask_label
from detectors.recognize.patterns import THRESHOLD
from detectors.recognize.typed_columns import heading_rows
from tests.support.people import SCHOOL, body, table

DAYS = st.one_of(
    st.from_regex(r"[0-9]{2}/[0-9]{2}/(?:[0-9]{4}|[0-9]{2})", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True),
    st.from_regex(r"[0-3]?[0-9][/.-][01]?[0-9][/.-](?:19|20)[0-9]{2}", fullmatch=True),
    st.dates().map(lambda d: f"{d:%d/%m/%Y}"),
    st.dates().map(lambda d: d.isoformat()),
)


@settings(max_examples=1_000)
@given(DAYS, st.sampled_from([1900, 2000]))
@example("31/02/2014", 2000)
@example("00/05/2014", 2000)
@example("39/05/2014", 2000)
@example("2014-13-01", 2000)
@example("29/02/2012", 2000)
def test_a_day_as_it_is_mostly_written_is_what_is_worked_out(text, century):
    assert day.__wrapped__(text, century) == checksums._worked_out(text.casefold(), century)


@pytest.mark.parametrize("text", ["14/05/2014", "2014-05-14", "30/02/2014"])
def test_the_quick_way_to_a_day_is_taken(text):
    with mock.patch.object(checksums, "_worked_out", side_effect=AssertionError):
        day.__wrapped__(text)


@pytest.mark.parametrize(
    "text", ["14.05.2014", "14/5/2014", "2014/05/14", "14/05/2014\n", "\u0661\u0664/05/2014"]
)
def test_other_writings_of_a_day_are_worked_out(text):
    with mock.patch.object(checksums, "_worked_out", return_value=None) as slow:
        day.__wrapped__(text)
    slow.assert_called_once()


CELLS = st.sampled_from(["Name", "NHS No", "Adm no", "Year 4", "7", "12", "123", "1.2", "1/2", "a@b", "@", "DOB", "14/05/2014", "", "x", "1 2 3", "1.", "é", "Form 10", "12/", "Class"])  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=8), st.booleans())
def test_rows_of_headings_are_those_without_a_number(rows, headed):
    """Row by row, and with the plain pattern."""
    header, rest = (tuple(rows[0]), rows[1:]) if headed and any(rows[0]) else ((), rows)
    one = passage(table(header, rest))
    slow = [
        n
        for n, row in enumerate(one.text.split("\n"))
        if n >= one.first_row and not re.search(r"\d{3}|\d[./]\d|@", row) and hits.heading_rows(row, [0], 0)
    ]
    assert list(heading_rows(one.text, one.starts, one.first_row)) == slow


@settings(deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=4), st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=4))  # fmt: skip
def test_the_heading_of_a_column_is_read_once_and_stays(header, rows):
    one = passage(table(tuple(header), rows))
    for at in range(len(one.text)):
        column, line = one.column(at), one.line(at)
        named = one.extract.table.header and line >= one.first_row and column < len(header)
        assert one.heading(at) == (in_words(header[column]) if named else "")


ONLY_FALL = [
    ("date-of-birth", "Return by 14/05/2014 please"),
    ("date-of-birth", "from 14/05/2014 to 15/05/2014"),
    ("date-of-birth", "on 14/05/2014 we meet"),
    ("nhs-number", "order no 9434765919"),
    ("nhs-number", "order for NHS number 9434765919"),
    ("passport", "ref 123456789"),
    ("phone", "ref 7700900123"),
    ("trn", "teacher ref 1923685"),
    ("postcode", "12 Orchard Rise, LS1 4AP"),
    ("bank-account", "please refund the trip to 60-38-34 12948910"),
]


@pytest.mark.parametrize(("kind", "text"), ONLY_FALL, ids=[f"{k}: {t}" for k, t in ONLY_FALL])
def test_a_value_that_is_too_faint_is_judged_no_further_and_never_rises(kind, text):
    """With and without what would be weighed besides, the same values are left."""
    one = passage(body(text))
    values = [v for v in identifiers.values([one])[0] if v.shape.kind == kind]
    assert values
    for value in values:
        quick, _ = surroundings.score(one, value)
        with mock.patch.object(surroundings, "THRESHOLD", -1.0):
            slow, _ = surroundings.score(one, value)
        assert (quick >= THRESHOLD) == (slow >= THRESHOLD)
        assert quick == slow or quick < THRESHOLD


def test_the_label_of_a_file_still_shows_by_when_something_is_due():
    """There less than a finding is asked for: a date that is nobody's birthday is shown."""
    assert mask_label("Return by 14-05-2026.docx", SCHOOL) == "Return by 14-05-2026.docx"
    assert mask_label("Amelia 14-05-2014.docx", SCHOOL) != "Amelia 14-05-2014.docx"
