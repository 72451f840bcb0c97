"""A policy set made ready to judge message after message: sorted, split and indexed by kind of finding, once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from policies.conditions import Condition, Scope
from policies.identity import ByIdentity
from policies.policy_set import Policy, PolicySet
from policies.vocabulary import ALL_KINDS, VOCABULARY, Values, kind_matches

Test = tuple[Callable[..., bool], Values, Condition]


@dataclass(frozen=True, slots=True)
class Split:
    """The conditions of one table, sorted by what they look at, each with its test."""

    message: tuple[Test, ...]
    finding: tuple[Test, ...]
    recipient: tuple[Test, ...]
    pair: tuple[Test, ...]

    @classmethod
    def of(cls, conditions: Iterable[Condition]) -> "Split":
        """Sorted by scope."""
        by: dict[Scope, list[Test]] = {scope: [] for scope in Scope}
        for condition in conditions:
            by[VOCABULARY[condition.word].scope].append(_test(condition))
        return cls(
            tuple(by[Scope.MESSAGE]),
            tuple(by[Scope.FINDING]),
            tuple(by[Scope.RECIPIENT]),
            tuple(by[Scope.PAIR]),
        )

    @property
    def all(self) -> tuple[Condition, ...]:
        """The conditions, by scope."""
        return tuple(c for _, _, c in (*self.message, *self.finding, *self.recipient, *self.pair))


def _test(condition: Condition) -> Test:
    word = VOCABULARY[condition.word]
    return getattr(word, word.scope.value), condition.values, condition


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy with its tables sorted."""

    policy: Policy
    when: Split
    unless: tuple[Split, ...]
    wanted: Values | None  # the kinds of finding that it asks about, if it asks for any
    besides: tuple[Test, ...]  # what else it asks of a finding
    tells: bool  # that it came close tells something

    @property
    def of_message(self) -> bool:
        """Whether it looks at the message and at no finding."""
        return self.wanted is None and not (self.when.finding or self.when.pair)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """The policies that are on, by id, and which of them ask about a kind of finding."""

    rules: tuple[Rule, ...]
    always: tuple[int, ...]  # the rules that ask for no kind
    _by_kind: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def asking(self, kinds: Iterable[str]) -> list[tuple[Rule, list[str]]]:
        """The rules that these kinds of findings concern, in order, each with those that it asks about."""
        found: dict[int, list[str]] = {number: [] for number in self.always}
        for kind in kinds:
            for number in self._concerned(kind):
                found.setdefault(number, []).append(kind)
        return [(self.rules[number], found[number]) for number in sorted(found)]

    def _concerned(self, kind: str) -> tuple[int, ...]:
        if (numbers := self._by_kind.get(kind)) is None:
            rules = enumerate(self.rules)
            numbers = tuple(n for n, r in rules if r.wanted is not None and kind_matches(r.wanted, kind))
            if kind in ALL_KINDS:  # a worker says which: no other is kept
                self._by_kind[kind] = numbers
        return numbers


def prepared(policy_set: PolicySet) -> Prepared:
    """The set made ready; once for each, while it is in use."""
    return _prepared(ByIdentity(policy_set))


@lru_cache(maxsize=8)
def _prepared(key: ByIdentity[PolicySet]) -> Prepared:
    on = sorted((p for p in key.of.policies if p.enabled), key=lambda p: p.id)
    rules = tuple(_rule(policy) for policy in on)
    return Prepared(rules, tuple(n for n, rule in enumerate(rules) if rule.wanted is None))


def _rule(policy: Policy) -> Rule:
    wanted, when = policy.condition("finding"), _split(policy.when)
    return Rule(
        policy=policy,
        when=when,
        unless=tuple(_split(table) for table in policy.unless),
        wanted=wanted.values if wanted else None,
        besides=tuple(test for test in when.finding if test[2] != wanted),
        tells=len(policy.when) > 1 and not policy.matrix,
    )


@lru_cache(maxsize=8192)
def _split(conditions: tuple[Condition, ...]) -> Split:
    """A table is sorted once, in whichever draft of a set it stands."""
    return Split.of(conditions)
