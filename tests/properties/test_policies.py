"""Properties of verdicts: no policy weakens another, order means nothing, every hit is explained, nothing raises."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.findings import Finding, Protection, Strength, Where
from policies import PolicyError, decide, explain, load_set, pack_names
from policies.conditions import Condition
from policies.explain import CURES, explain_hit, explain_policy
from policies.loader import parse_set
from policies.policy_set import Policy, PolicySet, stamped
from policies.verdict import Action, Cure
from policies.vocabulary import ALL_KINDS, VOCABULARY, say
from tests.policies import school

PACKS = {name: load_set(name) for name in pack_names()}
ADDRESSES = [v for k, v in vars(school).items() if k.isupper() and isinstance(v, str) and "@" in v]
SCANNED = sorted(k for k in ALL_KINDS if not k.startswith(("own-", "wrong-")))

findings = st.builds(
    Finding,
    kind=st.sampled_from(SCANNED),
    recognizer=st.just("test"),
    part=st.sampled_from(["0", "0/0", "0/1", "0/1/2", "9/9"]),
    where=st.sampled_from(Where),
    place=st.sampled_from(["", "From", "To", "Reply-To", "line 2"]),
    strength=st.sampled_from([None, *Strength]),
    people=st.lists(st.sampled_from(["a", "a2", "b", "j", "s1", "~x"]), max_size=4).map(tuple),
    level=st.integers(0, 4),
    count=st.integers(1, 40),
    quoted=st.booleans(),
    masked=st.sampled_from(["", "A… T…"]),
    fingerprint=st.sampled_from(["", *(school.mail(a) for a in ADDRESSES)]),
)
cases = st.builds(
    lambda sender, to, found, lock: school.case(sender, tuple(to), *found, protection=lock),
    st.sampled_from(["", "x@nowhere.example", *ADDRESSES]),
    st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=4, unique=True),
    st.lists(findings, max_size=5),
    st.sampled_from(Protection),
)
conditions = st.lists(
    st.sampled_from(
        [
            Condition("finding", ("personal-data",)),
            Condition("finding", ("unreadable:*",)),
            Condition("recipient", ("unknown",)),
            Condition("level", (2, 3, 4)),
            Condition("free_mail", (True,)),
            Condition("sender", ("staff",)),
            Condition("only_person", ("sender",)),
            Condition("with", ("harm",)),
        ]
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda c: c.word,
).map(tuple)
policies = st.builds(
    Policy,
    id=st.just("added"),
    why=st.just("Added."),
    action=st.sampled_from(Action),
    when=conditions,
    unless=st.lists(conditions, max_size=1).map(tuple),
)
packs = st.sampled_from(sorted(PACKS))


def enforced(name: str) -> PolicySet:
    return replace(PACKS[name], mode="enforce", obstacles=())


@settings(max_examples=30, deadline=None)
@given(cases, policies, packs)
def test_adding_a_policy_never_weakens(facts, policy, pack) -> None:
    """Whatever is added, the verdict is at least as severe, and every earlier hit is still there."""
    before = enforced(pack)
    first, second = decide(facts, before), decide(facts, replace(before, policies=(*before.policies, policy)))
    assert second.action >= first.action
    assert set(first.hits) <= set(second.hits)


@settings(max_examples=20, deadline=None)
@given(cases, packs, st.randoms())
def test_order_means_nothing(facts, pack, random) -> None:
    """Policies, findings and recipients in any order give the same verdict and the same version."""
    policy_set = enforced(pack)
    shuffled = list(policy_set.policies)
    random.shuffle(shuffled)
    evidence = list(facts.evidence)
    random.shuffle(evidence)
    turned = stamped(replace(policy_set, policies=tuple(shuffled)))
    assert turned.version == stamped(policy_set).version
    again = decide(replace(facts, evidence=tuple(evidence), recipients=facts.recipients[::-1]), turned)
    first = decide(facts, stamped(policy_set))
    assert again.action == first.action
    assert set(again.hits) == set(first.hits)


@settings(max_examples=30, deadline=None)
@given(cases, packs)
def test_every_verdict_is_explained(facts, pack) -> None:
    """Each hit has its sentence, its policy exists, its recipients are real and nowhere shown."""
    policy_set = enforced(pack)
    verdict = decide(facts, policy_set)
    text = explain(verdict)
    addresses = {r.address for r in facts.recipients}
    for hit in verdict.hits:
        assert hit.why in text
        assert set(hit.recipients) <= addresses
        assert explain_hit(hit).where or not hit.kind
        assert hit.policy == "excluded-correspondent" or policy_set.policy(hit.policy)
        assert not any(address in text for address in addresses)


@settings(max_examples=20, deadline=None)
@given(cases, packs)
def test_monitor_mode_never_delays(facts, pack) -> None:
    """Whatever would have happened, in monitor mode the message passes and nobody is told."""
    watched = decide(facts, replace(PACKS[pack], mode="monitor"))
    enforced_verdict = decide(facts, enforced(pack))
    assert watched.action <= Action.LOG
    assert watched.would == enforced_verdict.action
    assert not any(h.tell for h in watched.hits)


@pytest.mark.parametrize("pack", sorted(PACKS))
def test_explain_mentions_every_condition(pack: str) -> None:
    """Of every policy of every pack, each condition is said in words."""
    for policy in PACKS[pack].policies:
        text = explain_policy(policy)
        for condition in (*policy.when, *(c for table in policy.unless for c in table)):
            assert say(condition) in text


def test_every_word_of_the_vocabulary_is_tested_by_one_function() -> None:
    """A word without a test, or with two, cannot be evaluated."""
    for word in VOCABULARY.values():
        tests = [word.message, word.finding, word.recipient, word.pair]
        assert sum(t is not None for t in tests) == 1
        assert getattr(word, word.scope.value) is not None


def test_every_cure_has_its_words() -> None:
    """What a sender may do is said in words, for each cure."""
    assert set(CURES) == {c.value for c in Cure}


toml_values = st.recursive(
    st.one_of(st.booleans(), st.integers(-5, 5), st.text(max_size=8), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(
        ["id", "why", "action", "when", "finding", "recipient", "cells", "columns", "P1", "name", "entry"]), inner, max_size=4)),
    max_leaves=12,
)  # fmt: skip


def as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(c if c.isalnum() else f"\\u{ord(c) & 0xFFF:04x}" for c in value) + '"'
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k} = {as_toml(v)}' for k, v in value.items())}}}"
    return repr(value)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(
    ["set", "policy", "matrix", "list", "switch", "secure_method", "beyond", "authority", "monitoring", "x"]), toml_values, max_size=4))  # fmt: skip
def test_the_loader_answers_nonsense_with_its_own_error(given_set) -> None:
    """Any such TOML is refused with a PolicyError, never with another exception."""
    body = "\n".join(f"{key} = {as_toml(value)}" for key, value in given_set.items())
    with pytest.raises(PolicyError, match=r"^nonsense\.toml: "):
        parse_set(body, name="nonsense", file="nonsense.toml")  # no policies without coverage can be right
