"""A sender who must sign in first, in a real browser before a real provider: their page, somebody else's, and a message that is only tried."""

import json

import pytest

from tests.browser.conftest import SIZES
from tests.browser.sender import WITHIN, newest, sound, way
from tests.support.mail import make_message
from tests.support.openid import CLIENT, SECRET, provider
from tests.support.servers import until

pytestmark = pytest.mark.slow
SENDER = "s.green@example.sch.uk"


@pytest.fixture(scope="module")
def school(tmp_path_factory, chromium):
    """A school whose pages open only for who has signed in, and its provider."""
    with provider() as running:
        signing = f"""sign_in = true
[openid]
issuer = {json.dumps(running.issuer)}
client = {json.dumps(CLIENT)}
secret = {{ file = "secret" }}
"""
        folder = tmp_path_factory.mktemp("signing")
        with way(folder / "gate", chromium, signing=signing, secret=SECRET) as one:
            one.provider = running
            yield one


def window(school, size="desk"):
    """A browser that nobody has signed in with."""
    width, height = SIZES[size]
    page = school.browser.new_context(
        viewport={"width": width, "height": height}, locale="en-GB", reduced_motion="reduce"
    ).new_page()
    page.set_default_timeout(20_000)
    return page


def sign_in(school, page, address):
    """From the button on the page to the provider and back."""
    school.provider.claims = {"sub": address, "email": address, "email_verified": True}
    page.get_by_role("button", name="Sign in with your school account").click()
    page.get_by_role("button", name="I am me").click()


@pytest.mark.parametrize("size", list(SIZES))
def test_a_link_opens_for_its_sender_alone(school, size):
    """The page that asks, the sender's own page, and what somebody else gets: each without a fault, on desk and phone."""
    school.send(make_message(subject="Amelia Thompson", body=f"Marker-{size}\r\n"))
    link = school.link(number=newest(school))
    page = window(school, size)
    page.goto(link)
    page.get_by_role("heading", name="Please sign in").wait_for()
    sound(page)
    sign_in(school, page, SENDER)
    page.get_by_role("button", name="Send with initials").wait_for()
    sound(page)
    other = window(school, size)
    other.goto(link)
    sign_in(school, other, "d.okoro@example.sch.uk")
    other.get_by_role("button", name="Sign in as somebody else").wait_for()
    assert other.get_by_role("button", name="Send with initials").count() == 0
    sound(other)
    assert school.not_there(f"Marker-{size}".encode())


@pytest.mark.parametrize("size", list(SIZES))
def test_a_message_is_tried(school, size):
    """Sign-in, form, waiting and answer: each without a fault; the answer names no pupil, and nothing is sent."""
    page = window(school, size)
    page.goto(f"{school.pages}/try/")
    page.get_by_role("heading", name="Please sign in").wait_for()
    sound(page)
    sign_in(school, page, SENDER)
    page.get_by_role("heading", name="Try a message").wait_for()
    sound(page)
    page.get_by_label("To whom?").fill("not an address")
    page.get_by_role("button", name="Try it").click()
    page.get_by_role("heading", name="One thing is missing").wait_for()
    sound(page)
    page.get_by_label("To whom?").fill("club@example.net")
    page.get_by_label("Subject").fill("Amelia Thompson")
    page.get_by_label("Your message").fill("Marker-tried")
    page.get_by_role("button", name="Try it").click()
    page.wait_for_url("**/try/*/")
    sound(page)

    def answered():
        page.reload()
        return not page.get_by_role("heading", name="We are looking at it").count()

    until(answered, "the answer is there", WITHIN)
    page.get_by_text("M… T…").first.wait_for()
    sound(page)
    assert school.not_there(b"Marker-tried")
