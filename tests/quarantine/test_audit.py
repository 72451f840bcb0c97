"""The audit: appended with its change, sound until touched, and silent about values."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from quarantine import audit
from quarantine.models import AuditEvent, ChainHead
from tests.support.stopped import NOW

DOCS = Path(__file__).parents[2] / "docs" / "audit.md"


@pytest.fixture
def chain(db):
    """Five events."""
    with transaction.atomic():
        for n in range(5):
            audit.append(
                "held", now=NOW + timedelta(minutes=n), school="s", reference=f"r{n}", actor="dpo", count=n
            )


def test_a_chain_is_sound(chain):
    """Numbered without a gap, each built on the one before."""
    report = audit.verify()
    assert (report.events, report.problem) == (5, "")
    assert report.head == ChainHead.objects.get().hash


def test_an_empty_chain_is_sound(db):
    """Nothing happened yet."""
    assert audit.verify() == audit.Report(events=0, head=audit.START)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "released"),
        ("at", NOW),
        ("school", "other"),
        ("reference", "r9"),
        ("actor", "somebody"),
        ("details", {"count": 9}),
        ("details", None),
        ("salt", "0" * 32),
        ("body", "0" * 64),
        ("hash", "0" * 64),
        ("previous", "0" * 64),
    ],
)
def test_every_change_is_found(chain, field, value):
    """Whatever is altered in one event, verification names its number."""
    AuditEvent.objects.filter(number=3).update(**{field: value})
    report = audit.verify()
    assert report.problem
    assert report.number in (3, 4)


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_missing_event_is_found(chain, number):
    """Also at the end, where the chain's recorded head says how far it went."""
    AuditEvent.objects.filter(number=number).delete()
    report = audit.verify()
    assert report.problem
    assert report.number == number


def test_a_rewritten_chain_is_another_head(chain):
    """Who rewrites everything from one event on makes another head than the one written down elsewhere."""
    head = audit.verify().head
    event = AuditEvent.objects.get(number=5)
    event.details = {"count": 99}
    event.body = audit.body_hash(event.salt, event.actor, event.details)
    event.hash = audit.event_hash(audit.as_record(event))
    event.save()
    ChainHead.objects.update(hash=event.hash)
    assert not audit.verify().problem
    assert audit.verify().head != head


def test_emptied_by_age_still_holds(chain):
    """Retention takes who and what; number, time, kind and hashes stay."""
    AuditEvent.objects.filter(number__lte=2).update(details=None, actor="", salt="")
    assert not audit.verify().problem


def test_values_are_withheld(db):
    """What is no word, number or list of ours does not enter the chain."""
    with transaction.atomic():
        event = audit.append(
            "x", now=NOW, a="pat@x.example", b=["ok", "Anna’s file"], c={"kind": 2}, d=None, e=True
        )
    assert event.details == {"a": "withheld", "b": ["ok", "withheld"], "c": {"kind": 2}, "d": None, "e": True}


@pytest.mark.django_db(transaction=True)
def test_an_event_belongs_to_a_transaction():
    """Outside one it is refused: it could outlive a change that failed."""
    with pytest.raises(RuntimeError):
        audit.append("held", now=NOW)


def test_exported_records_verify_alone(chain):
    """JSON lines are enough."""
    lines = [json.dumps(record) for record in audit.export()]
    assert audit.verify_records(map(json.loads, lines)) == audit.verify()


@pytest.mark.parametrize("tampered", [False, True])
def test_the_verifier_in_the_docs_works(chain, tmp_path, tampered):
    """The documented few lines of Python, with nothing of ours installed, say the same."""
    records = list(audit.export())
    if tampered:
        records[2]["kind"] = "released"
    export = tmp_path / "audit.jsonl"
    export.write_text("".join(json.dumps(record) + "\n" for record in records))
    script = re.search(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)[1]
    ran = subprocess.run(
        [sys.executable, "-I", "-c", script, str(export)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    if tampered:
        assert (ran.returncode, "event 3" in ran.stderr) == (1, True), ran.stderr
    else:
        assert (ran.returncode, ran.stdout.split()) == (0, ["5", "events,", "head", audit.verify().head]), (
            ran.stderr
        )
