"""Incidents: told by anybody with a role, heard by the right roles at once, counted from when they were noticed, closed with a reason."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from quarantine import incidents, outbox, workflow
from quarantine.models import AuditEvent, Incident, PolicyInForce
from tests.quarantine.console.conftest import OTHER, SCHOOL
from tests.support.stopped import NOW

pytestmark = pytest.mark.slow

WORDS = "The list of 4B went to Pat Quill instead of the nurse"


def form(**changes):
    aware = timezone.localtime(timezone.now() - timedelta(hours=2))
    values = {
        "happened": "wrong-person",
        "aware_at": f"{aware:%Y-%m-%dT%H:%M}",
        "words": WORDS,
        "reference": "",
        "school": SCHOOL,
    }
    return values | changes


def test_a_reviewer_tells_and_the_right_roles_hear(signed_in, transactional_db):
    """One mail to the incident roles and the DPO: it gives the deadline and the link, and none of the words."""
    PolicyInForce.objects.create(
        id=1, at=NOW, policy_set="x", mode="enforce", incident_to=["it", "head"], lead=["dsl"]
    )
    browser = signed_in("reviewer")
    assert browser.post(reverse("incident-tell"), form()).status_code == 302
    incident = Incident.objects.get()
    assert incident.told_by == browser.user.email
    assert WORDS.encode() not in bytes(incident.words)
    (letter,) = outbox.claim(now=timezone.now())
    to = {"it@example.sch.uk", "head@example.sch.uk", "dpo@example.sch.uk"}
    assert set(letter.envelope.addresses) == to
    raw = letter.open()
    assert incident.id.encode() in raw
    assert b"72 hours" in raw
    assert b"Quill" not in raw
    assert AuditEvent.objects.get(kind="incident-told").details == {"happened": "wrong-person"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": ""},
        {"happened": "nothing"},
        {"aware_at": "yesterday"},
        {"aware_at": "2099-01-01T10:00"},
        {"school": OTHER},
        {"words": "x" * 2001},
    ],
)
def test_what_is_missing_or_cannot_be_is_said(signed_in, transactional_db, wrong):
    """Nothing is written, nobody is told, and the words typed are still there."""
    response = signed_in("dsl").post(reverse("incident-tell"), form(**wrong))
    assert response.status_code == 422
    assert b"govuk-error-summary" in response.content
    assert not Incident.objects.exists()
    assert outbox.claim(now=timezone.now()) == []


def test_the_clock_runs_from_when_it_was_noticed(signed_in, transactional_db):
    """Over a weekend as over any day; the list shows what is left, the oldest first."""
    now = timezone.now()
    for hours in (1, 60, 80):
        told = incidents.Told(
            school=SCHOOL, happened="exposed", words="x", aware_at=now - timedelta(hours=hours)
        )
        incidents.tell(told, by="dsl@example.sch.uk", now=now)
    page = signed_in("dpo").get(reverse("incidents")).content.decode()
    assert page.index("no time") < page.index("11 hours") < page.index("2 days")


def test_closing_needs_a_reason_and_happens_once(signed_in, transactional_db):
    """Also for not reporting it; the second decision changes nothing."""
    now = timezone.now()
    told = incidents.Told(school=SCHOOL, happened="lost", words=WORDS, aware_at=now)
    key = incidents.tell(told, by="dsl@example.sch.uk", now=now).id
    browser = signed_in("dpo")
    close = reverse("incident-close", args=[key])
    assert browser.post(close, {"outcome": "not-reported", "why": " "}).status_code == 422
    assert (
        browser.post(close, {"outcome": "not-reported", "why": "It was locked, Jo Bloggs says"}).status_code
        == 302
    )
    again = browser.post(close, {"outcome": "reported", "why": "After all"}, follow=True)
    assert "closed already" in again.content.decode()
    page = browser.get(reverse("incident", args=[key])).content.decode()
    assert "not reported" in page
    assert WORDS in page
    assert "Jo Bloggs" not in str(AuditEvent.objects.get(kind="incident-closed").details)


def test_a_sender_tells_once_for_one_message(hold):
    """A second press, or an open second window, makes no second incident and no second mail."""
    held, _ = hold()
    told = incidents.Told(
        school=SCHOOL, happened="other", words="x", aware_at=NOW, reference=held.id, teller=held.sender
    )
    first = incidents.tell(told, by=incidents.SENDER, now=NOW)
    assert incidents.tell(told, by=incidents.SENDER, now=NOW + timedelta(minutes=1)).id == first.id


def test_near_misses_are_counted_apart(hold):
    """What was stopped and returned or taken back is learning, no breach."""
    held, _ = hold()
    workflow.return_(held.id, actor="dpo@example.sch.uk", note="No", now=NOW)
    found = incidents.near_misses(frozenset({SCHOOL}), since=NOW - timedelta(days=1), now=NOW)
    assert found["Returned to the sender"] == 1
    assert sum(found.values()) == 1
    assert (
        sum(incidents.near_misses(frozenset({OTHER}), since=NOW - timedelta(days=1), now=NOW).values()) == 0
    )
