"""Signing in: password, second factor, sessions that end, sudo mode, and the one-time link."""

import base64
import contextlib
import time
import zlib
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.quarantine.console.conftest import PASSWORD, prove
from tests.quarantine.console.test_decide import FORMS, state

pytestmark = pytest.mark.slow

LOGIN = {"password": PASSWORD}


def sign_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_a_password_alone_is_not_enough(client, person):
    """With a second factor set up, the password leads to the code, not into the console."""
    person("dpo")
    response = sign_in(client, "dpo@example.sch.uk")
    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("queue")).status_code == 302


def test_the_second_factor_is_compulsory(client, person):
    """Who has none sees one page only: where to set one up."""
    person("dpo", factor=False)
    sign_in(client, "dpo@example.sch.uk")
    for name in ("queue", "audit", "home"):
        assert client.get(reverse(name))["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    assert "data:image/svg" in client.get(reverse("mfa_activate_totp")).content.decode()


def test_an_authenticator_app_is_set_up_and_used(client, person):
    """Scan, type the code, get recovery codes; the next sign-in asks for a code; the secret lies sealed in its row."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal import auth

    person("dpo", factor=False)
    sign_in(client, "dpo@example.sch.uk")
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]

    def code(step):
        return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30 + step))

    response = client.post(reverse("mfa_activate_totp"), {"code": code(0)})
    assert response["Location"] == reverse("mfa_view_recovery_codes")
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    client.post(reverse("account_logout"))
    sign_in(client, "dpo@example.sch.uk")
    client.post(reverse("mfa_authenticate"), {"code": code(1)})
    assert client.get(reverse("queue")).status_code == 200


def test_wrong_passwords_are_slowed_down(client, person):
    """After five wrong ones the right one does not open either, for a while."""
    person("dpo", factor=False)
    for _ in range(5):
        assert sign_in(client, "dpo@example.sch.uk", "wrong").status_code == 200
    assert "Too many failed" in sign_in(client, "dpo@example.sch.uk").content.decode()


def test_an_unknown_address_reads_like_a_wrong_password(client, person):
    """Nobody learns which accounts exist."""
    person("dpo")
    wrong = sign_in(client, "dpo@example.sch.uk", "wrong").content.decode()
    unknown = sign_in(client, "nobody@example.sch.uk", "wrong").content.decode()
    words = "email address and/or password you specified are not correct"
    assert words in wrong
    assert words in unknown


@pytest.mark.parametrize(("started", "seen", "ends"), [(0, 0, False), (0, 31, True), (13 * 60, 0, True)])
def test_a_session_ends(signed_in, started, seen, ends):
    """Half an hour away or twelve hours in all: sign in again (minutes)."""
    browser = signed_in("dpo")
    session = browser.session
    session["started"], session["seen"] = time.time() - started * 60, time.time() - seen * 60
    session.save()
    response = browser.get(reverse("queue"))
    assert (response.status_code == 302) is ends


def test_the_live_count_keeps_nobody_signed_in(signed_in):
    """A page left open asks for the count; that is not a person."""
    browser = signed_in("dpo")
    browser.get(reverse("queue"))
    session = browser.session
    session["seen"] = seen = time.time() - 20 * 60
    session.save()
    browser.get(reverse("count"))
    assert browser.session["seen"] == seen
    browser.get(reverse("queue"))
    assert browser.session["seen"] > seen


@pytest.mark.parametrize("name", ["release", "reveal", "bulk"])
def test_sudo_mode_asks_again_before_content_and_release(hold, signed_in, name):
    """A session of an hour ago may look at the queue, not reveal or release."""
    held, _ = hold()
    browser = signed_in("dpo", proved=False)
    prove(browser, browser.user, age=3600)
    response = browser.post(reverse(name, args=[] if name == "bulk" else [held.id]), FORMS["release"])
    assert response.status_code == 302
    assert urlsplit(response["Location"]).path == reverse("account_reauthenticate")
    assert state(held).state == "held"


def test_after_proving_oneself_the_release_goes_on(hold, signed_in):
    """The form that was sent is not lost: the password, and the message is released."""
    held, _ = hold()
    browser = signed_in("dpo", proved=False)
    response = browser.post(reverse("release", args=[held.id]), FORMS["release"])
    browser.post(response["Location"], {"password": PASSWORD, "next": reverse("release", args=[held.id])})
    assert state(held).state == "released"


def test_what_waits_in_a_session_is_not_readable_in_the_database(hold, signed_in):
    """A form that waits for sudo mode is encrypted in its row: it may name a child."""
    from django.contrib.sessions.models import Session

    from quarantine.sealed_sessions import SealedSessions

    held, _ = hold()
    browser = signed_in("dpo", proved=False)
    browser.post(reverse("release", args=[held.id]), FORMS["release"] | {"release-note": "Amelia Thompson"})
    row = Session.objects.get()
    stored = SealedSessions().loads(SealedSessions().dumps({"a": 1}))
    assert stored == {"a": 1}
    assert "Amelia" in str(row.get_decoded())
    clear = base64.urlsafe_b64decode(row.session_data.split(":")[0].lstrip(".") + "===")
    assert b"Amelia" not in clear
    with contextlib.suppress(zlib.error):
        assert b"Amelia" not in zlib.decompress(clear)


def test_a_one_time_link_sets_the_first_password_once(client, db):
    """The link opens once; the account can then sign in; used links are dead."""
    from quarantine.console import accounts
    from quarantine.models import User

    link = accounts.add("new@example.sch.uk", roles=["reviewer"], now=timezone.now())
    path = urlsplit(link).path
    assert link.startswith("http://127.0.0.1:8080/")
    form = client.get(path, follow=True)
    assert "Choose your password" in form.content.decode()
    saved = client.post(
        form.request["PATH_INFO"],
        {"new_password1": "a long new phrase", "new_password2": "a long new phrase"},
    )
    assert saved["Location"] == reverse("account_login")
    assert User.objects.get(email="new@example.sch.uk").check_password("a long new phrase")
    assert "no longer works" in client.get(path, follow=True).content.decode()
