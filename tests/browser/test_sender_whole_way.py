"""From a real held message, by the link in the real notice and a real browser, to its delivery at a real Postfix: every cure."""

import subprocess
from email import message_from_bytes
from email.policy import default

import dkim
import pytest

from gateway import signing
from gateway.settings import Dkim
from tests.browser.sender import files_of, newest, opened_office, sent, sound, way
from tests.browser.test_whole_way import answers, welcome
from tests.support.documents import CLASS_LIST, PDF, XLSX, pdf, xlsx
from tests.support.mail import make_message
from tests.support.servers import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def school(tmp_path_factory, chromium):
    with way(tmp_path_factory.mktemp("sender") / "gate", chromium) as one:
        yield one


LIST = xlsx(CLASS_LIST)


def test_initials(school):
    """Two clicks on a phone: the link and the button; the subject has initials, everything else is as it was."""
    raw = make_message(
        subject="Re: Fatima Begum and her reading",
        body="Marker-initials\r\n",
        headers={"References": "<r@x.example>"},
    )
    school.send(raw)
    page = school.open("phone", number=newest(school))
    page.get_by_text("“F… B…” becomes “F.B.”.").wait_for()
    sound(page)
    assert "Fatima" not in page.content()
    page.get_by_role("button", name="Send with initials").click()
    sent(page)
    mail = message_from_bytes(school.arrives(b"Marker-initials"), policy=default)
    assert (mail["subject"], mail["references"]) == ("Re: F.B. and her reading", "<r@x.example>")
    assert b"Fatima" not in mail.as_bytes()


def test_locking_a_file(school):
    """The password is shown and acknowledged first; it opens the file that arrives; the other file is untouched."""
    menu = pdf("Menu")
    raw = make_message(body="Marker-lock\r\n", attach=(("menu.pdf", PDF, menu), ("list.xlsx", XLSX, LIST)))
    school.send(raw)
    page = school.open(number=newest(school))
    page.get_by_role("button", name="Lock the file").click()
    page.get_by_role("heading", name="Write this password down").wait_for()
    sound(page)
    password = page.locator(".govuk-inset-text strong").inner_text()
    assert school.not_there(b"Marker-lock")
    page.get_by_role("button", name="I have it. Send my e-mail").click()
    sent(page)
    assert password in page.content()
    files = files_of(school.arrives(b"Marker-lock"))
    assert files["menu.pdf"] == menu
    assert opened_office(files["list.xlsx"], password) == LIST
    assert not [m for m in school.internet.mails() if password.encode() in m]


def test_leaving_a_file_out(school):
    """The rest arrives."""
    school.send(
        make_message(
            body="Marker-remove\r\n", attach=(("menu.pdf", PDF, pdf("Menu")), ("list.xlsx", XLSX, LIST))
        )
    )
    page = school.open(number=newest(school))
    page.get_by_role("button", name="Leave out the file and send").click()
    sent(page)
    mail = message_from_bytes(school.arrives(b"Marker-remove"), policy=default)
    assert [part.get_filename() for part in mail.iter_attachments()] == ["menu.pdf"]


def test_several_points_at_once(school):
    """It goes when each is put right, and not before."""
    raw = make_message(
        subject="Amelia Thompson", body="Marker-both\r\n", attach=(("Amelia Thompson.xlsx", XLSX, LIST),)
    )
    school.send(raw)
    page = school.open("phone", number=newest(school))
    page.get_by_text("0 of 2 done").wait_for()
    page.get_by_role("button", name="Use initials").click()
    page.get_by_text("1 of 2 done").wait_for()
    sound(page)
    assert school.not_there(b"Marker-both")
    page.get_by_role("button", name="Lock the file").click()
    page.get_by_role("button", name="I have it. Send my e-mail").click()
    sent(page)
    mail = message_from_bytes(school.arrives(b"Marker-both"), policy=default)
    assert [part.get_filename() for part in mail.iter_attachments()] == ["attachment.xlsx"]
    assert b"Amelia" not in mail.as_bytes()


def test_hiding_addresses(school):
    """Everybody gets it, nobody sees who else does."""
    families = ("laura.thompson@example.org", "imran.khan@example.org")
    school.send(make_message(to=", ".join(families), body="Marker-bcc\r\n"), *families)
    page = school.open(number=newest(school))
    page.get_by_role("button", name="Hide the addresses and send").click()
    sent(page)
    until(lambda: sum(b"Marker-bcc" in m for m in school.internet.mails()), "it arrives")
    for mail in (m for m in school.internet.mails() if b"Marker-bcc" in m):
        head = message_from_bytes(mail, policy=default)
        assert head["to"] == "undisclosed-recipients:;"
        assert not head["cc"]


def test_cancelling(school):
    """Deleted now; it never arrives."""
    school.send(make_message(subject="Amelia Thompson", body="Marker-cancel\r\n"))
    page = school.open(number=newest(school))
    page.get_by_text("Do not send it").click()
    page.get_by_role("button", name="Delete it, do not send").click()
    page.get_by_role("heading", name="Deleted. Nobody got it").wait_for()
    sound(page)
    assert school.not_there(b"Marker-cancel")


