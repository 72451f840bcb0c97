"""Precision: counted from the officers' words; a change is proposed where they often say false alarm, and made by nobody but them."""

import pytest
from django.urls import reverse

from quarantine import workflow
from quarantine.models import Held
from tests.support.stopped import NOW

pytestmark = pytest.mark.slow

DPO = "dpo@example.sch.uk"


def decide(hold, *, false_alarms, rightly, sender="s.green@example.sch.uk"):
    for wrong in [True] * false_alarms + [False] * rightly:
        held, _ = hold(sender=sender)
        if wrong:
            workflow.release(held.id, actor=DPO, false_alarm=True, now=NOW)
        else:
            workflow.return_(held.id, actor=DPO, note="No", now=NOW)
    # the page looks at the last weeks: as if it had happened just now
    from django.utils import timezone

    Held.objects.exclude(decided_at=None).update(decided_at=timezone.now())


def page(browser):
    return browser.get(reverse("precision")).content.decode()


@pytest.mark.parametrize(
    ("false_alarms", "rightly", "proposed"), [(4, 1, True), (2, 4, False), (4, 0, False)]
)
def test_a_change_is_proposed_where_half_or_more_were_wrong(hold, signed_in, false_alarms, rightly, proposed):
    """And only after enough decisions."""
    decide(hold, false_alarms=false_alarms, rightly=rightly)
    text = page(signed_in("dpo"))
    assert ("What you could change" in text) is proposed
    assert "subject-names" in text


def test_one_sender_gets_an_exception_and_many_another_policy(hold, signed_in):
    """Most of it for one person: the form, with the policy chosen, for who may make exceptions; otherwise the set."""
    decide(hold, false_alarms=5, rightly=0)
    one = page(signed_in("dpo"))
    assert f"{reverse('exceptions')}?policy=subject-names" in one
    assert "s.green" not in one
    assert "?policy=" not in page(signed_in("reviewer"))
    for other in "abcdefgh":
        decide(hold, false_alarms=1, rightly=0, sender=f"{other}.teacher@example.sch.uk")
    assert "policy replay" in page(signed_in("dpo", email="second@example.sch.uk"))


def test_nothing_decided_says_so(signed_in, db):
    """No division by nothing."""
    assert "Nothing was decided yet" in page(signed_in("dpo"))
