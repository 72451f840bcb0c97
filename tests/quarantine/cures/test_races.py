"""At the same moment: the sender, an officer and the workshop; one wins, and the message goes at most once."""

import pytest

from policies.verdict import Action, Cure, Verdict
from quarantine import workflow
from quarantine.cures.problems import open_problems
from quarantine.models import Held, Mending, Outgoing
from quarantine.workflow import mended, mending
from tests.quarantine.test_races import at_once
from tests.support.asked import LATER, SUBJECT, made
from tests.support.stopped import NOW, make_envelope, make_raw, make_scan

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def asked():
    verdict = Verdict(action=Action.ASK, hits=(SUBJECT,), version="v1")
    held = workflow.hold(make_envelope(), make_raw(), make_scan(), verdict, now=NOW)
    Outgoing.objects.all().delete()
    return held


def choose(held):
    key = open_problems(held)[0].key
    return mending.choose(held.id, key, Cure.INITIALS, sender=held.sender, now=LATER)


def originals():
    return Outgoing.objects.filter(kind__in=("original", "cured")).count()


def test_a_double_click_chooses_once():
    """Of four posts of the last choice one counts."""
    held = asked()
    outcomes = at_once(*[lambda: choose(held)] * 4)
    assert sum(isinstance(o, Held) for o in outcomes) == 1
    assert Mending.objects.get().choices == {open_problems(held)[0].key: "initials"}


def test_cancel_and_release_and_choose():
    """Deleted or released or to be mended, never two of them."""
    held = asked()
    at_once(
        lambda: mending.cancel(held.id, sender=held.sender, now=LATER),
        lambda: workflow.release(held.id, actor="dpo", now=LATER),
        lambda: choose(held),
    )
    row = Held.objects.get()
    assert originals() == (row.state == "released")
    assert row.state != "deleted" or row.message_id is None


def test_the_workshop_and_an_officer():
    """Of two workshops and an officer one sends it, once."""
    held = asked()
    choose(held)
    job = mended.claim(now=LATER)
    outcomes = at_once(
        lambda: mended.send(job, made(job), now=LATER),
        lambda: mended.send(job, made(job), now=LATER),
        lambda: workflow.release(held.id, actor="dpo", now=LATER),
    )
    assert sum(isinstance(o, Held) for o in outcomes) == 1
    assert originals() == 1


def test_each_workshop_gets_another_message():
    """Two messages, four claims: each is claimed once."""
    for _ in range(2):
        choose(asked())
    outcomes = [job for job in at_once(*[lambda: mended.claim(now=LATER)] * 4) if job]
    assert len({job.held_id for job in outcomes}) == len(outcomes) == 2
