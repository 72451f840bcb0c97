"""A refused reload is told until a set comes into force again."""

from datetime import timedelta

import pytest

from quarantine import reloads
from tests.support.stopped import NOW

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=1)


def test_a_refusal_stands_until_a_set_is_in_force() -> None:
    """Nothing, refused, refused again, mended."""
    assert reloads.broken() is None
    reloads.refused(what="policies", where="subject-full-name:when", now=NOW)
    reloads.refused(what="settings", where="smtp.listen", now=LATER)
    standing = reloads.broken()
    assert standing is not None
    assert standing.details == {"what": "settings", "where": "smtp.listen"}
    reloads.done(policy_set="abc", now=LATER)
    assert reloads.broken() is None
