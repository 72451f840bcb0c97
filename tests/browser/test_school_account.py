"""The school's account in a real browser, before a real provider on another port: in, into sudo mode, and out again."""

import time
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from quarantine.config import Admission, Group, OpenId
from tests.browser.test_pages import assert_sound
from tests.quarantine.conftest import hold  # noqa: F401 - the fixture
from tests.quarantine.console.conftest import SCHOOL
from tests.support.openid import CLIENT, SECRET, provider

pytestmark = pytest.mark.slow


@pytest.fixture
def school(settings):
    """A provider that says a second factor was used, and the console set up for it."""
    with provider() as running:
        found = OpenId(issuer=running.issuer, client=CLIENT, secret=SECRET)
        admission = Admission(
            domains=(SCHOOL,), by_provider=True, groups=(Group(name="officers", role="dpo"),)
        )
        settings.SCHOOLGATE = replace(
            settings.SCHOOLGATE, openid=found, admission=admission, mfa_required=True
        )
        app = {"provider_id": "school", "name": "school account", "client_id": CLIENT, "secret": SECRET}
        app["settings"] = {"server_url": running.issuer, "oauth_pkce_enabled": True, "fetch_userinfo": False}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        running.claims = {"sub": "ada", "email": "ada@example.sch.uk", "email_verified": True, "amr": ["mfa"]}
        running.claims["groups"] = ["officers"]
        yield running


def test_sign_in_release_in_sudo_mode_sign_out(hold, open_page, console, school):  # noqa: F811
    """The browser's own rules let the form lead to the provider and nowhere else; the release waits until it has asked again."""
    held, _ = hold(now=timezone.now())
    page, watch = open_page()
    page.goto(console)
    assert_sound(page, watch, console)
    school.claims["auth_time"] = int(time.time()) - 3600
    page.get_by_role("button", name="Sign in with your school account").click()
    page.get_by_role("button", name="I am me").click()
    page.get_by_role("heading", name="Queue").wait_for()
    page.goto(console + reverse("held", args=[held.id]))
    page.get_by_role("button", name="Release", exact=True).click()
    page.get_by_role("heading", name="Show that it is you").wait_for()
    watch.requests.clear()  # the way to the provider is elsewhere, and wanted
    assert_sound(page, watch, console)
    school.claims.pop("auth_time")
    page.get_by_role("button", name="Go to your school's sign-in").click()
    assert school.asked[-1]["prompt"] == "login"
    page.get_by_role("button", name="I am me").click()
    page.get_by_text("Released to 1.").wait_for()
    held.refresh_from_db()
    assert (held.state, held.decided_by) == ("released", "ada@example.sch.uk")
    page.goto(console + reverse("account"))
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert watch.errors == []


def test_somebody_without_a_group_stays_outside(open_page, console, school):
    """One plain page, and no account."""
    school.claims["groups"] = ["teachers"]
    page, watch = open_page("phone")
    page.goto(console)
    page.get_by_role("button", name="Sign in with your school account").click()
    page.get_by_role("button", name="I am me").click()
    page.get_by_role("heading", name="You were not let in").wait_for()
    watch.requests.clear()
    watch.errors.clear()  # the browser notes the 403
    assert_sound(page, watch, console)
    page.goto(console + reverse("queue"))
    page.get_by_role("heading", name="Sign in").wait_for()
