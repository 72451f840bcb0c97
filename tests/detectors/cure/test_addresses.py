"""A private address becomes the school's in every encoding, and no other byte of the message moves."""

import base64
import quopri
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.cure.apply import CureError, mend
from detectors.cure.plan import Plan
from tests.support.mail import make_message
from tests.support.people import SCHOOL

PRIVATE, SCHOOLS = "sarahgreen84@gmail.com", "s.green@example.sch.uk"
PLAN = Plan(replace=(SCHOOL.fingerprints.of("email", PRIVATE),), address=SCHOOLS)
HEAD = b"From: S Green <%s>\r\nTo: jo@x.example\r\nSubject: Hi\r\nMIME-Version: 1.0\r\n"


def message(body, *, how="7bit", media="text/plain; charset=utf-8", sender=SCHOOLS):
    head = HEAD % sender.encode() + f"Content-Type: {media}\r\n".encode()
    return head + f"Content-Transfer-Encoding: {how}\r\n\r\n".encode() + body


def text_of(raw):
    return message_from_bytes(raw, policy=default).get_content().replace("\r\n", "\n").rstrip("\n")


WRITTEN = (
    "Write to sarahgreen84@gmail.com.",
    "S Green <Sarahgreen84@GMail.com>, or sarah.green84@gmail.com",
    '<a href="mailto:sarahgreen84@gmail.com">sarahgreen84@gmail.com</a>',
    "Grüße – sarahgreen84@gmail.com – Zoë",
)


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("how", ["8bit", "quoted-printable", "base64"])
def test_every_spelling_in_every_encoding(written, how):
    """The text reads the same but for the address; the header block keeps its bytes."""
    plain = written.encode() + b"\r\n"
    body = {
        "8bit": plain,
        "quoted-printable": quopri.encodestring(plain.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n"),
        "base64": base64.encodebytes(plain).replace(b"\n", b"\r\n"),
    }[how]
    raw = message(body, how=how)
    made = mend(raw, PLAN, SCHOOL)
    expected = written
    for spelling in ("sarahgreen84@gmail.com", "Sarahgreen84@GMail.com", "sarah.green84@gmail.com"):
        expected = expected.replace(spelling, SCHOOLS)
    assert text_of(made) == expected
    assert made.split(b"\r\n\r\n")[0] == raw.split(b"\r\n\r\n")[0]
    assert max(map(len, made.split(b"\r\n"))) <= 78 or how == "8bit"


def test_an_address_that_a_soft_line_break_cuts():
    """Quoted-printable may break it anywhere and write any letter as =XX."""
    raw = message(b"Mail =73arahgre=\r\nen84=40gmail.com, please.=20\r\n", how="quoted-printable")
    assert text_of(mend(raw, PLAN, SCHOOL)) == f"Mail {SCHOOLS}, please. "


def test_from_and_reply_to():
    """With their display names; To and Cc stay, whoever stands there."""
    raw = message(b"Hi\r\n", sender=PRIVATE).replace(
        b"To: jo",
        b"Reply-To: =?utf-8?q?S=C3=A4rah?= <sarahgreen84@gmail.com>\r\nTo: sarahgreen84@gmail.com, jo",
    )
    made = message_from_bytes(mend(raw, PLAN, SCHOOL), policy=default)
    assert (made["from"], made["reply-to"]) == (f"S Green <{SCHOOLS}>", f"Särah <{SCHOOLS}>")
    assert made["to"] == "sarahgreen84@gmail.com, jo@x.example"


OTHERS = ("xsarahgreen84@gmail.com", "sarahgreen84@gmail.com.example", "jo@gmail.com", "nobody")


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("how", ["7bit", "base64"])
def test_other_addresses_stay(other, how):
    """Nothing that only looks like it; and a message without it is not called mended."""
    body = f"{other}\r\n".encode()
    with pytest.raises(CureError) as refused:
        mend(message(body if how == "7bit" else base64.encodebytes(body), how=how), PLAN, SCHOOL)
    assert refused.value.reason == "nothing-to-do"


def test_a_file_stays_as_it_is():
    """An attached text is the sender's file, not their letter."""
    raw = make_message(body=f"{PRIVATE}\r\n", attach=(("a.txt", "text/plain", PRIVATE.encode()),))
    made = message_from_bytes(mend(raw, PLAN, SCHOOL), policy=default)
    assert SCHOOLS in made.get_body(("plain",)).get_content()
    assert [part.get_content() for part in made.iter_attachments()] == [PRIVATE]


@given(st.binary(max_size=80), st.binary(max_size=80), st.sampled_from(["8bit", "base64"]))
def test_whatever_stands_around_it_stays(before, after, how):
    """For any bytes around the address."""
    left, right = (
        before.replace(b"\r", b"").replace(b"\n", b""),
        after.replace(b"\r", b"").replace(b"\n", b""),
    )
    body = left + b" " + PRIVATE.encode() + b" " + right
    raw = message(body if how == "8bit" else base64.b64encode(body), how=how)
    made = mend(raw, PLAN, SCHOOL).split(b"\r\n\r\n", 1)[1]
    made = made if how == "8bit" else base64.b64decode(made)
    assert made == left + b" " + SCHOOLS.encode() + b" " + right
