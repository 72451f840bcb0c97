"""People and what stands beside them are joined as if each were paired with each, in time that grows with their number alone."""

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.recognize import evidence
from detectors.recognize.evidence import Ledger, Standing, headed, write
from detectors.recognize.hits import Hit, passage
from detectors.recognize.matcher import prepare
from tests.support.people import SCHOOL, body, table

SAID = (
    ("sensitive-term", frozenset({"health", "strong"}), "epilepsy"),
    ("sensitive-term", frozenset({"health", "weak"}), "inhaler"),
    ("sensitive-term", frozenset({"health", "weak"}), "unwell"),
    ("sensitive-term", frozenset({"safeguarding", "strong"}), "disclosure"),
    ("sensitive-term", frozenset({"ordinary"}), "class"),
    ("date-of-birth", frozenset(), "2014-05-14"),
    ("nhs-number", frozenset({"beside"}), "9434765919"),
    ("phone", frozenset(), "+447700900123"),
    ("date", frozenset(), "2014-05-14"),
)
HITS = st.builds(lambda said, at: Hit(kind=said[0], start=at, end=at + 3, value=said[2], tags=said[1]), st.sampled_from(SAID), st.integers(0, 60))  # fmt: skip
PEOPLE = st.builds(lambda who, at, number, unlisted: Standing(at, at + 3, who, number=number, unlisted=unlisted), st.sampled_from("abcde"), st.integers(0, 60), st.booleans(), st.booleans())  # fmt: skip
ROWS = table((), [("x" * 8, "y" * 8)] * 4)


def each_with_each(one, known, hits):
    """The plain way for a table: every person of a row with every hit of it."""
    ledger = Ledger()
    for person in known:
        about = ledger.of(person.id)
        about.plain |= person.plain
        about.unlisted |= person.unlisted
    for hit in hits:
        bare = hit.kind in evidence.PLAIN_KINDS and hit.kind != "date-of-birth"
        for person in known:
            if one.line(person.offset) == one.line(hit.start) and not (bare and person.number):
                evidence._add(ledger.of(person.id), hit)
    return ledger


@settings(deadline=None)
@given(st.lists(PEOPLE, max_size=8), st.lists(HITS, max_size=12))
def test_what_is_said_once_a_row_is_what_each_hit_says(known, hits):
    one, ledger = passage(ROWS), Ledger()
    write(ledger, one, known, hits, frozenset())
    assert ledger == each_with_each(one, known, hits)


def crowd(n, *, row):
    """People and telling hits in one row, or in one paragraph far apart from each other."""
    text = "ab " * n + "x" * 500 + " cd" * n
    one = passage(table((), [(text,)]) if row else body(text))
    known = [Standing(3 * k, 3 * k + 2, f"p{k % 97}", number=k % 2 == 0) for k in range(n)]
    hits = [
        Hit(kind=kind, start=at, end=at + 2, value=value, tags=tags)
        for at, (kind, tags, value) in zip(range(3 * n + 500, 6 * n, 3), SAID * n, strict=False)
    ]
    return one, known, hits


def seconds(n, *, row):
    one, known, hits = crowd(n, row=row)
    started = time.process_time()
    write(Ledger(), one, known, hits, frozenset())
    return time.process_time() - started


@pytest.mark.parametrize("row", [True, False], ids=["one row", "one paragraph"])
def test_ten_thousand_people_beside_ten_thousand_hits_are_not_a_hundred_million_pairs(row):
    """Eight times as many take about eight times as long: it was thirty, and sixty."""
    short = min(seconds(1_250, row=row) for _ in range(3))
    assert seconds(10_000, row=row) < 18 * short + 0.1


def test_many_dates_beside_many_people_are_not_paired():
    """Each date of a row is a birthday if anybody there was born on it."""
    born = date(2014, 5, 14)

    def taken(n):
        one = passage(table((), [("x" * 6 * n,)]))
        days = [(date(1950, 1, 1) + timedelta(k % 9_000)).isoformat() for k in range(n - 1)]
        one.hits = [
            Hit(kind="date", start=k, end=k + 1, value=d) for k, d in enumerate([*days, born.isoformat()])
        ]
        started = time.process_time()
        found = prepare(SCHOOL).dates_of_birth(one, [Standing(k, k + 1, "p1") for k in range(n)])
        return time.process_time() - started, {hit.value for hit in found}

    def least(n):
        return min(taken(n)[0] for _ in range(3))

    short, long = least(2_500), least(10_000)
    _, found = taken(10_000)
    assert born.isoformat() in found
    assert "1950-01-01" not in found
    assert long < 9 * short + 0.1


HEADED = [("Re: abc", "a"), ("Re: xyz", ""), ("To abc", ""), ("Re: x\nName: abc", "a"), ("Re: abc def", "a")]


@pytest.mark.parametrize(("text", "named"), HEADED)
def test_a_heading_names_the_first_of_its_line(text, named):
    known = [Standing(text.find(w), text.find(w) + 3, w[0]) for w in ("abc", "def") if w in text]
    one = passage(body(text))
    assert headed(one, known) == named
    assert headed(one, [replace(s, number=True) for s in known]) == ""
