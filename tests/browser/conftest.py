"""A real browser before a real web server: the console on a free port, people who are signed in, and a watch over every request."""

import os
import threading
from dataclasses import dataclass, field
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from tests.quarantine.console.conftest import PASSWORD, person  # noqa: F401 - the fixture

ARGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SIZES = {"desk": (1280, 900), "phone": (390, 844)}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """No line per request."""


@pytest.fixture
def console(transactional_db, settings):
    """The console's address; the server is the real WSGI application with its static files."""
    from django.db import connections

    from quarantine.console.wsgi import application

    server = make_server("127.0.0.1", 0, application(), _Server, _Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    settings.CSRF_TRUSTED_ORIGINS = [url]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()
    connections.close_all()


@pytest.fixture(
    scope="module"
)  # no longer: its running loop would be in the way of every test with a loop of its own
def chromium():
    """Debian's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the tests
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@dataclass(slots=True)
class Watch:
    """What the browser did: requests, dialogs, errors, breaches of the policy."""

    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def elsewhere(self, url):
        """Requests that did not go to the console."""
        return [asked for asked in self.requests if not asked.startswith((url, "data:", "about:"))]


def watched(page, watch):
    """Write down from now on what this page asks for, says and does wrong."""
    page.on("request", lambda request: watch.requests.append(request.url))
    page.on("dialog", lambda dialog: (watch.dialogs.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on("console", lambda message: watch.errors.append(message.text) if message.type == "error" else None)


@pytest.fixture
def open_page(chromium, console):
    """Open a window of a size, watched from the first request on."""
    contexts = []

    def opening(size="desk"):
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        watch = Watch()
        watched(page, watch)
        return page, watch

    yield opening
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in_page(open_page, console, person, settings):  # noqa: F811 - the fixture
    """A window of somebody with these roles, signed in by hand: address, password."""
    from dataclasses import replace

    def signing(*roles, size="desk", **fields):
        settings.SCHOOLGATE = replace(settings.SCHOOLGATE, mfa_required=False)
        user = person(*roles, factor=False, **fields)
        page, watch = open_page(size)
        page.goto(console)
        page.get_by_label("Email").fill(user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/login" not in url)
        return page, watch

    return signing
