"""Before sending, with real processes and a real Postfix: a tag locks the files and goes, the checking address answers and sends nothing."""

import io
import re
import smtplib
import subprocess
import sys
import urllib.request
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import msoffcrypto
import pytest

from tests.support.documents import PDF, XLSX, pdf, xlsx
from tests.support.gate import make_gate
from tests.support.mail import make_message
from tests.support.servers import free_port, postfix, until

pytestmark = pytest.mark.slow
SENDER, CLUB, CHECK = "s.green@example.sch.uk", "club@example.net", "check@example.sch.uk"


class School:
    """A school with its pages, and the internet behind it."""

    def __init__(self, gate, internet):
        self.gate, self.internet = gate, internet

    def send(self, raw, *to, sender=SENDER):
        with smtplib.SMTP("127.0.0.1", self.gate.smtp_port) as client:
            client.sendmail(sender, list(to) or [CLUB], raw)

    def notice(self, subject):
        """The newest notice with these words in its subject."""

        def found():
            mails = [message_from_bytes(raw, policy=default) for raw in self.internet.mails()]
            return [mail for mail in mails if subject in str(mail["subject"])]

        return until(lambda: found()[-1] if found() else None, f"a notice about {subject!r} arrives", 60)

    def arrives(self, marker):
        found = until(lambda: [m for m in self.internet.mails() if marker in m], f"{marker!r} arrives", 60)
        assert len(found) == 1
        return message_from_bytes(found[0], policy=default)


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    with postfix() as internet:
        port = free_port()
        extra = f'[pages]\nlisten = "127.0.0.1:{port}"\nurl = "http://127.0.0.1:{port}"\n'
        gate = make_gate(tmp_path_factory.mktemp("before") / "gate", next_hop=internet.port, extra=extra)
        with gate.serve():
            yield School(gate, internet)


def test_a_tag_locks_the_files_and_the_password_is_on_the_page(school):
    """The tag is gone, both files are locked, the text is as it was, and the password came to the sender alone, by their page."""
    menu = pdf("Menu")
    raw = make_message(
        subject="Re: [Encrypt] The menu",
        body="Marker-tag\r\n",
        attach=(("menu.pdf", PDF, menu), ("clubs.xlsx", XLSX, xlsx([["Day", "Club"], ["Monday", "Chess"]]))),
    )
    school.send(raw)
    mail = school.arrives(b"Marker-tag")
    assert mail["subject"] == "Re: The menu"
    notice = school.notice("goes locked")
    text = notice.get_body(("plain",)).get_content()
    link = re.search(r"http://127\.0\.0\.1:\d+/m/\S+/", text)[0]
    page = until(
        lambda: seen if "was sent" in (seen := urllib.request.urlopen(link).read().decode()) else "",
        "it is sent",
        60,
    )
    password = re.search(r">\s*([a-z]+(?:-[a-z]+){4})\s*<", page)[1]
    files = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    office, out = msoffcrypto.OfficeFile(io.BytesIO(files["clubs.xlsx"])), io.BytesIO()
    office.load_key(password=password)
    office.decrypt(out)
    assert out.getvalue()[:2] == b"PK"
    assert b"/Encrypt" in files["menu.pdf"]
    assert not [m for m in school.internet.mails() if password.encode() in m]


def test_a_tag_without_a_file_waits(school):
    """It never goes in the clear while its sender thinks that it is locked."""
    school.send(make_message(subject="[secure] A short word", body="Marker-bare\r\n"))
    notice = school.notice("action needed")
    assert "Only files can be locked" in " ".join(notice.get_body(("plain",)).get_content().split())
    assert not [m for m in school.internet.mails() if b"Marker-bare" in m]


@pytest.mark.parametrize(
    ("subject", "to", "says"),
    [
        ("The book fair", (CHECK,), "It would go just as you wrote it."),
        ("Amelia Thompson and her reading", (CHECK, CLUB), "It would not go."),
    ],
)
def test_the_checking_address_answers_and_sends_nothing(school, subject, to, says):
    """Also where real readers stand beside it; the answer names nobody."""
    before = len([m for m in school.internet.mails() if b"Marker-check" in m])
    school.send(make_message(subject=subject, to=", ".join(to), body=f"Marker-check {len(to)}\r\n"), *to)
    notice = until(
        lambda: next(
            (
                mail
                for raw in school.internet.mails()
                if "We looked at your e-mail"
                in str((mail := message_from_bytes(raw, policy=default))["subject"])
                and says in " ".join(mail.get_body(("plain",)).get_content().split())
            ),
            None,
        ),
        "the answer arrives",
        60,
    )
    assert notice["to"] == SENDER
    assert "Amelia" not in notice.as_string()
    assert len([m for m in school.internet.mails() if b"Marker-check" in m]) == before == 0
    assert "[]" in school.gate.run("held", "list", "--json").stdout or "Marker" not in school.gate.log()


def test_nobody_else_may_ask(school):
    """One reply for everybody outside, whatever they sent: no relay, and nothing learned."""
    replies = set()
    for subject in ("The book fair", "Amelia Thompson and her reading"):
        with pytest.raises(smtplib.SMTPDataError) as refused:
            school.send(make_message(subject=subject), CHECK, sender="stranger@elsewhere.example")
        replies.add((refused.value.smtp_code, re.sub(rb"[0-9A-Z]{26}", b"", refused.value.smtp_error)))
    assert len(replies) == 1
    assert next(iter(replies))[0] == 550


TRY = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from gateway.installation import quarantine_config
from gateway.settings_file import read
from quarantine import setup

setup.start(quarantine_config(read(Path(sys.argv[1])), may_read=False), now=datetime.now(UTC))
from quarantine import trials
from quarantine.models import Sealed
from tests.support.servers import until

raw = b"From: s.green@example.sch.uk\\r\\nSubject: Amelia Thompson\\r\\n\\r\\nMarker-try\\r\\n"
now = lambda: datetime.now(UTC)
trial = trials.begin(raw, sender="s.green@example.sch.uk", to=["club@example.net"], who="w", school="example.sch.uk", now=now())
until(lambda: trials.found(trial, "w", now=now()).action, "the trial is judged", 60)
found = trials.found(trial, "w", now=now())
print(found.action, trials.answer(found), Sealed.objects.filter(size=len(raw)).count())
"""


def test_a_message_is_tried_by_the_running_gateway(school):
    """What a page puts up is judged within seconds by the real processes, by the rules in force; nothing goes and nothing stays."""
    done = subprocess.run(
        [sys.executable, "-c", TRY, str(school.gate.config)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        timeout=120,
    )
    assert done.stdout.startswith("block ")
    assert "It would not go." in done.stdout
    assert done.stdout.rstrip().endswith(" 0")
    assert "Amelia" not in done.stdout
    assert not [m for m in school.internet.mails() if b"Marker-try" in m]
