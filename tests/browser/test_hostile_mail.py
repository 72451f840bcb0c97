"""Hostile mail in a real browser: revealed page by page, nothing runs, nothing is asked for, no dialog opens."""

import pytest
from django.urls import reverse
from django.utils import timezone

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
