"""The table of targets says "met" where a figure meets it and "missed" where it does not."""

import pytest

from bench.mail import targets
from bench.mail.measure import Row

POSTFIX = Row(targets.POSTFIX, cpu_ms=2.0, msgs_s=500)


def verdicts(*rows: Row) -> list[str]:
    return [line.split("|")[-2].strip(" *") for line in targets.table(rows)[2:]]


@pytest.mark.parametrize(("cpu_ms", "met"), [(0.4, "met"), (0.5, "met"), (0.6, "missed")])
def test_the_relay_may_take_a_quarter(cpu_ms: float, met: str):
    assert verdicts(POSTFIX, Row(targets.RELAY, cpu_ms=cpu_ms)) == [met]


@pytest.mark.parametrize(("rate", "met"), [(1000, "met"), (999, "missed")])
def test_a_rate_is_held_against_the_peers(rate: float, met: str):
    assert verdicts(POSTFIX, Row(targets.OURS, cpu_ms=1.0, msgs_s=rate)) == [met]


@pytest.mark.parametrize(
    ("ours", "theirs", "met"),
    [
        ((2, 15, 60), (2, 15, 60), "met"),
        ((2, 15, 61), (9, 90, 99), "missed"),
        ((2, 15, 60), (1, 15, 60), "missed"),
    ],
)
def test_a_wait_is_held_against_the_target_and_the_relay(ours, theirs, met: str):
    waits = [
        Row(name, p50=row[0], p95=row[1], p99=row[2])
        for name, row in ((targets.STEADY, ours), (targets.CALM, theirs))
    ]
    assert verdicts(*waits) == [met]


def test_what_was_not_measured_is_not_judged():
    assert verdicts(POSTFIX) == []
