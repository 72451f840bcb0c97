"""The records of [policy] let a school's pack enforce, and nothing less does."""

from dataclasses import replace
from datetime import date
from importlib import resources

import pytest

from gateway.installation import policy_set
from gateway.settings import Authority, DirectoryFiles, NextHop, Policy, School, Settings
from gateway.settings_file import SettingsError
from policies import PolicyError

SETTINGS = Settings(
    school=(School(name="Example Primary School", domains=("example.sch.uk",)),),
    next_hop=NextHop(address="127.0.0.1:2526"),
    directory=DirectoryFiles(),
)
CASE = """
[[case]]
name = "SEN letter to the parent"
to = "linked-parent"
finding = [{{ kind = "personal-data", level = 3 }}]
expect = "{expect}"
"""
DAY = date(2026, 9, 1)
DPO = {"dpo": Authority(by="Headteacher", date=DAY, document="file 12")}


def shipped(pack: str) -> str:
    return (resources.files("policies") / "packs" / f"{pack}.toml").read_text(encoding="utf-8")


def test_a_set_that_fails_its_own_cases_is_not_put_in_force(tmp_path) -> None:
    """The cases beside a set are its self-test: at start and at every reload."""
    (tmp_path / "ours.toml").write_text(shipped("default"))
    (tmp_path / "ours.cases.toml").write_text(CASE.format(expect="ask"))
    ours = replace(
        SETTINGS, policy=Policy(pack="ours.toml", staff_informed=DAY), source=tmp_path / "schoolgate.toml"
    )
    assert policy_set(ours).mode == "enforce"
    (tmp_path / "ours.cases.toml").write_text(CASE.format(expect="block"))
    with pytest.raises(PolicyError, match='the case "SEN letter to the parent" expects block and gets ask'):
        policy_set(ours)


@pytest.mark.parametrize(
    ("policy", "mode"),
    [
        (Policy(pack="default", staff_informed=DAY), "enforce"),
        (Policy(pack="default", mode="monitor"), "monitor"),
        (Policy(pack="seed-003"), "monitor"),
        (Policy(pack="seed-003", staff_informed=DAY), "monitor"),
        (Policy(pack="seed-003", authority=DPO), "monitor"),
        (Policy(pack="seed-003", staff_informed=DAY, authority=DPO), "enforce"),
        (Policy(pack="seed-003", staff_informed=DAY, authority=DPO, mode="monitor"), "monitor"),
        (Policy(pack="seed-001", staff_informed=DAY), "enforce"),
    ],
)
def test_a_school_pack_enforces_once_both_are_recorded(policy: Policy, mode: str) -> None:
    """The day for staff, and the authority of the DPO where the text names others; the settings may still only watch."""
    assert policy_set(replace(SETTINGS, policy=policy)).mode == mode


def test_nothing_enforces_before_staff_were_told() -> None:
    """No set at all: it is refused with what to do, and never silently weaker."""
    with pytest.raises(
        SettingsError, match=r'policy.staff_informed: is missing: tell staff .* mode = "monitor"'
    ):
        policy_set(replace(SETTINGS, policy=Policy(pack="default")))
