"""A teacher without a mouse, and one on a phone: every control by keyboard, and how many clicks and seconds a mend takes."""

import sys
import time
from email import message_from_bytes
from email.policy import default

import pytest

from tests.browser.sender import files_of, newest, opened_office, sent, sound, way
from tests.support.documents import CLASS_LIST, XLSX, xlsx
from tests.support.mail import make_message

pytestmark = pytest.mark.slow
LIST = xlsx(CLASS_LIST)
CONTROLS = "a[href], button, summary, textarea, select, input:not([type=hidden])"
NUMBERED = f"""() => {{
    const all = [...document.querySelectorAll({CONTROLS!r})].filter(e => e.checkVisibility());
    all.forEach((e, n) => e.dataset.number = n);
    return all.length;
}}"""
FOCUSED = """() => {
    const e = document.activeElement, s = getComputedStyle(e);
    return [e.dataset.number, s.outlineStyle !== 'none' || s.boxShadow !== 'none' || s.textDecorationLine !== 'none'];
}"""


@pytest.fixture(scope="module")
def school(tmp_path_factory, chromium):
    with way(tmp_path_factory.mktemp("keyboard") / "gate", chromium) as one:
        yield one


def tab_to(page, wanted):
    """Press Tab until something whose text begins so has the focus, and press Enter."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => (document.activeElement.innerText || '').trim()").startswith(wanted):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way by keyboard to {wanted!r}")


def test_everything_by_keyboard(school):
    """Every fold opens by Enter; then every control gets the focus by Tab, in the order of the page, and shows it."""
    school.send(
        make_message(subject="Amelia Thompson", body="Marker-keys\r\n", attach=(("list.xlsx", XLSX, LIST),))
    )
    page = school.open(number=newest(school))
    for number in range(page.locator("summary").count()):
        page.locator("summary").nth(number).focus()
        page.keyboard.press("Enter")
    assert page.locator("details:not([open])").count() == 0
    sound(page)
    count = page.evaluate(NUMBERED)
    assert count > 10
    page.locator("body").evaluate("e => { e.tabIndex = -1; e.focus(); }")
    seen = []
    for _ in range(count):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
    assert [int(number) for number, _ in seen] == list(range(count))
    assert all(shows for _, shows in seen)


def test_from_the_link_to_the_end_by_keyboard(school):
    """Two points, a reason, a password: no mouse, and the message arrives mended."""
    school.send(
        make_message(subject="Amelia Thompson", body="Marker-hands\r\n", attach=(("list.xlsx", XLSX, LIST),))
    )
    page = school.open(number=newest(school))
    tab_to(page, "Use initials")
    page.get_by_text("1 of 2 done").wait_for()
    tab_to(page, "Lock the file")
    page.get_by_role("heading", name="Write this password down").wait_for()
    password = page.locator(".govuk-inset-text strong").inner_text()
    tab_to(page, "I have it. Send my e-mail")
    sent(page)
    mail = school.arrives(b"Marker-hands")
    assert message_from_bytes(mail, policy=default)["subject"] == "M.T."  # Millie is what she is called
    assert opened_office(files_of(mail)["list.xlsx"], password) == LIST


def test_confirming_by_keyboard(school):
    """The reason is asked for, then the bytes as received arrive."""
    raw = make_message(subject="Jaspreet Kaur signs her new book", body="Marker-confirm\r\n")
    school.send(raw)
    page = school.open(number=newest(school))
    tab_to(page, "It is right as it is")
    page.keyboard.press("Tab")
    page.keyboard.type("She is the author of the book.")
    tab_to(page, "Send it as it is")
    sent(page)
    assert raw.replace(b"\r\n", b"\n") in school.arrives(b"Marker-confirm")
    assert "author" not in school.gate.log()


def test_a_teacher_on_a_phone_mends_a_stopped_message(school, capsys):
    """Two clicks: the link in the notice and one button; how long it took is printed."""
    school.send(make_message(subject="Fatima Begum", body="Marker-journey\r\n"))
    sent_at = time.monotonic()
    number = newest(school)
    school.link(number)
    told_at = time.monotonic()
    page = school.open("phone", number=number)  # the first click
    page.get_by_role("button", name="Send with initials").click()  # the second
    page.get_by_role("heading", name="We are sending it now").wait_for()
    done_at = time.monotonic()
    school.arrives(b"Marker-journey")
    there_at = time.monotonic()
    sent(page)
    with capsys.disabled():
        sys.stdout.write(
            f"\na teacher on a phone: 2 clicks; notice after {told_at - sent_at:.1f} s, chosen {done_at - told_at:.1f} s later, "
            f"arrived {there_at - done_at:.1f} s after that\n"
        )
