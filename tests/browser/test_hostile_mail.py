"""Hostile mail in a real browser: revealed page by page, nothing runs, nothing is asked for, no dialog opens."""

import smtplib
from importlib import resources

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browser.conftest import Watch, watched
from tests.browser.test_whole_way import answers, welcome
from tests.quarantine.conftest import hold  # noqa: F401 - the fixture
from tests.quarantine.console.hostile import (
    HEADERS,
    MARKUP,
    NAMES,
    mime_tricks,
    with_headers,
    with_markup,
    with_names,
)
from tests.support.gate import make_gate
from tests.support.servers import postfix, until

pytestmark = pytest.mark.slow
A_MESSAGE = 12  # payloads in one message: the corpus in a bearable number of pages


def batches():
    """The corpus, a dozen payloads a message; what swallows the rest of its message stands first in a message of its own too."""
    yield from (with_markup(*MARKUP[n : n + A_MESSAGE]) for n in range(0, len(MARKUP), A_MESSAGE))
    yield from (with_names(*NAMES[n : n + A_MESSAGE]) for n in range(0, len(NAMES), A_MESSAGE))
    yield from (with_headers(*HEADERS[n : n + 4]) for n in range(0, len(HEADERS), 4))
    yield from mime_tricks()[::4]


def test_nothing_runs_and_nothing_is_fetched(hold, signed_in_page, console):  # noqa: F811
    """Each message is revealed; the browser's own log, its requests and its dialogs stay empty; no control was added."""
    rows = [hold(raw=raw, now=timezone.now())[0] for raw in batches()]
    page, watch = signed_in_page("dpo")
    for held in rows:
        page.goto(console + reverse("held", args=[held.id]))
        page.get_by_role("button", name="Reveal the content").click()
        page.get_by_role("heading", name="Content", exact=True).wait_for()
        assert page.locator("main form, main input, main script, main img, main object").count() == 0
        assert all(frame.evaluate("document.scripts.length") == 0 for frame in page.frames[1:])
        held.refresh_from_db()
        assert held.state == "held"
    assert watch.elsewhere(console) == []
    assert watch.dialogs == []
    assert watch.errors == []


HOLD_ALL = """\
[[policy]]
id = "all-outside"
why = "Everything that leaves is looked at."
when = { recipient = "outside" }
action = "quarantine"
reviewers = ["dpo"]
"""
OVERVIEWS = (
    "queue/",
    "decided/",
    "audit/",
    "reports/",
    "precision/",
    "let-through/",
    "legal-holds/",
    "incidents/",
    "settings/",
    "health/",
)


def send(gate, raw):
    """As it is, dot-stuffed and no more: no library makes it harmless on the way."""
    with smtplib.SMTP("127.0.0.1", gate.smtp_port) as client:
        client.sendmail("s.green@example.sch.uk", ["pat.quill@families.example.org"], raw)


def test_by_smtp_through_the_real_pipeline_into_every_page(tmp_path, chromium):
    """Over two hundred payloads are taken by SMTP, read by the sandboxed readers, held, and opened page by page: nothing runs or is fetched."""
    watch = Watch()
    with postfix() as internet:
        gate = make_gate(tmp_path / "gate", next_hop=internet.port)
        default = (resources.files("policies") / "packs" / "default.toml").read_text()
        (gate.root / "all.toml").write_text(f"{default}\n{HOLD_ALL}")
        gate.config.write_text(gate.config.read_text().replace('pack = "default"', 'pack = "all.toml"'))
        with gate.serve():
            sent = [raw for raw in batches() if raw]
            for raw in sent:
                send(gate, raw)
            waiting = [row["id"] for row in gate.json("held", "list")]
            assert len(waiting) >= len(sent) - 2  # what is the same to the byte is one hold
            link = gate.run("user", "add", "dpo@example.sch.uk", "--role", "dpo").stdout.split()[-1]
            until(lambda: answers(gate.console_port), "the console answers", 60)
            context = chromium.new_context(locale="en-GB")
            page = context.new_page()
            page.set_default_timeout(60_000)
            welcome(page, link)
            url = f"http://127.0.0.1:{gate.console_port}"
            page.goto(f"{url}/queue/")  # away from the recovery codes, which ask before they are left
            watched(page, watch)
            for key in waiting:
                page.goto(f"{url}/held/{key}/")
                page.get_by_role("button", name="Reveal the content").click()
                page.get_by_role("heading", name="Content", exact=True).wait_for()
                assert page.locator("main form, main input, main script, main img, main object").count() == 0
                assert all(frame.evaluate("document.scripts.length") == 0 for frame in page.frames[1:])
            for overview in OVERVIEWS:
                page.goto(f"{url}/{overview}")
                page.get_by_role("heading", level=1).wait_for()
            assert {row["id"] for row in gate.json("held", "list")} == set(
                waiting
            )  # no page decided by itself
            context.close()
            assert watch.elsewhere(url) == []
            assert watch.dialogs == []
            assert watch.errors == []
            assert not any(b"Dear parent" in mail for mail in internet.mails())
