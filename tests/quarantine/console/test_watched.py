"""Monitor mode and emergencies in the console: figures with the note on the breach clock, and one click for the lead."""

import pytest
from django.urls import reverse
from django.utils import timezone

from quarantine import in_force, workflow
from quarantine.config import Rules
from quarantine.models import AuditEvent, Held, Outgoing, State
from quarantine.workflow import emergency
from tests.support.stopped import NOW, PARENT, make_envelope, make_raw, make_scan, make_verdict

pytestmark = pytest.mark.django_db(transaction=True)


def text(response):
    return " ".join(response.content.decode().split())


def test_the_page_says_since_when_it_only_watches_and_why_it_may_not_count(signed_in):
    """The same figures as in the letter; none of it once the rules count."""
    now = timezone.now()
    obstacle = "Staff must be told that mail is monitored."
    in_force.record(Rules(policy_set="v", mode="monitor", obstacles=(obstacle,)), now=now)
    dpo = signed_in("dpo")
    page = text(dpo.get(reverse("watched")))
    assert "Monitor mode since" in page
    assert obstacle in page
    assert "E-mails checked" in page
    assert "72 hours" in page
    in_force.record(Rules(policy_set="v", mode="enforce"), now=now)
    assert "Monitor mode since" not in text(dpo.get(reverse("watched")))


@pytest.fixture
def urgent(db):
    """A message whose sender said that a child is at risk."""
    ways = {PARENT: "lead", "max@forbidden.example": "never"}
    held = workflow.hold(
        make_envelope(to=tuple(ways)), make_raw(), make_scan(), make_verdict(), now=NOW, emergency=ways
    )
    emergency.declare(held.id, sender=held.sender, now=timezone.now(), words="At the station")
    return held


def test_the_lead_sends_it_with_one_click(signed_in, urgent):
    """In their queue, with the sender's words; it goes to whom it may, and the record says who sent it."""
    lead = signed_in("dsl")
    assert "A child may be at risk" in text(lead.get(reverse("queue")))
    page = text(lead.get(reverse("held", args=[urgent.id])))
    assert "A child may be at risk now" in page
    assert "At the station" in page
    assert "Release it now to 1 person" in page
    assert "1 recipient is left out" in page
    told = text(lead.post(reverse("emergency", args=[urgent.id]), follow=True))
    assert "Released. The delivery is shown below." in told
    assert Outgoing.objects.filter(kind="original", reference=urgent.id).exists()
    assert AuditEvent.objects.filter(kind="released", reference=urgent.id, actor__startswith="dsl@").exists()
    assert Held.objects.get(id=urgent.id).state == State.HELD  # one recipient is left to decide about


def test_the_button_is_there_for_emergencies_alone(signed_in):
    """Nobody releases anything else by this address, and not without the queue."""
    held = workflow.hold(make_envelope(), make_raw(), make_scan(), make_verdict(), now=NOW)
    dpo = signed_in("dpo")
    assert "A child may be at risk" not in text(dpo.get(reverse("held", args=[held.id])))
    assert dpo.post(reverse("emergency", args=[held.id])).status_code == 404
    assert signed_in("auditor").post(reverse("emergency", args=[held.id])).status_code == 404
