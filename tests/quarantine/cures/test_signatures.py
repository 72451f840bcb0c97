"""A signature that a cure would break is seen before, said on the page, and told to IT when there was no key to sign anew."""

import time
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from policies.verdict import Cure
from quarantine import outbox
from quarantine.cover import signatures
from quarantine.models import AuditEvent, Mending
from quarantine.pages.shown import page_of
from quarantine.workflow import mended
from tests.support.asked import FILE, LATER, SUBJECT, choose, claimed, made
from tests.support.mail import make_message

HEAD = b"From: a@x.example\r\nTo: b@x.example\r\n"
SIGNED = (
    b'Content-Type: multipart/signed; boundary=b; protocol="application/%s"\r\n\r\n--b\r\n\r\nHi\r\n--b--\r\n'
)
OPAQUE = b"Content-Type: application/pkcs7-mime%s; name=smime.p7m\r\n\r\nAAAA\r\n"
INLINE = b"\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA512\r\n\r\nHi\r\n"

CARRIED = (
    (make_message(), []),
    (make_message(headers={"DKIM-Signature": "v=1; d=example.sch.uk; b=AA=="}), ["dkim"]),
    (make_message(headers={"Dkim-signature": "v=1"}), ["dkim"]),
    (make_message(body="DKIM-Signature: v=1; d=example.sch.uk\r\n"), []),
    (HEAD + SIGNED % b"pkcs7-signature", ["smime"]),
    (HEAD + SIGNED % b"x-pkcs7-signature", ["smime"]),
    (HEAD + SIGNED % b"pgp-signature", ["pgp"]),
    (HEAD + OPAQUE % b"; smime-type=signed-data", ["smime"]),
    (HEAD + OPAQUE % b"", ["smime"]),
    (HEAD + OPAQUE % b"; smime-type=enveloped-data", []),
    (HEAD + INLINE, ["pgp"]),
    (b"DKIM-Signature: v=1\r\n" + HEAD + SIGNED % b"pkcs7-signature", ["dkim", "smime"]),
    (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
        + b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b\r\n"
        + b"Content-Type: application/pkcs7-signature\r\n\r\nAA\r\n--b--\r\n--o--\r\n",
        ["smime"],
    ),
    (b"", []),
)


@pytest.mark.parametrize(("raw", "carried"), CARRIED)
def test_which_signatures_a_message_carries(raw, carried):
    """By header and parts, in every usual form; text that only speaks of one, and what is encrypted, has none."""
    assert signatures(raw) == carried


HOSTILE = {
    "semicolons in open quotes": b'Content-Type: multipart/signed; a="' + b";" * 200_000 + b"\r\n\r\nx",
    "parameters": b"Content-Type: multipart/signed" + b";a=b" * 60_000 + b"\r\n\r\nx",
    "quotes": b"Content-Type: multipart/signed; a=" + b'"\\' * 100_000 + b"\r\n\r\nx",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_content_type_without_end_keeps_nobody_waiting(case):
    """The thread that writes all messages' rows asks this: half a minute of it once was half a minute for everybody."""
    began = time.process_time()
    assert signatures(HEAD + HOSTILE[case]) == []
    assert time.process_time() - began < 0.2


@pytest.mark.parametrize("before", range(256 * 1024 - 60, 256 * 1024 + 3, 9))
def test_a_signature_is_seen_wherever_it_stands_in_a_large_message(before):
    """Also across the edge of the blocks in which the bytes are looked at."""
    lead = HEAD + b"\r\n"
    padding = b"a" * (before - len(lead) - 2) + b"\r\n"
    assert signatures(lead + padding + INLINE[2:]) == ["pgp"]
    assert signatures(lead + padding + b"Content-Type: application/pkcs7-signature\r\n") == ["smime"]
    assert signatures(lead + padding + b"a" + INLINE[2:]) == []


DKIM = {"DKIM-Signature": "v=1; d=example.sch.uk; b=AA=="}


@pytest.mark.parametrize(
    ("headers", "domains", "breaks"),
    [
        ({}, (), ""),
        (DKIM, (), "server"),
        (DKIM, ("example.sch.uk",), ""),
        (DKIM, ("sch.uk",), ""),
        (DKIM, ("other.sch.uk",), "server"),
    ],
)
def test_the_page_says_before_what_would_break(asked, settings, headers, domains, breaks):
    """Nothing where we sign anew; nothing where no cure on the page changes the message."""
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, dkim_domains=domains)
    held = asked(SUBJECT, headers=headers)
    assert page_of(held, None, LATER)["breaks"] == breaks
    only = asked(replace(SUBJECT, cures=(Cure.CONFIRM,)), headers=headers)
    assert page_of(only, None, LATER)["breaks"] == ""


def test_a_personal_signature_is_warned_of_first(asked, settings):
    """A key of the server's does not help there."""
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, dkim_domains=("example.sch.uk",))
    held = asked(FILE, headers=DKIM, body=INLINE.decode())
    assert page_of(held, None, LATER)["breaks"] == "sender"
    only = asked(SUBJECT, headers=DKIM, body=INLINE.decode())
    assert page_of(only, None, LATER)["breaks"] == ""  # it does not sign the subject


def gone(asked, **how):
    """A message goes, and what IT is told."""
    fields = {"headers": DKIM} | how.pop("message", {})
    held = asked(SUBJECT, **fields)
    choose(held, how.pop("cure", Cure.INITIALS), words="It is right")
    job = claimed()
    raw = None if job.as_received else b"mended"
    mended.send(job, made(job, raw, **how), now=LATER)
    told = [d for d in outbox.claim(now=LATER) if d.envelope.addresses == ("it@example.sch.uk",)]
    Mending.objects.all().delete()
    return [message_from_bytes(d.open(), policy=default) for d in told]


def test_it_is_told_what_broke(asked):
    """Which signature, what to do about it, and no word about the message; on the record too."""
    [notice] = gone(asked)
    text = notice.get_body(("plain",)).get_content()
    assert "DKIM" in text
    assert "[[dkim]]" in text
    assert not [one for one in ("A…", "Anna", "Taylor", "green") if one in text]
    assert AuditEvent.objects.get(kind="cured").details["signatures"] == ["dkim"]


def test_it_is_not_told_when_nothing_broke(asked):
    """Signed anew, not signed before, or sent as it was."""
    assert gone(asked, signed=True) == []
    assert gone(asked, message={"headers": {}}) == []
    assert gone(asked, cure=Cure.CONFIRM) == []


def test_it_is_told_once_a_day(asked):
    """Not for every message of a school whose server signs first."""
    assert len(gone(asked)) == 1
    assert gone(asked) == []


def test_a_personal_signature_is_told_though_ours_is_new(asked):
    """S/MIME and PGP cannot be made anew by a server."""
    assert gone(asked, signed=True, message={"body": INLINE.decode()}) == []  # only the header changed
    [notice] = gone(asked, signed=True, inside=True, message={"body": INLINE.decode()})
    text = notice.get_body(("plain",)).get_content()
    assert "PGP" in text
    assert "DKIM" not in text
