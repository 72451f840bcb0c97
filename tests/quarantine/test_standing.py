"""Exceptions and the panic bypass: made with a reason, ended by time or a person, each an event, no address in a row."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import override_settings

from quarantine import audit, bypass, in_force, retention, standing, waivers
from quarantine.bypass import BypassError
from quarantine.config import Rules, Waivers, current
from quarantine.models import Approval, AuditEvent, Waiver
from quarantine.waivers import Asked, WaiverError
from tests.support.stopped import NOW, PARENT, SENDER

ASKED = Asked(policy="phone", sender=SENDER, reason="Trip to Wales", expires_at=NOW + timedelta(days=10))
HEAD, DPO = "head@example.sch.uk", "dpo@example.sch.uk"
pytestmark = pytest.mark.django_db(transaction=True)


def kinds():
    return list(AuditEvent.objects.order_by("number").values_list("kind", flat=True))


def test_an_exception_stands_until_its_end():
    """It stops by itself at its time, without anybody doing anything."""
    row = waivers.add(ASKED, actor="dpo@example.sch.uk", approvers=["head@example.sch.uk"], now=NOW)
    [one] = standing.read(now=NOW).waivers
    [head] = one.approvers
    assert (one.id, one.policy) == (row.id, "phone")
    assert (head.who, head.roles) == (HEAD, {"head"})
    assert standing.read(now=NOW + timedelta(days=10)).waivers == ()
    assert kinds() == ["exception-added", "exception-approved"]
    assert audit.verify().problem == ""


def test_the_same_person_approves_once():
    """Two approvals are two people."""
    row = waivers.add(ASKED, actor="dpo@example.sch.uk", now=NOW)
    for who in (HEAD, "HEAD@example.sch.uk ", DPO):
        waivers.approve(row.id, who=who, now=NOW)
    [one] = standing.read(now=NOW).waivers
    assert [approver.who for approver in one.approvers] == [HEAD, DPO]


def test_only_the_word_of_the_roles_that_the_set_names_counts():
    """Whoever else is named: refused, and nothing is written."""
    row = waivers.add(ASKED, actor="a", now=NOW)
    for who in ("it@example.sch.uk", "nobody@example.sch.uk", ""):
        with pytest.raises(WaiverError, match="head or dpo"):
            waivers.approve(row.id, who=who, now=NOW)
    with pytest.raises(WaiverError, match="head or dpo"):
        waivers.add(ASKED, actor="a", approvers=["it@example.sch.uk"], now=NOW)
    assert not Approval.objects.exists()
    assert Waiver.objects.count() == 1


def test_one_account_of_the_machine_writes_down_one_approval():
    """Where two people must approve, nobody can type both names; the second gives it themselves or by their own account."""
    row = waivers.add(ASKED, actor="root", approvers=[HEAD], now=NOW)
    with pytest.raises(WaiverError, match="Another person"):
        waivers.approve(row.id, who=DPO, recorded_by="root", now=NOW)
    waivers.approve(row.id, who=DPO, recorded_by="anna", now=NOW)
    [one] = standing.read(now=NOW).waivers
    assert len(one.approvers) == 2


RULES = Rules(
    policy_set="v2",
    mode="enforce",
    waivers=Waivers(by=("head", "it"), approvers=2, each=True, policies=("phone",)),
    lead=("dsl",),
)


def test_what_the_gateway_reloaded_holds_for_everybody_at_once():
    """Who may approve, how many, and to what: no process reads it from a file of its start."""
    row = waivers.add(ASKED, actor="a", approvers=[DPO], now=NOW)
    assert waivers.counts(row)
    in_force.record(RULES, now=NOW)
    assert not waivers.counts(row)
    assert waivers.missing(row) == 2
    waivers.approve(row.id, who=HEAD, now=NOW)
    waivers.approve(row.id, who="it@example.sch.uk", now=NOW)
    assert waivers.counts(row)
    with pytest.raises(WaiverError, match="no such policy"):
        waivers.add(replace(ASKED, policy="subject-names"), actor="a", now=NOW)


def test_monitor_mode_is_counted_from_its_first_day():
    """A restart or a new version does not start it again; enforcing ends it."""
    watching = replace(RULES, mode="monitor")
    for day in (0, 5):
        in_force.record(watching, now=NOW + timedelta(days=day))
    row = in_force.found()
    assert (row.monitor_since, row.report_at) == (NOW, NOW + timedelta(days=14))
    in_force.record(RULES, now=NOW)
    row = in_force.found()
    assert (row.monitor_since, row.report_at) == (None, None)


def test_who_ends_it_ends_it_once():
    """It no longer counts; a second end, or an approval, is told so."""
    row = waivers.add(ASKED, actor="a", now=NOW)
    waivers.end(row.id, actor="b", now=NOW)
    assert standing.read(now=NOW).waivers == ()
    assert (kinds()[-1], AuditEvent.objects.latest("number").actor) == ("exception-ended", "b")
    for act in (
        lambda: waivers.end(row.id, actor="c", now=NOW),
        lambda: waivers.approve(row.id, who=HEAD, now=NOW),
    ):
        with pytest.raises(WaiverError, match="ended already"):
            act()
    assert waivers.listing(now=NOW) == []
    assert len(waivers.listing(now=NOW, ended=True)) == 1


def test_another_school_cannot_touch_it():
    """It is not there for them."""
    row = waivers.add(ASKED, actor="a", now=NOW)
    with pytest.raises(WaiverError, match="no such"):
        waivers.end(row.id, actor="x", schools=["other.sch.uk"], now=NOW)
    assert waivers.listing(now=NOW, schools=["other.sch.uk"]) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": " "}, "reason"),
        ({"sender": "green"}, "whole address"),
        ({"recipients": ("pat",)}, "whole addresses"),
        ({"expires_at": NOW}, "past"),
        ({"expires_at": NOW + timedelta(days=400)}, "at most"),
        ({"policy": ""}, "Name the policy"),
        ({"policy": "no-such"}, "no such policy"),
        ({"school": "elsewhere"}, "no such school"),
    ],
)
def test_what_is_not_asked_well_is_refused(change, words):
    """Each with what is wrong, nothing written."""
    known = replace(current(), waivers=Waivers(policies=("phone",)))
    with override_settings(SCHOOLGATE=known), pytest.raises(WaiverError, match=words):
        waivers.add(replace(ASKED, **change), actor="a", now=NOW)
    assert not Waiver.objects.exists()
    assert not kinds()


def test_rows_and_events_hold_no_address_and_no_reason():
    """Masks and keyed hashes; the reason opens with the private key alone."""
    row = waivers.add(replace(ASKED, recipients=(PARENT,)), actor="a", now=NOW)
    stored = repr(Waiver.objects.values().get()) + repr(list(AuditEvent.objects.values()))
    assert not [word for word in (SENDER, PARENT, "Wales") if word in stored]
    assert waivers.reason(row) == "Trip to Wales"


def test_the_bypass_ends_by_itself():
    """For as long as was said, a day at most; switched off it ends at once."""
    bypass.on(hours=2, reason="Storm", actor="dpo@example.sch.uk", now=NOW)
    assert standing.read(now=NOW).bypassed("example.sch.uk", NOW)
    later = NOW + timedelta(hours=2)
    assert not standing.read(now=NOW).bypassed("example.sch.uk", later)  # a gateway that heard no more
    assert not standing.read(now=later).bypasses
    bypass.on(hours=24, reason="Storm", actor="a", now=NOW)
    assert bypass.off(actor="b", now=NOW) == 1
    assert not standing.read(now=NOW).bypasses
    assert bypass.off(actor="b", now=NOW) == 0
    assert kinds() == ["bypass-on", "bypass-on", "bypass-off"]


def test_the_bypass_of_one_school_is_not_the_others():
    """A trust may open one school's mail alone."""
    bypass.on(hours=1, reason="Storm", actor="a", now=NOW, school="example.sch.uk")
    stands = standing.read(now=NOW)
    assert stands.bypassed("example.sch.uk", NOW)
    assert not stands.bypassed("other.sch.uk", NOW)
    assert bypass.standing(now=NOW, schools=["other.sch.uk"]) == []


@pytest.mark.parametrize(
    ("hours", "reason", "school", "words"),
    [
        (25, "x", "", "24 hours"),
        (0, "x", "", "24 hours"),
        (-1, "x", "", "24 hours"),
        (1, " ", "", "reason"),
        (1, "x", "elsewhere", "no such school"),
    ],
)
def test_a_bypass_without_reason_or_end_is_refused(hours, reason, school, words):
    """Nothing opens for longer than a day, or for nothing."""
    with pytest.raises(BypassError, match=words):
        bypass.on(hours=hours, reason=reason, actor="a", now=NOW, school=school)
    assert not kinds()


def test_both_go_with_the_audit():
    """Kept as long as the events that tell of them."""
    waivers.add(ASKED, actor="a", now=NOW)
    bypass.on(hours=1, reason="Storm", actor="a", now=NOW)
    counts = retention.purge(now=NOW + timedelta(days=376))
    assert (counts["waivers"], counts["bypasses"]) == (1, 1)
