"""Monitor mode: whatever is found or cannot be read, the mail goes at once; only our own faults and the network's delay it."""

import asyncio
from dataclasses import replace

import pytest

from detectors.kinds import KINDS
from detectors.pool import Busy
from gateway.gate import Gate
from gateway.pipeline import handle
from gateway.relay import NextHopDown
from policies import in_mode
from policies.policy_set import MONITOR
from tests.gateway.processes.test_in_force import FORCE
from tests.policies.school import FORBIDDEN, OWN, SCHOOL, STRANGER, TEACHER, data, envelope, found, name, scan
from tests.support.mail import make_message
from tests.support.pipeline import FakePool, FakeQuarantine, FakeRelay

WATCHES = replace(FORCE, directory=SCHOOL, policy_set=in_mode(FORCE.policy_set, MONITOR))
WORST = scan(*(found(kind, level=4) for kind in sorted(KINDS)), name(), data(4, "a", "b"))
UNREAD = sorted(kind for kind in KINDS if kind.startswith(("unreadable:", "protected:")))


def reply(
    result: object, *to: str, relay: FakeRelay | None = None, quarantine: FakeQuarantine | None = None
) -> tuple[int, FakeRelay]:
    """What the client hears in monitor mode, and what went."""
    way = relay or FakeRelay()
    made = Gate(
        pool=FakePool(result),
        facts=WATCHES.facts,
        decide=WATCHES.decide,
        relay=way,
        quarantine=quarantine or FakeQuarantine(),
        trace=lambda _: b"",
    )
    heard = asyncio.run(handle(envelope(TEACHER, *(to or (STRANGER,))), make_message(), made))
    return heard.code, way


@pytest.mark.parametrize("kind", UNREAD)
def test_what_cannot_be_read_goes(kind: str) -> None:
    """Crash, deadline, memory, damage, locks: each is a finding, and a finding only watches."""
    code, relay = reply(scan(found(kind)))
    assert (code, len(relay.sent)) == (250, 1)


def test_the_worst_message_goes_at_once_to_everybody() -> None:
    """Every kind of finding at once, to a stranger, to oneself and to a forbidden contact; nobody is held or told."""
    kept = FakeQuarantine()
    code, relay = reply(WORST, STRANGER, OWN, FORBIDDEN, quarantine=kept)
    assert (code, len(relay.sent)) == (250, 1)
    assert "hold" not in repr(kept.calls)


@pytest.mark.parametrize(
    ("result", "relay", "code"), [(Busy(), None, 451), (WORST, FakeRelay(error=NextHopDown("timeout")), 451)]
)
def test_only_our_own_faults_and_the_networks_delay_it(result: object, relay: FakeRelay, code: int) -> None:
    """No free worker, no next hop: the client keeps its mail and comes back."""
    assert reply(result, relay=relay)[0] == code
