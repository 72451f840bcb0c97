"""Signing in to the sender's page: a link opens for its own sender alone; a forwarded one does nothing and says so kindly."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import clear_url_caches

from quarantine.config import OpenId
from quarantine.models import Held, State, User
from quarantine.pages.django import pages_settings
from tests.quarantine.pages.test_pages import rows, text_of
from tests.support.openid import CLIENT, SECRET, provider
from tests.support.stopped import PARENT, SENDER

pytestmark = pytest.mark.slow
ACTS = ("choose", "noted", "ask", "cancel", "emergency")


@pytest.fixture(scope="module")
def school():
    """A provider that runs."""
    with provider() as running:
        yield running


@pytest.fixture
def signing(pages, settings, school):
    """The pages ask for signing in with that provider."""
    school.claims, school.wrong, school.down = {}, {}, False
    found = OpenId(issuer=school.issuer, client=CLIENT, secret=SECRET)
    config = replace(settings.SCHOOLGATE, openid=found, pages_sign_in=True)
    for name, value in pages_settings(config).items():
        if name != "INSTALLED_APPS":
            setattr(settings, name, value)
    settings.SCHOOLGATE, settings.ALLOWED_HOSTS = config, ["testserver"]
    clear_url_caches()
    return config


@pytest.fixture
def walk(signing, school):
    """From the button to the provider and back; returns the browser and where it ends."""

    def walking(address, path, *, browser=None, wrong=None, **claims):
        browser = browser or Client()
        school.claims = {"sub": address, "email": address, "email_verified": True} | claims
        school.wrong = wrong or {}
        asked = browser.post("/signin", {"next": path})
        assert asked.status_code == 302, asked.content
        back = urlsplit(school.let_in(dict(parse_qsl(urlsplit(asked["Location"]).query))))
        return browser, browser.get(back.path, dict(parse_qsl(back.query)))

    return walking


def test_without_signing_in_the_link_shows_nothing(asked, address, signing):
    """Neither findings nor reference; every act is refused, and nothing changes."""
    held = asked()
    path, before = address(held), rows()
    page = Client().get(path)
    assert page.status_code == 401
    assert "Please sign in" in text_of(page)
    assert held.id not in text_of(page).replace(path, "")
    assert "A… T…" not in text_of(page)
    assert [Client().post(path + act).status_code for act in ACTS] == [401] * len(ACTS)
    assert Client().get(path + "incident").status_code == 401
    assert rows() == before


def test_the_sender_signs_in_and_acts(asked, address, walk):
    """Back on the page that they wanted; then all is as without; no account is made for them."""
    held = asked()
    path = address(held)
    browser, back = walk(SENDER.upper(), path)
    assert back["Location"] == path
    assert held.id in text_of(browser.get(path))
    assert browser.post(path + "cancel").status_code == 302
    assert Held.objects.get().state == State.DELETED
    assert not User.objects.exists()


def test_a_forwarded_link_does_nothing_and_says_so_kindly(asked, address, walk):
    """A colleague who is signed in sees no fact of the message, and every act of theirs is refused."""
    held = asked()
    path = address(held)
    browser, _ = walk("t.other@example.sch.uk", path)
    before = rows()
    page = browser.get(path)
    assert page.status_code == 403
    assert "This page is for somebody else" in text_of(page)
    assert "Nothing was changed." in text_of(page)
    assert "A… T…" not in text_of(page)
    assert [browser.post(path + act).status_code for act in ACTS] == [403] * len(ACTS)
    assert browser.get(path + "incident").status_code == 403
    assert rows() == before


def test_one_browser_may_change_its_person(asked, address, walk):
    """Sign in as somebody else: the first session has ended."""
    held = asked()
    path = address(held)
    browser, _ = walk("t.other@example.sch.uk", path)
    assert browser.post("/signout", {"next": path}).status_code == 401
    assert browser.get(path).status_code == 401
    walk(SENDER, path, browser=browser)
    assert browser.get(path).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email": PARENT},
        {"email": f"{SENDER}.evil.example"},
        {"email": f"evil@x.example,{SENDER}"},
        {"email": None},
        {"wrong": {"aud": "another"}},
        {"wrong": {"iss": "https://evil.example"}},
        {"wrong": {"exp": 1}},
    ],
)
def test_who_is_not_believed(asked, address, walk, claims):
    """An address that nobody vouches for, of elsewhere, or a token for others: not signed in."""
    path = address(asked())
    browser, back = walk(SENDER, path, **claims)
    assert back.status_code in (403, 503)
    assert browser.get(path).status_code == 401


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/m/x/",
        "//evil.example/m/x/",
        "/m\\..//evil.example",
        "javascript:alert(1)",
        "/static/x",
        "",
    ],
)
def test_nobody_is_led_elsewhere(walk, wanted):
    """After signing in one is on a page of ours."""
    _, back = walk(SENDER, wanted)
    assert back["Location"].startswith("/try/")


def test_a_provider_that_is_down_is_said_so(asked, address, signing, school):
    """Kindly, and nothing is done."""
    path = address(asked())
    school.down = True
    page = Client().post("/signin", {"next": path})
    assert page.status_code == 503
    assert "Nothing was changed" in text_of(page)


def test_a_machines_owner_signs_in_for_it(asked, address, walk, settings):
    """The copier cannot: whoever answers for it opens its page."""
    held = asked()
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, owners={SENDER: "it@example.sch.uk"})
    browser, _ = walk("it@example.sch.uk", address(held))
    assert browser.get(address(held)).status_code == 200


def test_the_session_keeps_no_address_and_ends_with_the_browser(asked, address, walk):
    """A sealed fingerprint; the cookie is for this site alone."""
    from django.contrib.sessions.models import Session

    browser, _ = walk(SENDER, address(asked()))
    cookie = browser.cookies["sender"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    kept = Session.objects.get().session_data
    assert SENDER.encode() not in bytes(kept, "latin-1")


def test_scanners_open_the_link_and_change_nothing(asked, address, signing):
    """A hundred looks by nobody in particular."""
    held = asked()
    before, client = rows(), Client()
    for _ in range(100):
        client.get(address(held))
        client.head(address(held))
    assert rows() == before
