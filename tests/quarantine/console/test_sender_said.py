"""The officer reads what the sender asked, and nobody who may not see the message does."""

from django.test import Client
from django.urls import reverse

from policies.verdict import Cure
from quarantine.workflow import mending
from tests.support.asked import LATER, SUBJECT, asked  # noqa: F401 - the fixture


def test_the_officer_reads_what_the_sender_wrote(asked, signed_in):  # noqa: F811
    """Their words, escaped, and why the message came here; nothing for others."""
    held = asked(SUBJECT)
    mending.ask(held.id, Cure.NOT_A_PUPIL, sender=held.sender, now=LATER, words="<b>An author</b>")
    page = signed_in("dpo").get(reverse("held", args=[held.id])).content.decode()
    assert "The sender says that this is not a pupil." in page
    assert "&lt;b&gt;An author&lt;/b&gt;" in page
    for other in (signed_in("it"), Client()):
        assert "author" not in other.get(reverse("held", args=[held.id])).content.decode()
