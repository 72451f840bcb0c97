"""One transaction, really committed when it ends, on a connection that is alive; several changes may share one."""

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


@dataclass(slots=True)
class _Shared:
    """A transaction of several changes; `spoilt` once one of them has failed in the middle of its writing."""

    spoilt: bool = False


_shared: ContextVar[_Shared | None] = ContextVar("shared", default=None)


class _Spoilt(Exception):  # noqa: N818  a word between two functions here
    """The transaction holds half a change."""


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
    with transaction.atomic(durable=True):
        yield


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

    Where the database or one of them fails, each is made again by itself: none suffers for another's failure.
    """
    if len(changes) > 1:
        try:
            return _in_one(changes)
        except _Spoilt:
            pass  # undone, all of it: failures are few, and a savepoint for each change costs as much as its rows
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
    with transaction.atomic(durable=True):
        mark = _shared.set(shared)
        try:
            outcomes = [_outcome(change) for change in changes]
        finally:
            _shared.reset(mark)
        if shared.spoilt:
            raise _Spoilt
        for outcome in outcomes:
            if isinstance(outcome.error, Error | OSError):
                raise outcome.error  # the whole transaction may be gone with it
        if connection.vendor == "sqlite" and not connection.connection.in_transaction:
            raise Error("the transaction is gone")
    return outcomes


def _outcome(change: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(change())
    except Exception as error:  # noqa: BLE001  told to whoever asked for the change
        return Outcome(error=error)
