"""A passkey: set up once, then it alone signs in, as the second factor and the first. The authenticator is the browser's virtual one."""

from dataclasses import replace

import pytest
from django.urls import reverse

from tests.quarantine.console.conftest import PASSWORD

pytestmark = pytest.mark.slow
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_and_signs_in(console, open_page, person, settings):
    """Password, passkey set up, signed out; then the passkey without a password opens the queue."""
    url = console.replace(
        "127.0.0.1", "localhost"
    )  # browsers know passkeys for names and localhost, not for numbers
    settings.CSRF_TRUSTED_ORIGINS = [url]
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, mfa_required=True)
    person("dpo", factor=False)
    page, watch = open_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(url)
    page.get_by_label("Email").fill("dpo@example.sch.uk")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Two-Factor Authentication").wait_for()
    page.goto(url + reverse("mfa_add_webauthn"))
    page.get_by_label("Name").fill("My laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.get_by_role("heading", name="Recovery Codes").wait_for()
    page.get_by_label("I have saved my recovery codes").check()  # until then the page asks before it is left
    page.goto(url + reverse("account"))
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Queue").wait_for()
    assert watch.errors == []
    assert watch.elsewhere(url) == []
