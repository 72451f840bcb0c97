"""What changes between two policy sets, in words that whoever signs them can read."""

from collections.abc import Iterable
from dataclasses import dataclass

from policies.conditions import phrase_list
from policies.explain import ACTIONS, CURES
from policies.policy_set import Policy, PolicySet
from policies.vocabulary import say

NAMED = 3  # policies that one line names
HEADER = {
    "incident_to": "who is told of an incident",
    "harmful_to": "who decides when a child is at risk",
    "waiver_by": "who may approve exceptions",
    "waiver_approvers": "how many must approve an exception",
    "waiver_all": "one of each role must approve an exception",
    "excluded": "the list of those whose mail is not looked into",
    "emergency": "the list for emergencies",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `direction` is "stricter", "looser" or "" where neither can be said."""

    policy: str
    what: str
    direction: str = ""


def diff(before: PolicySet, after: PolicySet) -> tuple[Change, ...]:
    """All differences of meaning, by policy; equal versions have none."""
    old, new = {p.id: p for p in before.policies}, {p.id: p for p in after.policies}
    changes = [
        Change(i, f"is gone; with it, {ACTIONS[old[i].action]}", "looser") for i in old.keys() - new.keys()
    ]
    changes += [Change(i, f"is new: {ACTIONS[new[i].action]}", "stricter") for i in new.keys() - old.keys()]
    for policy_id in old.keys() & new.keys():
        changes += _changed(old[policy_id], new[policy_id])
    changes += _lists(before, after)
    changes += _switches(before, after)
    changes += _header(before, after)
    if before.mode != after.mode:
        changes.append(Change("(the set)", f"mode: {before.mode} becomes {after.mode}", _mode(after.mode)))
    if before.header.tls_counts_as_secure != after.header.tls_counts_as_secure:
        counts = "now counts" if after.header.tls_counts_as_secure else "no longer counts"
        changes.append(Change("(the set)", f"verified TLS to a partner {counts} as a secure method"))
    return tuple(sorted(changes, key=lambda c: (c.policy, c.what)))


def grouped(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The same change of several policies, such as the cells of a table, said once."""
    together: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        together.setdefault((change.what, change.direction), []).append(change.policy)
    return tuple(Change(_names(ids), what, direction) for (what, direction), ids in together.items())


def _names(ids: list[str]) -> str:
    if len(ids) <= NAMED:
        return phrase_list(ids, "and")
    return f"{', '.join(ids[:NAMED])} and {len(ids) - NAMED} more"


def _header(before: PolicySet, after: PolicySet) -> Iterable[Change]:
    for name, words in HEADER.items():
        old, new = getattr(before.header, name), getattr(after.header, name)
        if old != new:
            yield Change("(the set)", f"{words}: {_value(old)} becomes {_value(new)}")


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return phrase_list([str(one) for one in value], "and") or "nobody"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "none"


def _mode(mode: str) -> str:
    return "stricter" if mode == "enforce" else "looser"


def _changed(old: Policy, new: Policy) -> Iterable[Change]:
    if old.action is not new.action:
        direction = "stricter" if new.action > old.action else "looser"
        yield Change(old.id, f"{ACTIONS[old.action]}: now {ACTIONS[new.action]}", direction)
    gone = [say(c) for c in old.when if c not in new.when]
    added = [say(c) for c in new.when if c not in old.when]
    if gone or added:
        yield Change(
            old.id, _conditions(gone, added), "" if gone and added else "stricter" if gone else "looser"
        )
    if set(old.unless) != set(new.unless):
        more = set(old.unless) < set(new.unless)
        fewer = set(new.unless) < set(old.unless)
        direction = "looser" if more else "stricter" if fewer else ""
        yield Change(old.id, "its exceptions change", direction)
    for word, none, one, other in (
        ("what the sender may do", "nothing", [CURES[c] for c in old.cures], [CURES[c] for c in new.cures]),
        ("who decides", "nobody", list(old.reviewers), list(new.reviewers)),
        ("who is told", "nobody", list(old.tell), list(new.tell)),
    ):
        if set(one) != set(other):
            yield Change(old.id, f"{word}: {phrase_list(one) or none} becomes {phrase_list(other) or none}")
    if old.enabled != new.enabled:
        yield Change(
            old.id, "switched on" if new.enabled else "switched off", "stricter" if new.enabled else "looser"
        )
    if old.mode != new.mode:
        yield Change(old.id, f"mode: {old.mode} becomes {new.mode}", _mode(new.mode))
    if old.waivable != new.waivable:
        yield Change(old.id, "may be waived now" if new.waivable else "may not be waived any more")
    if old.advice != new.advice:
        yield Change(old.id, "is advice now" if new.advice else "is a rule now")


def _conditions(gone: list[str], added: list[str]) -> str:
    parts = [f"no longer asks that {phrase_list(gone, 'and')}"] if gone else []
    parts += [f"now asks that {phrase_list(added, 'and')}"] if added else []
    return "; ".join(parts)


def _lists(before: PolicySet, after: PolicySet) -> Iterable[Change]:
    old = {(n.name, e.value, e.expires) for n in before.lists for e in n.entries}
    new = {(n.name, e.value, e.expires) for n in after.lists for e in n.entries}
    for name, value, _ in sorted(old - new, key=str):
        yield Change(f"@{name}", f"{value} is taken out or its end changes")
    for name, value, expires in sorted(new - old, key=str):
        yield Change(f"@{name}", f"{value} is put in" + (f" until {expires}" if expires else ""))


def _switches(before: PolicySet, after: PolicySet) -> Iterable[Change]:
    old, new = {s.name: s.on for s in before.switches}, {s.name: s.on for s in after.switches}
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield Change(f"switch {name}", "is on now" if new.get(name) else "is off now")
