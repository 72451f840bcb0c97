"""Every finding about recipients, addresses and conduct, from the bytes of a message to the facts: what must be seen, and its harmless twin."""

import io
from functools import cache

import pytest
from PIL import Image

from detectors.scan import scan
from policies import History, facts
from tests.policies.school import (
    AI,
    COUNCIL,
    FORBIDDEN,
    OWN,
    PARENT_A,
    PARENT_B,
    PUPIL_MAIL,
    STRANGER,
    TEACHER,
    directory,
    envelope,
)
from tests.support.mail import make_message

SCHOOL = directory(families=8)
PHONE = "07700 900123"  # Sarah Green's own, on the list
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Sarah Green\r\nEMAIL:sarahgreen84@gmail.com\r\nTEL:07700 900123\r\nEND:VCARD\r\n"
WORK_CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Sarah Green\r\nEMAIL:s.green@example.sch.uk\r\nTEL:01632 960100\r\nEND:VCARD\r\n"
REPORT = ("report.txt", "text/plain", b"School report for Amelia Thompson, born 14/05/2014. Grade 5.")
MEETING = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nSUMMARY:Talk\r\nORGANIZER;CN=Sarah:mailto:{who}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
KOFI = ("report.txt", "text/plain", b"School report for Kofi Osei, born 14/05/2014. Grade 5.")
CP = (
    "notes.txt",
    "text/plain",
    b"Amelia Thompson: child protection conference, section 47, strategy meeting on Monday.",
)
FAMILIES = ", ".join(f"family{n}@families.example" for n in range(6))


@cache
def photo(caption: str = "", size: int = 600) -> bytes:
    """A photograph, with a caption in its EXIF fields."""
    image = Image.effect_noise((size, size), 60).convert("RGB")
    fields = image.getexif()
    if caption:
        fields[0x010E] = caption
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, exif=fields)
    return out.getvalue()


def kinds(to: str = PARENT_A, *files: tuple[str, str, bytes], sender: str = f"Sarah Green <{TEACHER}>", body: str = "See you on Friday.", subject: str = "Friday", history: History | None = None, mail_from: str = TEACHER, **fields: str) -> set[str]:  # fmt: skip
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    raw = make_message(
        subject=subject, sender=sender, to=to, body=body.replace("\n", "\r\n"), attach=files, headers=headers
    )
    people = tuple(a.strip() for a in to.split(","))
    seen = facts(envelope(mail_from, *people), scan(raw, SCHOOL), SCHOOL, history or History.empty())
    return {e.finding.kind for e in seen.evidence}


