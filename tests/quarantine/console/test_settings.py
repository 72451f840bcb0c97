"""The settings pages: what is in force as the gateway wrote it down, names only on the record, and a draft that is tried and forgotten."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

import policies
from policies.explain import explain_set
from quarantine import audit, in_force
from quarantine.config import Rules
from quarantine.console.settings import LARGEST
from quarantine.database import one_transaction
from quarantine.models import AuditEvent, PolicyInForce

pytestmark = pytest.mark.slow
PEOPLE = {"version": "d1", "since": "2026-01-05T03:00:00+00:00", "pupils": 412, "staff": 50, "contacts": 700}


@pytest.fixture
def force(db):
    """A gateway that has started with the default pack."""
    found = policies.load_set("default")
    rules = Rules(
        policy_set=found.version,
        mode="enforce",
        words=explain_set(found),
        source="default",
        directory=PEOPLE,
        partners=(("council.gov.uk", "T2", "the council <b>"),),
        weak=("Will Field",),
    )
    in_force.record(rules, now=timezone.now())
    return rules


def send(browser, raw, name="draft.toml"):
    return browser.post(reverse("draft"), {"draft": SimpleUploadedFile(name, raw)})


def test_what_is_set_is_shown(force, signed_in):
    """Counts, age, grades in words and times of keeping; a partner's reason is text, not markup; no name of a pupil."""
    with one_transaction():
        audit.append(
            "directory-imported", now=timezone.now(), actor="it@example.sch.uk", pupils=412, new=9, gone=3
        )
    text = signed_in("admin").get(reverse("settings")).content.decode()
    for value in (
        "412",
        "9 new",
        "3 gone",
        "council.gov.uk",
        "the server proves who it is",
        "&lt;b&gt;",
        "14 days",
    ):
        assert value in text, value
    assert "Will Field" not in text
    assert "Show these names" not in text
    assert b"Will" not in bytes(PolicyInForce.objects.get().weak)


def test_names_that_are_words_are_seen_on_the_record(force, signed_in):
    """The DPO sees them, and the audit says so; the event carries a number, no name."""
    text = signed_in("dpo").post(reverse("weak-names")).content.decode()
    assert "Will Field" in text
    event = AuditEvent.objects.get(kind="weak-names-viewed")
    assert event.details == {"names": 1}


def test_the_set_is_told_in_plain_words(force, signed_in):
    """Each policy's reason stands on the page."""
    text = signed_in("dpo").get(reverse("policy-set")).content.decode()
    assert "It is enforced" in text
    assert text.count('<li class="sg-wrap">') > 50


def test_a_draft_is_compared_and_past_mail_judged_again(force, hold, signed_in):
    """The differences, the counts of now and then, and nothing kept: neither the draft nor a change of the set."""
    from importlib import resources

    hold(now=timezone.now())
    body = (resources.files("policies") / "packs" / "default.toml").read_text()
    same = send(signed_in("admin"), body.encode()).content.decode()
    assert "the two sets mean the same" in same
    draft = body.replace('action = "block"', 'action = "log"')
    assert draft != body
    text = send(signed_in("it"), draft.encode()).content.decode()
    assert "looser" in text
    assert PolicyInForce.objects.get().policy_set == force.policy_set
    assert AuditEvent.objects.filter(kind="draft-tried").count() == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not = [toml",
        b"\xff\xfe\x00",
        b'[[policy]]\nid = "x"\n',
        b"<script>alert(1)</script>",
        b"#" * (LARGEST + 1),
        b"a = " + b"[" * 100_000,
    ],
)
def test_a_broken_draft_is_refused_in_words(force, signed_in, raw):
    """422 with what is wrong, never an error of ours, never markup of theirs."""
    response = send(signed_in("admin"), raw)
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert "<script>alert" not in response.content.decode()
