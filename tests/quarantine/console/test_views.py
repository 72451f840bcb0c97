"""Saved views: kept under a name, sealed, one's own, and the same list as the filter gave."""

import pytest
from django.urls import reverse

from tests.quarantine.console.test_pages import listed
from tests.support.stopped import SENDER

pytestmark = pytest.mark.slow


def keep(browser, name, query, page="queue"):
    return browser.post(reverse("view-save"), {"name": name, "query": query, "page": page})


def test_a_view_shows_what_its_filter_showed(hold, signed_in):
    """Kept, listed above the queue, opened by its link; no address stands in the link or in the row."""
    from quarantine.models import SavedView

    held, _ = hold()
    hold(sender="d.okoro@example.sch.uk")
    browser = signed_in("dpo")
    filtered = browser.get(reverse("queue"), {"sender": SENDER})
    assert "Keep as a view" in filtered.content.decode()
    response = keep(browser, "From the office", f"sender={SENDER.replace('@', '%40')}")
    assert SENDER not in response["Location"]
    page = browser.get(response["Location"])
    assert listed(page) == [held.id]
    assert "From the office" in page.content.decode()
    assert SENDER.encode() not in bytes(SavedView.objects.get().query)


def test_views_are_ones_own(hold, signed_in):
    """Another person neither sees nor opens nor removes them, and does not learn that they exist."""
    hold()
    mine, other = signed_in("dpo"), signed_in("reviewer")
    address = keep(mine, "Mine", "risk=3")["Location"]
    key = address.rpartition("=")[2]
    assert other.get(address).status_code == 404
    assert "Mine" not in other.get(reverse("queue")).content.decode()
    assert other.post(reverse("view-remove", args=[key])).status_code == 404
    assert mine.post(reverse("view-remove", args=[key])).status_code == 302
    assert mine.get(address).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "", "query": "risk=3", "page": "queue"},
        {"name": "x" * 61, "query": "risk=3", "page": "queue"},
        {"name": "x", "query": "r" * 1_001, "page": "queue"},
        {"name": "x", "query": "risk=3", "page": "people"},
    ],
)
def test_what_is_not_kept(signed_in, sent):
    """Without a name, too long, or of a list that is none."""
    from quarantine.models import SavedView

    assert signed_in("dpo").post(reverse("view-save"), sent).status_code == 302
    assert not SavedView.objects.exists()


def test_the_same_name_replaces_and_twenty_are_enough(signed_in):
    """Nobody fills the table."""
    from quarantine.models import SavedView

    browser = signed_in("dpo")
    for n in range(22):
        keep(browser, f"v{n}", "risk=1")
    assert SavedView.objects.count() == 20
    keep(browser, "v3", "risk=2")
    assert SavedView.objects.count() == 20


@pytest.mark.parametrize("view", ["0", "x", "-1", "99999999999999999999"])
def test_a_view_that_is_not_there(signed_in, view):
    """Not found, whatever stands in the address."""
    assert signed_in("dpo").get(reverse("queue"), {"view": view}).status_code == 404
