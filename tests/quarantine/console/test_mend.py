"""Release with changes: one cure for each problem, passwords first, nobody but who may decide, and the mended message is what goes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from policies.verdict import Cure
from quarantine.console.mend import CURES
from quarantine.cures.problems import BUILT
from quarantine.models import Mend, Mending, State
from quarantine.workflow import mended, on_behalf
from tests.quarantine.console.conftest import prove
from tests.support.asked import LATER, SUBJECT, asked, claimed, made  # noqa: F401 - the fixture

pytestmark = pytest.mark.slow


def choices(held, *cures):
    return {one.key: cure.value for one, cure in zip(on_behalf.offered(held), cures, strict=True)}


def test_every_cure_has_its_words():
    """Nothing is offered that the page cannot name."""
    assert set(BUILT) == set(CURES)


def test_initials_go_at_once(asked, signed_in):  # noqa: F811
    """Chosen, mended by the gateway's workshop, sent; the record names the officer."""
    held = asked(SUBJECT)
    browser = signed_in("dpo")
    address = reverse("mend", args=[held.id])
    assert "Write initials" in browser.get(address).content.decode()
    browser.post(address, choices(held, Cure.INITIALS))
    job = claimed(now=timezone.now() + timedelta(minutes=1))
    assert job.by == "dpo@example.sch.uk"
    mended.send(job, made(job), now=timezone.now())
    held.refresh_from_db()
    assert (held.state, held.decided_by) == (State.CURED, "dpo@example.sch.uk")


def test_a_password_is_shown_first_and_then_it_goes(asked, signed_in):  # noqa: F811
    """It is on the page in sudo mode only, and gone from it once the officer has it."""
    held = asked()
    browser = signed_in("dpo")
    address = reverse("mend", args=[held.id])
    browser.post(address, choices(held, Cure.INITIALS, Cure.ENCRYPT))
    page = browser.get(address).content.decode()
    assert "Take down the password" in page
    prove(browser, browser.user, age=3600)
    assert "reauthenticate" in browser.get(address)["Location"]
    prove(browser, browser.user)
    browser.post(reverse("mend-send", args=[held.id]))
    assert Mending.objects.get().state == Mend.DUE
    assert "Take down the password" not in browser.get(address, follow=True).content.decode()


@pytest.mark.parametrize("left", [{}, {"nothing": "initials"}])
def test_every_problem_needs_an_answer(asked, signed_in, left):  # noqa: F811
    """Half a choice sends nothing."""
    held = asked()
    response = signed_in("dpo").post(reverse("mend", args=[held.id]), left)
    assert response.status_code == 422
    assert "Choose what to do about this" in response.content.decode()
    held.refresh_from_db()
    assert held.state == State.HELD


def test_a_colleague_was_faster(asked, signed_in):  # noqa: F811
    """The message page says who decided; nothing is mended."""
    from quarantine import workflow

    held = asked(SUBJECT)
    workflow.return_(held.id, actor="head@example.sch.uk", note="x", now=LATER)
    browser = signed_in("dpo")
    address = reverse("mend", args=[held.id])
    assert browser.get(address)["Location"] == reverse("held", args=[held.id])
    assert not Mending.objects.exclude(state=Mend.CHOOSING).exists()
