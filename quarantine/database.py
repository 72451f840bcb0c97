"""One transaction, really committed when it ends, on a connection that is alive; several changes may share one."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import (
    DEFAULT_DB_ALIAS,
    Error,
    close_old_connections,
    connection,
    connections,
    transaction,
)

ASKED, EVERY = (
    20,
    0.25,
)  # so often, and seconds between: a server that comes back says what became of a commit


@dataclass(slots=True)
class _Shared:
    """A transaction of several changes; `spoilt` once one of them has failed in the middle of its writing."""

    begun: bool = False
    spoilt: bool = False


_shared: ContextVar[_Shared | None] = ContextVar("shared", default=None)


class _Spoilt(Exception):  # noqa: N818  a word between two functions here
    """The transaction holds half a change."""


class Uncertain(Error):  # noqa: N818  says what is known
    """The server went while it committed and nobody can say whether it did: made again, the change might be there twice."""


@contextmanager
def one_transaction() -> Iterator[None]:
    """All or nothing, and on the disk when the block is left without an exception (`together`: when it returns)."""
    if shared := _shared.get():
        try:
            yield
        except BaseException:
            shared.spoilt = True
            raise
        return
    if not connection.in_atomic_block:
        close_old_connections()
    with _transaction():
        yield


@contextmanager
def _transaction() -> Iterator[None]:
    """Left without an exception it is on the disk, also where the server went before it could say so."""
    number = None
    try:
        with transaction.atomic(durable=True):
            yield
            number = _number()
    except Error:
        if number is None or not _committed(number):
            raise


def _gone() -> bool:
    """Whether it was undone under our feet: SQLite does so by itself on a full disk, and what is written next counts at once."""
    if connection.needs_rollback or connection.closed_in_transaction:
        return True
    return connection.vendor == "sqlite" and not connection.connection.in_transaction


def _number() -> int | None:
    """The server's number of a transaction that is about to be committed, if it has one."""
    if _gone():
        raise Error("the transaction is gone")
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_current_if_assigned()")
        found: int | None = cursor.fetchone()[0]
    return found


def _committed(number: int) -> bool:
    """Whether the transaction of this number went through; asked until the server knows."""
    error: Error | None = None
    for _ in range(ASKED):
        connection.close()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT txid_status(%s)", [number])
                status = cursor.fetchone()[0]
        except Error as down:
            status, error = "in progress", down
        if status != "in progress":
            return bool(status == "committed")
        time.sleep(EVERY)
    raise Uncertain("nobody knows whether it was committed") from error


def execute(statement: str, values: Sequence[Any] = ()) -> Any:
    """One statement inside a transaction; its cursor. With SQLite past Django's cursors, which take longer than it does."""
    own = connections[DEFAULT_DB_ALIAS]  # of this thread, looked up once
    if own.vendor != "sqlite" or own.execute_wrappers or not own.in_atomic_block:
        cursor = own.cursor()
        cursor.execute(statement, values)
        return cursor
    with own.wrap_database_errors:  # what goes wrong is Django's error all the same
        return own.connection.execute(_sqlite(statement), values)


@cache
def _sqlite(statement: str) -> str:
    """With SQLite's own mark for a value; no statement of ours has a percent sign otherwise."""
    return statement.replace("%s", "?")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one of several changes returned, or how it failed; a change that failed has left nothing."""

    value: Any = None
    error: Exception | None = None


def together(changes: Sequence[Callable[[], Any]]) -> list[Outcome]:
    """Make changes that do not know of each other in one transaction: on the disk, all that succeeded, when this returns.

    Where one of them fails, or the commit, each is made again by itself: none suffers for another's failure.
    """
    if len(changes) > 1:
        try:
            return _in_one(changes)
        except _Spoilt:
            pass  # undone, all of it: failures are few, and a savepoint for each change costs as much as its rows
        except Uncertain as error:
            connection.close()
            return [Outcome(error=error) for _ in changes]
        except (Error, OSError):
            connection.close()
    return [_alone(change) for change in changes]


def _alone(change: Callable[[], Any]) -> Outcome:
    outcome = _outcome(change)
    if isinstance(outcome.error, Error | OSError):
        connection.close()  # the next change starts with a new one
    return outcome


def _in_one(changes: Sequence[Callable[[], Any]]) -> list[Outcome]:
    close_old_connections()
    shared = _Shared()
    try:
        with _transaction():
            shared.begun = True
            return _all(changes, shared)
    except Error as error:
        if shared.begun:
            raise
        connection.close()  # locked, or not there: each by itself would wait for it as long again
        return [Outcome(error=error) for _ in changes]


def _all(changes: Sequence[Callable[[], Any]], shared: _Shared) -> list[Outcome]:
    """One after the other, and none after one that has taken the transaction with it."""
    mark, outcomes = _shared.set(shared), []
    try:
        for change in changes:
            outcomes.append(outcome := _outcome(change))
            if shared.spoilt or _gone():
                raise _Spoilt
            if isinstance(outcome.error, Error | OSError):
                raise outcome.error
    finally:
        _shared.reset(mark)
    return outcomes


def _outcome(change: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(change())
    except Exception as error:  # noqa: BLE001  told to whoever asked for the change
        return Outcome(error=error)
