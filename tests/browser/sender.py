"""A school whose senders mend their mail: a real gate, the internet behind it as a real Postfix, and a browser at the link in the notice."""

import io
import re
import smtplib
import subprocess
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import msoffcrypto
from axe_playwright_python.sync_playwright import Axe

import policies
from tests.browser.conftest import SIZES
from tests.support.gate import make_gate
from tests.support.servers import free_port, listens, postfix, until

WITHIN = 180  # seconds: the first message of a gate waits for its workshop to start
SENDER = "s.green@example.sch.uk"
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
CELL = '"ask:encrypt+remove"'
CHANGES = (  # the shipped rules, made to ask where they would refuse or hold
    (
        'action = "block"\nwhen = { finding = "pupil-name", where = "subject", strength = "full", quoted = false',
        (
            'action = "ask"\ncures = ["initials", "confirm", "not-a-pupil"]\n'
            'when = { finding = "pupil-name", where = "subject", strength = "full", quoted = false'
        ),
    ),
    (
        'when = { finding = "recipients-exposed", count = "5+" }',
        'when = { finding = "recipients-exposed", count = "2+" }',
    ),
)


def asking():
    """The shipped rules with these changes."""
    text = (Path(policies.__file__).parent / "packs/default.toml").read_text()
    for old, new in CHANGES:
        assert old in text
        text = text.replace(old, new)
    start, end = text.index('id = "attachment-not-encrypted"'), text.index('id = "attachment-to-the-person"')
    return (
        text[:start] + text[start:end].replace('"quarantine:dpo"', CELL).replace("+ask-dpo", "") + text[end:]
    )


class Way:
    """One school with its pages, the internet behind it, and a browser."""

    def __init__(self, gate, internet, browser, pages):
        self.gate, self.internet, self.browser, self.pages = gate, internet, browser, pages

    def send(self, raw, *to):
        with smtplib.SMTP("127.0.0.1", self.gate.smtp_port) as client:
            client.sendmail(SENDER, list(to) or ["club@example.net"], raw)

    def link(self, number=1):
        """The link of the notice that arrives for the sender."""

        def found():
            bodies = [message_from_bytes(mail, policy=default) for mail in self.internet.mails()]
            texts = [
                b.get_body(("plain",)).get_content() for b in bodies if "action needed" in str(b["subject"])
            ]
            return [match[0] for text in texts if (match := re.search(self.pages + r"/m/\S+/", text))]

        return until(
            lambda: links[number - 1] if len(links := found()) >= number else "", "the notice arrives"
        )

    def open(self, size="desk", **how):
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", reduced_motion="reduce"
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(self.link(**how))
        return page

    def arrive(self, marker, count):
        """The messages with this marker, once so many have arrived, and no more."""

        def there():
            found = [m for m in self.internet.mails() if marker in m]
            return found if len(found) >= count else []

        found = until(there, f"{marker!r} arrives", WITHIN)
        assert len(found) == count
        return found

    def arrives(self, marker):
        """The one message with this marker."""
        return self.arrive(marker, 1)[0]

    def not_there(self, marker):
        return not [m for m in self.internet.mails() if marker in m]


@contextmanager
def way(folder, browser, *, signing="", secret=""):
    folder.mkdir(parents=True)
    key = subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, check=True, timeout=60).stdout
    (folder / "dkim.pem").write_bytes(key)
    (folder / "dkim.pem").chmod(0o600)
    if secret:
        (folder / "secret").write_text(secret)
        (folder / "secret").chmod(0o600)
    with postfix() as internet:
        port = free_port()
        pages = f"http://127.0.0.1:{port}"
        extra = f'[pages]\nlisten = "127.0.0.1:{port}"\nurl = "{pages}"\n{signing}'
        extra += '[[dkim]]\ndomain = "example.sch.uk"\nselector = "gate"\nkey = "dkim.pem"\n'
        gate = make_gate(folder, next_hop=internet.port, extra=extra)
        (folder / "cures.toml").write_text(asking())
        gate.config.write_text(gate.config.read_text().replace('pack = "default"', 'pack = "cures.toml"'))
        with gate.serve():
            until(lambda: listens(port), "the pages are there", 60)
            yield Way(gate, internet, browser, pages)


def sound(page):
    """Axe finds nothing, and the page is not wider than its window."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0


def sent(page):
    """Look again until the page says that it was sent."""

    page.get_by_role("heading", name=re.compile("We are sending it now|on its way|was sent")).wait_for()

    def looked():
        page.reload()
        return page.get_by_role("heading", name="Your e-mail was sent").count()

    until(looked, "the page says that it was sent", WITHIN)
    sound(page)


def newest(school):
    """The number of the newest notice: each test sends one message of its own."""
    school.count = getattr(school, "count", 0) + 1
    return school.count


def opened_office(data, password):
    """What the reader sees after typing the password."""
    office, out = msoffcrypto.OfficeFile(io.BytesIO(data)), io.BytesIO()
    office.load_key(password=password)
    office.decrypt(out)
    return out.getvalue()


def files_of(mail):
    """The attachments of an arrived message, by name."""
    return {
        part.get_filename(): part.get_content()
        for part in message_from_bytes(mail, policy=default).iter_attachments()
    }
