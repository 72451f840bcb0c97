"""Sessions and proofs under a clock that is put back: nobody stays signed in for the days that it gained."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.quarantine.console.conftest import prove
from tests.quarantine.console.test_decide import FORMS, state

pytestmark = pytest.mark.slow


@pytest.fixture
def put_off(monkeypatch):
    """The clock of the console, off by so much."""
    real = timezone.now

    def off(by):
        monkeypatch.setattr(timezone, "now", lambda: real() + by)

    return off


def test_a_clock_that_is_corrected_by_seconds_signs_nobody_out(signed_in, put_off):
    """A time server corrects a clock by itself."""
    client = signed_in("dpo")
    assert client.get(reverse("queue")).status_code == 200
    put_off(timedelta(seconds=-30))
    assert client.get(reverse("queue")).status_code == 200


def test_a_clock_put_back_kept_sessions_open(signed_in, put_off):
    """The bug: a session that begins in the future is never too old."""
    client = signed_in("dpo")
    assert client.get(reverse("queue")).status_code == 200
    put_off(timedelta(days=-2))
    assert client.get(reverse("queue")).status_code == 302


def test_a_clock_put_back_kept_a_proof_fresh(hold, signed_in):
    """The bug: a password given "tomorrow" opened everything for a day and more."""
    held, _ = hold()
    browser = signed_in("dpo", proved=False)
    prove(browser, browser.user, age=-2 * 86_400)
    response = browser.post(reverse("release", args=[held.id]), FORMS["release"])
    assert urlsplit(response["Location"]).path == reverse("account_reauthenticate")
    assert state(held).state == "held"
