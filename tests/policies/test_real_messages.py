"""Real messages, scanned and judged: what the scan reports is what the policies ask for."""

import io
import zipfile

import pytest

from detectors.scan import scan as scan_bytes
from policies import History, decide, facts, load_set
from policies.verdict import Verdict
from tests.policies.school import (
    COUNCIL,
    DPO,
    FORBIDDEN,
    GOVERNOR,
    OFFICE,
    OWN,
    PARENT_A,
    PARENT_B,
    PUPIL_MAIL,
    SCHOOL,
    SECURE,
    STRANGER,
    TEACHER,
    directory,
    envelope,
)
from tests.support.mail import make_message

DEFAULT = load_set("default")
MANY = directory(families=45)
REPORT = (
    "report.txt",
    "text/plain",
    b"School report\r\n\r\nAmelia Thompson, born 14/05/2014.\r\nGrade in maths: 5\r\n",
)
SEN = ("letter.txt", "text/plain", b"Dear colleague,\r\n\r\nAmelia Thompson has autism and an EHCP.\r\n")
LIST = (
    "class.csv",
    "text/csv",
    (
        b"Name,DOB,UPN\r\nAmelia Thompson,14/05/2014,\r\nAiden Thompson,01/02/2015,\r\nKofi Osei,03/03/2014,\r\n"
        b"Jack Green,04/04/2014,\r\nTest Family1,05/05/2014,\r\nTest Family2,06/05/2014,\r\n"
    ),
)
INVITE = (
    "invite.ics",
    "text/calendar",
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
)
PLAN = ("lesson-plan.txt", "text/plain", b"Lesson plan: fractions. Starter, main activity, plenary.\r\n")


def zipped(password: bytes = b"") -> tuple[str, str, bytes]:
    if password:
        import pyzipper

        out = io.BytesIO()
        with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as archive:
            archive.setpassword(password)
            archive.writestr("class.csv", LIST[2])
    else:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("class.csv", LIST[2])
    return ("class.zip", "application/zip", out.getvalue())


def verdict(raw: bytes, sender: str, to: str | tuple[str, ...], school=SCHOOL) -> Verdict:
    recipients = (to,) if isinstance(to, str) else to
    found = facts(envelope(sender, *recipients), scan_bytes(raw, school), school, History.empty())
    return decide(found, DEFAULT)


def mail(sender: str = TEACHER, to: str = PARENT_A, **more: object) -> bytes:
    return make_message(sender=f"Sarah Green <{sender}>", to=to, **more)


