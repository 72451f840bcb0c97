"""A child is at risk now, in real processes: from the sender's page to the arrival over proven TLS, or by the lead's one click."""

import json
import re
import smtplib
import ssl
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

import pytest
import trustme
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import SIZES
from tests.browser.sender import RULES
from tests.browser.test_whole_way import answers, welcome
from tests.support.documents import CLASS_LIST, XLSX, xlsx
from tests.support.gate import make_gate
from tests.support.mail import make_message
from tests.support.next_hop import scripted
from tests.support.servers import free_port, listens, until

pytestmark = pytest.mark.slow
SENDER, POLICE = "s.green@example.sch.uk", "desk@met.police.uk"


@contextmanager
def way(folder, *, tls):
    """A school with its pages, and a next hop that can or cannot prove who it is."""
    ca = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("mx.example.net").configure_cert(context)
    with ca.cert_pem.tempfile() as authority, scripted(tls=context if tls else None) as hop:
        port = free_port()
        pages = f'[pages]\nlisten = "127.0.0.1:{port}"\nurl = "http://127.0.0.1:{port}"\n'
        gate = make_gate(folder, next_hop=hop.port, extra=pages)
        hop_line = f'tls = "opportunistic"\nname = "mx.example.net"\nca = "{authority}"'
        gate.config.write_text(gate.config.read_text().replace('tls = "opportunistic"', hop_line))
        with gate.serve():
            until(lambda: listens(port), "the pages are there", 60)
            yield gate, hop


def send(gate):
    """A class list to the police: held for the DPO, because a list is bulk data."""
    files = (("list.xlsx", XLSX, xlsx(CLASS_LIST)),)
    raw = make_message(to=POLICE, subject="The missing boy", body="Marker-risk\r\n", attach=files)
    with smtplib.SMTP("127.0.0.1", gate.smtp_port) as client:
        client.sendmail(SENDER, [POLICE], raw)
    return raw


def letters(hop, subject):
    """Our own letters whose subject begins so: to whom, and their words."""
    found = []
    for taken in hop.taken:
        mail = message_from_bytes(taken.data, policy=default)
        if str(mail["subject"]).startswith(subject):
            found.append((" ".join(taken.rcpts), mail.get_body(("plain",)).get_content()))
    return found


def arrived(hop):
    return [taken for taken in hop.taken if b"Marker-risk" in taken.data]


def sender_page(chromium, hop, size):
    [(_, words)] = until(lambda: letters(hop, "Your e-mail was not sent yet"), "the sender is told", 60)
    width, height = SIZES[size]
    page = chromium.new_context(viewport={"width": width, "height": height}, locale="en-GB").new_page()
    page.set_default_timeout(20_000)
    page.goto(re.search(r"http://127\S+/m/\S+/", words)[0])
    return page


def sound(page):
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_the_police_have_it_at_once_over_proven_tls(tmp_path, chromium):
    """Two clicks on a phone; the bytes as received arrive, on a secured line; lead and DPO are told."""
    with way(tmp_path / "gate", tls=True) as (gate, hop):
        raw = send(gate)
        page = sender_page(chromium, hop, "phone")
        page.get_by_text("A child is at risk now").click()
        sound(page)
        assert not arrived(hop)
        secured = hop.secured
        page.get_by_role("button", name="Send it now: a child is at risk").click()
        page.get_by_role("heading", name=re.compile("on its way|was sent")).wait_for()
        sound(page)
        [taken] = until(lambda: arrived(hop), "it arrives")
        assert taken.data.endswith(raw)
        assert hop.secured > secured
        [(to, words)] = until(lambda: letters(hop, "A child may be at risk"), "the lead is told")
        assert "dsl@example.sch.uk" in to
        assert "dpo@example.sch.uk" in to
        assert "missing" not in words
        export = gate.root / "events.jsonl"
        gate.run("audit", "export", str(export))
        kinds = {json.loads(line)["kind"] for line in export.read_text().splitlines()}
        assert {"emergency", "outgoing-sent"} <= kinds


def test_without_proof_the_lead_sends_it_with_one_click(tmp_path, chromium):
    """It never goes in the clear by itself: the lead is told within seconds, signs in and presses one button."""
    with way(tmp_path / "gate", tls=False) as (gate, hop):
        send(gate)
        page = sender_page(chromium, hop, "desk")
        page.get_by_text("A child is at risk now").click()
        page.get_by_label("What should the safeguarding lead know?").fill("He is at the station.")
        page.get_by_role("button", name="Send it now: a child is at risk").click()
        [(to, _)] = until(lambda: letters(hop, "Please phone now"), "the sender is told", 60)
        assert SENDER in to
        assert not arrived(hop)
        page.reload()
        page.get_by_role("heading", name="The safeguarding lead was told").wait_for()
        sound(page)
        [(to, words)] = until(lambda: letters(hop, "Act now"), "the lead is told", 60)
        assert "dsl@example.sch.uk" in to
        link = gate.run("user", "add", "dsl@example.sch.uk", "--role", "dsl").stdout.split()[-1]
        until(lambda: answers(gate.console_port), "the console answers", 60)
        lead = chromium.new_context(locale="en-GB").new_page()
        lead.set_default_timeout(20_000)
        welcome(lead, link, "dsl@example.sch.uk")
        lead.goto(re.search(r"http://127\S+/held/\S+/", words)[0])
        lead.get_by_text("He is at the station.").wait_for()
        sound(lead)
        lead.get_by_role("button", name="Release it now to 1 person").click()
        lead.get_by_text("Released. The delivery is shown below.").wait_for()
        until(lambda: arrived(hop), "it arrives")
