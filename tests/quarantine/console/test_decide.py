"""Each decision is a POST that goes through the workflow; the second officer is told, kindly, who was first."""

import pytest
from django.urls import reverse
from django.utils import timezone

from policies.verdict import Action
from quarantine import in_force, keys
from quarantine.config import Rules
from quarantine.masks import address_fingerprint
from tests.support.stopped import PARENT, SENDER

pytestmark = pytest.mark.slow

FORMS = {
    "release": {"release-recipients": ["0"], "release-note": ""},
    "return": {"return-note": "Please use initials in the subject."},
    "delete": {"delete-sure": "on"},
    "keep-longer": {"longer-days": "14"},
    "pass-on": {"pass-role": "dsl"},
}


def post(browser, name, key, data):
    return browser.post(reverse(name, args=[key]), data, follow=True)


def state(held):
    from quarantine.models import Held

    return Held.objects.get(id=held.id)


@pytest.mark.parametrize(
    ("name", "expected"), [("release", "released"), ("return", "returned"), ("delete", "deleted")]
)
def test_a_decision_changes_the_state_and_names_who_decided(hold, signed_in, name, expected):
    """Release, return and delete end the hold in the name of the officer, with an audit event."""
    from quarantine.models import AuditEvent

    held, _ = hold()
    dpo = signed_in("dpo")
    response = post(dpo, name, held.id, FORMS[name])
    assert response.status_code == 200
    assert (state(held).state, state(held).decided_by) == (expected, dpo.user.email)
    assert AuditEvent.objects.filter(reference=held.id, kind=expected, actor=dpo.user.email).count() == 1


def test_releasing_queues_the_original_once_and_shows_its_delivery(hold, signed_in):
    """The released bytes are one row of the outbox, and the page shows what became of it."""
    from quarantine.models import Outgoing

    held, _ = hold()
    response = post(signed_in("dpo"), "release", held.id, FORMS["release"])
    assert Outgoing.objects.filter(held=held, kind="original").count() == 1
    assert "Sent because of it" in response.content.decode()


def test_a_release_goes_to_the_chosen_recipients_alone(hold, signed_in):
    """Who was not ticked stays held, and can be decided on later."""
    from quarantine.models import HeldRecipient, OutgoingRecipient

    held, _ = hold(to=(PARENT, "second@example.net"))
    dpo = signed_in("dpo")
    post(dpo, "release", held.id, {"release-recipients": ["1"], "release-note": ""})
    assert state(held).state == "held"
    assert list(HeldRecipient.objects.filter(held=held, state="held").values_list("position", flat=True)) == [
        0
    ]
    assert list(
        OutgoingRecipient.objects.filter(outgoing__held=held, outgoing__kind="original").values_list(
            "position", flat=True
        )
    ) == [1]
    post(dpo, "release", held.id, FORMS["release"])
    assert state(held).state == "released"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("release", {}, "Choose at least one recipient"),
        ("release", {"release-recipients": ["7"]}, "not one of the available choices"),
        ("return", {"return-note": " "}, "Tell the sender why"),
        ("return", {"return-note": "x" * 2001}, "at most 2000"),
        ("delete", {}, "Tick the box"),
        ("keep-longer", {"longer-days": "900"}, "not one of the available choices"),
        ("pass-on", {"pass-role": "admin"}, "not one of the available choices"),
    ],
)
def test_a_form_with_an_error_changes_nothing_and_says_what_is_wrong(hold, signed_in, name, data, words):
    """An incomplete decision is shown again with its error."""
    held, _ = hold()
    response = post(signed_in("dpo"), name, held.id, data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert (state(held).state, state(held).version) == ("held", held.version)


@pytest.mark.parametrize("second", ["release", "return", "delete", "keep-longer", "pass-on"])
def test_the_second_officer_is_told_who_was_first(hold, signed_in, second):
    """Two officers decide at once: one wins, the other reads by whom and when, and nothing changes."""
    held, _ = hold()
    first = signed_in("dpo")
    late = signed_in("reviewer")
    post(first, "return", held.id, FORMS["return"])
    before = state(held).version
    response = post(late, second, held.id, FORMS[second])
    assert state(held).version == before
    text = response.content.decode()
    assert first.user.email in text
    assert "Already returned" in text


@pytest.mark.parametrize("name", list(FORMS))
def test_nobody_decides_on_their_own_mail(hold, signed_in, name):
    """Who sent the message may look at its page but not act, whatever their role."""
    held, _ = hold()
    browser = signed_in("dpo", email=SENDER)
    page = browser.get(reverse("held", args=[held.id])).content.decode()
    assert "Somebody else must decide" in page
    assert '<h2 class="govuk-heading-l">Decide</h2>' not in page
    assert post(browser, name, held.id, FORMS[name]).status_code == 403
    assert state(held).version == held.version


def test_own_mail_under_another_address_is_others_to_decide(hold, signed_in):
    """An alias of the staff list is the same person: the page says so, and a decision is refused."""
    held, _ = hold()
    prints = keys.current().fingerprints
    aliases = (tuple(address_fingerprint(prints, one) for one in (SENDER, "head@example.sch.uk")),)
    in_force.record(Rules(policy_set="v", mode="enforce", aliases=aliases), now=timezone.now())
    browser = signed_in("dpo", email="head@example.sch.uk")
    page = browser.get(reverse("held", args=[held.id])).content.decode()
    assert "Somebody else must decide" in page
    assert post(browser, "release", held.id, FORMS["release"]).status_code == 403
    assert state(held).version == held.version


@pytest.mark.parametrize("name", list(FORMS))
def test_get_never_decides(hold, signed_in, name):
    """Link scanners open every link: a GET of a decision is refused."""
    held, _ = hold()
    assert signed_in("dpo").get(reverse(name, args=[held.id])).status_code == 405
    assert state(held).version == held.version


def test_a_post_without_the_token_is_refused(hold, person):
    """CSRF: a form of another site does nothing."""
    from django.test import Client

    from tests.quarantine.console.conftest import prove

    held, _ = hold()
    browser = Client(enforce_csrf_checks=True)
    user = person("dpo")
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    prove(browser, user)
    assert browser.post(reverse("release", args=[held.id]), FORMS["release"]).status_code == 403
    assert state(held).state == "held"


def test_keeping_longer_and_passing_on(hold, signed_in):
    """The end of the hold moves; the other role sees the message, and a reviewer no longer does."""
    held, _ = hold(now=timezone.now())
    dpo, dsl, reviewer = signed_in("dpo"), signed_in("dsl"), signed_in("reviewer")
    post(dpo, "keep-longer", held.id, FORMS["keep-longer"])
    assert (state(held).expires_at - held.expires_at).days == 14
    assert dsl.get(reverse("held", args=[held.id])).status_code == 404
    post(dpo, "pass-on", held.id, FORMS["pass-on"])
    assert dsl.get(reverse("held", args=[held.id])).status_code == 200
    assert reviewer.get(reverse("held", args=[held.id])).status_code == 404


def test_a_message_that_its_sender_was_asked_about_can_be_decided(hold, signed_in):
    """An officer may decide instead of the sender."""
    held, _ = hold(Action.ASK)
    post(signed_in("dpo"), "return", held.id, FORMS["return"])
    assert state(held).state == "returned"
