"""The report of monitor mode: after fourteen days, once, in figures that name nobody, and no longer when the rules count."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from policies.verdict import Action
from quarantine import in_force, outbox, workflow
from quarantine.config import Rules
from quarantine.letters import watching
from quarantine.models import AuditEvent, Outgoing
from tests.support.stopped import NOW, PARENT, SENDER, make_envelope, make_scan, make_verdict

pytestmark = pytest.mark.django_db(transaction=True)
WATCHING = Rules(policy_set="v1", mode="monitor")
DUE = NOW + timedelta(days=14)


def went(would: Action, many: int = 1) -> None:
    """Messages that went in monitor mode."""
    for _ in range(many):
        found = make_verdict(would)
        watched = replace(found, action=Action.LOG, hits=tuple(replace(h, monitor=True) for h in found.hits))
        workflow.passed(make_envelope(), make_scan(), watched, now=NOW, raw=b"Subject: x\r\n\r\n")


def test_after_fourteen_days_the_dpo_and_it_hear_what_would_have_happened():
    """Once; with counts and rules, without an address; and again after fourteen more days."""
    in_force.record(WATCHING, now=NOW)
    for would, many in ((Action.BLOCK, 2), (Action.ASK, 3), (Action.QUARANTINE, 1), (Action.LOG, 4)):
        went(would, many)
    Outgoing.objects.all().delete()
    assert watching.send_due(now=DUE - timedelta(seconds=1)) == 0
    assert watching.send_due(now=DUE) == 1
    assert watching.send_due(now=DUE) == 0
    [letter] = outbox.claim(now=DUE)
    assert set(letter.envelope.addresses) == {"dpo@example.sch.uk", "it@example.sch.uk"}
    mail = message_from_bytes(letter.open(), policy=default)
    words = mail.get_body(("plain",)).get_content()
    for line in ("checked: 10", "mend: 3", "officer: 1", "Refused: 2", "subject-names: 6"):
        assert line in words
    assert "72 hours" in words
    assert "/let-through/" in words
    assert not [value for value in (SENDER, PARENT, "Anna") if value in words]
    assert AuditEvent.objects.get(kind="monitor-report").details == {"days": 14}
    assert watching.send_due(now=DUE + timedelta(days=14)) == 1


def test_there_is_no_report_while_the_rules_count():
    """Nor before the gateway has ever started."""
    assert watching.send_due(now=DUE) == 0
    in_force.record(replace(WATCHING, mode="enforce"), now=NOW)
    assert watching.send_due(now=DUE + timedelta(days=99)) == 0
