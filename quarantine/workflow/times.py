"""When a held message is reminded of and when it ends: in school days, and never unnoticed over a long holiday."""

from datetime import datetime, timedelta

from quarantine import config
from quarantine.school_days import after_school_days

LAST_CALL = timedelta(days=5)  # before the end, holiday or not
LAST_ROLES = ("dpo", "head")  # who hear the last call besides those who should have decided
LEAST = 5  # school days in which a role can decide, however long the holidays are


def role_end(now: datetime) -> datetime:
    """When a hold for a role ends."""
    conf = config.current()
    least = after_school_days(now, LEAST, conf.holidays)
    return max(now + timedelta(days=conf.retention.held_days), least)


def ask_end(now: datetime) -> datetime:
    """When a question to a sender ends."""
    conf = config.current()
    return after_school_days(now, conf.retention.ask_school_days, conf.holidays)


def role_reminder(now: datetime, ends: datetime) -> datetime:
    """The next school day, or the last call where that comes first."""
    usual = after_school_days(now, 1, config.current().holidays)
    last = ends - LAST_CALL
    return min(usual, last) if now < last else usual


def is_last_call(now: datetime, ends: datetime) -> bool:
    """Whether the end is near."""
    return now >= ends - LAST_CALL
