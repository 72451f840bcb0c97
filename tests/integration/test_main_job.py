"""The main job end to end: a real Postfix hands over, Schoolgate decides, a real Postfix takes it."""

import email
import email.policy
import smtplib
import urllib.request

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.integration.conftest import MailFlow
from tests.support.documents import CLASS_LIST, XLSX, locked_office, xlsx
from tests.support.mail import make_message
from tests.support.servers import until

pytestmark = pytest.mark.slow


def send(flow: MailFlow, raw: bytes, *to: str) -> None:
    """Hand a message to the school's mail server, as a mail program does."""
    with smtplib.SMTP("127.0.0.1", flow.school.port) as client:
        client.sendmail("s.green@example.sch.uk", list(to), raw)


def arrived(flow: MailFlow, marker: str) -> list[bytes]:
    """What came out at the far end with that marker in it."""
    return [mail for mail in flow.internet.mails() if marker.encode() in mail]


def told(flow: MailFlow, *words: str) -> list[str]:
    """Notices and bounces that the teacher has got (by either server) whose readable text has all the words."""
    found = []
    for mail in [*flow.school.mails(), *flow.internet.mails()]:
        parsed = email.message_from_bytes(mail)
        if "s.green@example.sch.uk" not in str(parsed["Delivered-To"]):
            continue
        texts = [p.get_payload(decode=True) for p in parsed.walk() if p.get_content_type() == "text/plain"]
        text = " ".join(b" ".join(t for t in texts if isinstance(t, bytes)).decode().split())
        if all(word in text for word in words):
            found.append(text)
    return found


def held(flow: MailFlow) -> list[dict[str, object]]:
    rows = flow.gate.json("held", "list")
    assert isinstance(rows, list)
    return rows


def test_clean_mail_arrives_with_its_bytes_and_its_dkim_signature(mail_flow: MailFlow) -> None:
    """What needs no cure comes out as it went in: body bytes equal, DKIM signature still verifies."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    raw = make_message(
        subject="Sports day on Friday",
        body="Clean-1: bring  a   hat.\r\n.\r\n..dots\r\n" + "long " * 300 + "\r\n\r\n",
        html="<p>Clean-1: bring a hat.</p>",
    )
    signature = dkim.sign(
        raw,
        b"s1",
        b"example.sch.uk",
        pem,
        canonicalize=(b"simple", b"simple"),
        include_headers=[
            b"from",
            b"to",
            b"subject",
            b"date",
            b"message-id",
            b"mime-version",
            b"content-type",
        ],
    )
    send(mail_flow, signature + raw, "laura.thompson@example.org")
    mail = until(lambda: arrived(mail_flow, "Sports day on Friday"), "the clean mail")[0].replace(
        b"\n", b"\r\n"
    )
    assert mail.endswith(raw.partition(b"\r\n\r\n")[2])
    import base64

    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    start = mail.index(b"DKIM-Signature:")
    assert dkim.verify(mail[start:], dnsfunc=lambda *_args, **_kw: record)


def test_a_full_name_in_a_subject_comes_back_with_a_reason_that_a_teacher_understands(
    mail_flow: MailFlow,
) -> None:
    """550 from us; the school's own server bounces it with our sentence, and nothing goes out."""
    send(
        mail_flow,
        make_message(subject="Amelia Thompson and the zoo", body="Blocked-1\r\n"),
        "parent@example.net",
    )
    bounce = until(lambda: told(mail_flow, "550 5.7.1"), "the bounce")[0]
    assert "subject" in bounce
    assert "full name" in bounce
    until(lambda: told(mail_flow, "Nothing has left"), "our own notice")
    assert not arrived(mail_flow, "Blocked-1")


def test_an_open_class_list_is_held_and_the_sender_is_told_the_same_list_locked_passes(
    mail_flow: MailFlow,
) -> None:
    """The whole point: what anybody could read waits; really encrypted goes."""
    few = xlsx(CLASS_LIST[:5])
    before = len(held(mail_flow))
    send(mail_flow, make_message(subject="Open-2", attach=(("list.xlsx", XLSX, few),)), "club@example.net")
    until(lambda: len(held(mail_flow)) > before, "the message is held")
    until(lambda: told(mail_flow, "list.xlsx", "Nothing has left"), "the notice to the sender")
    locked = locked_office(few, "correct horse battery")
    send(
        mail_flow, make_message(subject="Locked-2", attach=(("list.xlsx", XLSX, locked),)), "club@example.net"
    )
    until(lambda: arrived(mail_flow, "Locked-2"), "the locked list")
    assert not arrived(mail_flow, "Open-2")


def test_a_bulk_list_is_quarantined_and_arrives_once_after_release(mail_flow: MailFlow) -> None:
    """The officer's release sends the original bytes, once, to the recipients of the envelope."""
    raw = make_message(subject="Bulk-3", attach=(("pupils.xlsx", XLSX, xlsx(CLASS_LIST)),))
    seen = {row["id"] for row in held(mail_flow)}
    send(mail_flow, raw, "club@example.net", "other@example.net")

    def new_hold() -> list[dict[str, object]]:
        return [row for row in held(mail_flow) if row["id"] not in seen]

    row = until(new_hold, "the message is in quarantine")[0]
    assert row["action"] == "quarantine"
    mail_flow.gate.run(
        "held", "release", str(row["id"]), "--reason", "The trip centre asked for it by contract"
    )
    mails = until(lambda: m if len(m := arrived(mail_flow, "Bulk-3")) >= 2 else [], "the released mail")
    assert len(mails) == 2
    for mail in mails:
        assert mail.replace(b"\n", b"\r\n").endswith(raw.partition(b"\r\n\r\n")[2])


PLANTED = (
    "Amelia",
    "Thompson",
    "N999000123001",
    "sarahgreen84",
    "14/05/2014",
    "O'Brien",
    "Begum",
    "and the zoo",
)


def test_nothing_we_wrote_repeats_what_was_found(mail_flow: MailFlow) -> None:
    """Log, replies, bounces' reasons, notices, metrics, the queue's rows and the database's very bytes hold masks only."""
    gate = mail_flow.gate
    send(mail_flow, make_message(subject="Amelia Thompson and the zoo"), "parent@example.net")
    send(mail_flow, make_message(attach=(("pupils.xlsx", XLSX, xlsx(CLASS_LIST)),)), "club@example.net")
    until(lambda: told(mail_flow, "Nothing has left"), "a notice")
    metrics = urllib.request.urlopen(f"http://127.0.0.1:{gate.metrics_port}/metrics", timeout=10).read()
    notices = [m for m in mail_flow.internet.mails() if b"Auto-Submitted" in m]
    assert notices
    assert b"schoolgate_" in metrics
    outputs = {
        "log": gate.log(),
        "held list": str(held(mail_flow)),
        "metrics": metrics.decode(),
        "what Postfix heard": mail_flow.school.log(),
        "notices": " ".join(readable(m) for m in notices),
        "database": b"".join(f.read_bytes() for f in (gate.root / "var").glob("*.sqlite*")).decode("latin-1"),
    }
    assert len(outputs["database"]) > 10_000
    found = [(name, word) for name, text in outputs.items() for word in PLANTED if word in text]
    assert found == []


def readable(mail: bytes) -> str:
    """Subject and text parts of a mail, decoded, without the addresses on its cover."""
    parsed = email.message_from_bytes(mail, policy=email.policy.default)
    parts = [p.get_content() for p in parsed.walk() if p.get_content_maintype() == "text"]
    return " ".join([str(parsed["Subject"]), *parts])
