"""Deciding as a person does: with a mouse, with keys, several at once, two officers at once, and on a phone."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browser.conftest import SIZES
from tests.quarantine.conftest import hold  # noqa: F401 - the fixture

pytestmark = pytest.mark.slow


def state(held):
    held.refresh_from_db()
    return held.state


@pytest.mark.parametrize("size", list(SIZES))
def test_release_return_delete(hold, signed_in_page, console, size):  # noqa: F811
    """From the queue to the decision and its confirmation, with what was done on the page."""
    first, _ = hold(now=timezone.now())
    second, _ = hold(now=timezone.now())
    third, _ = hold(now=timezone.now())
    page, watch = signed_in_page("dpo", size=size)
    page.goto(console + reverse("held", args=[first.id]))
    page.get_by_role("button", name="Release", exact=True).click()
    page.get_by_text("Released to 1.").wait_for()
    assert state(first) == "released"
    page.goto(console + reverse("held", args=[second.id]))
    page.get_by_label("Note to the sender").last.fill("Please use initials.")
    page.get_by_role("button", name="Return to the sender").click()
    page.get_by_text("Returned. The sender gets your note.").wait_for()
    assert state(second) == "returned"
    page.goto(console + reverse("held", args=[third.id]))
    page.get_by_label(re.compile("Yes, delete it")).check()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("Deleted. Nobody gets it.").wait_for()
    assert state(third) == "deleted"
    assert watch.errors == []


def test_two_officers_at_once(hold, signed_in_page, console):  # noqa: F811
    """Both have the page open; the second is told who was first, and only one release is queued."""
    from quarantine.models import Outgoing

    held, _ = hold(now=timezone.now())
    one, _ = signed_in_page("dpo")
    two, _ = signed_in_page("reviewer")
    for page in (one, two):
        page.goto(console + reverse("held", args=[held.id]))
    one.get_by_role("button", name="Release", exact=True).click()
    one.get_by_text("Released to 1.").wait_for()
    two.get_by_role("button", name="Release", exact=True).click()
    two.get_by_text("Already released by dpo@example.sch.uk").wait_for()
    assert Outgoing.objects.filter(held=held, kind="original").count() == 1


def test_several_at_once_say_first_what_will_happen(hold, signed_in_page, console):  # noqa: F811
    """Nothing happens on the first press; the second page names each message and recipient."""
    rows = [hold(now=timezone.now())[0] for _ in range(3)]
    page, _ = signed_in_page("dpo")
    page.goto(console + reverse("queue"))
    for label in page.locator("tbody label").all()[:2]:
        label.click()
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("heading", name="Release 2 messages?").wait_for()
    assert [state(held) for held in rows] == ["held"] * 3
    assert page.get_by_text("pat.quill@families.example.org").count() == 2
    page.get_by_role("button", name="Release 2 messages").click()
    page.get_by_text("Released: 2 messages.").wait_for()
    assert [state(held) for held in rows].count("released") == 2


def test_keys_move_and_open_but_never_decide(hold, signed_in_page, console):  # noqa: F811
    """j and Enter open, r goes to the button, u goes back; switched off they do nothing."""
    held, _ = hold(now=timezone.now())
    page, _ = signed_in_page("dpo")
    page.goto(console + reverse("queue"))
    page.keyboard.press("j")
    page.locator("tr.sg-current").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/held/**")
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.dataset.key") == "release"
    assert state(held) == "held"
    page.keyboard.press("u")
    page.wait_for_url("**/queue/")
    page.goto(console + reverse("account"))
    page.get_by_label(re.compile("single-letter keys")).uncheck()
    page.goto(console + reverse("queue"))
    page.keyboard.press("j")
    assert page.locator("tr.sg-current").count() == 0


def test_the_count_is_live(hold, signed_in_page, console):  # noqa: F811
    """A message that arrives while the page is open is counted without a reload."""
    page, watch = signed_in_page("dpo")
    page.clock.install()
    page.goto(console + reverse("queue"))
    page.get_by_text("0 waiting now").wait_for()
    hold(now=timezone.now())
    page.clock.run_for(31_000)
    page.get_by_text("1 waiting now").wait_for()
    assert watch.errors == []


def test_sudo_mode_asks_and_goes_on(hold, signed_in_page, console):  # noqa: F811
    """An old session is asked for the password, and the release that was pressed then happens."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from tests.quarantine.console.conftest import PASSWORD

    held, _ = hold(now=timezone.now())
    page, _ = signed_in_page("dpo")
    for row in Session.objects.all():
        session = SessionStore(row.session_key)
        for record in session.get("account_authentication_methods", []):
            record["at"] -= 3600
        session["seen_before"] = True
        session.save()
    page.goto(console + reverse("held", args=[held.id]))
    page.get_by_role("button", name="Release", exact=True).click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("Released to 1.").wait_for()
    assert state(held) == "released"


def test_without_scripts_everything_can_be_decided(hold, chromium, console, person, settings):  # noqa: F811
    """Scripts are a comfort, not a need."""
    from dataclasses import replace

    from tests.quarantine.console.conftest import PASSWORD

    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, mfa_required=False)
    held, _ = hold(now=timezone.now())
    user = person("dpo", factor=False)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(console)
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name=re.compile("A pupil's name")).click()
    page.get_by_role("button", name="Release", exact=True).click()
    page.get_by_text("Released to 1.").wait_for()
    assert state(held) == "released"
    context.close()


@pytest.mark.parametrize("size", list(SIZES))
def test_the_formatted_body_is_visible_in_its_frame(hold, signed_in_page, console, size):  # noqa: F811
    """The frame without rights still shows words and their shape."""
    from tests.support.mail import make_message

    held, _ = hold(raw=make_message(html="<h1>Dear Pat</h1><p>Bring <b>boots</b>.</p>"), now=timezone.now())
    page, watch = signed_in_page("dpo", size=size)
    page.goto(console + reverse("held", args=[held.id]))
    page.get_by_role("button", name="Reveal the content").click()
    frame = page.frame_locator("iframe")
    page.locator("iframe").scroll_into_view_if_needed()
    frame.get_by_role("heading", name="Dear Pat").wait_for()
    assert frame.locator("b").inner_text() == "boots"
    assert watch.errors == []
