"""Holidays and retention reach the quarantine as the settings say, and as the policy set says where they are silent."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gateway.installation import quarantine_config
from gateway.settings import Calendar, DirectoryFiles, NextHop, Policy, Retention, School, Settings
from quarantine.school_days import after_school_days

SETTINGS = Settings(
    school=(School(name="Example Primary School", domains=("example.sch.uk",)),),
    next_hop=NextHop(address="127.0.0.1:2526"),
    directory=DirectoryFiles(),
)


def test_holidays_are_no_school_days() -> None:
    """A question of the Friday before half-term runs out after it, and after the May bank holiday."""
    days = ((date(2026, 10, 26), date(2026, 10, 30)), (date(2026, 11, 2), date(2026, 11, 2)))
    config = quarantine_config(replace(SETTINGS, calendar=Calendar(holidays=days)), may_read=False)
    assert len(config.holidays) == 6
    friday = datetime(2026, 10, 23, 15, tzinfo=UTC)
    assert after_school_days(friday, 1, config.holidays) == datetime(2026, 11, 3, 15, tzinfo=UTC)
    assert after_school_days(friday, 1) == datetime(2026, 10, 26, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("own", "pack", "held"), [(None, "default", 30), (7, "default", 7), (None, "no-such-pack", 30)]
)
def test_how_long_a_hold_lasts(own: int | None, pack: str, held: int) -> None:
    """The settings' word, else the policy set's, else thirty days; a set that is not there is refused elsewhere."""
    settings = replace(SETTINGS, retention=Retention(held_days=own), policy=Policy(pack=pack))
    assert quarantine_config(settings, may_read=False).retention.held_days == held


def test_a_set_says_how_long_a_hold_lasts(tmp_path) -> None:
    """`retention_days` of a school's own set is in force."""
    from importlib import resources

    shipped = (resources.files("policies") / "packs" / "default.toml").read_text("utf-8")
    ours = shipped.replace("retention_days = 30\n", "")
    assert "[set]" in ours
    (tmp_path / "ours.toml").write_text(ours.replace("[set]\n", "[set]\nretention_days = 9\n", 1))
    settings = replace(SETTINGS, policy=Policy(pack="ours.toml"), source=tmp_path / "schoolgate.toml")
    assert quarantine_config(settings, may_read=False).retention.held_days == 9
