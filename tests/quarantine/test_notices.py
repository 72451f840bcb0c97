"""Notices: neutral subject, the same words twice, threaded, from nobody, and nothing in them that can be clicked by accident."""

import re
import struct
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest

from detectors.kinds import KINDS
from policies.verdict import Action, Hit
from quarantine.config import current
from quarantine.notices import wording
from quarantine.notices.compose import TO_OFFICERS, render
from quarantine.notices.notice import BOUNCES, Fate, Kind, Notice, Waiting, initials, problems
from tests.support.stopped import NOW, PARENT, SENDER, make_verdict

LINK = "http://127.0.0.1:8080/held/REF1/"
each_kind = pytest.mark.parametrize("kind", list(Kind))


def make_notice(kind, action=Action.ASK, **fields):
    shown, more = problems(make_verdict(action).hits)
    known = {
        "kind": kind,
        "reference": "REF1",
        "school": "example.sch.uk",
        "to": (SENDER,),
        "problems": shown,
        "more": more,
        "received_at": NOW,
        "expires_at": NOW + timedelta(days=3),
        "recipients": 2,
        "action": action.word,
        "link": LINK,
        "contact": "dpo@example.sch.uk",
        "message_id": "<a@x>",
        "references": ("<r@x>",),
        "fates": (Fate(address=PARENT),),
        "waiting": (
            Waiting(
                reference="REF2", since=NOW, until=NOW + timedelta(days=3), recipients=2, problem=shown[0]
            ),
        )
        * (kind is Kind.DIGEST),
    }
    return Notice(**(known | fields))


def parsed(notice):
    return message_from_bytes(render(notice, current(), now=NOW), policy=policy.default)


class Words(HTMLParser):
    """The words that a reader sees."""

    def __init__(self):
        super().__init__()
        self.words, self.hidden = [], 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("style", "title")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("style", "title")

    def handle_data(self, data):
        if not self.hidden:
            self.words += re.findall(r"\w+", data)


@each_kind
def test_text_and_html_say_the_same(kind):
    """Word for word; HTML adds only the school's name and a line about itself, and a link stands behind its words."""
    text = wording.text(make_notice(kind, note="See *me* & <b>ask</b>"), current())
    if kind in {Kind.ASK, Kind.QUESTION, Kind.REMINDER, Kind.HELD, Kind.LOCKED}:
        text = re.sub(r": <https?://[^>]+>", "", text)
    reader = Words()
    reader.feed(wording.html(make_notice(kind, note="See *me* & <b>ask</b>"), current()))
    shown = " ".join(reader.words)
    assert " ".join(re.findall(r"\w+", text)) in shown


@each_kind
def test_headers(kind):
    """Automatic, threaded for the sender, answered by a person, and a subject that says nothing."""
    message = parsed(make_notice(kind))
    to_officers = kind in TO_OFFICERS
    assert message["Auto-Submitted"] == ("auto-generated" if to_officers else "auto-replied")
    assert message["In-Reply-To"] == (None if to_officers else "<a@x>")
    assert message["References"] == (None if to_officers else "<r@x> <a@x>")
    assert message["From"].addresses[0].addr_spec == "schoolgate@example.sch.uk"
    assert message["Reply-To"] is None if to_officers else message["Reply-To"].addresses[0].username == "dpo"
    assert message["Subject"].endswith("[REF1]")
    assert not re.search("pupil|name|list|A…", message["Subject"])
    assert message["Message-ID"].endswith("@gate.example.sch.uk>")


def test_the_subject_of_what_is_stopped():
    """The one subject that schools know."""
    assert parsed(make_notice(Kind.BLOCK))["Subject"] == "Your e-mail was not sent – action needed [REF1]"


@each_kind
def test_a_message_that_will_not_arrive_is_a_report(kind):
    """multipart/report with text, HTML and a delivery status; everything else is plain alternatives."""
    message = parsed(make_notice(kind))
    if kind not in BOUNCES:
        assert message.get_content_type() == "multipart/alternative"
        return
    assert (message.get_content_type(), message.get_param("report-type")) == (
        "multipart/report",
        "delivery-status",
    )
    words, status = message.iter_parts()
    assert [part.get_content_type() for part in words.iter_parts()] == ["text/plain", "text/html"]
    assert status.get_content_type() == "message/delivery-status"
    about, recipient = status.get_payload()
    assert about["Arrival-Date"] == "Mon, 02 Jun 2025 09:00:00 +0000"
    assert recipient["Final-Recipient"] == f"rfc822; {PARENT}"
    assert (recipient["Action"], recipient["Status"]) == ("failed", "5.7.1")


