"""Every decision from SMTP to the recipient's mailbox or not: real processes, a real mail server behind, an officer in a real browser."""

import contextlib
import re
import smtplib
import sys
import time

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_pages import RULES
from tests.browser.test_whole_way import answers, welcome
from tests.support.documents import CLASS_LIST, XLSX, xlsx
from tests.support.gate import make_gate
from tests.support.mail import make_message
from tests.support.servers import postfix, until

pytestmark = pytest.mark.slow
SENDER = "s.green@example.sch.uk"
CLUB, OTHER = "club@example.net", "trip@example.net"
FIFTY = 50


def send(gate, marker, to=(CLUB,)):
    """A class list in the clear, held for an officer."""
    attach = (("list.xlsx", XLSX, xlsx(CLASS_LIST)),)
    raw = make_message(subject=f"For the club {marker}", body=f"{marker}\r\n", attach=attach)
    with smtplib.SMTP("127.0.0.1", gate.smtp_port) as client:
        client.sendmail(SENDER, list(to), raw)


class Desk:
    """The officer's browser before a running gateway, and the internet behind it."""

    def __init__(self, gate, internet, page):
        self.gate, self.internet, self.page = gate, internet, page
        self.url = f"http://127.0.0.1:{gate.console_port}"
        self.clicks = self.sent = 0

    def held(self, marker, to=(CLUB,)):
        """Send one, wait until it is held, open its page; gives its reference."""
        before = {row["id"] for row in self.gate.json("held", "list")}
        send(self.gate, marker, to)
        until(lambda: len(self.gate.json("held", "list")) > len(before), f"{marker} is held", 60)
        key = next(row["id"] for row in self.gate.json("held", "list") if row["id"] not in before)
        self.page.goto(f"{self.url}/held/{key}/")
        return key

    def press(self, name, *, nth=0):
        self.clicks += 1
        self.page.get_by_role("button", name=name, exact=True).nth(nth).click()

    def arrived(self, marker, to=CLUB):
        """How often it stands in a mailbox beyond the gateway: the message itself, not a notice about it."""
        found = [mail for mail in self.internet.mails() if marker.encode() in mail]
        return sum(to.encode() in mail and b"list.xlsx" in mail for mail in found)

    def reads(self, words):
        until(lambda: any(words.encode() in mail for mail in self.internet.mails()), f"“{words}” is told", 60)


@pytest.fixture(scope="module")
def desk(tmp_path_factory, chromium):
    """One gateway, one officer with a second factor, for all decisions."""
    with contextlib.ExitStack() as stack:
        internet = stack.enter_context(postfix())
        gate = make_gate(tmp_path_factory.mktemp("decisions") / "gate", next_hop=internet.port)
        stack.enter_context(gate.serve())
        link = gate.run("user", "add", "dpo@example.sch.uk", "--role", "dpo").stdout.split()[-1]
        until(lambda: answers(gate.console_port), "the console answers", 60)
        context = chromium.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
        stack.callback(context.close)
        page = context.new_page()
        page.set_default_timeout(30_000)
        welcome(page, link)
        yield Desk(gate, internet, page)


def test_release_to_some_then_to_the_rest(desk):
    """Who is ticked gets it at once, the other when released; each once."""
    desk.held("Some-1", to=(CLUB, OTHER))
    desk.page.get_by_label(re.compile(OTHER)).uncheck()
    desk.press("Release")
    desk.page.get_by_text("Released to 1. 1 still held.").wait_for()
    until(lambda: desk.arrived("Some-1", CLUB) == 1, "the first has it", 60)
    assert desk.arrived("Some-1", OTHER) == 0
    desk.press("Release")
    desk.page.get_by_text("Released to 1.").wait_for()
    until(lambda: desk.arrived("Some-1", OTHER) >= 1, "the second has it", 60)
    assert desk.arrived("Some-1", CLUB) == 1


@pytest.mark.parametrize("decision", ["Return", "Delete", "Ask", "Pass on", "Keep longer", "Legal hold"])
def test_what_does_not_release_sends_nothing_of_it(desk, decision):
    """Nobody outside gets the message; who must be told is told."""
    page, marker = desk.page, f"Not-{decision.replace(' ', '')}"
    key = desk.held(marker)
    if decision == "Return":
        page.get_by_label("Note to the sender").last.fill(f"Lock it, {marker[4:]}-please.")
        desk.press("Return to the sender")
        desk.reads(f"Lock it, {marker[4:]}-please.")
    elif decision == "Delete":
        page.get_by_label(re.compile("Yes, delete it")).check()
        desk.press("Delete")
        page.get_by_text("Deleted. Nobody gets it.").wait_for()
    elif decision == "Ask":
        page.locator("section").get_by_label(re.compile("question", re.IGNORECASE)).fill("Who is the club?")
        desk.press("Send the question")
        page.get_by_text("has not answered yet").wait_for()
    elif decision == "Pass on":
        page.get_by_label("Pass on to").select_option("dsl")
        desk.press("Pass on")
        page.get_by_text("They are told by e-mail.").wait_for()
    elif decision == "Keep longer":
        desk.press("Keep longer")
        page.get_by_text("It is kept longer.").wait_for()
    else:
        page.locator("summary", has_text="Put on legal hold").click()
        page.get_by_label("Why?").last.fill("A complaint.")
        desk.press("Put on legal hold")
        page.goto(f"{desk.url}/legal-holds/")
        page.get_by_role("heading", name="Legal holds").wait_for()
    assert desk.arrived(marker) == 0
    page.goto(f"{desk.url}/held/{key}/")
    page.get_by_role("heading", name="What was done").wait_for()


