"""The sender's page when an e-mail cannot wait: what it promises before, and what it says after."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from policies.verdict import Action, Verdict
from quarantine import workflow
from quarantine.models import Held, State
from tests.support.asked import SUBJECT
from tests.support.stopped import NOW, PARENT, make_envelope, make_raw, make_scan

pytestmark = pytest.mark.slow
POLICE = "desk@met.police.uk"
WAYS = {POLICE: "at-once", PARENT: "lead"}


@pytest.fixture
def stopped(db):
    """Hold a message to these people, for its sender or a role."""

    def holding(*to, action=Action.ASK):
        hit = replace(SUBJECT, action=action)
        verdict = Verdict(action=action, hits=(hit,), version="v1")
        return workflow.hold(make_envelope(to=to), make_raw(), make_scan(), verdict, now=NOW, emergency=WAYS)

    return holding


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.parametrize("action", [Action.ASK, Action.QUARANTINE])
def test_the_page_promises_what_then_happens(stopped, address, action):
    """At once for a listed partner, whoever has the decision; the page says so before and after."""
    held = stopped(POLICE, action=action)
    path, client = address(held), Client()
    before = text_of(client.get(path))
    assert "we send your e-mail at once" in before
    assert "phone 999" in before
    after = text_of(client.post(path + "emergency", follow=True))
    assert "We are sending it to 1 person now" in after
    assert "Your e-mail is on its way" in after
    assert Held.objects.get(id=held.id).state == State.RELEASED


def test_for_somebody_not_listed_the_lead_is_told(stopped, address):
    """Nothing is promised that does not happen; nothing has left."""
    path, client = address(stopped(PARENT)), Client()
    before = text_of(client.get(path))
    assert "Tell the safeguarding lead now" in before
    assert "Send it now" not in before
    after = text_of(client.post(path + "emergency", {"words": "At the station"}, follow=True))
    assert "The safeguarding lead was told" in after
    assert "Nothing has left the school" in after
    assert "1 person must wait" in after
    assert "At the station" not in after


def test_both_at_once(stopped, address):
    """One has it, one waits, and the page says neither too much nor too little."""
    path, client = address(stopped(POLICE, PARENT)), Client()
    assert "to 1 person at once" in text_of(client.get(path))
    after = text_of(client.post(path + "emergency", follow=True))
    assert "Nothing has left" not in after
    assert "We are sending it to 1 person now" in after
    assert "1 person must wait" in after
    again = client.post(path + "emergency")
    assert again.status_code == 409
    assert "You changed nothing" in text_of(again)