SEEN = [
    ("private-address-disclosed", "in the text", lambda: kinds(body=f"Mail me at {OWN}")),
    ("private-address-disclosed", "in capitals with a tag", lambda: kinds(body="SarahGreen84+school@GoogleMail.com is best")),
    ("private-address-disclosed", "in the signature", lambda: kinds(body=f"See you.\n\nKind regards\nSarah Green\n{OWN}")),
    ("private-address-disclosed", "at and dot", lambda: kinds(body="write to sarahgreen84 at gmail dot com")),
    ("private-address-disclosed", "(at) and [dot]", lambda: kinds(body="write to sarahgreen84 (at) gmail [dot] com")),
    ("private-address-disclosed", "in a card", lambda: kinds(PARENT_A, ("me.vcf", "text/vcard", CARD))),
    ("private-address-disclosed", "in the display name", lambda: kinds(sender=f'"Sarah Green {OWN}" <{TEACHER}>')),
    ("private-address-disclosed", "in the subject", lambda: kinds(subject=f"mail {OWN} please")),
    ("private-phone-disclosed", "in the text", lambda: kinds(body=f"Ring me on {PHONE}")),
    ("private-phone-disclosed", "in another form", lambda: kinds(body="+44 (0)7700 900 123 is mine")),
    ("private-phone-disclosed", "in the signature", lambda: kinds(body=f"See you.\n\nKind regards\nSarah\nM: {PHONE}")),
    ("private-phone-disclosed", "in a card", lambda: kinds(PARENT_A, ("me.vcf", "text/vcard", CARD))),
    ("private-phone-disclosed", "in the display name", lambda: kinds(sender=f'"Sarah Green {PHONE}" <{TEACHER}>')),
    ("private-phone-disclosed", "on no list, by the words", lambda: kinds(body="my mobile is 07700 900456")),
    ("own-private-recipient", "on the list", lambda: kinds(OWN)),
    ("own-private-recipient", "with dots and a tag", lambda: kinds("sarah.green84+x@googlemail.com")),
    ("from-mismatch", "a private From", lambda: kinds(sender=f"Sarah Green <{OWN}>")),
    ("reply-to-private", "a private Reply-To", lambda: kinds(Reply_To=OWN)),
    ("auto-forwarded", "by a rule", lambda: kinds(STRANGER, X_MS_Exchange_Inbox_Rules_Loop=TEACHER)),
    ("auto-forwarded", "by another program", lambda: kinds(STRANGER, Auto_Submitted="auto-forwarded")),
    ("wrong-family", "a report of another child", lambda: kinds(PARENT_B, REPORT)),
    ("wrong-family", "one of two", lambda: kinds(f"{PARENT_A}, {PARENT_B}", REPORT)),
    ("no-contact-recipient", "a court order", lambda: kinds(FORBIDDEN)),
    ("recipients-exposed", "six families in To", lambda: kinds(FAMILIES)),
    ("recipients-exposed", "and in Cc", lambda: kinds(PARENT_A, Cc=FAMILIES)),
    ("near-miss-recipient", "a letter left out", lambda: kinds("kim.thompso@gmail.com")),
    ("near-miss-recipient", "two letters changed about", lambda: kinds("kim.thopmson@gmail.com")),
    ("ai-destination", "a meeting bot", lambda: kinds(AI)),
    ("pupil-private-recipient", "a pupil's own address", lambda: kinds(PUPIL_MAIL)),
    ("pupil-image-named", "in the file's name", lambda: kinds(PARENT_A, ("Amelia Thompson.jpg", "image/jpeg", photo()))),
    ("pupil-image-named", "in the EXIF caption", lambda: kinds(PARENT_A, ("img1.jpg", "image/jpeg", photo("Amelia Thompson, sports day")))),
    ("pupil-image-named", "in the message", lambda: kinds(PARENT_A, ("img1.jpg", "image/jpeg", photo()), body="A photo of Amelia Thompson.")),
    ("chain-letter", "pass it on", lambda: kinds(body="Forward this to ten friends you know!")),
    ("offensive-language", "a word of the list", lambda: kinds(body="you bastards")),
    ("copyright-media", "a song", lambda: kinds(PARENT_A, ("song.mp3", "audio/mpeg", b"ID3\x03\x00"))),
    ("harm", "a threat", lambda: kinds(body="he wrote: kill yourself")),
    ("child-protection-file", "notes", lambda: kinds(COUNCIL, CP)),
    ("whatsapp-invite", "a group", lambda: kinds(body="https://chat.whatsapp.com/Ab12Cd34Ef56")),
    ("share-link", "a drive", lambda: kinds(body="https://drive.google.com/file/d/1aBcD/view?usp=sharing")),
    ("third-party-address", "another family's", lambda: kinds(PARENT_A, body=f"Write to {PARENT_B}")),
]  # fmt: skip

