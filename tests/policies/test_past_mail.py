"""Past mail from an mbox, a Maildir or a folder, judged under a draft."""

import mailbox

import pytest

from detectors.scan import scan
from policies import History, facts, load_set
from policies.features import features
from policies.past_mail import envelope_of, messages
from policies.replay import replay
from tests.policies.school import PARENT_A, SCHOOL, TEACHER
from tests.support.mail import make_message

CLEAN = make_message(to=PARENT_A)
NAMED = make_message(to=PARENT_A, subject="Amelia Thompson")


def boxes(folder):
    mbox = mailbox.mbox(folder / "past.mbox")
    maildir = mailbox.Maildir(folder / "maildir")
    (folder / "loose" / "2025").mkdir(parents=True)
    for number, raw in enumerate((CLEAN, NAMED)):
        mbox.add(raw)
        maildir.add(raw)
        (folder / "loose" / "2025" / f"{number}.eml").write_bytes(raw)
    mbox.close()
    return folder / "past.mbox", folder / "maildir", folder / "loose"


def test_each_kind_of_store_is_read_and_judged(tmp_path) -> None:
    """The same two messages give the same forecast from each."""
    default, draft = load_set("default"), load_set("seed-000")
    for path in boxes(tmp_path):
        past = [
            features(facts(envelope_of(raw, f"m{n}"), scan(raw, SCHOOL), SCHOOL, History.empty()))
            for n, raw in enumerate(messages(path))
        ]
        forecast = replay(past, default, draft, fingerprints=SCHOOL.fingerprints)
        assert (forecast.messages, forecast.changes) == (2, {("block", "log"): 1})


def test_one_file_is_a_message(tmp_path) -> None:
    """A single .eml is a past of one."""
    (tmp_path / "one.eml").write_bytes(CLEAN)
    assert list(messages(tmp_path / "one.eml")) == [CLEAN]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"From: \r\nTo: \r\n\r\n",
        b"To: undisclosed-recipients:;\r\nDate: nonsense\r\n\r\nx",
    ],
)
def test_a_broken_header_gives_an_envelope_without_recipients(raw: bytes) -> None:
    """Such mail is left out; it never ends the replay."""
    assert envelope_of(raw, "m1").recipients == ()


def test_the_envelope_comes_from_the_header() -> None:
    """Sender, recipients in order and once, and the date in its own zone."""
    raw = make_message(to=f"A <{PARENT_A}>, b@example.org", headers={"Cc": f"{PARENT_A}, c@example.org"})
    envelope = envelope_of(raw, "m1")
    assert envelope.mail_from == TEACHER
    assert envelope.addresses == (PARENT_A, "b@example.org", "c@example.org")
    assert envelope.received_at.isoformat() == "2025-06-02T10:00:00+01:00"
