"""Ids of messages: ours, in the order of time, and fit to be read out over the telephone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.envelope import ALPHABET, new_id

WHEN = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds UTC
RANDOM = st.binary(min_size=10, max_size=10)


@given(now=WHEN, random=RANDOM)
def test_form(now: datetime, random: bytes) -> None:
    """26 letters of Crockford's alphabet, whatever the time and the dice."""
    made = new_id(now, random)
    assert len(made) == 26
    assert set(made) <= set(ALPHABET)
    assert not set("ILOU") & set(made)


@given(now=WHEN, one=RANDOM, two=RANDOM)
def test_later_sorts_behind(now: datetime, one: bytes, two: bytes) -> None:
    assert new_id(now, one) < new_id(now + timedelta(milliseconds=2), two)


@given(now=WHEN, one=RANDOM, two=RANDOM)
def test_nothing_of_the_dice_is_lost(now: datetime, one: bytes, two: bytes) -> None:
    assert (new_id(now, one) == new_id(now, two)) is (one == two)


@pytest.mark.parametrize("random", [b"", bytes(9), bytes(11)])
def test_too_little_chance_is_refused(random: bytes) -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        new_id(datetime(2025, 6, 2, tzinfo=UTC), random)
