"""Several readers: families with a password each, partners with one agreed, people left out or written to singly, to delivery."""

import os
import subprocess
import sys
from email import message_from_bytes
from email.policy import default

import pytest

from tests.browser.sender import WITHIN, files_of, newest, opened_office, sent, sound, way
from tests.support.documents import CLASS_LIST, XLSX, xlsx
from tests.support.mail import make_message
from tests.support.servers import until

pytestmark = pytest.mark.slow
LIST = xlsx(CLASS_LIST)
CLUB, COACH = "club@example.net", "coach@example.com"


@pytest.fixture(scope="module")
def school(tmp_path_factory, chromium):
    with way(tmp_path_factory.mktemp("families") / "gate", chromium) as one:
        yield one


def head_of(mail):
    return message_from_bytes(mail, policy=default)


def shown(page):
    """The passwords on the page, by whom they are for."""
    page.get_by_role("heading", name="Write these passwords down").wait_for()
    rows = page.locator(".govuk-inset-text").all()
    return {row.locator("span").inner_text(): row.locator("strong").inner_text() for row in rows}


def test_two_families_two_copies_two_passwords(school):
    """Each copy opens with its own password alone, and shows no other address; the passwords can be read afterwards."""
    raw = make_message(to=f"{CLUB}, {COACH}", body="Marker-two\r\n", attach=(("list.xlsx", XLSX, LIST),))
    school.send(raw, CLUB, COACH)
    page = school.open("phone", number=newest(school))
    page.get_by_text("It goes to 2 readers").wait_for()
    page.get_by_role("button", name="Lock the file").click()
    passwords = shown(page)
    sound(page)
    assert len(set(passwords.values())) == 2
    assert school.not_there(b"Marker-two")
    page.get_by_role("button", name="I have them. Send my e-mail").click()
    sent(page)
    assert all(password in page.content() for password in passwords.values())
    mails = {head_of(mail)["to"]: mail for mail in school.arrive(b"Marker-two", 2)}
    assert mails.keys() == {CLUB, COACH}
    opened = set()
    for mail in mails.values():
        [data] = files_of(mail).values()
        fits = [words for words in passwords.values() if opens(data, words)]
        assert len(fits) == 1
        opened |= set(fits)
    assert opened == set(passwords.values())
    everywhere = b"".join([*school.internet.mails(), school.gate.log().encode()])
    assert not [words for words in passwords.values() if words.encode() in everywhere]


def opens(data, password):
    try:
        return opened_office(data, password) == LIST
    except Exception:  # noqa: BLE001 - the library has a class of its own for each kind of wrong password
        return False


def test_the_password_agreed_with_a_partner(school):
    """Nothing to write down or to phone: one click, and the file opens with what was agreed."""
    agreed = "agreed-by-the-two-schools"
    school.gate.run("partner-password", "set", "office@partner.example", "--password", agreed)
    school.send(
        make_message(body="Marker-agreed\r\n", attach=(("list.xlsx", XLSX, LIST),)), "office@partner.example"
    )
    page = school.open(number=newest(school))
    page.get_by_text("with the password that the school has agreed with them").wait_for()
    sound(page)
    page.get_by_role("button", name="Lock the file and send").click()
    sent(page)
    assert agreed not in page.content()
    [data] = files_of(school.arrives(b"Marker-agreed")).values()
    assert opened_office(data, agreed) == LIST


def test_leaving_people_out(school):
    """An address that is one letter wrong does not get it, nor does it stand in the header; the others do."""
    wrong = "laura.tompson@example.org"
    school.send(make_message(to=f"{wrong}, {CLUB}", body="Marker-wrong\r\n"), wrong, CLUB)
    page = school.open("phone", number=newest(school))
    sound(page)
    page.get_by_role("button", name="Send to the others only").click()
    sent(page)
    assert head_of(school.arrives(b"Marker-wrong"))["to"] == CLUB


def test_singly(school):
    """Each family gets a message with its own address alone."""
    families = ("laura.thompson@example.org", "imran.khan@example.org")
    school.send(make_message(to=", ".join(families), body="Marker-singly\r\n"), *families)
    page = school.open("phone", number=newest(school))
    sound(page)
    page.get_by_role("button", name="Send to each person singly").click()
    sent(page)
    assert {head_of(mail)["to"] for mail in school.arrive(b"Marker-singly", 2)} == set(families)


ON_BEHALF = """
from gateway.cli.opening import now, settings, started
with started(settings(None)):
    from policies.verdict import Cure
    from quarantine.models import Held
    from quarantine.workflow import on_behalf
    held = Held.objects.get(state="held", action="quarantine")
    problems = on_behalf.offered(held)
    made = on_behalf.mend(held.id, {one.key: Cure.INITIALS for one in problems}, actor="dpo@example.sch.uk", now=now())
    assert made.sends
"""


def test_asking_and_the_officer_mends(school):
    """The sender asks, sees who has it; the officer mends in their place; it arrives, and the page says so."""
    school.send(make_message(subject="Amelia Thompson", body="Marker-officer\r\n"))
    page = school.open(number=newest(school))
    page.get_by_text("It is a mistake, or I want to ask").click()
    page.get_by_role("button", name="Ask the data protection officer").click()
    page.get_by_text("It is with the data protection officer since").wait_for()
    sound(page)
    environment = {**os.environ, "SCHOOLGATE_CONFIG": str(school.gate.config)}
    subprocess.run(
        [sys.executable, "-c", ON_BEHALF], env=environment, cwd=school.gate.root, check=True, timeout=120
    )
    sent_by_officer = until(
        lambda: page.reload() and page.get_by_role("heading", name="Your e-mail was sent").count(),
        "it is sent",
        WITHIN,
    )
    assert sent_by_officer
    sound(page)
    assert head_of(school.arrives(b"Marker-officer"))["subject"] == "M.T."  # Millie is what she is called