@each_kind
def test_can_be_sent_over_anything(kind):
    """Seven bits, CRLF, no line over the limit: no next hop can refuse its form."""
    raw = render(make_notice(kind), current(), now=NOW)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@pytest.mark.parametrize("kind", [Kind.BLOCK, Kind.ASK, Kind.HELD, Kind.RETURNED, Kind.DELETED, Kind.EXPIRED])
def test_a_sender_hears_what_matters(kind):
    """What, where, why, that nothing has left, whom to ask, the reference."""
    text = wording.text(make_notice(kind), current())
    for words in (
        "Nothing has left the school.",
        "The subject line has a pupil's name: A… T…",
        "“A… T… list.xlsx” (sheet 1, cells A2:B4) has personal data about 3 people",
        "Acceptable Use 4.2",
        "dpo@example.sch.uk",
        "REF1",
    ):
        assert words in text


def test_the_shortest_fix_is_first():
    """Initials before a password, a password before leaving it out."""
    text = wording.text(make_notice(Kind.ASK), current())
    assert text.index("write “A.T.”") < text.index("Lock the file") < text.index("Leave out the attachment")


def test_a_block_has_no_buttons():
    """A blocked message is gone: what to change, and nothing to click."""
    html = wording.html(make_notice(Kind.BLOCK), current())
    assert "<a " not in html
    assert "write “A.T.” in place of the name" in html


@each_kind
def test_short_sentences_and_plain_words(kind):
    """Within reach of an eleven-year-old: few words a sentence, few long words."""
    notice = replace(make_notice(kind, problems=()), link="", contact="")
    text = wording.text(notice, current())
    sentences = [s for s in re.split(r"[.:?!\n]+", text) if len(s.split()) > 1]
    words = re.findall(r"[A-Za-z'-]+", text)
    assert max(len(s.split()) for s in sentences) <= 25
    assert sum(len(s.split()) for s in sentences) / len(sentences) <= 14
    assert sum(len(w) > 9 for w in words) / len(words) < 0.08


@each_kind
def test_html_loads_nothing_and_runs_nothing(kind):
    """No script, picture, form or remote address; styles are inline."""
    html = wording.html(make_notice(kind), current())
    assert not re.search(r"<(script|img|link|form|iframe|object|input)\b|url\(|@import", html, re.IGNORECASE)
    assert set(re.findall(r'(?:href|src)="([^"]*)"', html)) <= {LINK}
    assert 'style="' in html
    assert 'lang="en-gb"' in html


HOSTILE = [
    "<script>alert(1)</script>",
    "[click](http://evil.example)",
    "![x](http://evil.example/x.png)",
    "<http://evil.example>",
    "**bold** `code` # head",
    "line\r\nBcc: evil@example.org\r\n\r\n<b>",
    "{{ school }}{% include 'x' %}",
    "&lt;img src=x&gt;",
    "\u202egnp.exe",
]


@each_kind
def test_values_from_outside_stay_words(kind):
    """Whatever stands in a label, place, note or reply is shown as it is: no markup, no link, no header."""
    one = make_notice(kind).problems[1]
    shown = tuple(replace(one, label=value, place=value, masked=value) for value in HOSTILE)
    fates = tuple(Fate(address=PARENT, diagnostic=value) for value in HOSTILE)
    notice = make_notice(kind, problems=shown, note=" ".join(HOSTILE), fates=fates)
    message = parsed(notice)
    assert message["Bcc"] is None
    html = wording.html(notice, current())
    assert "evil.example" not in "".join(re.findall(r"<[^>]*>", html))
    assert not re.search(r"<(script|img|b|code|iframe)\b", html)


def test_an_officers_lines_stay_lines():
    """A note of several lines reads as it was written, as a quotation."""
    notice = make_notice(Kind.RETURNED, note="Dear Sam,\r\n\r\nplease *check* the list.\nJo")
    assert "> Dear Sam,\n>\n> please *check* the list.\n> Jo\n" in wording.text(notice, current())
    assert "Dear Sam,</p>\n<p" in re.sub(r' style="[^"]*"', "", wording.html(notice, current()))


def test_a_second_language_is_a_translation_file(tmp_path, settings):
    """Words come through gettext: a catalogue is all that another language needs."""
    folder = tmp_path / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(
        catalogue({"Nothing has left the school.": "Nid oes dim wedi gadael yr ysgol."})
    )
    settings.LOCALE_PATHS = [tmp_path]
    config = replace(current(), schools=(replace(current().schools[0], language="cy"),))
    assert "Nid oes dim wedi gadael yr ysgol." in wording.text(make_notice(Kind.HELD), config)
    html = wording.html(make_notice(Kind.HELD), config)
    assert "Nid oes dim wedi gadael yr ysgol." in html
    assert 'lang="cy"' in html
    assert "Nothing has left the school." in wording.text(make_notice(Kind.HELD), current())


