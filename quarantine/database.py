"""One transaction, really committed when it ends, on a connection that is alive."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections, connection, transaction


@contextmanager
def one_transaction() -> Iterator[None]:
    """All or nothing, and on the disk when the block is left without an exception."""
    if not connection.in_atomic_block:
        close_old_connections()
    with transaction.atomic(durable=True):
        yield
