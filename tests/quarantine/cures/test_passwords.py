"""Passwords of locked files: easy to say, one a family, seen before anything goes, forgotten after a week."""

from datetime import timedelta

from policies.verdict import Cure
from quarantine.cures import passwords
from quarantine.models import Mend, Mending
from quarantine.workflow import mended, mending
from tests.support.asked import FILE, LATER, choose, claimed


def test_locking_waits_until_the_password_is_noted(asked):
    """The password is made at the choice, shown, and acknowledged before anything goes; it is forgotten after a week."""
    held = asked(FILE)
    choose(held, Cure.ENCRYPT)
    row = Mending.objects.get(held=held)
    assert row.state == Mend.CHOOSING
    [password] = passwords.opened(row.password).values()
    assert len(password.split("-")) == 5
    assert mended.claim(now=LATER) is None
    mending.noted(held.id, sender=held.sender, now=LATER)
    plan = claimed().parcels[0].plan
    assert (plan.password, [t.path for t in plan.encrypt]) == (password, ["0/1"])
    assert password.encode() not in bytes(row.password)
    assert mended.forget_passwords(now=LATER + timedelta(days=6)) == 0
    assert mended.forget_passwords(now=LATER + timedelta(days=7)) == 1
    assert passwords.opened(Mending.objects.get(held=held).password) == {}


def test_passwords_differ_and_are_easy_to_say():
    """Five different words of four to six small letters."""
    made = {passwords.make() for _ in range(50)}
    assert len(made) == 50
    assert all(len(set(p.split("-"))) == 5 for p in made)
    assert all(
        word.isascii() and word.islower() and 4 <= len(word) <= 6 for p in made for word in p.split("-")
    )
