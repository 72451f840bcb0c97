"""Whose success we report ourselves: RFC 3461 leaves it to us where the next hop knows nothing of DSN."""

import pytest

from gateway.relay.replies import Replies
from gateway.replies import Reply
from policies.envelope import Recipient

OK, NO = Reply(250, "2.1.5", "ok"), Reply(550, "5.1.1", "no such user")
ASKS = Recipient(address="a@example.org", notify=("SUCCESS", "FAILURE"))
QUIET = Recipient(address="b@example.org", notify=("NEVER",))
PLAIN = Recipient(address="c@example.org")


@pytest.mark.parametrize(
    ("rows", "dsn", "expected"),
    [
        (((ASKS, OK), (QUIET, OK), (PLAIN, OK)), False, (ASKS,)),
        (((ASKS, OK),), True, ()),
        (((ASKS, NO), (PLAIN, OK)), False, ()),
    ],
)
def test_only_who_asked_was_taken_and_will_hear_from_nobody_else(
    rows: tuple[tuple[Recipient, Reply], ...], dsn: bool, expected: tuple[Recipient, ...]
) -> None:
    assert Replies(rows, dsn=dsn).to_report == expected
