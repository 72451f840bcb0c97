"""Named lists, waivers, excluded correspondents and emergencies: exceptions as data that end by themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from detectors.findings import Where
from policies import Waiver, decide, load_set
from policies.case import Lists
from policies.emergency import emergency_routes
from policies.exceptions import Approver, Bypass, enough
from policies.policy_set import Entry, NamedList
from policies.verdict import Action
from tests.policies.school import (
    COUNCIL,
    FORBIDDEN,
    NOW,
    OWN,
    PARENT_A,
    PRINTS,
    SECURE,
    STRANGER,
    TEACHER,
    case,
    data,
    found,
    mail,
    number,
)

DEFAULT = load_set("default")


def lists(value: str, *, expires: date | None = None, at: datetime = NOW) -> Lists:
    entry = Entry(value=value, owner="dpo", reason="test", expires=expires)
    return Lists.at([NamedList(name="some", what="Some", entries=(entry,))], at, PRINTS)


@pytest.mark.parametrize(
    ("value", "domain", "listed"),
    [
        ("gov.uk", "gov.uk", True),
        ("gov.uk", "council.gov.uk", True),
        ("gov.uk", "notgov.uk", False),
        ("council.gov.uk", "gov.uk", False),
        ("gov.uk", "", False),
    ],
)
def test_a_domain_covers_what_is_below_it(value: str, domain: str, listed: bool) -> None:
    """Whole labels count; nothing above, nothing that only ends alike."""
    assert lists(value).has_domain(("@some",), domain) is listed


@pytest.mark.parametrize("address", ["", "no-at-sign", "@", "x@"])
def test_an_odd_address_is_on_no_list(address: str) -> None:
    """What is no address never equals an entry that is a domain or a number."""
    assert not lists("ico.org.uk").has_address(("@some",), address, "")
    assert not lists("ico.org.uk").has_value(("@some",), PRINTS.of("phone", ""))


def test_an_address_is_known_in_any_spelling_and_by_its_hash() -> None:
    """Case, tag and Gmail's dots do not matter; a stored feature has the hash alone."""
    some = lists("kim.thompson@gmail.com")
    assert some.has_address(("@some",), "KimThompson+x@googlemail.com", "")
    assert some.has_address(("@some",), "", mail(PARENT_A))
    assert not some.has_address(("@some",), "other@gmail.com", mail("other@gmail.com"))


def test_an_entry_ends_after_its_last_day() -> None:
    """The day named still counts; the next does not."""
    last = NOW.date()
    assert lists("gov.uk", expires=last).has_domain(("@some",), "gov.uk")
    assert not lists("gov.uk", expires=last, at=NOW + timedelta(days=1)).has_domain(("@some",), "gov.uk")


def with_entry(name: str, value: str, expires: date | None = None):
    entry = Entry(value=value, owner="dpo", reason="test", expires=expires)
    changed = tuple(replace(n, entries=(*n.entries, entry)) if n.name == name else n for n in DEFAULT.lists)
    return replace(DEFAULT, lists=changed)


def test_a_school_phone_is_no_private_phone() -> None:
    """The trip mobile is on a list, in whatever spelling."""
    facts = case(TEACHER, PARENT_A, number("07700 900123"))
    assert decide(facts, DEFAULT).action is Action.BLOCK
    assert decide(facts, with_entry("school-phones", "+44 7700 900123")).action is Action.ALLOW
    assert decide(facts, with_entry("school-phones", "07700 900123", date(2026, 1, 1))).action is Action.BLOCK


def test_mail_to_an_excluded_correspondent_is_not_looked_into() -> None:
    """Only bulk data stops it, and the verdict says that it was not read for more."""
    union = "rep@union.example"
    excluded = with_entry("excluded", "union.example")
    grave = case(TEACHER, union, data(3, "a"), found("offensive-language", Where.BODY, "0/0"))
    verdict = decide(grave, excluded)
    assert decide(grave, DEFAULT).action is Action.QUARANTINE
    assert (verdict.action, [h.policy for h in verdict.hits]) == (Action.LOG, ["excluded-correspondent"])
    assert decide(case(TEACHER, union, data(4, "a", "b")), excluded).action is Action.QUARANTINE
    both = decide(case(TEACHER, (union, STRANGER), data(3, "a")), excluded)
    assert both.action is Action.QUARANTINE
    assert [h.recipients for h in both.hits if h.action is Action.QUARANTINE] == [(STRANGER,)]


HEAD = Approver("head@example.sch.uk", frozenset({"head"}))


