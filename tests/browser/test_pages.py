"""Every page, at a desk and on a phone: no accessibility violation, nothing wider than the window, nothing fetched from elsewhere."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from policies.verdict import Action
from tests.browser.conftest import SIZES
from tests.quarantine.conftest import hold  # noqa: F401 - the fixture

pytestmark = pytest.mark.slow
PAGES = (
    "queue",
    "history",
    "reports",
    "precision",
    "watched",
    "exceptions",
    "incidents",
    "incident-new",
    "legal-holds",
    "absent",
    "settings",
    "lists",
    "policy-set",
    "audit",
    "health",
    "people",
    "account",
    "mfa_index",
    "mfa_activate_totp",
    "account_change_password",
)
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def assert_sound(page, watch, url):
    """Axe finds nothing, the page fits, nothing was fetched from elsewhere, no script failed, no policy was breached."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{page.url} is {wider} px too wide"
    assert watch.elsewhere(url) == []
    assert watch.errors == []
    assert watch.dialogs == []


@pytest.mark.parametrize("size", list(SIZES))
def test_pages_are_accessible_and_fit(hold, signed_in_page, open_page, console, size):  # noqa: F811
    """Sign-in, lists, message, content, bulk and error pages."""
    now = timezone.now()
    held, _ = hold(to=("pat.quill@families.example.org", f"{'long' * 12}@{'name' * 12}.example.org"), now=now)
    hold(Action.ASK, now=now)
    page, watch = open_page(size)
    page.goto(console)
    assert_sound(page, watch, console)
    page, watch = signed_in_page("dpo", size=size)
    for name in PAGES:
        page.goto(console + reverse(name))
        assert_sound(page, watch, console)
    page.goto(console + reverse("held", args=[held.id]))
    assert_sound(page, watch, console)
    page.get_by_role("button", name="Return to the sender").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    watch.errors.clear()  # the browser notes the 422
    assert_sound(page, watch, console)
    page.get_by_role("button", name="Reveal the content").click()
    page.get_by_role("heading", name="Content", exact=True).wait_for()
    assert_sound(page, watch, console)
    page.goto(console + reverse("mend", args=[held.id]))
    assert_sound(page, watch, console)
    page.goto(console + reverse("settings"))
    page.get_by_role("button", name="Show these names").click()
    page.get_by_role("heading", name="Names that are words").wait_for()
    assert_sound(page, watch, console)
    page.goto(console + reverse("queue"))
    page.locator("tbody label").first.click()
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("heading", name="Release 1 message?").wait_for()
    assert_sound(page, watch, console)
    page.goto(console + "/nowhere")
    watch.errors.clear()  # the browser notes the 404
    assert_sound(page, watch, console)