def catalogue(words):
    """A compiled gettext catalogue, as msgfmt makes it."""
    rows = sorted(
        {
            "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",
            **words,
        }.items()
    )
    texts = [[row[n].encode() for row in rows] for n in (0, 1)]
    start, tables, body = 28 + 16 * len(rows), b"", b""
    for column in texts:
        for text in column:
            tables += struct.pack("<II", len(text), start + len(body))
            body += text + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(rows), 28, 28 + 8 * len(rows), 0, 0) + tables + body


def test_more_than_fits_is_counted():
    """Nothing is left out silently."""
    hits = [replace(make_verdict().hits[1], place=f"sheet {n}") for n in range(30)]
    shown, more = problems(hits)
    assert (len(shown), more) == (8, 22)
    assert "There are 22 more like these." in wording.text(
        make_notice(Kind.HELD, problems=shown, more=more), current()
    )


@pytest.mark.parametrize(
    ("masked", "expected"),
    [
        ("A… T…", "A.T."),
        ("A… B… T…", "A.B.T."),
        ("ö… ß…", "Ö.SS."),
        ("A…", ""),
        ("Anna T…", ""),
        ("", ""),
        ("1… 2…", ""),
        ("s…4@g….com", ""),
    ],
)
def test_initials_come_from_the_mask_alone(masked, expected):
    """Or not at all."""
    assert initials(masked) == expected


@pytest.mark.parametrize(
    ("addresses", "shown"),
    [
        ((), ""),
        (("head@example.sch.uk",), "h…d@example.sch.uk"),
        (("me@gmail.com", "pat@x.example"), "…@g….com, …@….example"),
        (("a1234@gmail.com",) * 5, "a…4@g….com, a…4@g….com, a…4@g….com, …"),
    ],
)
def test_recipients_are_named_in_masks(addresses, shown):
    """Whom a problem is about: enough to know who, no address."""
    hit = replace(make_verdict().hits[0], recipients=addresses)
    [problem], _ = problems([hit], own_domains=("example.sch.uk",))
    assert problem.to == shown
    text = wording.text(make_notice(Kind.HELD, problems=(problem,)), current())
    assert (f"Recipient: {shown}\n" in text) is bool(shown)


def test_a_problem_of_the_whole_message_is_its_sentence():
    """Where no place is named the policy's sentence stands alone, and no empty advice follows."""
    hit = Hit(policy="private", action=Action.BLOCK, why="Not to a private address.", clause="3.1")
    [problem], _ = problems([hit])
    text = wording.text(make_notice(Kind.BLOCK, problems=(problem,)), current())
    assert "\n- Not to a private address. (3.1)\n" in text
    assert "put this right, then send your e-mail again" in text
    assert problem.fixes == ()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_finding_can_be_said(kind):
    """No kind leaves a hole in the sentence."""
    hit = replace(make_verdict(Action.ASK).hits[0], kind=kind)
    text = wording.text(make_notice(Kind.ASK, problems=problems([hit])[0]), current())
    assert KINDS[kind].plain in text or kind == "personal-data"


def test_what_could_not_be_read_is_said_so():
    """A file is not accused of having something: it could not be read, and why."""
    hit = replace(make_verdict(Action.ASK).hits[0], kind="unreadable:corrupt")
    text = wording.text(make_notice(Kind.ASK, problems=problems([hit])[0]), current())
    assert "cannot be read: a damaged file" in " ".join(text.split())


def test_a_schools_own_wording_comes_first(tmp_path):
    """A file of the same name replaces the shipped words, in text and HTML."""
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices" / "held.md").write_text("# Halt!\n\n{{ reference }} & more\n")
    config = replace(current(), notices=replace(current().notices, wording=tmp_path))
    assert wording.text(make_notice(Kind.HELD), config) == "Halt!\n\nREF1 & more\n"
    assert ">Halt!</h1>" in wording.html(make_notice(Kind.HELD), config)


def test_a_notice_to_several(db):
    """All officers of a role are in To; an address that no header can carry is left out of it."""
    assert parsed(make_notice(Kind.REVIEW, to=("a@x.uk", "b@x.uk")))["To"] == "a@x.uk, b@x.uk"
    assert parsed(make_notice(Kind.REVIEW, to=("a b@x y",)))["To"] == "undisclosed-recipients:;"


def test_an_address_beyond_ascii():
    """Written as UTF-8 in the header, escaped in the report."""
    notice = make_notice(Kind.BLOCK, to=("jörg@example.sch.uk",), fates=(Fate(address="zoë@x.example"),))
    raw = render(notice, current(), now=NOW)
    assert "To: jörg@example.sch.uk".encode() in raw
    assert b"Final-Recipient: utf-8; zo\\x{EB}@x.example" in raw
