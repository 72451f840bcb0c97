"""The records of [policy] let a school's pack enforce, and nothing less does."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.installation import policy_set
from gateway.settings import Authority, DirectoryFiles, NextHop, Policy, School, Settings

SETTINGS = Settings(
    school=(School(name="Example Primary School", domains=("example.sch.uk",)),),
    next_hop=NextHop(address="127.0.0.1:2526"),
    directory=DirectoryFiles(),
)
DAY = date(2026, 9, 1)
DPO = {"dpo": Authority(by="Headteacher", date=DAY, document="file 12")}


@pytest.mark.parametrize(
    ("policy", "mode"),
    [
        (Policy(pack="default"), "enforce"),
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
