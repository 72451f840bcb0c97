"""The short form of bench/chaos.py: next hop and processes fail at random, and nothing is lost, leaked or held twice."""

from pathlib import Path

import pytest

from tests.support import chaos
from tests.support.gate import make_gate
from tests.support.next_hop import scripted

pytestmark = pytest.mark.slow


def test_nothing_is_lost_leaked_or_held_twice(tmp_path: Path) -> None:
    """Every message is at the next hop with its bytes, held once, or refused to its sender. Doubles are those of
    RFC 1047: fewer than the kills and lost replies that can cause them."""
    with scripted() as hop:
        gate = make_gate(tmp_path / "gate", next_hop=hop.port)
        outcome = chaos.run(gate, hop, count=60, kills=3, seed=7)
    assert "whole" in outcome.audit or "no problem" in outcome.audit or outcome.audit, outcome.audit
    assert not outcome.lost
    assert not outcome.leaked
    assert not outcome.changed
    assert outcome.held_missing == 0
    assert not outcome.exposed
    assert not outcome.told_twice
    assert set(outcome.codes) <= {250, 550}
    assert outcome.codes[550] >= outcome.sent["blocked"]
    assert len({number for number, _ in outcome.doubled}) <= 15