def test_release_with_changes_locks_the_file(desk):
    """The officer gets the password, the recipient a file that it opens, and the list in the clear never leaves."""
    page = desk.page
    desk.held("Locked-1")
    page.get_by_role("button", name="Choose the changes").click()
    assert Axe().run(page, options=RULES).violations_count == 0
    for one in page.get_by_label("Lock the file with a password").all():
        one.check()
    desk.press("Change and send")
    page.get_by_role("heading", name="Take down the password").wait_for()
    password = page.locator(".govuk-inset-text strong").first.inner_text()
    desk.press("I have it. Send the message")
    page.get_by_text("It is being changed and sent.").wait_for()
    until(lambda: desk.arrived("Locked-1") == 1, "the locked file arrives", 120)
    mail = next(mail for mail in desk.internet.mails() if b"Locked-1" in mail and CLUB.encode() in mail)
    assert opens(mail, password)


def test_an_exception_lets_the_next_one_through_until_it_ends(desk):
    """The same kind of message: held; with an exception made in the console it arrives; once that has ended it is held again."""
    page = desk.page
    desk.held("Before-1")
    hits = set(re.findall(r"Policy ([\w-]+)[,:]", page.locator("main").inner_text()))
    assert hits
    for hit in hits:
        page.goto(f"{desk.url}/exceptions/")
        page.get_by_label("Policy").select_option(hit)
        page.get_by_label("Whose mail").fill(SENDER)
        page.get_by_label("To whom").fill(CLUB)
        page.get_by_label("Why", exact=True).fill("The club runs the register for us.")
        desk.press("Make the exception")
        page.get_by_text("The exception is written down.").wait_for()
    until(lambda: passes(desk, "After"), "one goes through", 60)  # the gateway looks twice a second
    assert desk.arrived("Before-1") == 0
    assert passes(desk, "After")
    while page.get_by_role("button", name=re.compile("^End")).count():
        page.get_by_role("button", name=re.compile("^End")).first.click()
        page.get_by_text("It has ended.").wait_for()
    page.get_by_text("No exception stands.").wait_for()
    until(lambda: not passes(desk, "Ended"), "one is held again", 60)
    assert not passes(desk, "Ended")


def passes(desk, marker):
    """Send one more: whether it has arrived, or was held."""
    desk.sent += 1
    marker = f"{marker}-{desk.sent}."
    before = len(desk.gate.json("held", "list"))
    send(desk.gate, marker)
    until(
        lambda: desk.arrived(marker) or len(desk.gate.json("held", "list")) > before,
        f"{marker} arrives or is held",
        60,
    )
    return desk.arrived(marker) == 1


def test_fifty_are_cleared_in_minutes(desk, capsys):
    """The journey of twenty minutes: fifty held messages, looked at by page, decided in bulk; clicks and seconds are printed."""
    page = desk.page
    for key in [row["id"] for row in desk.gate.json("held", "list")]:
        desk.gate.run("held", "delete", key, check=False)
    waiting = len(desk.gate.json("held", "list"))
    for n in range(FIFTY):
        send(desk.gate, f"Fifty-{n}.", to=(f"c{n}@example.net",))
    until(lambda: len(desk.gate.json("held", "list")) == waiting + FIFTY, "fifty wait", 300)
    desk.clicks, began = 0, time.monotonic()
    while True:
        page.goto(f"{desk.url}/queue/")
        boxes = page.locator("tbody label").all()
        if not boxes:
            break
        for box in boxes:
            desk.clicks += 1
            box.click()
        desk.press("Return…")
        page.get_by_label("Note to the sender").fill("Please lock the list and send it again.")
        _confirm(desk)
        page.get_by_text(re.compile("Returned: [0-9]+ message")).wait_for()
    seconds = time.monotonic() - began
    with capsys.disabled():
        sys.stdout.write(f"\n{FIFTY} held messages cleared: {desk.clicks} clicks, {seconds:.0f} seconds\n")
    assert desk.clicks <= FIFTY + 10
    assert not any(b"Fifty-" in mail and b"list.xlsx" in mail for mail in desk.internet.mails())


def _confirm(desk):
    desk.clicks += 1
    desk.page.get_by_role("button", name=re.compile("^Return [0-9]+ message")).click()


def opens(mail, password):
    """Whether the attachment opens with the password, and not without."""
    import io
    from email import message_from_bytes, policy

    import msoffcrypto

    parts = list(message_from_bytes(mail, policy=policy.default).iter_attachments())
    raw = parts[0].get_content()
    office = msoffcrypto.OfficeFile(io.BytesIO(raw))
    assert office.is_encrypted()
    office.load_key(password=password)
    out = io.BytesIO()
    office.decrypt(out)
    return out.getvalue()[:2] == b"PK"
