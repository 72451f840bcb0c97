"""The six packs: every cell of rule by school, no rule without its clause, and none that enforces before it may."""

from dataclasses import replace
from itertools import product

import pytest

from detectors.findings import Where
from policies import Facts, decide, load_set, pack_names
from policies.evidence import Evidence, Relation
from policies.verdict import Action
from tests.policies.cells import ROWS
from tests.policies.school import FORBIDDEN, PARENT_A, STRANGER, TEACHER, case, data, found, name

PACKS = {n: replace(load_set(n), mode="enforce", obstacles=()) for n in pack_names()}
ORDER = ("seed-000", "seed-001", "seed-002", "seed-003", "seed-004", "default")


@pytest.mark.parametrize(("label", "facts", "row"), ROWS, ids=[r[0] for r in ROWS])
def test_each_cell(label: str, facts: Facts, row: str) -> None:
    """Under each pack: the action, the roles who decide, and whether it is a rule of the school or a tip."""
    for pack, expected in zip(ORDER, row.split(), strict=True):
        verdict = decide(facts, PACKS[pack])
        action, _, roles = expected.rstrip("*").partition(":")
        leading = [h for h in verdict.hits if h.action is verdict.action]
        assert verdict.action.word == action, (label, pack, [h.policy for h in leading])
        if roles:
            assert set(roles.split("+")) <= set(verdict.reviewers), (label, pack)
        if expected.endswith("*"):
            assert any(h.advice and "sender" in h.tell for h in leading), (label, pack)


def test_every_pack_has_forty_cases() -> None:
    """Each pack is tried on the same messages, at least forty."""
    assert len(ROWS) >= 40
    assert set(ORDER) == set(PACKS)


OUTSIDE = [r for r in Relation if r is not Relation.INTERNAL]
DERIVED_FOR = {
    Relation.OWN_PRIVATE: "own-private-recipient",
    Relation.AI_SERVICE: "ai-destination",
    Relation.MEETING_BOT: "ai-destination",
}


@pytest.mark.parametrize("pack", ORDER)
def test_bulk_data_to_anybody_outside_is_never_silent(pack: str) -> None:
    """P4 in the open: held or refused for every relation; a pack without the clause tells the sender at least."""
    for relation, where in product(OUTSIDE, [Where.ATTACHMENT, Where.BODY, Where.FILENAME]):
        facts = case(TEACHER, STRANGER, data(4, "a", where=where))
        only = replace(facts.recipients[0], relation=relation)
        evidence = [e for e in facts.evidence if e.finding.kind == "personal-data"]
        if relation in DERIVED_FOR:
            evidence.append(Evidence(finding=found(DERIVED_FOR[relation], Where.MESSAGE, "0", level=4)))
        verdict = decide(replace(facts, recipients=(only,), evidence=tuple(evidence)), PACKS[pack])
        assert verdict.action >= (Action.LOG if pack == "seed-004" else Action.ASK), (relation, where)


@pytest.mark.parametrize("pack", ORDER[:-1])
def test_school_packs_claim_no_rule_without_its_clause(pack: str) -> None:
    """What asks, holds or refuses names its clause, but for the gateway's own safety rules."""
    own = {"no-contact", "unreadable", "old-address"}
    for policy in PACKS[pack].policies:
        if policy.action >= Action.ASK and policy.id not in own:
            assert policy.clause, policy.id
        if policy.advice:
            assert not policy.clause, policy.id


@pytest.mark.parametrize("pack", ORDER[:-1])
def test_school_packs_watch_until_they_may_enforce(pack: str) -> None:
    """Without a day on which staff were told, and without authority for the DPO, nothing is held."""
    shipped = load_set(pack)
    assert shipped.mode == "monitor"
    assert decide(case(TEACHER, FORBIDDEN), shipped).action <= Action.LOG
    assert shipped.header.source.endswith(".txt")


def test_switch_of_003_is_a_departure_that_can_be_turned_off() -> None:
    """Read literally, an ordinary letter to a pupil's own contact needs a secure method as well."""
    literal = PACKS["seed-003"]
    literal = replace(literal, switches=tuple(replace(s, on=False) for s in literal.switches))
    assert decide(case(TEACHER, PARENT_A, data(1, "a", where=Where.BODY)), literal).action is Action.ASK


def test_subject_names_initials_asks_instead_of_refusing(tmp_path) -> None:
    """One word in the header turns the refusal into a question with initials."""
    body = (pack := load_set("default")) and open_pack("default").replace(
        "[set]\n", '[set]\nsubject_names = "initials"\n'
    )
    path = tmp_path / "mine.toml"
    path.write_text(body)
    verdict = decide(case(TEACHER, PARENT_A, name()), load_set(path))
    assert verdict.action is Action.ASK
    assert verdict.hits[0].cures == ("initials", "not-a-pupil")
    assert load_set(path).version != pack.version


def open_pack(pack: str) -> str:
    from importlib import resources

    return (resources.files("policies") / "packs" / f"{pack}.toml").read_text()