def waiver(**changes: object) -> Waiver:
    made = Waiver(
        id="w1",
        policy="own-private-data",
        sender=mail(TEACHER),
        reason="Residential trip",
        approvers=(HEAD,),
        expires_at=NOW + timedelta(days=3),
    )
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        ({}, Action.LOG),
        ({"recipients": frozenset({mail(OWN)})}, Action.LOG),
        ({"recipients": frozenset({mail(STRANGER)})}, Action.BLOCK),
        ({"expires_at": NOW}, Action.BLOCK),
        ({"approvers": ()}, Action.BLOCK),
        ({"sender": mail(STRANGER)}, Action.BLOCK),
        ({"sender": ""}, Action.BLOCK),
        ({"policy": "another"}, Action.BLOCK),
        ({"policy": ""}, Action.BLOCK),
        ({"school": "other"}, Action.BLOCK),
    ],
)
def test_a_waiver_holds_for_what_it_says_alone(changes: dict[str, object], action: Action) -> None:
    """Its policy, its sender, its recipients, its time, its school, and only when approved."""
    facts = case(TEACHER, OWN, data(2, "b"))
    assert decide(facts, DEFAULT, [waiver(**changes)]).action is action


def test_two_approvers_where_the_set_asks_for_two() -> None:
    """One person twice is one person."""
    facts = case(TEACHER, OWN, data(2, "b"))
    strict = replace(DEFAULT, header=replace(DEFAULT.header, waiver_approvers=2))
    dpo = Approver("d@x.example", frozenset({"dpo"}))
    given = [(HEAD,), (HEAD, HEAD), (HEAD, replace(dpo, roles=frozenset({"it"}))), (HEAD, dpo)]
    results = [decide(facts, strict, [waiver(approvers=who)]).action for who in given]
    assert results == [Action.BLOCK, Action.BLOCK, Action.BLOCK, Action.LOG]


@pytest.mark.parametrize(
    ("people", "counts"),
    [
        ([("a", "principal"), ("b", "it-manager")], True),
        ([("a", "principal"), ("b", "principal")], False),
        ([("a", "principal it-manager")], False),
        ([("a", "principal it-manager"), ("b", "principal")], True),
        ([("a", "head"), ("b", "it-manager")], False),
        ([], False),
    ],
)
def test_one_of_each_role_where_the_school_wrote_both(people: list[tuple[str, str]], counts: bool) -> None:
    """Clause of seed 002: principal or executive, and the area's IT manager; two of one kind are not both."""
    header = load_set("seed-002").header
    approvers = tuple(Approver(who, frozenset(roles.split())) for who, roles in people)
    assert (
        enough(approvers, by=header.waiver_by, number=header.waiver_approvers, each=header.waiver_all)
        is counts
    )


def test_what_no_waiver_can_lift() -> None:
    """A recipient whom the school must not write to stays held, whoever approved what."""
    facts = case(TEACHER, FORBIDDEN)
    lifted = decide(facts, DEFAULT, [waiver(policy="no-contact")])
    assert lifted.action is Action.QUARANTINE


def test_a_waived_hit_says_so() -> None:
    """It is still in the verdict, with the waiver that lifted it and nobody to ask."""
    verdict = decide(case(TEACHER, OWN, data(2, "b")), DEFAULT, [waiver()])
    hit = next(h for h in verdict.hits if h.policy == "own-private-data")
    assert (hit.waived, hit.cures, hit.reviewers) == ("w1", (), ())


def test_a_bypass_has_an_end_and_may_be_for_one_school() -> None:
    """Before, after and elsewhere it does not hold."""
    bypass = Bypass(
        reason="x", by="it", started_at=NOW, expires_at=NOW + timedelta(hours=2), schools=frozenset({"one"})
    )
    assert bypass.holds("one", NOW)
    assert not bypass.holds("two", NOW)
    assert not bypass.holds("one", NOW + timedelta(hours=2))
    assert not bypass.holds("one", datetime(2020, 1, 1, tzinfo=UTC))


def test_emergency_reaches_listed_partners_and_nobody_forbidden() -> None:
    """At once to police, council, health and secure partners; others through the lead; a forbidden contact never."""
    routes = emergency_routes(case(TEACHER, (COUNCIL, SECURE, STRANGER, FORBIDDEN, OWN)), DEFAULT)
    assert routes.at_once == (COUNCIL, SECURE)
    assert routes.by_safeguarding_lead == (STRANGER,)
    assert routes.never == (FORBIDDEN, OWN)
    assert routes.lead == ("dsl",)
