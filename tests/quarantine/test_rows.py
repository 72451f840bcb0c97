"""A row that goes past its model is the row that its model would have saved."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, OperationalError, transaction

from quarantine import features, rows
from quarantine.database import execute
from quarantine.models import AuditEvent, Sealed, VerdictRecord
from tests.support.stopped import NOW


def record(key):
    return VerdictRecord(
        id=key, school="a", action="log", received_at=NOW, sender="f", recipients=2, size=10, parts=1,
        policies=["p"], kinds={"name": 3}, policy_set="v1", versions={"names": "2"}, features=b"\0\x01",
    )  # fmt: skip


def event(number):
    return AuditEvent(
        number=number,
        at=NOW,
        kind="passed",
        details={"a": [1, None], "b": "ä"},
        body="b",
        previous="p",
        hash="h",
    )


@pytest.mark.parametrize(("make", "keys"), [(record, ("x", "y")), (event, (1, 2))])
def test_the_row_is_the_one_that_its_model_saves(db, make, keys):
    """Every column, read back: times, JSON, bytes, and what was left to its default."""
    ours, its = (make(key) for key in keys)
    rows.insert(ours)
    its.save(force_insert=True)
    found = [type(ours).objects.filter(pk=key).values().get() for key in keys]
    name = ours._meta.pk.name
    assert [one.pop(name) for one in found] == list(keys)
    assert found[0] == found[1]
    assert not ours._state.adding


def test_details_that_were_emptied_are_null(db):
    """SQL's null, not JSON's: retention asks for the one."""
    made = event(1)
    made.details = None
    rows.insert(made)
    assert AuditEvent.objects.filter(details__isnull=True).exists()


def test_a_key_counts_once(db):
    """The second row is refused, and the first one stays."""
    rows.insert(record("x"))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(record("x"))
    assert VerdictRecord.objects.count() == 1


def test_a_row_is_made_ready_in_one_thread_and_written_in_another(db):
    """Nothing in it belongs to a connection."""
    with ThreadPoolExecutor(1) as other:
        made = other.submit(rows.ready, record("x")).result()
    rows.insert(made)
    assert VerdictRecord.objects.values("kinds", "received_at").get() == {
        "kinds": {"name": 3},
        "received_at": NOW,
    }


def test_what_goes_wrong_past_the_cursors_is_an_error_of_django(db):
    """Who catches the database's errors knows these alone."""
    with pytest.raises(OperationalError), transaction.atomic():
        execute("SELECT nothing FROM nowhere WHERE id = %s", (1,))


def test_a_row_brings_its_key(db):
    """One that gets it from the database is its model's to write: nobody would learn the key."""
    with pytest.raises(TypeError):
        rows.insert(Sealed(school="a", size=1, created_at=NOW, blob=b""))


def test_features_of_an_address_that_is_no_text(monkeypatch):
    """Half a character, as a header may bring it, is kept and read back."""
    stored = {"place": "a\udcff@b", "kind": "Zoë", "n": 1.5}
    monkeypatch.setattr(features, "features", lambda facts: facts)
    assert features.unpack(features.pack(stored)) == stored
    assert features.unpack(features.pack({"kind": "Zoë"})) == {"kind": "Zoë"}
