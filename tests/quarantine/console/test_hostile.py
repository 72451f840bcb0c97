"""Whatever a message holds, the console's pages hold nothing that acts, fetches or looks like one of our own controls."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from quarantine.console.reader import TAGS, preview
from quarantine.console.reveal import _parts
from tests.quarantine.console.hostile import HEADERS, MARKUP, NAMES, everything, with_headers
from tests.support.stopped import NOW, make_envelope, make_raw, make_scan, make_verdict

ACTIVE = {
    "script",
    "style",
    "link",
    "meta",
    "base",
    "object",
    "embed",
    "svg",
    "math",
    "img",
    "video",
    "audio",
    "form",
    "input",
    "frame",
}
OURS = re.compile(r"/static/console/|/static/mfa/|/static/account/")


def frame_of(tree):
    """The document inside the sandboxed frame, as the browser would read it; None where there is none."""
    frame = tree.css_first("iframe")
    return None if frame is None else (frame.attributes, HTMLParser(frame.attributes["srcdoc"]))


def assert_tame(tree, *, allowed):
    """No element that acts but those of our own template; no handler, no style, no address elsewhere."""
    for node in tree.css("*"):
        if node.tag in ACTIVE:
            assert allowed(node), node.html[:200]
        for name, value in node.attributes.items():
            assert not name.startswith(("on", "hx-on")), (name, node.html[:200])
            assert name not in {"style", "srcset", "ping", "background"}, (name, node.html[:200])
            if name in {"href", "src", "action", "formaction", "data"}:
                assert value.startswith(("/", "#", "?")), (name, value)
                assert not value.startswith("//"), (name, value)


def of_our_template(node):
    source = node.attributes.get("src") or node.attributes.get("href") or ""
    if node.tag in {"script", "link"}:
        return bool(OURS.match(source))
    return node.tag == "meta" or node.tag in {"form", "input"}


@pytest.mark.slow
def test_the_corpus_is_large():
    """At least two hundred payloads of every kind."""
    assert len(everything()) >= 200


@pytest.mark.slow
def test_revealed_content_is_text_and_tame_markup_alone():
    """Each payload through the reader and the page: outside the frame it is text, inside it is a tag of the list without attributes."""
    for raw in everything():
        shown = preview(raw)
        html = render_to_string(
            "console/revealed.html", {"held": {"id": "x"}, "shown": shown, "parts": _parts(shown, {})}
        )
        tree = HTMLParser(html)
        framed = frame_of(tree)
        if framed is not None:
            attributes, inside = framed
            assert attributes["sandbox"] == ""
            for node in inside.css("body *"):
                assert node.tag in TAGS
                assert not node.attributes
        assert_tame(
            tree, allowed=lambda node: node.tag in {"meta", "link", "script"} and of_our_template(node)
        )


@pytest.mark.slow
def test_rows_of_hostile_words_are_shown_as_text(db, signed_in):
    """Names, places, reasons and addresses from mail on queue, message, bulk and history page: escaped everywhere."""
    from quarantine import workflow

    browser = signed_in("dpo")
    for n, payload in enumerate([*MARKUP, *NAMES][::4]):
        word = "".join(c for c in payload[:150] if c.isprintable())
        scan = make_scan()
        part = type(scan.parts[1])(
            path="0/1", label=word, sniffed=word[:20], declared=word, protected_how=word, read_why=word
        )
        verdict = make_verdict(why=word, masked=word, label=word, place=word, clause=word, policy=f"p{n}")
        held = workflow.hold(
            make_envelope(sender=f'"{word[:40]}"@example.sch.uk', to=(f'"{word[:40]}"@example.org',)),
            make_raw(subject="x"),
            type(scan)(parts=(scan.parts[0], part), findings=scan.findings, versions={}),
            verdict,
            now=NOW,
        )
        page = browser.get(reverse("held", args=[held.id]))
        assert_tame(HTMLParser(page.content), allowed=of_our_template)
        workflow.return_(held.id, actor="dpo@example.sch.uk", note=word, now=NOW)
        type(held).objects.filter(id=held.id).update(decided_by=word)
        assert_tame(HTMLParser(browser.get(reverse("held", args=[held.id])).content), allowed=of_our_template)
    for name in ("history", "queue", "audit"):
        assert_tame(HTMLParser(browser.get(reverse(name)).content), allowed=of_our_template)


@pytest.mark.parametrize(
    "address",
    [
        "/held/<script>alert(1)</script>/",
        "/held/%0d%0aSet-Cookie:x=1/",
        "/queue/?page=<script>",
        "/queue/?sender=%00&risk=9;--",
        "/audit/?since=x&before=-1",
        "/queue/?reference='--",
    ],
)
def test_hostile_addresses_are_harmless(signed_in, address):
    """What stands in the address bar is not believed either."""
    response = signed_in("dpo").get(address)
    assert response.status_code in {200, 404}
    assert "<script>alert" not in response.content.decode()
    assert "x=1" not in str(response.cookies)


def test_headers_do_not_reach_the_response(db, signed_in):
    """A header of the mail is never a header of ours."""
    for header in HEADERS:
        shown = preview(with_headers(header))
        assert all("\r" not in piece.text for piece in shown.pieces)


def test_every_page_carries_the_strict_headers(hold, signed_in, client):
    """Policy, frames, referrer, sniffing, caching: on every page, signed in or not."""
    held, _ = hold()
    browser = signed_in("dpo")
    pages = [
        browser.get(reverse(name))
        for name in ("queue", "history", "audit", "health", "people", "reports", "account", "mfa_index")
    ]
    for response in [
        *pages,
        browser.get(reverse("held", args=[held.id])),
        client.get(reverse("account_login")),
        browser.get("/nowhere"),
    ]:
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"].startswith(("no-store", "max-age=0, no-cache, no-store"))


def test_cookies_are_closed_to_scripts_and_other_sites(client, person):
    """HttpOnly and SameSite always; Secure and the __Host- name where the console's address is https."""
    from dataclasses import replace

    from django.conf import settings

    from quarantine.console.django import console_settings

    person("dpo", factor=False)
    client.get(reverse("account_login"))
    response = client.post(
        reverse("account_login"), {"login": "dpo@example.sch.uk", "password": "four words that stay"}
    )
    for cookie in response.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] in {"Lax", "Strict"}
    https = console_settings(replace(settings.SCHOOLGATE, console_url="https://gate.example.sch.uk"))
    assert https["SESSION_COOKIE_SECURE"]
    assert https["CSRF_COOKIE_SECURE"]
    assert https["SESSION_COOKIE_NAME"].startswith("__Host-")
