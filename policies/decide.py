"""The verdict on one message: every policy is evaluated, the most severe action wins, and the order means nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from detectors.findings import Finding
from policies.case import Case
from policies.conditions import Condition, Scope
from policies.evidence import Evidence, Facts, RecipientFacts
from policies.exceptions import Waiver, approved
from policies.policy_set import MONITOR, Policy, PolicySet
from policies.verdict import Action, Hit, Miss, Verdict
from policies.vocabulary import VOCABULARY, Values, kind_matches, say

MAX_HITS = 50  # of one policy in one verdict: a page shows no more, and the first already decides
NOTHING = Evidence(
    finding=Finding(kind="", recognizer="")
)  # stands for the message where a policy asks for no finding
EXCLUDED = "excluded-correspondent"


@dataclass(frozen=True, slots=True)
class Split:
    """The conditions of one table, sorted by what they look at."""

    message: tuple[Condition, ...]
    finding: tuple[Condition, ...]
    recipient: tuple[Condition, ...]
    pair: tuple[Condition, ...]

    @classmethod
    def of(cls, conditions: tuple[Condition, ...]) -> "Split":
        """Sorted by scope; a table of a policy is sorted once."""
        return _split(conditions)

    @classmethod
    def sort(cls, conditions: Iterable[Condition]) -> "Split":
        """Sorted by scope, now."""
        by: dict[Scope, list[Condition]] = {scope: [] for scope in Scope}
        for condition in conditions:
            by[VOCABULARY[condition.word].scope].append(condition)
        return cls(
            tuple(by[Scope.MESSAGE]),
            tuple(by[Scope.FINDING]),
            tuple(by[Scope.RECIPIENT]),
            tuple(by[Scope.PAIR]),
        )


@lru_cache(maxsize=8192)
def _split(conditions: tuple[Condition, ...]) -> Split:
    return Split.sort(conditions)


def decide(facts: Facts, policy_set: PolicySet, waivers: Sequence[Waiver] = ()) -> Verdict:
    """Every policy against every finding and recipient. Pure: the same facts and set give the same verdict."""
    case = Case.of(facts, policy_set)
    excluded = _excluded(case, policy_set)
    hits: list[Hit] = list(_exclusion_note(excluded))
    misses: list[Miss] = []
    for policy in sorted(policy_set.policies, key=lambda p: p.id):
        if policy.enabled:
            found, missed = _apply(policy, case, excluded)
            if found:
                hits += (_in_force(h, policy, policy_set, facts, waivers) for h in found)
            else:
                misses += missed
    hits.sort(key=lambda h: (-h.action, h.policy, h.part, h.kind, h.place, h.fingerprint))
    action = max((min(h.action, Action.LOG) if h.monitor else h.action for h in hits), default=Action.ALLOW)
    return Verdict(action=action, hits=tuple(hits), misses=tuple(misses), version=policy_set.version)


def _excluded(case: Case, policy_set: PolicySet) -> frozenset[str]:
    name = policy_set.header.excluded
    if not name:
        return frozenset()
    return frozenset(
        r.address
        for r in case.facts.recipients
        if case.lists.has_address((name,), r.address, r.fingerprint)
        or case.lists.has_domain((name,), r.domain)
    )


def _exclusion_note(excluded: frozenset[str]) -> Iterable[Hit]:
    if excluded:
        why = "This correspondent is excluded: only bulk data is looked for."
        yield Hit(policy=EXCLUDED, action=Action.LOG, why=why, recipients=tuple(sorted(excluded)))


def _is_bulk(finding: Finding) -> bool:
    return finding.level >= 4 or finding.kind == "ctf-file"


def _apply(policy: Policy, case: Case, excluded: frozenset[str]) -> tuple[list[Hit], list[Miss]]:
    """The hits of one policy, or how close it came."""
    wanted = policy.condition("finding")
    subjects = _subjects(wanted, policy, case)
    if not subjects:
        return [], []
    trial = Trial.of(policy, case, excluded)
    if len(trial.failed) > 1:
        return [], []
    hits: list[Hit] = []
    misses: dict[str, Miss] = {}
    for evidence in subjects:
        if held := _held(trial, evidence, misses):
            hits.append(_hit(policy, evidence, held, len(case.facts.recipients)))
            if len(hits) == MAX_HITS:
                break
    return hits, list(misses.values())[:3]


def _subjects(wanted: Condition | None, policy: Policy, case: Case) -> Iterable[Evidence]:
    """The findings that a policy asks about; the message itself where it asks for none."""
    if wanted is None:
        when = Split.of(policy.when)
        return case.evidence if when.finding or when.pair else (NOTHING,)
    kinds = _named(wanted.values, case.kinds)
    if len(kinds) > 1:
        return tuple(e for e in case.evidence if e.finding.kind in kinds)
    return case.by_kind[kinds[0]] if kinds else ()


@lru_cache(maxsize=8192)
def _named(values: Values, kinds: frozenset[str]) -> tuple[str, ...]:
    """Those of the kinds that a condition asks for: few policies and few sets of kinds, asked for each message."""
    return tuple(kind for kind in kinds if kind_matches(values, kind))


@dataclass(frozen=True, slots=True)
class Trial:
    """One policy before one case: what does not depend on the finding is worked out once, for all recipients."""

    policy: Policy
    case: Case
    excluded: frozenset[str]
    when: Split
    unless: list[tuple[Split, frozenset[str]]]  # an exception, and the recipients whom it may except
    failed: list[Condition]  # of the message
    clear: frozenset[str]  # the recipients for whom no recipient condition fails
    close: dict[str, Condition]  # those for whom one does

    @classmethod
    def of(cls, policy: Policy, case: Case, excluded: frozenset[str]) -> "Trial":
        """The trial of a policy."""
        when = Split.of(policy.when)
        by_address = {
            r.address: [c for c in when.recipient if not _recipient(c, case, r)]
            for r in case.facts.recipients
        }
        tables = [Split.of(table) for table in policy.unless]
        return cls(
            policy=policy,
            case=case,
            excluded=excluded,
            when=when,
            unless=[(table, _excepted(table, case)) for table in tables],
            failed=[c for c in when.message if not _message(c, case)],
            clear=frozenset(a for a, failed in by_address.items() if not failed),
            close={a: failed[0] for a, failed in by_address.items() if len(failed) == 1},
        )

    def miss(self, misses: dict[str, Miss], words: str) -> None:
        """Writes down that the policy came close, if that tells anything."""
        if len(self.policy.when) > 1 and not self.policy.matrix:
            misses.setdefault(words, Miss(policy=self.policy.id, failed=words))


def _held(trial: Trial, evidence: Evidence, misses: dict[str, Miss]) -> frozenset[str]:
    """The recipients for whom this finding makes the policy hit; near misses are written down."""
    failed = trial.failed + [c for c in trial.when.finding if not _finding(c, trial.case, evidence)]
    if len(failed) > 1:
        return frozenset()
    held = trial.clear if evidence.recipients is None else trial.clear & evidence.recipients
    if trial.excluded and not _is_bulk(evidence.finding):
        held -= trial.excluded
    if failed:
        if held:
            trial.miss(misses, _not(failed[0]))
        return frozenset()
    for address, condition in trial.close.items():
        if evidence.recipients is None or address in evidence.recipients:
            trial.miss(misses, _not(condition))
            break
    if trial.when.pair and held:
        paired = _paired(trial.when.pair, trial.case, evidence, held)
        if held and not paired:
            trial.miss(misses, _not(trial.when.pair[0]))
        held = paired
    return _without_excepted(trial, evidence, held, misses)


def _without_excepted(
    trial: Trial, evidence: Evidence, held: frozenset[str], misses: dict[str, Miss]
) -> frozenset[str]:
    for table, addresses in trial.unless:
        excepted = addresses & held
        if excepted and all(_finding(c, trial.case, evidence) for c in table.finding):
            excepted = _paired(table.pair, trial.case, evidence, excepted)
            if excepted:
                words = " and ".join(
                    say(c) for c in (*table.message, *table.finding, *table.recipient, *table.pair)
                )
                misses.setdefault("unless", Miss(policy=trial.policy.id, failed=f"excepted: {words}"))
                held -= excepted
    return held


def _paired(
    conditions: Iterable[Condition], case: Case, evidence: Evidence, held: frozenset[str]
) -> frozenset[str]:
    """Those recipients for whom the conditions on finding and recipient together hold."""
    conditions = tuple(conditions)
    if not conditions:
        return held
    return frozenset(
        r.address
        for r in case.facts.recipients
        if r.address in held and all(_pair(c, case, evidence, r) for c in conditions)
    )


def _not(condition: Condition) -> str:
    return f"it is not so that {say(condition)}"


def _excepted(table: Split, case: Case) -> frozenset[str]:
    """The recipients for whom the recipient conditions of an exception hold; none where the message's fail."""
    if not all(_message(c, case) for c in table.message):
        return frozenset()
    return frozenset(
        r.address for r in case.facts.recipients if all(_recipient(c, case, r) for c in table.recipient)
    )


