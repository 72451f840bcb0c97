"""Run by `test_on_postgresql.py` on a PostgreSQL: the server's answer to a commit is lost, and nothing is there twice."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from policies.envelope import Recipient
from quarantine import audit, database, workflow
from quarantine.database import Uncertain, one_transaction, together
from quarantine.models import AuditEvent, Outgoing
from tests.support.stopped import NOW, make_envelope, make_raw

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LEFT = (Recipient(address="pat.quill@families.example.org"),)


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The next commit's connection is ended by the server before or after it has committed."""

    commit, wanted = BaseDatabaseWrapper._commit, []

    def lost(self: BaseDatabaseWrapper) -> None:
        if not wanted:
            return commit(self)
        if wanted.pop():
            commit(self)
        end(self.connection.info.backend_pid)
        commit(self)  # which fails where there is still something to commit
        raise OperationalError("the connection is closed")

    def cutting(*, after: bool) -> None:
        wanted.append(after)

    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", lost)
    return cutting


def end(pid: int) -> None:
    settings = connection.get_connection_params()
    address = {name: settings[name] for name in ("dbname", "host", "user")}
    with psycopg.connect(**address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def keep_the_rest(number: int) -> Callable[[], object]:
    envelope, raw = make_envelope(), make_raw(headers={"X-Number": f"lost {number}"})
    return lambda: workflow.partial(envelope, raw, LEFT, now=NOW)


def note(number: int) -> str:
    with one_transaction():
        audit.append("passed", now=NOW, reference=f"01{number}")
    return f"01{number}"


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("many", [1, 3])
def test_what_was_committed_is_not_made_again(cut: Callable[..., None], many: int, *, after: bool) -> None:
    """A row of the outbox that is written twice is a message that arrives twice: the server is asked what became of it."""
    note(0)  # there is a connection
    cut(after=after)
    outcomes = together([keep_the_rest(n) for n in range(many)])
    lost = many == 1 and not after  # the only one, and it was not kept: its client hears 451
    assert [o.error is None for o in outcomes] == [not lost] * many
    assert Outgoing.objects.count() == many - lost
    assert AuditEvent.objects.filter(kind="partial").count() == many - lost
    assert audit.verify().problem == ""


def test_where_nobody_knows_nothing_is_made_again(
    cut: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server does not come back in time: each hears so, and what may be there is not written a second time."""
    note(0)
    cut(after=True)
    monkeypatch.setattr(database, "ASKED", 0)
    outcomes = together([keep_the_rest(n) for n in range(3)])
    assert [type(o.error) for o in outcomes] == [Uncertain] * 3
    assert Outgoing.objects.count() == 3
