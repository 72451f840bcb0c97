"""Revealing: a reason first, an event before anything is shown, opened in a sandboxed process, with the evidence marked."""

import time

import pytest
from django.urls import reverse

from detectors.findings import Finding, Scan, Where
from quarantine.console.preview import PreviewError, preview
from quarantine.console.reader import ALL_TEXT_LIMIT, ROWS
from quarantine.console.reader import preview as read
from tests.support.documents import CLASS_LIST, DOCX, PDF, XLSX, docx, locked_office, pdf, xlsx
from tests.support.mail import make_message
from tests.support.stopped import NOW, SENDER, make_envelope, make_scan, make_verdict

ROSTER = b"name,dob\r\nAmelia Thompson,2014-05-14\r\nYusuf Khan,2013-11-02\r\n"


@pytest.fixture
def in_process(monkeypatch):
    """The reader without its process: fast; the process has its own tests."""
    from quarantine.console import reveal

    monkeypatch.setattr(reveal, "preview", read)


def reveal(browser, held, reason="decide"):
    return browser.post(reverse("reveal", args=[held.id]), {"reason": reason})


def hold_roster(body="Dear Pat,\r\nAmelia Thompson did well.\r\n"):
    """A held message with a line and a row in which something was found."""
    from quarantine import workflow

    raw = make_message(subject="Amelia", body=body, attach=(("list.csv", "text/csv", ROSTER),))
    findings = (
        Finding(kind="pupil-name", recognizer="names", part="0/0", where=Where.BODY, place="line 2"),
        Finding(
            kind="date-of-birth", recognizer="identifiers", part="0/1", where=Where.ATTACHMENT, place="line 3"
        ),
        Finding(kind="pupil-name", recognizer="names", part="0", where=Where.SUBJECT, place="Subject"),
    )
    scan = Scan(parts=make_scan().parts, findings=findings, versions={})
    return workflow.hold(make_envelope(), raw, scan, make_verdict(), now=NOW)


def test_content_is_shown_only_after_an_event_with_the_reason(db, signed_in, in_process):
    """The page of the message holds no content; the revealed page does; who and why is in the audit."""
    from quarantine.models import AuditEvent

    held = hold_roster()
    dpo = signed_in("dpo")
    assert "Amelia" not in dpo.get(reverse("held", args=[held.id])).content.decode()
    assert "Amelia Thompson" in reveal(dpo, held, "false-alarm").content.decode()
    event = AuditEvent.objects.get(kind="viewed")
    assert (event.actor, event.reference, event.details["reason"]) == (dpo.user.email, held.id, "false-alarm")


def test_the_evidence_is_marked_where_it_stands(db, signed_in, in_process):
    """Line, row and header that hold something are marked with what it is; the others are not."""
    text = reveal(signed_in("dpo"), hold_roster()).content.decode()
    assert "<mark>Amelia Thompson did well.</mark>" in text
    assert "<mark>Yusuf Khan</mark>" in text
    assert "<mark>Amelia</mark>" in text
    assert "a date of birth" in text
    assert "<mark>Dear Pat,</mark>" not in text


def test_the_formatted_body_stands_in_a_sandbox_beside_its_text(db, signed_in, in_process):
    """Once, with the HTML part; without scripts, links and pictures; a message without HTML has no frame."""
    from quarantine import workflow

    browser = signed_in("dpo")
    html = '<p>Dear <b>Pat</b><img src="http://x.test"><a href="http://x.test">x</a></p>'
    held = workflow.hold(make_envelope(), make_message(html=html), make_scan(), make_verdict(), now=NOW)
    text = reveal(browser, held).content.decode()
    assert text.count('<iframe class="sg-frame" sandbox=""') == 1
    assert 'srcdoc="&lt;p&gt;Dear &lt;b&gt;Pat&lt;/b&gt;x&lt;/p&gt;' in text
    assert "<iframe" not in reveal(browser, hold_roster()).content.decode()


@pytest.mark.parametrize("reason", ["", "because I want to", "decide\r\nx"])
def test_without_a_reason_of_the_list_nothing_is_shown(db, signed_in, in_process, reason):
    """No reason: the form again, no event, no content."""
    from quarantine.models import AuditEvent

    response = reveal(signed_in("dpo"), hold_roster(), reason)
    assert response.status_code == 422
    assert "Amelia Thompson" not in response.content.decode()
    assert not AuditEvent.objects.filter(kind="viewed").exists()


def test_the_sender_cannot_use_the_console_to_read_what_was_held(db, signed_in, in_process):
    """Own mail is not revealed, as it is not decided."""
    assert reveal(signed_in("dpo", email=SENDER), hold_roster()).status_code == 403


def test_a_message_without_content_cannot_be_revealed(db, signed_in, in_process):
    """Deleted or purged: back to the page, and no event says that somebody saw it."""
    from quarantine import workflow
    from quarantine.models import AuditEvent

    held = hold_roster()
    dpo = signed_in("dpo")
    workflow.delete(held.id, actor=dpo.user.email, now=NOW)
    assert reveal(dpo, held).status_code == 302
    assert not AuditEvent.objects.filter(kind="viewed").exists()


def test_a_reader_that_fails_is_said_and_shows_nothing(db, signed_in, monkeypatch):
    """A message that breaks the reader can still be decided on."""
    from quarantine.console import reveal as view

    def broken(raw, skip):
        raise PreviewError

    monkeypatch.setattr(view, "preview", broken)
    response = reveal(signed_in("dpo"), hold_roster())
    assert response.status_code == 200
    assert "cannot be shown" in response.content.decode()


