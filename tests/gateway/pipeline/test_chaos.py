"""The short form of bench/chaos.py: next hop, machine, clock and processes fail at random, and nothing is lost, leaked or held twice."""

from pathlib import Path

import pytest

from tests.support import chaos
from tests.support.next_hop import scripted
from tests.support.reckoning import reckon

pytestmark = pytest.mark.slow


def test_nothing_is_lost_leaked_or_held_twice(tmp_path: Path) -> None:
    """Every message is at the next hop with its bytes, held once, or refused to its sender. Doubles are those of
    RFC 1047: fewer than the kills and lost replies that can cause them."""
    with scripted() as hop:
        gate = chaos.installation(tmp_path / "gate", hop.port)
        sent, hits = chaos.run(gate, hop, count=60, kills=4, seed=7)
        outcome = reckon(gate, hop, sent, hits, ())
    assert not any(outcome.wrong.values()), outcome
    assert outcome.where.total() == 60
    assert {message.code for message in sent} <= {250, 550}
    assert outcome.where["refused to its sender"] >= outcome.sent["blocked"]
    assert outcome.where["held"] >= outcome.sent["held"]
    assert len({double.split()[0] for double in outcome.doubled}) <= 15
