"""Passwords agreed with partners: sealed, read by those who may, on the record, and refused when they are none."""

from dataclasses import replace

import pytest

from quarantine.cures import partners
from quarantine.cures.partners import PartnerPasswordError
from quarantine.keys import KeysError
from quarantine.models import AuditEvent, PartnerPassword
from tests.support.asked import LATER

WORDS = "the-agreed-password"


def agree(whom, password=WORDS, **fields):
    return partners.agree(whom=whom, password=password, actor="dpo@example.sch.uk", now=LATER, **fields)


def read(whom):
    return partners.read(whom=whom, actor="dpo@example.sch.uk", now=LATER)


@pytest.mark.parametrize("whom", ["council.gov.uk", "@Council.GOV.uk", "council.gov.uk."])
def test_a_domain_however_it_is_written(db, whom):
    """Kept once, replaced by the next, and read back; the row holds no password in clear."""
    agree("council.gov.uk", "another-old-one")
    row = agree(whom)
    assert PartnerPassword.objects.count() == 1
    assert row.shown == "council.gov.uk"
    assert WORDS.encode() not in bytes(row.password)
    assert read("council.gov.uk") == WORDS


def test_an_address_is_masked(db):
    """One person at a free mail provider can have one too."""
    row = agree("Ed.Psych@gmail.com")
    assert "psych" not in row.shown.lower()
    assert read("edpsych@gmail.com") == WORDS


def test_everything_is_on_the_record_and_no_password_is(db):
    """Set, read and ended, by whom; never the words."""
    agree("council.gov.uk")
    read("council.gov.uk")
    partners.forget(whom="council.gov.uk", actor="dpo@example.sch.uk", now=LATER)
    events = AuditEvent.objects.order_by("number")
    assert [e.kind for e in events] == [
        "partner-password-set",
        "partner-password-read",
        "partner-password-ended",
    ]
    assert WORDS not in str(list(events.values()))
    assert partners.listing() == []


REFUSED = (
    ("council.gov.uk", "too-short"),
    ("council.gov.uk", "x" * 121),
    ("council.gov.uk", "with a\nline break"),
    ("council", WORDS),
    ("", WORDS),
    ("a b.example", WORDS),
)


@pytest.mark.parametrize(("whom", "password"), REFUSED)
def test_what_is_none_is_refused_in_words(db, whom, password):
    """And nothing is kept; the sentence holds no password."""
    with pytest.raises(PartnerPasswordError) as refused:
        agree(whom, password)
    assert password not in str(refused.value)
    assert not PartnerPassword.objects.exists()


def test_an_unknown_partner_has_none(db):
    """Neither to read nor to end."""
    with pytest.raises(PartnerPasswordError):
        read("council.gov.uk")
    with pytest.raises(PartnerPasswordError):
        partners.forget(whom="council.gov.uk", actor="dpo", now=LATER)


def test_the_pages_process_cannot_read_it(db, settings):
    """It has no private key."""
    agree("council.gov.uk")
    settings.SCHOOLGATE_KEYS = replace(settings.SCHOOLGATE_KEYS, private=None)
    with pytest.raises(KeysError):
        read("council.gov.uk")
