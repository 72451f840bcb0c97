"""What must hold for a set as a whole: nothing unreadable uncovered, no dangling name, no rule that cannot act."""

from collections.abc import Iterable

from detectors.kinds import KINDS
from policies.conditions import Condition
from policies.errors import PolicyError, nearest
from policies.policy_set import Policy, PolicySet
from policies.verdict import Action, Cure
from policies.vocabulary import OUTSIDE, kind_matches

_FREE = frozenset({"finding", "recipient"})  # conditions that a covering policy may have


def check_set(policy_set: PolicySet) -> None:
    """Raises the first fault of the set."""
    if not policy_set.policies:
        raise PolicyError("expected at least one [[policy]] or [[matrix]]")
    _unique((p.id for p in policy_set.policies), "policy", "id")
    _unique((n.name for n in policy_set.lists), "", "list")
    _unique((s.name for s in policy_set.switches), "", "switch")
    for policy in policy_set.policies:
        try:
            _acts(policy)
            _names_exist(policy, policy_set)
        except PolicyError as fault:
            raise fault.at(policy=policy.id) from None
    for key in ("excluded", "emergency"):
        if name := getattr(policy_set.header, key):
            _list_exists(name, policy_set, f"set.{key}")
    _covered(policy_set)


def _unique(names: Iterable[str], policy: str, key: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise PolicyError(f'"{name}" is there twice', policy=name if policy else "", key=key)
        seen.add(name)


def _acts(policy: Policy) -> None:
    """Each action has what it needs, and nothing that would never be used."""
    if policy.action is Action.ASK and not policy.cures:
        raise PolicyError("is required for ask: expected at least one cure", key="cures")
    if policy.action is not Action.ASK and policy.cures:
        raise PolicyError(f'a policy that says "{policy.action.word}" has no cures', key="cures")
    if policy.action is Action.QUARANTINE and not policy.reviewers:
        raise PolicyError("is required for quarantine: expected the roles who decide", key="reviewers")
    if policy.action in (Action.ALLOW, Action.LOG, Action.BLOCK) and policy.reviewers:
        raise PolicyError(f'a policy that says "{policy.action.word}" has no reviewers', key="reviewers")
    if policy.advice and policy.action > Action.LOG:
        raise PolicyError(
            'advice is recommended, not the school\'s rule: expected action = "log"', key="action"
        )
    if Cure.CONFIRM in policy.cures and (never := _never_confirmed(policy)):
        raise PolicyError(f'"confirm" is never offered for {never}', key="cures")


def _never_confirmed(policy: Policy) -> str:
    level, finding = policy.condition("level"), policy.condition("finding")
    if level and 4 in level.values:
        return "P4"
    grave = ("no-contact-recipient", "wrong-family")
    for kind in map(str, finding.values if finding else ()):
        if kind in grave or kind.startswith("unreadable:"):
            return kind
    return ""


def _all_conditions(policy: Policy) -> Iterable[tuple[str, Condition]]:
    yield from (("when", c) for c in policy.when)
    yield from (("unless", c) for table in policy.unless for c in table)


def _names_exist(policy: Policy, policy_set: PolicySet) -> None:
    switches = {s.name for s in policy_set.switches}
    for key, condition in _all_conditions(policy):
        for value in map(str, condition.values):
            if value.startswith("@"):
                _list_exists(value, policy_set, f"{key}.{condition.word}")
            if condition.word == "switch" and value not in switches:
                problem = f'no [[switch]] has the name "{value}"'
                raise PolicyError(problem, key=f"{key}.switch", nearest=nearest(value, switches))


def _list_exists(name: str, policy_set: PolicySet, key: str) -> None:
    if policy_set.named(name) is None:
        known = [f"@{n.name}" for n in policy_set.lists]
        raise PolicyError(f'no [[list]] has the name "{name}"', key=key, nearest=nearest(name, known))


def _covered(policy_set: PolicySet) -> None:
    """Everything that cannot be read, and every kind of lock, has a policy for every recipient outside."""
    for kind in sorted(k for k in KINDS if k.startswith(("unreadable:", "protected:"))):
        missing = set(OUTSIDE)
        for policy in policy_set.policies:
            missing -= _covers(policy, kind)
        if missing:
            whom = "anybody outside" if missing == OUTSIDE else ", ".join(sorted(missing))
            raise PolicyError(
                f'no policy says what happens with "{kind}" to {whom}', key="policy.when.finding"
            )


def _covers(policy: Policy, kind: str) -> frozenset[str]:
    finding, recipient = policy.condition("finding"), policy.condition("recipient")
    if not policy.enabled or finding is None or not kind_matches(finding.values, kind):
        return frozenset()
    if {c.word for c in policy.when} - _FREE or not all(
        _leaves_out_others(table, kind) for table in policy.unless
    ):
        return frozenset()
    return OUTSIDE if recipient is None else OUTSIDE & set(map(str, recipient.values))


def _leaves_out_others(table: tuple[Condition, ...], kind: str) -> bool:
    """Whether an exception speaks of other kinds only."""
    return len(table) == 1 and table[0].word == "finding" and not kind_matches(table[0].values, kind)
