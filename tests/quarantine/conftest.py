"""What the quarantine's tests share: a held message, and the database around it."""

import pytest

from tests.support.stopped import NOW, make_envelope, make_raw, make_scan, make_verdict


@pytest.fixture
def hold(db):
    """Hold a message as the pipeline does; returns the row and the bytes."""
    from quarantine import workflow

    def holding(action=None, *, raw=None, now=NOW, staff=False, **fields):
        verdict = make_verdict() if action is None else make_verdict(action)
        raw = make_raw() if raw is None else raw
        return workflow.hold(make_envelope(**fields), raw, make_scan(), verdict, now=now, staff=staff), raw

    return holding
