"""Exceptions, the bypass and what was let through, in the console: who may, what counts, and what every page then says."""

from dataclasses import replace

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from policies.verdict import Action
from quarantine import bypass, standing, waivers, workflow
from quarantine.config import Waivers, current
from quarantine.models import AuditEvent
from tests.quarantine.console.conftest import OTHER, SCHOOL
from tests.support.stopped import SENDER, make_envelope, make_raw, make_scan, make_verdict

pytestmark = pytest.mark.django_db(transaction=True)
ASK = {
    "policy": "subject-names",
    "sender": SENDER,
    "reason": "Trip week in Wales",
    "days": "7",
    "school": SCHOOL,
}
TWO = Waivers(by=("head", "it-manager"), approvers=2, policies=("subject-names",))


def text(response):
    return response.content.decode()


def make(browser, **change):
    return browser.post(reverse("exception-add"), ASK | change, follow=True)


def test_the_dpo_makes_one_and_it_counts_at_once_where_their_word_is_enough(signed_in):
    """Listed with its reason, in force for the gateway, audited with who."""
    page = text(make(signed_in("dpo")))
    assert "Trip week in Wales" in page
    [one] = standing.read(now=timezone.now()).waivers
    assert [a.who for a in one.approvers] == [f"dpo@{SCHOOL}"]
    assert SENDER not in page
    assert AuditEvent.objects.filter(kind="exception-added", actor=f"dpo@{SCHOOL}").exists()


def test_where_two_must_approve_two_different_people_do(signed_in):
    """The DPO's own word does not count there; the page says how many are missing; nobody counts twice."""
    with override_settings(SCHOOLGATE=replace(current(), waivers=TWO)):
        assert "needs 2 more" in text(make(signed_in("dpo")))
        [row] = waivers.listing(now=timezone.now())
        head, manager = signed_in("head"), signed_in("it-manager")
        for browser in (head, head, manager):
            browser.post(reverse("exception-approve", args=[row.id]))
        [one] = standing.read(now=timezone.now()).waivers
        assert [a.who for a in one.approvers] == [f"head@{SCHOOL}", f"it-manager@{SCHOOL}"]
        assert "needs" not in text(head.get(reverse("exceptions"))).split("<table")[1]


def test_an_end_is_an_end(signed_in):
    """Gone from the list and from the gateway."""
    dpo = signed_in("dpo")
    make(dpo)
    [row] = waivers.listing(now=timezone.now())
    assert "It has ended" in text(dpo.post(reverse("exception-end", args=[row.id]), follow=True))
    assert standing.read(now=timezone.now()).waivers == ()
    assert "No exception stands" in text(dpo.get(reverse("exceptions")))


def test_another_school_neither_sees_nor_ends_it(signed_in):
    """A DPO elsewhere in the trust is told that there is none."""
    make(signed_in("dpo"))
    [row] = waivers.listing(now=timezone.now())
    other = signed_in("dpo", school=OTHER)
    assert "Wales" not in text(other.get(reverse("exceptions")))
    assert "no such exception" in text(other.post(reverse("exception-end", args=[row.id]), follow=True))
    assert len(standing.read(now=timezone.now()).waivers) == 1


@pytest.mark.parametrize("change", [{"sender": "green"}, {"reason": ""}, {"days": "9000"}, {"school": OTHER}])
def test_a_form_that_is_not_right_comes_back(signed_in, change):
    """With what is wrong; nothing is written."""
    response = signed_in("dpo").post(reverse("exception-add"), ASK | change)
    assert response.status_code == 422
    assert "There is a problem" in text(response)
    assert waivers.listing(now=timezone.now()) == []


def test_the_bypass_stands_on_every_page_while_it_is_on(signed_in):
    """For everybody in the school, with who and until when; off again, it is gone."""
    dpo, reviewer = signed_in("dpo"), signed_in("reviewer")
    dpo.post(reverse("bypass-on"), {"hours": "4", "why": "Storm", "where": SCHOOL})
    for browser, name in ((dpo, "queue"), (dpo, "audit"), (reviewer, "queue"), (reviewer, "account")):
        page = text(browser.get(reverse(name)))
        assert "The bypass is on" in page
        assert f"dpo@{SCHOOL}" in page
    assert "data-bypass" not in text(signed_in("dpo", school=OTHER).get(reverse("queue")))
    dpo.post(reverse("bypass-off"))
    assert "data-bypass" not in text(dpo.get(reverse("queue")))
    assert list(AuditEvent.objects.order_by("number").values_list("kind", flat=True)) == [
        "bypass-on",
        "bypass-off",
    ]


def test_only_who_proved_themselves_lately_opens_the_gate(signed_in):
    """A session left open makes no exception and no bypass."""
    browser = signed_in("dpo", proved=False)
    for name, fields in (
        ("exception-add", ASK),
        ("bypass-on", {"hours": "1", "why": "x", "where": SCHOOL}),
    ):
        assert "reauthenticate" in browser.post(reverse(name), fields)["Location"]
    assert not bypass.standing(now=timezone.now())
    assert not waivers.listing(now=timezone.now())


def test_what_was_let_through_is_listed_with_the_note_on_breaches(signed_in):
    """What would have happened, by which policy; nothing of what was simply allowed, and no address."""
    hits = tuple(replace(h, monitor=True) for h in make_verdict(Action.QUARANTINE).hits)
    let_through = replace(make_verdict(Action.LOG), hits=hits)
    seen, plain = make_envelope(school=SCHOOL), make_envelope(school=SCHOOL)
    workflow.passed(seen, make_scan(), let_through, now=timezone.now(), raw=make_raw())
    workflow.passed(plain, make_scan(), make_verdict(Action.LOG), now=timezone.now(), raw=make_raw())
    page = text(signed_in("dpo").get(reverse("watched")))
    assert seen.id in page
    assert plain.id not in page
    assert "Hold it for an officer" in page
    assert "72 hours" in page
    assert SENDER not in page
    assert seen.id not in text(signed_in("dpo", school=OTHER).get(reverse("watched")))