def _hit(policy: Policy, evidence: Evidence, held: frozenset[str], everybody: int) -> Hit:
    finding = evidence.finding
    return Hit(
        policy=policy.id,
        action=policy.action,
        why=policy.why,
        clause=policy.clause,
        advice=policy.advice,
        cures=policy.cures,
        reviewers=policy.reviewers,
        tell=policy.tell,
        recipients=() if len(held) == everybody else tuple(sorted(held)),
        kind=finding.kind,
        part=finding.part,
        label=evidence.label,
        where=finding.where,
        place=finding.place,
        masked=finding.masked,
        level=finding.level,
        count=finding.count,
        fingerprint=finding.fingerprint,
    )


def _in_force(
    hit: Hit, policy: Policy, policy_set: PolicySet, facts: Facts, waivers: Sequence[Waiver]
) -> Hit:
    """The hit as it counts: watched only in monitor mode, a log line under a waiver."""
    if MONITOR in (policy_set.mode, policy.mode):
        return replace(hit, monitor=True, tell=())
    for waiver in waivers:
        if (
            waiver.covers(policy, facts.sender.fingerprint, facts.school, facts.received_at)
            and approved(waiver, policy_set)
            and _within(waiver, hit, facts)
        ):
            return replace(
                hit, action=min(hit.action, Action.LOG), cures=(), reviewers=(), tell=(), waived=waiver.id
            )
    return hit


def _within(waiver: Waiver, hit: Hit, facts: Facts) -> bool:
    if not waiver.recipients:
        return True
    concerned = {r.fingerprint for r in facts.recipients if not hit.recipients or r.address in hit.recipients}
    return concerned <= waiver.recipients


def _message(condition: Condition, case: Case) -> bool:
    test = VOCABULARY[condition.word].message
    return test is not None and test(condition.values, case)


def _finding(condition: Condition, case: Case, evidence: Evidence) -> bool:
    test = VOCABULARY[condition.word].finding
    return test is not None and test(condition.values, case, evidence)


def _recipient(condition: Condition, case: Case, recipient: RecipientFacts) -> bool:
    test = VOCABULARY[condition.word].recipient
    return test is not None and test(condition.values, case, recipient)


def _pair(condition: Condition, case: Case, evidence: Evidence, recipient: RecipientFacts) -> bool:
    test = VOCABULARY[condition.word].pair
    return test is not None and test(condition.values, case, evidence, recipient)
