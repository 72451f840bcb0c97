"""What merely looks like something else hides no child: columns, marks, titles, links, namesakes, meetings, distance; and ordinary mail of that look goes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from detectors.directory import Contact, Directory
from detectors.scan import scan
from policies import History, decide, facts, load_set
from policies.envelope import Envelope, Recipient
from policies.verdict import Action
from tests.support.mail import make_message
from tests.support.people import SCHOOL

TEACHER, STRANGER = "s.green@example.sch.uk", "somebody@gmail.com"
SET = load_set("default")
NAMESAKES = replace(
    SCHOOL,
    version="namesakes",
    contacts=(*SCHOOL.contacts, Contact(pupil_id="p1", forename="Amelia", surname="Thompson", email="am@x.example")),
)  # fmt: skip

WEEK = "We had a long and busy week with the harvest festival and the swimming gala. " * 4
MEETING = (
    "Join Zoom Meeting\nhttps://us02web.zoom.us/j/81234567890\nMeeting ID: 812 3456 7890\nPasscode: 4Xy9Qz"
)
HELD = [
    ("", "Amelia    Thompson has diabetes."), ("", "Forename      Surname      Need\nAmelia        Thompson     diabetes"),
    ("", "Surname       Forename     Need\nThompson      Amelia       diabetes"), ("", "Amelia    |    Thompson    |    diabetes"),
    ("", "Amelia *Thompson* has diabetes."), ("", "Amelia **Thompson** has diabetes."), ("", "**Amelia** Thompson has diabetes."),
    ("", "Mrs Amelia Thompson, DOB 14/05/2014, has diabetes."), ("", "Dr Amelia Thompson (born 14th May 2014) has diabetes."),
    ("", "www.Amelia-Thompson has diabetes."), ("", "https://school.sharepoint.com/:w:/s/SEN/Amelia_Thompson_diabetes.docx"),
    ("", "The plan: https://files.example/Amelia%20Thompson, for her diabetes."), ("", "See https://mis.example/pupil?upn=N999000123001 about the diabetes."),
    ("", "Amelia Strategy Meeting on Friday"), ("", "Amelia Section 47 enquiry"), ("", "Amelia CAMHS referral, 4B"),
    ("Amelia Strategy Meeting", "See you there."), ("CAMHS referral", "Oliver Williams will be seen on Friday."), ("Amelia 4B Thompson", "Late again."),
    ("www.Amelia-Thompson", "Late again."), ("Mrs Amelia Thompson 14/05/2014", "Late again."), ("Amelia     Thompson", "Late again."), ("ᴀᴍᴇʟɪᴀ ᴛʜᴏᴍᴘꜱᴏɴ", "Late again."),
    ("", "Surname            Forename            Need\nThompson           Amelia              diabetes"), ("", "Thompson    |    Amelia    |    diabetes"),
    ("", f"Amelia Thompson came to see me.\n\n{WEEK}\n\nShe has diabetes."),
    ("", f"The staff Wi-Fi password is Sunshine42.\n\n{MEETING}"), ("", f"Username: amelia.t / Password: Fox!2234\n\n{MEETING}"), ("", f"SIMS login sgreen password: Tiger-2024\n{MEETING}"),
]  # fmt: skip

GOES = [
    ("Mrs Amelia Thompson", "Your appointment is on 14/05/2026."), ("Mr Jack Green", "He speaks about diabetes on 3 March."),
    ("New books", "Jack Green is an author: https://books.example/author/jack-green/123"), ("News", "https://news.example/jack-green-wins-the-cup, for those who like football."),
    ("Parcel", "https://track.example/?id=9990000018"), ("Prices", "Coach 1        Green line        49 seats"), ("*Reminder*", "The **green** form is due."),
    ("Speakers", "Mrs Claire Watson     Dr Emily Stone     Mr Jack Green"), ("Safeguarding", "Strategy Meeting dates for heads are on the website."),
    ("Parents' evening", MEETING), ("Parents' evening", "Join: https://zoom.us/j/1 Meeting ID: 123 456 7890 Password: a8B9c7"),
    ("Friday", f"Amelia Thompson came to see me.\n\n{WEEK}\n\nThe talk on diabetes is on Friday."),
    ("Friday", f"Amelia Thompson and Jack Green won.\n\n{WEEK}\n\nDr Stone speaks on diabetes. She is from Leeds."),
]  # fmt: skip


def _action(subject: str, body: str, school: Directory = SCHOOL) -> Action:
    raw = make_message(subject=subject or "Hello", to=STRANGER, body=body.replace("\n", "\r\n") + "\r\n")
    envelope = Envelope(id="x", mail_from=TEACHER, recipients=(Recipient(address=STRANGER),), received_at=datetime(2026, 3, 2, tzinfo=UTC))  # fmt: skip
    return decide(facts(envelope, scan(raw, school), school, History.empty()), SET).action


@pytest.mark.parametrize(("subject", "body"), HELD, ids=[f"{s}: {b[:40]}" for s, b in HELD])
def test_a_disguise_hides_nobody(subject: str, body: str) -> None:
    """Asked about, held or refused, as the plain form is."""
    assert _action(subject, body) >= Action.ASK


@pytest.mark.parametrize(("subject", "body"), GOES, ids=[f"{s}: {b[:40]}" for s, b in GOES])
def test_ordinary_mail_of_that_look_goes(subject: str, body: str) -> None:
    """Grown-ups with a title, authors' pages, parcels, columns of prices."""
    assert _action(subject, body) < Action.ASK


def test_a_birthday_tells_a_child_from_a_grown_up_of_the_same_name() -> None:
    """A parent called like the child makes the name doubtful, until the child's date of birth stands beside it."""
    assert _action("", "Amelia Thompson has sent the form back.", NAMESAKES) < Action.ASK
    assert _action("", "Amelia Thompson, 14/05/2014, has diabetes.", NAMESAKES) >= Action.ASK
