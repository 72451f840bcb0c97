"""Only what really helps is offered to a sender, and an officer may do all that can be done."""

from dataclasses import replace

import pytest

from detectors.findings import Where
from policies.verdict import Action, Cure
from quarantine.cures.problems import open_problems
from tests.support.asked import FILE, SUBJECT

PRIVATE = replace(
    SUBJECT, kind="private-address-disclosed", where=Where.BODY, part="0/0", cures=(Cure.REPLACE_ADDRESS,)
)
OFFERED = (
    (SUBJECT, (Cure.INITIALS, Cure.CONFIRM)),
    (FILE, (Cure.ENCRYPT, Cure.REMOVE, Cure.CONFIRM)),
    (replace(FILE, level=4), (Cure.ENCRYPT, Cure.REMOVE)),
    (replace(FILE, kind="unreadable:corrupt"), (Cure.ENCRYPT, Cure.REMOVE)),
    (replace(FILE, part="0/7"), (Cure.CONFIRM,)),
    (replace(FILE, part="0/1/4"), (Cure.ENCRYPT, Cure.REMOVE, Cure.CONFIRM)),
    (replace(FILE, where=Where.BODY, part="0/0"), (Cure.CONFIRM,)),
    (replace(SUBJECT, cures=()), ()),
    (replace(SUBJECT, action=Action.QUARANTINE), ()),
    (replace(SUBJECT, where=Where.BODY), (Cure.CONFIRM,)),
    (replace(SUBJECT, kind="no-contact-recipient"), ()),
    (PRIVATE, (Cure.REPLACE_ADDRESS,)),
    (
        replace(PRIVATE, kind="reply-to-private", where=Where.HEADER, place="Reply-To"),
        (Cure.REPLACE_ADDRESS,),
    ),
    (replace(PRIVATE, kind="from-mismatch", where=Where.MESSAGE), (Cure.REPLACE_ADDRESS,)),
    (replace(PRIVATE, where=Where.ATTACHMENT, part="0/1"), ()),
    (replace(PRIVATE, fingerprint=""), ()),
    (replace(PRIVATE, kind="private-phone-disclosed"), ()),
)


@pytest.mark.parametrize(("hit", "cures"), OFFERED)
def test_only_what_helps_is_offered(asked, hit, cures):
    """A cure that the policy names and that can be done at this place; never a word of the sender against P4."""
    [problem] = open_problems(asked(hit))
    assert problem.cures == cures


@pytest.mark.parametrize("watched", [replace(FILE, monitor=True), replace(FILE, action=Action.LOG)])
def test_what_does_not_stop_the_message_is_no_problem(asked, watched):
    """Watched and logged hits need nothing of the sender."""
    assert len(open_problems(asked(SUBJECT, watched))) == 1
