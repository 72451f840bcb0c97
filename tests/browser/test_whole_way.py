"""The whole way in real processes: mail by SMTP, a new officer with the one-time link and a second factor, a decision, the arrival."""

import contextlib
import smtplib
import socket
import time

import pytest
from allauth.mfa.totp.internal import auth

from tests.support.documents import CLASS_LIST, XLSX, xlsx
from tests.support.gate import make_gate
from tests.support.mail import make_message
from tests.support.servers import postfix, until

pytestmark = pytest.mark.slow
PHRASE = "seven purple garden chairs"


def send(gate, subject, marker):
    """A class list to somebody outside, in the clear."""
    raw = make_message(subject=subject, body=f"{marker}\r\n", attach=(("list.xlsx", XLSX, xlsx(CLASS_LIST)),))
    with smtplib.SMTP("127.0.0.1", gate.smtp_port) as client:
        client.sendmail("s.green@example.sch.uk", ["club@example.net"], raw)


def answers(port):
    """Whether the console is up; it starts beside the mail process, not before it."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2):
        return True
    return False


def welcome(page, link, email="dpo@example.sch.uk"):
    """First password, sign-in, authenticator app, recovery codes."""
    page.goto(link)
    for label in ("New password", "New password confirmation"):
        page.get_by_label(label, exact=True).fill(PHRASE)
    page.get_by_role("button", name="Save password").click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Two-Factor Authentication").wait_for()
    page.get_by_role("button", name="Activate").click()
    secret = page.get_by_label("Authenticator secret").input_value()
    code = auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))
    page.get_by_label("Authenticator code").fill(code)
    page.get_by_role("button", name="Activate").click()
    page.get_by_role("heading", name="Recovery Codes").wait_for()


def test_held_by_smtp_released_in_the_browser_arrives_once(tmp_path, chromium):
    """The list is held, the officer sees it, reveals it and releases it; it arrives once; a second is returned and never arrives."""
    with postfix() as internet:
        gate = make_gate(tmp_path / "gate", next_hop=internet.port)
        with gate.serve():
            send(gate, "For the club", "Whole-way-1")
            send(gate, "For the other club", "Whole-way-2")
            until(lambda: len(gate.json("held", "list")) == 2, "both are held", 60)
            link = gate.run("user", "add", "dpo@example.sch.uk", "--role", "dpo").stdout.split()[-1]
            until(lambda: answers(gate.console_port), "the console answers", 60)
            context = chromium.new_context(locale="en-GB")
            page = context.new_page()
            welcome(page, link)
            page.goto(f"http://127.0.0.1:{gate.console_port}/queue/")
            page.get_by_text("2 waiting now").wait_for()
            page.locator("tbody a").first.click()
            page.get_by_role("button", name="Reveal the content").click()
            page.get_by_text("Whole-way-1").wait_for()
            page.locator("mark").first.wait_for()
            page.get_by_role("link", name="Back to the message").click()
            page.get_by_role("button", name="Release", exact=True).click()
            page.get_by_text("Released to 1.").wait_for()
            until(
                lambda: [mail for mail in internet.mails() if b"Whole-way-1" in mail],
                "the released message arrives",
            )
            page.goto(f"http://127.0.0.1:{gate.console_port}/queue/")
            page.locator("tbody a").first.click()
            page.get_by_label("Note to the sender").last.fill("Please lock the list.")
            page.get_by_role("button", name="Return to the sender").click()
            page.get_by_text("Returned.").wait_for()
            until(
                lambda: [mail for mail in internet.mails() if b"Please lock the list." in mail],
                "the note arrives",
            )
            assert sum(b"Whole-way-1" in mail for mail in internet.mails()) == 1
            assert not any(b"Whole-way-2" in mail for mail in internet.mails())
            context.close()
