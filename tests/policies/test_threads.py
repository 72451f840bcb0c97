"""What a quoted thread tells whom: who took part in it knows it already, but for what was written after their last mail."""

from datetime import UTC, datetime

import pytest

from detectors.extract.extracts import Extract
from detectors.findings import Where
from detectors.recognize.threads import lines_of_heads, unseen_as_own
from detectors.scan import scan
from policies import History, decide, facts, load_set
from policies.envelope import Envelope, Recipient
from policies.verdict import Action
from tests.support.mail import make_message
from tests.support.people import SCHOOL

TEACHER, READER, OTHER = "s.green@example.sch.uk", "somebody@gmail.com", "other@gmail.com"
SAID = "Amelia Thompson has diabetes and asthma."
SET = load_set("default")
THEIRS = f"From: Some Body <{READER}>\nSent: 1 March\nTo: Head <head@example.sch.uk>\nSubject: x\n\nHow is my child?\n"
INNER = f"From: Head <head@example.sch.uk>\nSent: 2 March\nTo: Sarah Green <{TEACHER}>\nSubject: Fw: x\n\nBetween us: {SAID}\n\n"
GMAIL = f"On Mon, 2 Mar 2026 at 10:00, Some Very Long Body Name\n<{READER}> wrote:\n\n> {{}}\n"
HTML = (
    "<p>All well</p><div class='gmail_quote'><div class='gmail_attr'>On Tue, Head &lt;head@example.sch.uk&gt; wrote:</div>"
    f"<blockquote class='gmail_quote'><p>{{}}</p><div class='gmail_attr'>On Mon, Some Body &lt;{READER}&gt; wrote:</div>"
    "<blockquote>{}</blockquote></blockquote></div>"
)

KNOWN = [
    ("as Gmail quotes", f"Thanks!\n\n{GMAIL.format(SAID)}", ""),
    ("without an empty line", f"Thanks!\n\nOn Mon, Some Body <{READER}> wrote:\n> {SAID}\n", ""),
    ("as Outlook quotes", f"Thanks!\n\n{THEIRS}{SAID}\n", ""),
    ("one of several who got it", f"Thanks!\n\nFrom: Sarah Green <{TEACHER}>\nSent: x\nTo: a b <a@b.uk>;\n  Some Body <{READER}>\nSubject: x\n\n{SAID}\n", ""),
    ("below what colleagues wrote", f"Thanks!\n\n{INNER.replace(SAID, 'ok')}{THEIRS}{SAID}\n", ""),
    ("in HTML", "see the formatted text\n", HTML.format("ok", SAID)),
]  # fmt: skip

NEW = [
    ("they are only spoken of", f"See below.\n\n{INNER.replace('Between us', f'Could you write to {READER}')}", ""),
    ("they are in the subject of it", f"See below.\n\nFrom: Head\nTo: Sarah\nSubject: {READER}\n\n{SAID}\n", ""),
    ("colleagues wrote it above theirs", f"All is well.\n\n{INNER}{THEIRS}", ""),
    ("the same as Gmail quotes", f"All well.\n\nOn Tue, Head <head@example.sch.uk> wrote:\n\n> {SAID}\n>\n> On Mon, Some Body <{READER}> wrote:\n>\n>> How is she?\n", ""),
    ("the same in HTML", "see the formatted text\n", HTML.format(SAID, "How is she?")),
    ("somebody else wrote it", f"For you.\n\nOn Mon, Other <{OTHER}> wrote:\n\n> {SAID}\n", ""),
]  # fmt: skip


def _action(body: str, html: str) -> Action:
    raw = make_message(subject="Re: x", to=READER, body=body.replace("\n", "\r\n"), html=html)
    envelope = Envelope(id="x", mail_from=TEACHER, recipients=(Recipient(address=READER),), received_at=datetime(2026, 3, 2, tzinfo=UTC))  # fmt: skip
    return decide(facts(envelope, scan(raw, SCHOOL), SCHOOL, History.empty()), SET).action


@pytest.mark.parametrize(("body", "html"), [row[1:] for row in KNOWN], ids=[row[0] for row in KNOWN])
def test_what_the_reader_wrote_or_got_goes_back(body: str, html: str) -> None:
    """Answering a mail asks nothing about what it said."""
    assert _action(body, html) < Action.ASK


@pytest.mark.parametrize(("body", "html"), [row[1:] for row in NEW], ids=[row[0] for row in NEW])
def test_what_is_new_to_the_reader_counts(body: str, html: str) -> None:
    """The words of colleagues about a child, left below an answer, are told to its reader."""
    assert _action(body, html) >= Action.ASK


def test_no_letter_of_a_thread_is_lost() -> None:
    """It is cut in two where the reader's mail begins, and its lines keep their numbers; a thread of others stays as it is."""
    to = Extract(part="0", where=Where.HEADER, place="To", text=READER)
    thread = Extract(part="0/0", where=Where.BODY, text=INNER + THEIRS, quoted=True)
    told = unseen_as_own((to, thread), ("example.sch.uk",))
    assert [(e.text, e.quoted) for e in told[1:]] == [
        (INNER, False),
        ("\n" * INNER.count("\n") + THEIRS, True),
    ]
    other = Extract(part="0", where=Where.HEADER, place="To", text=OTHER)
    assert list(unseen_as_own((other, thread), ("example.sch.uk",))) == [other, thread]


def test_a_head_begins_at_its_first_field() -> None:
    """However many lines the recipients have."""
    text = "On we go.\n\nFrom: A <a@x.uk>\nSent: x\nTo: B <b@x.uk>,\n C <c@x.uk>\nSubject: s\n\nWords with d@x.uk\n"
    assert {(line.head, text[line.start : line.end]) for line in lines_of_heads(text)} == {
        (11, "From: A <a@x.uk>"),
        (11, "To: B <b@x.uk>,"),
        (11, " C <c@x.uk>"),
    }
