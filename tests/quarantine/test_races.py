"""At the same moment: of two who decide one wins, of two who claim each gets other rows, of two retries one is held."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connections

from quarantine import audit, keys, outbox, workflow
from quarantine.masks import address_fingerprint
from quarantine.models import About, AuditEvent, Held, Outgoing
from quarantine.workflow import legal
from quarantine.workflow.legal import Keep
from tests.support.stopped import NOW, PARENT, make_envelope, make_raw, make_scan, make_verdict

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LATER = NOW + timedelta(days=31)


def at_once(*calls):
    """Run all calls in threads that start together; what each gave or raised."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait(timeout=30)
        try:
            return call()
        except workflow.WorkflowError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def test_one_of_four_decides():
    """Two officers, a third who deletes, and the clock: one change, one event, at most one original."""
    held = workflow.hold(make_envelope(), make_raw(), make_scan(), make_verdict(), now=NOW)
    Outgoing.objects.all().delete()
    outcomes = at_once(
        lambda: workflow.release(held.id, actor="dpo", now=LATER),
        lambda: workflow.release(held.id, actor="dsl", now=LATER),
        lambda: workflow.delete(held.id, actor="head", now=LATER),
        lambda: workflow.expire(held.id, now=LATER),
    )
    won = [o for o in outcomes if isinstance(o, Held)]
    lost = [o for o in outcomes if isinstance(o, workflow.AlreadyDecided)]
    assert (len(won), len(lost)) == (1, 3)
    assert {(o.by, o.state) for o in lost} == {(won[0].decided_by, won[0].state)}
    assert AuditEvent.objects.count() == 2
    assert Outgoing.objects.filter(kind="original").count() == (won[0].state == "released")
    assert Outgoing.objects.filter(kind="notice").count() == 1


def test_retries_at_once_are_one_hold():
    """The same message on four connections: one row, one set of notices, one id for all."""
    raw = make_raw()
    outcomes = at_once(
        *[lambda: workflow.hold(make_envelope(), raw, make_scan(), make_verdict(), now=NOW) for _ in range(4)]
    )
    assert len({held.id for held in outcomes}) == 1
    assert Held.objects.count() == 1
    assert AuditEvent.objects.count() == 1


def test_a_row_is_claimed_by_one():
    """Four loops claim twelve rows: each row once."""
    for _ in range(12):
        workflow.partial(
            make_envelope(), make_raw(), make_envelope(to=(PARENT,)).recipients, now=NOW, next_at=NOW
        )
    claims = at_once(*[lambda: [d.id for d in outbox.claim(now=NOW, limit=4)] for _ in range(4)])
    ids = [row for claim in claims for row in claim]
    assert len(ids) == len(set(ids))
    assert len(ids) + len(outbox.claim(now=NOW)) == 12


def test_the_chain_holds_under_writers():
    """Events of many writers stand in one line."""

    def passing():
        for _ in range(5):
            workflow.passed(make_envelope(), make_scan(), make_verdict(), now=NOW)

    at_once(*[passing for _ in range(4)])
    report = audit.verify()
    assert (report.events, report.problem) == (20, "")


def test_no_message_slips_past_a_legal_hold_that_is_being_set(monkeypatch):
    """One that came while the order was written was neither covered by it nor seen to be there."""
    asked, ordered, covers = Event(), Event(), legal.covers
    envelope = make_envelope()

    def slowly(*whom):
        found = covers(*whom)
        asked.set()
        ordered.wait(0.5)  # not before this message is written
        return found

    def order():
        asked.wait(30)
        sender = address_fingerprint(keys.current().fingerprints, envelope.mail_from)
        legal.put(Keep(school="example.sch.uk", about=About.SENDER, key=sender), actor="dpo", now=NOW)
        ordered.set()

    monkeypatch.setattr(legal, "covers", slowly)
    at_once(lambda: workflow.hold(envelope, make_raw(), make_scan(), make_verdict(), now=NOW), order)
    assert Held.objects.get().legal_hold