def test_what_is_shown_is_bounded():
    """A message of megabytes becomes a page that says that there is more."""
    rows = b"a,b\r\n" + b"1,2\r\n" * 1000
    body = "\r\n".join(["word " * 15] * 20_000)
    shown = read(make_message(body=body, attach=(("t.csv", "text/csv", rows),)))
    assert sum(len(piece.text) for piece in shown.pieces) <= ALL_TEXT_LIMIT
    assert all(len(piece.rows) <= ROWS for piece in shown.pieces)
    assert {
        piece.cut
        for piece in shown.pieces
        if piece.where != "header" and len(piece.text) + len(piece.rows) > 150
    } == {True}


HTML = b"From: a@x.example\r\nMIME-Version: 1.0\r\nContent-Type: text/html%s\r\n\r\n<p>%s</p>"


@pytest.mark.parametrize(
    ("kind", "page", "shown"),
    [
        (b"", b"<meta charset=windows-1252>Zo\xeb", "Zoë"),
        (b"; charset=no-such-set", "Zoë".encode(), "Zoë"),
        (b'; charset="utf-8', "Zoë".encode(), "Zoë"),
        (b"\r\nContent-Transfer-Encoding: (x) base64", b"Wm/Dqw==", "Zoë"),
    ],
    ids=["only the page says its charset", "unknown charset", "open quotes", "a comment"],
)
def test_the_formatted_body_is_the_one_that_was_scanned(kind, page, shown):
    """Another reading of the same bytes showed the officer other words than those that something was found in."""
    raw = HTML % (kind, page)
    if b"base64" in kind:
        raw = raw.replace(b"<p>", b"").replace(b"</p>", b"")
    seen = read(raw)
    assert shown in seen.formatted
    assert any(shown in piece.text for piece in seen.pieces)


@pytest.mark.parametrize(
    "raw",
    [
        HTML % (b'; a="' + b";" * 300_000, b"x"),
        HTML % (b";a=b" * 100_000, b"x"),
        HTML % (b"; charset=utf-8", b"&" * 900_000),
        HTML % (b"; charset=utf-8", b"<div>" * 200_000),
        HTML % (b"; charset=utf-8", b"x" * 5_000_000),
        HTML % (b"; charset=utf-8", b"<table>" + b"<div>x</div>" * 50_000),
    ],
    ids=["semicolons", "parameters", "ampersands", "deep", "long", "misplaced"],
)
def test_a_hostile_page_is_shown_as_text_within_seconds(raw):
    """What keeps a parser busy is not parsed a second time to be shown: the text of it stands on the page."""
    read(make_message())
    began = time.process_time()
    assert read(raw).pieces
    assert time.process_time() - began < 6


def test_a_part_that_ended_the_scan_does_not_hide_the_others(db, signed_in, monkeypatch):
    """It would end the reader too: the page shows all but that part, as the scan read all but that part."""
    from quarantine import workflow
    from quarantine.console import reveal as view

    asked = []
    monkeypatch.setattr(view, "preview", lambda raw, skip: asked.append(skip) or read(raw, skip))
    raw = make_message(body="Dear Pat\r\n", attach=(("list.csv", "text/csv", ROSTER),))
    findings = tuple(
        Finding(kind=f"unreadable:{why}", recognizer="reading", part=part)
        for part, why in (("0/1", "worker-crash"), ("0/2", "corrupt"), ("0", "deadline"))
    )
    scan = Scan(parts=make_scan().parts, findings=findings, versions={})
    held = workflow.hold(make_envelope(), raw, scan, make_verdict(), now=NOW)
    text = reveal(signed_in("dpo"), held).content.decode()
    assert asked == [{"0/1": "worker-crash"}]
    assert "Dear Pat" in text
    assert "Yusuf" not in text


def test_nothing_unprintable_crosses():
    """Control characters, lone surrogates and direction marks do not reach the page."""
    shown = read(make_message(body="a\x07b\u202ec\ufeffd\x1b[31m"))
    text = "".join(piece.text for piece in shown.pieces)
    assert not set("\x07\u202e\x1b") & set(text)


@pytest.mark.slow
def test_the_real_reader_is_a_process_of_its_own():
    """Locked in, it reads every common format as the function does: nothing that it needs is loaded too late."""
    files = (
        ("list.csv", "text/csv", ROSTER),
        ("list.xlsx", XLSX, xlsx(CLASS_LIST)),
        ("letter.docx", DOCX, docx("Dear Pat", "Amelia did well")),
        ("letter.pdf", PDF, pdf("Dear Pat", "Amelia did well")),
        ("locked.xlsx", XLSX, locked_office(xlsx(CLASS_LIST), "correct horse battery")),
    )
    raw = make_message(html="<p>Hello <b>there</b><script>x</script></p>", attach=files)
    shown = preview(raw, {"0/2": "deadline"})
    assert shown == read(raw, {"0/2": "deadline"})
    assert any("did well" in piece.text for piece in shown.pieces)
    assert any(piece.rows for piece in shown.pieces)


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        "raise SystemExit(1)",
        "import signal; signal.pause()",
        "import sys; sys.stdout.write('x' * 20_000_000)",
        "import os; os.kill(os.getpid(), 9)",
    ],
)
def test_a_reader_that_dies_hangs_or_floods_is_an_error_and_gone(monkeypatch, code):
    """Late, dead or endless: PreviewError within the time, and no process left."""
    import subprocess

    from quarantine.console import preview as module

    started = []

    def popen(command, **fields):
        started.append(subprocess_popen([command[0], "-c", code], **fields))
        return started[-1]

    subprocess_popen = subprocess.Popen
    monkeypatch.setattr(module.subprocess, "Popen", popen)
    monkeypatch.setattr(module, "SECONDS", 1)
    with pytest.raises(PreviewError):
        preview(make_message(), {})
    assert started[0].poll() is not None
