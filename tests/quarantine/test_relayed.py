"""RFC 3461 §5.2.2: who asked to hear of success is told "relayed" where the next hop sends no such reports."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from policies.envelope import Recipient
from policies.verdict import Action
from quarantine import outbox, workflow
from quarantine.models import Outgoing
from tests.support.stopped import NOW, make_envelope, make_raw, make_scan, make_verdict

pytestmark = pytest.mark.django_db(transaction=True)

ASKING = Recipient(address="b@example.org", notify=("SUCCESS",), orcpt="rfc822;b@example.org")


def passed(sender="s.green@example.sch.uk", relayed=(ASKING,)):
    envelope = replace(make_envelope(), mail_from=sender, recipients=(ASKING,), envid="QQ1")
    workflow.passed(
        envelope, make_scan(), make_verdict(Action.ALLOW), now=NOW, raw=make_raw(), relayed=relayed
    )


def test_the_sender_gets_a_report_with_the_action_relayed():
    """One report, to the envelope's sender, about the recipients who were passed on."""
    passed()
    [delivery] = outbox.claim(now=NOW)
    assert delivery.kind == "report"
    assert delivery.envelope.mail_from == ""
    report = message_from_bytes(delivery.open(), policy=policy.default)
    assert report.get_content_type() == "multipart/report"
    about, recipient = report.get_payload()[1].get_payload()
    assert about["Original-Envelope-Id"] == "QQ1"
    assert recipient["Action"] == "relayed"
    assert recipient["Status"] == "2.0.0"
    assert "action needed" not in str(report["Subject"])


@pytest.mark.parametrize(("sender", "relayed"), [("", (ASKING,)), ("s.green@example.sch.uk", ())])
def test_nobody_is_told_who_is_nobody_or_did_not_ask(sender, relayed):
    """Never to the null sender; nothing where nobody asked."""
    passed(sender, relayed)
    assert not Outgoing.objects.exists()