UNSEEN = [
    ("private-address-disclosed", "a school address", lambda: kinds(body=f"Mail me at {TEACHER}")),
    ("private-address-disclosed", "the parent's own, quoted back", lambda: kinds(body=f"You wrote from {PARENT_A}")),
    ("private-address-disclosed", "a work card", lambda: kinds(PARENT_A, ("me.vcf", "text/vcard", WORK_CARD))),
    ("private-address-disclosed", "to a colleague", lambda: kinds("j.dale@example.sch.uk", body=f"Mail me at {OWN}")),
    ("private-phone-disclosed", "the office", lambda: kinds(body="Ring 01632 960100")),
    ("private-phone-disclosed", "a helpline", lambda: kinds(body="Ring Childline on 0800 1111")),
    ("own-private-recipient", "a parent", lambda: kinds(PARENT_A)),
    ("from-mismatch", "a school From", lambda: kinds(PARENT_A)),
    ("from-mismatch", "a null sender", lambda: kinds(mail_from="")),
    ("reply-to-private", "a school Reply-To", lambda: kinds(Reply_To="office@example.sch.uk")),
    ("auto-forwarded", "forwarded by hand", lambda: kinds(STRANGER, subject="Fwd: Friday")),
    ("auto-forwarded", "an automatic answer", lambda: kinds(STRANGER, Auto_Submitted="auto-replied")),
    ("wrong-family", "their own child", lambda: kinds(PARENT_A, REPORT)),
    ("wrong-family", "no file at all", lambda: kinds(PARENT_B, body="Amelia Thompson scored.")),
    ("no-contact-recipient", "the other parent", lambda: kinds(PARENT_A)),
    ("recipients-exposed", "two parents of one child", lambda: kinds(f"{PARENT_A}, lee.thompson@outlook.com")),
    ("near-miss-recipient", "the address itself", lambda: kinds(PARENT_A)),
    ("near-miss-recipient", "a stranger", lambda: kinds(STRANGER)),
    ("ai-destination", "a council", lambda: kinds(COUNCIL)),
    ("pupil-private-recipient", "a parent", lambda: kinds(PARENT_A)),
    ("pupil-image-named", "a picture of nobody", lambda: kinds(PARENT_A, ("hall.jpg", "image/jpeg", photo()))),
    ("pupil-image-named", "a sign in a signature", lambda: kinds(PARENT_A, ("logo.jpg", "image/jpeg", photo(size=24)), body="A photo of Amelia Thompson will follow.")),
    ("pupil-image-named", "a first name alone", lambda: kinds(PARENT_A, ("Amelia.jpg", "image/jpeg", photo()))),
    ("chain-letter", "forward to one person", lambda: kinds(body="Please forward the attached to Mr Green.")),
    ("offensive-language", "a place", lambda: kinds(body="We visit Scunthorpe and Penistone.")),
    ("copyright-media", "a letter", lambda: kinds(PARENT_A, REPORT)),
    ("harm", "a lesson", lambda: kinds(body="The museum shows bombs of the war.")),
    ("child-protection-file", "a policy", lambda: kinds(COUNCIL, ("Child protection policy.txt", "text/plain", CP[2]))),
    ("whatsapp-invite", "the word", lambda: kinds(body="We do not use WhatsApp.")),
    ("share-link", "a web page", lambda: kinds(body="https://www.gov.uk/school-term-dates")),
    ("third-party-address", "of somebody who is in Cc", lambda: kinds(f"{PARENT_A}, {PARENT_B}", body=f"Write to {PARENT_B}")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "who", "seen"),
    [("REQUEST", OWN, True), ("CANCEL", OWN, True), ("REQUEST", "somebody.else@gmail.com", False), ("PUBLISH", OWN, False)],
)  # fmt: skip
def test_only_an_invitation_of_the_writers_own_excuses_a_private_address(method, who, seen):
    """Any calendar file in the message would be a way around the rule."""
    file = ("i.ics", "text/calendar", MEETING.format(method=method, who=who).encode())
    assert ("calendar-invite" in kinds(PARENT_A, file, Reply_To=OWN)) is seen


@pytest.mark.parametrize(("kind", "what", "made"), SEEN, ids=[f"{k}: {w}" for k, w, _ in SEEN])
def test_it_is_seen(kind, what, made):
    assert kind in made()


@pytest.mark.parametrize(("kind", "what", "made"), UNSEEN, ids=[f"{k}: {w}" for k, w, _ in UNSEEN])
def test_its_harmless_twin_is_not(kind, what, made):
    assert kind not in made()


def test_a_shared_link_says_whether_anyone_may_open_it():
    """Some services let anybody with the link in; others do not say in the link."""

    def share(link: str) -> str:
        raw = make_message(body=f"Here: {link}\r\n")
        (found,) = [f for f in scan(raw, SCHOOL).findings if f.kind == "share-link"]
        assert found.masked in link
        assert len(found.masked) < len(link)
        return found.why

    assert "anyone" in share("https://1drv.ms/x/s!AbCdEf12345")
    assert "anyone" in share("https://example.sharepoint.com/:x:/s/site/guestaccess.aspx?docid=1")
    assert "does not say" in share("https://example.sharepoint.com/:x:/g/personal/abc")


@pytest.mark.slow
def test_a_password_that_follows_is_told_by_keyed_hashes_alone():
    """The file goes first, the password within a day to the same person: only that pair is remembered, and never in clear."""
    from policies import to_remember
    from tests.support.documents import locked_office, xlsx

    file = (
        "list.xlsx",
        "application/octet-stream",
        locked_office(xlsx([("Name",), ("Amelia Thompson",)]), "Blue-Table-9"),
    )
    first = make_message(sender=TEACHER, to=PARENT_A, attach=(file,))
    pairs = to_remember(envelope(TEACHER, PARENT_A), scan(first, SCHOOL), SCHOOL)
    assert pairs
    assert not [p for p in pairs if PARENT_A in p or TEACHER in p]
    later = History(protected_sent=pairs)
    assert "password-follows" in kinds(body="The password for the file is Blue-Table-9", history=later)
    assert "password-follows" not in kinds(body="Did you get the file?", history=later)
    assert "password-follows" not in kinds(
        PARENT_B, body="The password for the file is Blue-Table-9", history=later
    )
    together = kinds(PARENT_A, file, body="The password for the file is Blue-Table-9")
    assert "password-with-file" in together
