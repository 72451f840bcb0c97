"""School days: Monday to Friday without the school's holidays."""

from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta

LONGEST_BREAK = 120  # days; a calendar that is all holidays must not turn for ever


def is_school_day(day: date, holidays: AbstractSet[date] = frozenset()) -> bool:
    """Whether somebody is at school."""
    return day.weekday() < 5 and day not in holidays


def after_school_days(start: datetime, days: int, holidays: AbstractSet[date] = frozenset()) -> datetime:
    """The same time of day, so many school days later."""
    moment, left = start, days
    for _ in range(LONGEST_BREAK):
        if left <= 0:
            break
        moment += timedelta(days=1)
        if is_school_day(moment.date(), holidays):
            left -= 1
    return moment