def test_not_a_pupil_until_an_officer_releases_it(school, chromium):
    """The officer is told and reads why; nothing goes before they release it; then it arrives, and the sender's page says so."""
    known = {row["id"] for row in school.gate.json("held", "list")}
    school.send(make_message(subject="Amelia Thompson", body="Marker-ask\r\n"))
    page = school.open("phone", number=newest(school))
    page.get_by_text("It is a mistake, or I want to ask").click()
    page.get_by_label("What should they know?").fill("This is an author, not our pupil.")
    page.get_by_role("button", name="This is not a pupil").click()
    page.get_by_role("heading", name="Somebody at school is looking at it").wait_for()
    sound(page)
    until(
        lambda: [m for m in school.internet.mails() if b"waiting for your decision" in m],
        "the officer is told",
    )
    assert school.not_there(b"Marker-ask")
    [key] = {row["id"] for row in school.gate.json("held", "list")} - known
    officer = officer_of(school, chromium)
    officer.goto(f"http://127.0.0.1:{school.gate.console_port}/held/{key}/")
    officer.get_by_text("This is an author, not our pupil.").first.wait_for()
    sound(officer)
    officer.get_by_role("button", name="Release", exact=True).click()
    officer.get_by_text("Released to 1.").wait_for()
    mail = message_from_bytes(school.arrives(b"Marker-ask"), policy=default)
    assert mail["subject"] == "Amelia Thompson"
    until(
        lambda: (page.reload(), page.get_by_role("heading", name="Your e-mail was sent").count())[1],
        "the sender's page says so",
    )
    sound(page)


def officer_of(school, chromium):
    """A new officer in the console, signed in with a second factor."""
    link = school.gate.run("user", "add", "dpo@example.sch.uk", "--role", "dpo").stdout.split()[-1]
    until(lambda: answers(school.gate.console_port), "the console answers", 60)
    page = chromium.new_context(locale="en-GB").new_page()
    page.set_default_timeout(20_000)
    welcome(page, link)
    return page


def test_using_the_school_address(school):
    """The private address is replaced in the text; the message is signed with DKIM, so that a receiver accepts it."""
    body = "Write to sarah.green@gmail.com, please.\r\n\r\nMarker-address\r\n"
    signed = {"DKIM-Signature": "v=1; a=rsa-sha256; d=example.sch.uk; s=old; h=from; bh=AA==; b=AA=="}
    school.send(
        make_message(to="laura.thompson@example.org", body=body, headers=signed), "laura.thompson@example.org"
    )
    page = school.open("phone", number=newest(school))
    sound(page)
    assert "stamped" not in page.content()  # it is signed anew: nothing to warn of
    page.get_by_role("button", name="Use my school address and send").click()
    sent(page)
    mail = school.arrives(b"Marker-address")
    assert b"Write to s.green@example.sch.uk, please." in mail
    assert b"gmail" not in mail
    assert b"s=old" not in mail
    assert accepted(mail, school)


def accepted(mail, school):
    """What dkimpy's verifier says, with our key in place of the DNS."""
    [key] = signing.load(
        [Dkim(domain="example.sch.uk", selector="gate", key=school.gate.root / "dkim.pem")]
    ).keys
    sent = mail[mail.index(b"DKIM-Signature:") :].replace(b"\n", b"\r\n")
    return dkim.DKIM(sent).verify(dnsfunc=lambda *_, **__: f"v=DKIM1; k=rsa; p={key.public}".encode())


def signed_by_openssl(folder, raw):
    """The message with an S/MIME signature of openssl's making."""
    how = [
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "key.pem",
        "-out",
        "own.pem",
        "-subj",
        "/CN=s",
    ]
    subprocess.run(["openssl", "req", *how], cwd=folder, check=True, capture_output=True, timeout=60)
    head, _, body = raw.partition(b"MIME-Version: 1.0\r\n")
    (folder / "body").write_bytes(body)
    sign = ["-sign", "-in", "body", "-signer", "own.pem", "-inkey", "key.pem", "-out", "signed"]
    subprocess.run(["openssl", "cms", *sign], cwd=folder, check=True, capture_output=True, timeout=60)
    return head + (folder / "signed").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def test_a_signature_is_warned_of_before(school, tmp_path):
    """S/MIME: the warning stands above the cure that would break it; nothing goes by itself."""
    raw = make_message(body="Marker-signed\r\n", attach=(("list.xlsx", XLSX, LIST),))
    school.send(signed_by_openssl(tmp_path, raw))
    page = school.open(number=newest(school))
    warning = page.get_by_text("Your e-mail is signed.").bounding_box()["y"]
    assert warning < page.get_by_role("button", name="Lock the file").bounding_box()["y"]
    sound(page)
    assert school.not_there(b"Marker-signed")


def test_another_safe_way(school):
    """The school's own ways are named beside the cures; the file is left out and the link goes by itself."""
    school.send(
        make_message(
            body="Marker-link\r\n", attach=(("menu.pdf", PDF, pdf("Menu")), ("list.xlsx", XLSX, LIST))
        )
    )
    page = school.open("phone", number=newest(school))
    page.get_by_text("Send the file another safe way").click()
    page.get_by_text("A link for named people.").wait_for()
    sound(page)
    page.get_by_role("button", name="Leave out the file and send").click()
    sent(page)
    assert list(files_of(school.arrives(b"Marker-link"))) == ["menu.pdf"]


def test_no_log_line_or_notice_tells(school):
    """Whatever was sent and mended before: no link, no password, no name and no address in any log; none of the names in a notice."""
    school.send(make_message(body="Marker-told\r\n", attach=(("list.xlsx", XLSX, LIST),)))
    school.link(number=newest(school))
    log = school.gate.log()
    assert "/m/" not in log
    for planted in ("Amelia", "Fatima", "Jaspreet", "club@example.net", "laura.thompson", "author"):
        assert planted not in log
    notices = [m for m in school.internet.mails() if b"Return-Path: <>" in m]
    assert notices
    for notice in notices:
        text = str(message_from_bytes(notice, policy=default).get_body(("plain",)).get_content())
        assert not [name for name in ("Amelia", "Thompson", "Fatima", "Begum") if name in text]
