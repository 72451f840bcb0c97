"""Trying a message: only for people of the school who are signed in, answered in masks, sent to nobody, and nothing is kept."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from policies.verdict import Action
from quarantine import retention, trials
from quarantine.models import Held, Outgoing, Sealed, Trial, VerdictRecord
from tests.quarantine.console.conftest import person  # noqa: F401 - the fixture
from tests.quarantine.pages.conftest import address, pages  # noqa: F401 - the fixtures
from tests.quarantine.pages.test_signin import school, signing, walk  # noqa: F401 - the fixtures
from tests.support.stopped import NOW, PARENT, SENDER, make_verdict

LATER = NOW + timedelta(seconds=5)
RAW = b"From: x\r\nSubject: Anna Taylor\r\n\r\nZebedee Quackenbush\r\n"
FORM = {"to": PARENT, "subject": "Anna Taylor", "text": "Zebedee Quackenbush"}


def begin(who="w" * 32, now=NOW, to=(PARENT,)):
    return trials.begin(RAW, sender=SENDER, to=to, who=who, school="example.sch.uk", now=now)


def everything():
    """All that any row of ours shows a database client."""
    for model in apps.get_app_config("quarantine").get_models():
        for row in model.objects.values():
            yield from (
                bytes(v).decode("latin-1")
                if isinstance(v, bytes | memoryview)
                else json.dumps(v, default=str)
                for v in row.values()
            )


def test_from_the_upload_to_the_answer(db):
    """Claimed once, judged, answered in masks; the bytes and the addresses are gone with the answer."""
    trial = begin()
    job = trials.claim(now=LATER)
    assert (job.raw, job.envelope.addresses, job.envelope.mail_from) == (RAW, (PARENT,), SENDER)
    assert trials.claim(now=LATER) is None
    trials.judged(job, make_verdict(Action.ASK, recipients=(PARENT,)), now=LATER)
    found = trials.found(trial, "w" * 32, now=LATER)
    assert (found.action, found.envelope, found.message) == ("ask", None, None)
    assert not Sealed.objects.exists()
    answer = trials.answer(found)
    assert "It would wait for you" in answer
    assert "A… T…" in answer


def test_nothing_of_it_is_in_any_row(db):
    """Not before it is judged, and not after."""
    trial = begin()
    planted = ("Anna", "Quackenbush", PARENT, SENDER)
    assert not [value for value in planted for text in everything() if value in text]
    trials.judged(trials.claim(now=LATER), make_verdict(recipients=(PARENT,)), now=LATER)
    assert not [value for value in planted for text in everything() if value in text]
    assert [model.objects.count() for model in (Held, Outgoing, VerdictRecord)] == [0, 0, 0]
    assert trials.found(trial, "w" * 32, now=LATER)


@pytest.mark.parametrize(
    ("who", "after", "there"), [("w" * 32, 59, True), ("v" * 32, 1, False), ("w" * 32, 60, False)]
)
def test_an_answer_is_for_who_asked_and_for_an_hour(db, who, after, there):
    """Nobody reads another person's."""
    assert bool(trials.found(begin(), who, now=NOW + timedelta(minutes=after))) is there


def test_what_was_never_judged_goes_too(db):
    """The purge takes rows and bytes after an hour."""
    begin()
    retention.purge(now=NOW + timedelta(minutes=59))
    assert (Trial.objects.count(), Sealed.objects.count()) == (1, 1)
    retention.purge(now=NOW + timedelta(minutes=61))
    assert not Trial.objects.exists()
    assert not Sealed.objects.exists()


def test_one_that_broke_a_worker_is_said_to_be_so(db):
    """And is not tried for ever."""
    trial = begin()
    trials.failed(trials.claim(now=LATER))
    assert trials.claim(now=NOW + timedelta(minutes=5)) is None
    assert trials.found(trial, "w" * 32, now=LATER).action == trials.FAILED
    assert not Sealed.objects.exists()


def test_nobody_tries_too_often(db):
    """Ten in ten minutes for each person."""
    for _ in range(trials.MOST):
        begin()
    with pytest.raises(trials.TooManyError):
        begin()
    begin(who="v" * 32)
    begin(now=NOW + timedelta(minutes=10))


def test_what_is_typed_becomes_a_message():
    """A file keeps its name and bytes; a whole message stays as it is; no header can be smuggled in."""
    typed = {
        "sender": SENDER,
        "to": [PARENT],
        "subject": "Trip\r\nBcc: x@y.example",
        "text": "Hi",
        "now": NOW,
    }
    message = message_from_bytes(
        trials.composed(**typed, file=("a\r\nb.xlsx", b"PK\x03\x04")), policy=policy.default
    )
    assert message["Bcc"] is None
    assert message["Subject"] == "Trip Bcc: x@y.example"
    [file] = message.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("a b.xlsx", b"PK\x03\x04")
    assert trials.composed(**typed, file=("saved.EML", RAW)) == RAW


@pytest.mark.slow
def test_the_page_is_for_who_is_signed_in(walk):  # noqa: F811 - the fixture
    """Without signing in: the way to sign in, for looking and trying; with it: the form, then the answer."""
    nobody = Client()
    assert [nobody.get("/try/").status_code, nobody.post("/try/", FORM).status_code] == [401, 401]
    assert nobody.get("/try/x/").status_code == 401
    browser, _ = walk(SENDER, "/try/")
    assert b"Nothing is sent to anybody, and we keep nothing." in browser.get("/try/").content
    there = browser.post("/try/", FORM)["Location"]
    assert b"We are looking at it" in browser.get(there).content
    job = trials.claim(now=datetime.now(UTC))
    assert (job.envelope.mail_from, job.envelope.addresses) == (SENDER, (PARENT,))
    trials.judged(job, make_verdict(Action.BLOCK), now=datetime.now(UTC))
    page = browser.get(there).content.decode()
    assert "It would not go." in page
    assert "Anna" not in page
    other, _ = walk("t.other@example.sch.uk", "/try/")
    assert other.get(there).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    "fields", [{"to": "not an address"}, {"to": ", ".join(f"a{n}@x.example" for n in range(51))}]
)
def test_what_cannot_be_tried_is_said_so(walk, fields):  # noqa: F811 - the fixture
    """Nothing is put up."""
    browser, _ = walk(SENDER, "/try/")
    assert browser.post("/try/", FORM | fields).status_code == 422
    assert not Trial.objects.exists()


@pytest.mark.slow
def test_a_file_that_is_too_large_is_not_quietly_left_out(walk):  # noqa: F811 - the fixture
    """The answer would be about another message."""
    browser, _ = walk(SENDER, "/try/")
    large = SimpleUploadedFile("x.bin", b"\0" * (trials.LARGEST + 2_000_000))
    assert browser.post("/try/", FORM | {"file": large}).status_code == 422
    assert not Trial.objects.exists()


@pytest.mark.slow
def test_officers_try_in_the_console(person, client, settings, db):  # noqa: F811 - the fixture
    """The same form and answer; not for somebody without a queue, nor without signing in."""
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, mfa_required=False)
    assert client.get(reverse("try")).status_code == 302
    client.force_login(person("dpo", factor=False))
    there = client.post(reverse("try"), FORM)["Location"]
    assert b"We are looking at it" in client.get(there).content
    trials.judged(trials.claim(now=datetime.now(UTC)), make_verdict(Action.ALLOW), now=datetime.now(UTC))
    assert b"It would go just as you wrote it." in client.get(there).content
    client.force_login(person("auditor", factor=False, email="auditor@example.sch.uk"))
    assert client.get(reverse("try")).status_code == 404
