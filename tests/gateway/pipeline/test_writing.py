"""Changes share a commit without sharing a fate: each that succeeded is on the disk, each that failed has left nothing."""

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime

import pytest
from django.db import Error, IntegrityError, OperationalError, connection

from gateway.writing import MOST, Writer
from quarantine import audit
from quarantine.database import one_transaction, together
from quarantine.models import AuditEvent, ChainHead

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NOW = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)


def event(number: int, error: Exception | None = None, seen: list[int] | None = None) -> str:
    with one_transaction():
        audit.append("passed", now=NOW, reference=f"01{number}")
        if seen is not None:
            seen.append(number)
        if error is not None:
            raise error
    return f"01{number}"


def references() -> list[str]:
    return list(AuditEvent.objects.order_by("number").values_list("reference", flat=True))


def test_changes_share_one_commit() -> None:
    """Ten changes, one transaction, ten answers, one whole chain."""
    began = []
    with connection.execute_wrapper(lambda run, sql, *rest: (began.append(sql), run(sql, *rest))[1]):
        outcomes = together([lambda n=n: event(n) for n in range(10)])
    assert [o.value for o in outcomes] == references() == [f"01{n}" for n in range(10)]
    assert sum(sql.startswith("BEGIN") for sql in began) <= 1
    assert audit.verify().problem == ""


@pytest.mark.parametrize("error", [ValueError("ours"), IntegrityError("twice")])
def test_a_change_that_fails_leaves_nothing_and_harms_nobody(error: Exception) -> None:
    """Its rows go, its error is its own; those before and after it are kept, and the chain has no gap."""
    outcomes = together([lambda: event(1), lambda: event(2, error), lambda: event(3)])
    assert [o.error for o in outcomes] == [None, error, None]
    assert references() == ["011", "013"]
    assert audit.verify().problem == ""


def test_where_the_database_fails_each_is_made_again_by_itself() -> None:
    """A full disk may undo the whole transaction: nobody is told that a change is kept which is not."""
    seen: list[int] = []
    full = OperationalError("database or disk is full")
    outcomes = together(
        [lambda: event(1, seen=seen), lambda: event(2, full, seen), lambda: event(3, seen=seen)]
    )
    assert seen == [1, 2, 1, 2, 3]
    assert [o.error for o in outcomes] == [None, full, None]
    assert references() == ["011", "013"]


def test_a_change_that_answers_for_its_own_failure_leaves_no_half_of_it() -> None:
    """It was stopped in the middle of its writing and goes on as if all were well: what it had written goes all the same."""

    def forgives() -> str:
        try:
            event(2, IntegrityError("another was first"))
        except IntegrityError:
            return "the other one's"
        raise AssertionError

    outcomes = together([lambda: event(1), forgives, lambda: event(3)])
    assert [o.value for o in outcomes] == ["011", "the other one's", "013"]
    assert references() == ["011", "013"]
    assert audit.verify().problem == ""


def test_a_transaction_that_the_database_has_dropped_is_noticed() -> None:
    """SQLite may roll back by itself: then no change of the batch counts as written before it is made again."""
    dropped = [True]

    def drops() -> str:
        if dropped:
            dropped.clear()
            connection.connection.rollback()
            raise ValueError
        return event(2)

    outcomes = together([lambda: event(1), drops])
    assert [o.value for o in outcomes] == references() == ["011", "012"]


def test_nothing_is_written_behind_a_transaction_that_sqlite_has_undone_on_a_full_disk() -> None:
    """After it each statement would count at once, and be there again when all are made anew: a letter twice."""
    full, seen = OperationalError("database or disk is full"), []

    def does_not_fit() -> str:
        with one_transaction():
            audit.append("held", now=NOW, reference="012")
            if connection.connection.in_transaction:
                connection.connection.rollback()  # as SQLite does by itself
            raise full

    outcomes = together([lambda: event(1, seen=seen), does_not_fit, lambda: event(3, seen=seen)])
    assert [o.error for o in outcomes] == [None, full, None]
    assert references() == ["011", "013"]
    assert seen == [1, 1, 3]
    assert audit.verify().problem == ""


def test_a_change_that_swallows_the_databases_error_is_not_taken_for_written() -> None:
    """Django would undo it at the end without a word: nobody may hear that it is kept."""

    def swallows() -> str:
        with one_transaction():
            audit.append("passed", now=NOW, reference="011")
            with contextlib.suppress(IntegrityError):
                ChainHead.objects.create(id=1)  # there is one
        return "011"

    [outcome] = together([swallows])
    assert isinstance(outcome.error, Error)
    assert references() == []


def test_a_locked_database_is_waited_for_once_and_not_by_each() -> None:
    """All who shared the transaction hear of it after one busy time-out: ten of them took ten times as long."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    connection.ensure_connection()
    connection.connection.execute("PRAGMA busy_timeout=300")
    other.execute("BEGIN IMMEDIATE")
    seen: list[int] = []
    try:
        outcomes = together([lambda n=n: event(n, seen=seen) for n in range(10)])
    finally:
        other.close()
    assert [type(o.error) for o in outcomes] == [OperationalError] * 10
    assert seen == []
    assert together([lambda: event(1), lambda: event(2)])[1].value == "012"


def test_who_comes_while_it_writes_is_in_the_next_transaction() -> None:
    """More changes than one batch takes: all are answered, in order, and closing waits for them."""

    async def story() -> list[str]:
        writer = Writer()
        try:
            return list(
                await asyncio.gather(*(writer.write(lambda n=n: event(n)) for n in range(2 * MOST + 3)))
            )
        finally:
            await asyncio.to_thread(writer.close)

    assert asyncio.run(story()) == references()
    assert ChainHead.objects.get().number == 2 * MOST + 3


def test_who_stops_waiting_does_not_stop_the_others() -> None:
    """A cancelled request is written all the same; its neighbours are answered."""

    async def story() -> str:
        writer = Writer()
        gone = asyncio.create_task(writer.write(lambda: event(1)))
        stays = asyncio.create_task(writer.write(lambda: event(2)))
        await asyncio.sleep(0)
        gone.cancel()
        try:
            return str(await stays)
        finally:
            await asyncio.to_thread(writer.close)

    assert asyncio.run(story()) == "012"
    assert references() == ["011", "012"]


def test_a_writer_serves_one_loop_after_another() -> None:
    """Each answer goes to the loop that asked."""
    writer = Writer()
    try:
        assert [asyncio.run(writer.write(lambda n=n: event(n))) for n in (1, 2)] == references()
    finally:
        writer.close()


def test_what_is_asked_for_after_the_end_is_written_all_the_same() -> None:
    """A message that outlasts the shutdown of its process has its record."""
    writer = Writer()
    for number in (1, 2):
        assert asyncio.run(writer.write(lambda n=number: event(n))) == f"01{number}"
        writer.close()
    assert references() == ["011", "012"]
