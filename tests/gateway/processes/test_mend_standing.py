"""What a sender has mended is judged as the first time: with the exceptions and the bypass that stand at that moment."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from gateway.processes.mend import _Started
from gateway.processes.start import utc_now
from gateway.quarantine_calls import Threads
from policies.verdict import Action
from quarantine import bypass, keys, waivers
from quarantine.waivers import Asked
from tests.gateway.processes.test_history import FORCE
from tests.policies.school import OWN, TEACHER, data, envelope
from tests.policies.school import scan as written

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "head@example.sch.uk"
SCAN = written(data(2, "b"))


@pytest.fixture
def started() -> Iterator[_Started]:
    """The mending part with the made-up school in force."""
    threads = Threads(1)
    made = _Started(FORCE.settings, keys.current(), threads)
    made._force = FORCE
    yield made
    threads.close()


def judged(started: _Started) -> Action:
    """The verdict on a list to the sender's own private address, mended a moment ago."""
    sent = FORCE.whose(envelope(TEACHER, OWN, at=utc_now()))
    history = asyncio.run(started.history(sent, SCAN))
    return started.decide(started.facts(sent, SCAN, history)).action


def test_a_bypass_holds_for_mended_mail_too(started: _Started) -> None:
    """It would be stopped by itself; while the bypass is on it goes, and afterwards it is stopped again."""
    assert judged(started) is Action.BLOCK
    bypass.on(hours=1, reason="The scanner holds everything", actor="it", now=utc_now())
    assert judged(started) is Action.LOG
    bypass.off(actor="it", now=utc_now())
    assert judged(started) is Action.BLOCK


def test_an_approved_exception_holds_for_mended_mail_too(started: _Started) -> None:
    """One without an approval does not. The made-up school's hashes are keyed otherwise: its sender is named by hash."""
    asked = Asked(
        policy="own-private-data",
        sender=TEACHER,
        reason="Residential trip",
        expires_at=utc_now() + timedelta(days=1),
    )
    row = waivers.add(asked, actor="it", now=utc_now())
    row.sender = FORCE.facts(envelope(TEACHER, OWN), SCAN).sender.fingerprint
    row.save()
    assert judged(started) is Action.BLOCK
    waivers.approve(row.id, who=HEAD, now=utc_now())
    assert judged(started) is Action.LOG
