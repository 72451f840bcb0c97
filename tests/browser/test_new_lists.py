"""A new export through the console in real processes: sent in, seen, confirmed, and the new pupil is protected from then on."""

import contextlib
import os
import re
import smtplib
from pathlib import Path

import pytest

from tests.browser.conftest import SIZES
from tests.browser.sender import sound
from tests.browser.test_whole_way import answers, welcome
from tests.support.gate import CONTACTS, PUPILS, STAFF, make_gate
from tests.support.mail import make_message
from tests.support.next_hop import scripted
from tests.support.servers import until

pytestmark = pytest.mark.slow
NEW = "7,,Esmeralda,,Vasquez,,,2016-02-02,2B\n"


@pytest.fixture
def gate(tmp_path):
    """A running gateway whose people come from imports alone."""
    with contextlib.ExitStack() as stack:
        made = make_gate(tmp_path / "gate", next_hop=stack.enter_context(scripted()).port)
        text = re.sub(r"(?m)^(pupils|staff|contacts) = .*\n", "", made.config.read_text())
        made.config.write_text(text)
        made.run("migrate")
        files(tmp_path / "first", "")
        made.run("directory", "import", str(tmp_path / "first"), "--yes")
        stack.enter_context(made.serve())
        yield made


def files(folder, more, pupils=PUPILS):
    """An export in a folder; its files."""
    folder.mkdir()
    for name, lines in (("pupils", pupils + more), ("staff", STAFF), ("contacts", CONTACTS)):
        (folder / f"{name}.csv").write_text(lines)
    return sorted(folder.iterdir())


def reply(gate):
    with smtplib.SMTP("127.0.0.1", gate.smtp_port, timeout=60) as client:
        try:
            raw = make_message(subject="Esmeralda Vasquez and the zoo")
            client.sendmail("s.green@example.sch.uk", ["a@example.net"], raw)
        except smtplib.SMTPDataError as refused:
            return refused.smtp_code
    return 250


def test_sent_in_seen_and_confirmed_it_protects(gate, tmp_path, chromium):
    """Before the confirmation the new name passes, after it the name is stopped; a broken and a short export are told in words."""
    pictures = Path(os.environ.get("SCHOOLGATE_PICTURES", tmp_path))
    link = gate.run("user", "add", "it@example.sch.uk", "--role", "it").stdout.split()[-1]
    until(lambda: answers(gate.console_port), "the console answers", 60)
    page = chromium.new_context(locale="en-GB", reduced_motion="reduce").new_page()
    page.set_default_timeout(60_000)
    welcome(page, link, "it@example.sch.uk")

    def looked(name):
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=pictures / f"lists-{name}-{size}.png", full_page=True)
            sound(page)

    def send(paths):
        page.goto(f"http://127.0.0.1:{gate.console_port}/settings/")
        page.get_by_role("link", name="Send a new export").click()
        page.get_by_label("The export").set_input_files(paths)
        page.get_by_role("button", name="Send it in").click()

    send(files(tmp_path / "broken", NEW.replace("2016-02-02", "soon")))
    page.get_by_text("pupils.csv, line 8, column dob").wait_for()
    looked("refused")
    send(files(tmp_path / "short", "", "".join(PUPILS.splitlines(keepends=True)[:3])))
    page.get_by_text("Most often such an export is not complete.").wait_for()
    page.get_by_label("I have looked at it.").check()
    page.get_by_role("button", name="Put it in force").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    looked("short")
    page.get_by_role("button", name="Throw it away").click()
    page.get_by_text("Nothing was changed.").wait_for()
    send(files(tmp_path / "new", NEW))
    page.get_by_role("heading", name="What would change").wait_for()
    looked("preview")
    assert "Vasquez" not in page.content()
    assert reply(gate) == 250
    page.get_by_label("I have looked at it.").check()
    page.get_by_role("button", name="Put it in force").click()
    page.get_by_text("is in force: 7 pupils, 2 staff, 2 contacts.").wait_for()
    looked("done")
    until(lambda: reply(gate) == 550, "the new pupil is protected", 10)
    assert "Vasquez" not in gate.log()