CASES = [
    ("a clean letter", mail(), TEACHER, PARENT_A, "allow", ""),
    ("full name in the subject", mail(subject="Amelia Thompson trip"), TEACHER, PARENT_A, "block", "subject-full-name"),
    ("surname first", mail(subject="THOMPSON, Amelia"), TEACHER, PARENT_A, "block", "subject-full-name"),
    ("full name in a reply", mail(subject="Re: Amelia Thompson", headers={"In-Reply-To": "<x@y>"}), TEACHER, PARENT_A,
     "ask", "subject-full-name-thread"),
    ("name inside the school", mail(subject="Amelia Thompson", to=OFFICE), TEACHER, OFFICE, "allow", ""),
    ("own child's report", mail(attach=(REPORT,)), TEACHER, PARENT_A, "log", "attachment-not-encrypted-p2-linked-parent"),
    ("another child's report", mail(to=PARENT_B, attach=(REPORT,)), TEACHER, PARENT_B, "quarantine", "wrong-recipient"),
    ("SEN letter to the parent", mail(attach=(SEN,)), TEACHER, PARENT_A, "ask",
     "attachment-not-encrypted-p3-linked-parent"),
    ("SEN letter to a stranger", mail(to=STRANGER, attach=(SEN,)), TEACHER, STRANGER, "quarantine",
     "attachment-not-encrypted-p3-unknown"),
    ("SEN letter to the council", mail(to=COUNCIL, attach=(SEN,)), TEACHER, COUNCIL, "ask",
     "attachment-not-encrypted-p3-public-body"),
    ("SEN letter to a secure partner", mail(to=SECURE, attach=(SEN,)), TEACHER, SECURE, "allow", ""),
    ("exclusion pack to a governor", mail(to=GOVERNOR, attach=(SEN,)), TEACHER, GOVERNOR, "ask",
     "attachment-not-encrypted-p3-listed-outsider"),
    ("class list to a stranger", mail(to=STRANGER, attach=(LIST,)), TEACHER, STRANGER, "quarantine",
     "attachment-not-encrypted-p4-unknown"),
    ("class list in a zip", mail(to=STRANGER, attach=(zipped(),)), TEACHER, STRANGER, "quarantine",
     "attachment-not-encrypted-p4-unknown"),
    ("class list, well locked", mail(to=STRANGER, attach=(zipped(b"tR7-piano-violet"),)), TEACHER, STRANGER, "log",
     "strong-lock"),
    ("the password beside it", mail(to=STRANGER, body="The password is tR7-piano-violet\r\n",
     attach=(zipped(b"tR7-piano-violet"),)), TEACHER, STRANGER, "block", "password-with-file"),
    ("class list to oneself", mail(to=OWN, attach=(LIST,)), TEACHER, OWN, "block", "own-private-data"),
    ("locked list to oneself", mail(to=OWN, attach=(zipped(b"tR7-piano-violet"),)), TEACHER, OWN, "block",
     "own-private-data"),
    ("a note to oneself", mail(to=OWN, body="remember milk\r\n"), TEACHER, OWN, "log", "own-private-note"),
    ("a plan to oneself", mail(to=OWN, attach=(PLAN,)), TEACHER, OWN, "ask", "own-private-file"),
    ("markbook to a likely own address", mail(to="sgreen.teacher@yahoo.co.uk", attach=(REPORT,)), TEACHER,
     "sgreen.teacher@yahoo.co.uk", "block", "own-private-data"),
    ("private address given away", mail(body=f"Mail me at {OWN}\r\n"), TEACHER, PARENT_A, "block",
     "private-address-disclosed"),
    ("written out", mail(body="Mail me at sarahgreen84 at gmail dot com\r\n"), TEACHER, PARENT_A, "block",
     "private-address-disclosed"),
    ("in a contact card", mail(attach=(("me.vcf", "text/vcard",
     f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Green;Sarah\r\nEMAIL:{OWN}\r\nEND:VCARD\r\n".encode()),)), TEACHER, PARENT_A,
     "block", "private-address-disclosed"),
    ("a likely private address", mail(body="Mail me at s.green.home@outlook.com\r\n"), TEACHER, PARENT_A, "ask",
     "private-address-likely"),
    ("the parent's own address", mail(body=f"We hold {PARENT_A} for you.\r\n"), TEACHER, PARENT_A, "allow", ""),
    ("another parent's address", mail(to=PARENT_B, body=f"Please ask {PARENT_A}\r\n"), TEACHER, PARENT_B, "ask",
     "other-family-address"),
    ("private phone", mail(body="Ring me on 07700 900123.\r\n"), TEACHER, PARENT_A, "block", "private-phone-disclosed"),
    ("my mobile, not listed", mail(body="My mobile is 07700 900456.\r\n"), TEACHER, PARENT_A, "ask",
     "private-phone-likely"),
    ("the office's number", mail(body="The office: 01632 960100\r\n"), TEACHER, PARENT_A, "allow", ""),
    ("replies go home", mail(headers={"Reply-To": OWN}), TEACHER, PARENT_A, "block", "reply-to-private"),
    ("sent from home", mail(sender=OWN), OWN, PARENT_A, "block", "from-private"),
    ("forbidden contact", mail(to=FORBIDDEN), TEACHER, FORBIDDEN, "quarantine", "no-contact"),
    ("pupil's own address", mail(to=PUPIL_MAIL), TEACHER, PUPIL_MAIL, "block", "pupil-private-address"),
    ("one letter off", mail(to="pat.ossei@btinternet.com"), TEACHER, "pat.ossei@btinternet.com", "ask",
     "near-miss-address"),
    ("WhatsApp group", mail(body="Join https://chat.whatsapp.com/Ab12Cd34Ef56\r\n"), TEACHER, PARENT_A, "ask",
     "whatsapp-invite"),
    ("sign-in to outside", mail(to=STRANGER, body="The wifi password is Gr33nLeaf!\r\n"), TEACHER, STRANGER, "block",
     "credentials"),
    ("answer of the DPO", mail(sender=DPO, to=STRANGER, attach=(SEN,)), DPO, STRANGER, "ask", "attachment-from-the-dpo"),
    ("a forwarding rule", mail(to=STRANGER, headers={"Auto-Submitted": "auto-forwarded"}), TEACHER, STRANGER, "block",
     "auto-forward"),
    ("a meeting invitation from home", mail(sender=OWN, attach=(("i.ics", "text/calendar",
     b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"),)), TEACHER, PARENT_A, "log", "from-other"),
    ("damaged PDF", mail(attach=(("x.pdf", "application/pdf", b"%PDF-1.7\n\x00garbage"),)), TEACHER, PARENT_A,
     "quarantine", "unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "raw", "sender", "to", "action", "policy"), CASES, ids=[c[0] for c in CASES]
)
def test_a_real_message_gets_its_verdict(label, raw, sender, to, action, policy) -> None:
    """From bytes to verdict under the default pack, by the rule that is meant for it."""
    result = verdict(raw, sender, to)
    leading = [h.policy for h in result.hits if h.action is result.action]
    assert (label, result.action.word) == (label, action), leading
    assert not policy or policy in leading


def test_six_families_in_to() -> None:
    """Addresses in To show families to each other; the same in Bcc does not."""
    families = tuple(f"family{n}@families.example" for n in range(6))
    shown = verdict(mail(to=", ".join(families)), TEACHER, families, MANY)
    assert "recipients-exposed" in {h.policy for h in shown.hits}
    hidden = verdict(mail(to=TEACHER), TEACHER, families, MANY)
    assert "recipients-exposed" not in {h.policy for h in hidden.hits}


def test_forty_addresses_in_a_letter() -> None:
    """A list of families' addresses is held for the DPO."""
    body = "\r\n".join(f"family{n}@families.example" for n in range(40))
    result = verdict(mail(to=GOVERNOR, body=body), TEACHER, GOVERNOR, MANY)
    assert result.action.word == "quarantine"
    assert "many-family-addresses" in {h.policy for h in result.hits}


GMAIL = (
    "Thank you, noted.\r\n\r\nOn Mon, 1 Jun 2025 at 10:00, SEN Team <sen@council.gov.uk> wrote:\r\n"
    "> Amelia Thompson has autism and epilepsy.\r\n> Please advise.\r\n"
)
OUTLOOK = (
    "Thank you, noted.\r\n\r\n-----Original Message-----\r\nFrom: SEN Team <sen@council.gov.uk>\r\nSent: 1 June 2025 10:00\r\n"
    "To: Sarah Green <s.green@example.sch.uk>\r\nSubject: case\r\n\r\nAmelia Thompson has autism and epilepsy.\r\n"
)


@pytest.mark.parametrize("body", [GMAIL, OUTLOOK], ids=["as Gmail quotes", "as Outlook quotes"])
def test_an_answer_to_those_who_wrote_is_not_asked_about_again(body: str) -> None:
    """What they wrote themselves may go back to them; to anybody new it counts."""
    back = verdict(mail(to=COUNCIL, subject="Re: case", body=body), TEACHER, COUNCIL)
    assert back.action.word == "log"
    on = verdict(mail(to=COUNCIL, subject="Re: case", body=body), TEACHER, (COUNCIL, STRANGER))
    assert on.action.word == "ask"


def test_an_invitation_in_the_message_excuses_no_password() -> None:
    """A meeting's own passcode is no sign-in; a pupil's sign-in beside an invitation still is one."""
    login = "Username: amelia.t / Password: Fox!2234\r\n"
    meeting = (
        "Join: https://us02web.zoom.us/j/81234567890\r\nMeeting ID: 812 3456 7890\r\nPasscode: 4Xy9Qz\r\n"
    )
    for body, action in ((login, "block"), (meeting, "log")):
        raw = make_message(subject="Hello", body=body, attach=(INVITE,))
        seen = scan_bytes(raw, MANY)
        found = decide(facts(envelope(TEACHER, STRANGER), seen, MANY, History.empty()), DEFAULT)
        assert found.action.word == action, body


@pytest.mark.parametrize(
    "address",
    [
        "user%gmail.com@{}",
        "gmail.com!user@{}",
        "user@gmail.com@{}",
        "@gmail.com:user@{}",
        '"user@gmail.com"@{}',
    ],
)
def test_a_recipient_with_another_way_in_the_local_part_is_outside(address: str) -> None:
    """Some servers send "user%elsewhere@here" on to elsewhere: it is no address of the school."""
    to = address.format(TEACHER.partition("@")[2])
    seen = scan_bytes(make_message(subject="Amelia Thompson"), MANY)
    found = decide(facts(envelope(TEACHER, to), seen, MANY, History.empty()), DEFAULT)
    assert found.action.word == "block"
