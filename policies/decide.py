"""The verdict on one message: every policy is evaluated, the most severe action wins, and the order means nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from detectors.findings import Finding
from policies.case import Case
from policies.conditions import Condition
from policies.evidence import Evidence, Facts
from policies.exceptions import Waiver, approved
from policies.policy_set import MONITOR, Policy, PolicySet
from policies.prepared import Rule, Split, Test, prepared
from policies.verdict import Action, Hit, Miss, Verdict
from policies.vocabulary import say

MAX_HITS = 50  # of one policy in one verdict: a page shows no more, and the first already decides
NOTHING = Evidence(
    finding=Finding(kind="", recognizer="")
)  # stands for the message where a policy asks for no finding
EXCLUDED = "excluded-correspondent"


def decide(facts: Facts, policy_set: PolicySet, waivers: Sequence[Waiver] = ()) -> Verdict:
    """Every policy against every finding and recipient. Pure: the same facts and set give the same verdict."""
    case = Case.of(facts, policy_set)
    excluded = _excluded(case, policy_set)
    hits: list[Hit] = list(_exclusion_note(excluded))
    misses: list[Miss] = []
    for rule, kinds in prepared(policy_set).asking(case.kinds):
        found, missed = _apply(rule, kinds, case, excluded)
        if found:
            hits += (_in_force(h, rule.policy, policy_set, facts, waivers) for h in found)
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


def _apply(
    rule: Rule, kinds: Sequence[str], case: Case, excluded: frozenset[str]
) -> tuple[list[Hit], list[Miss]]:
    """The hits of one policy, or how close it came."""
    subjects = _subjects(rule, kinds, case)
    if not subjects:
        return [], []
    trial = Trial.of(rule, case, excluded)
    if len(trial.failed) > 1:
        return [], []
    hits: list[Hit] = []
    misses: dict[str, Miss] = {}
    for evidence in subjects:
        if held := _held(trial, evidence, misses):
            hits.append(_hit(rule.policy, evidence, held, len(case.facts.recipients)))
            if len(hits) == MAX_HITS:
                break
    return hits, list(misses.values())[:3]


def _subjects(rule: Rule, kinds: Sequence[str], case: Case) -> Sequence[Evidence]:
    """The findings that a policy asks about, of these kinds; the message itself where it asks for none."""
    if rule.wanted is None:
        return (NOTHING,) if rule.of_message else case.evidence
    if len(kinds) > 1:
        return tuple(e for e in case.evidence if e.finding.kind in kinds)
    return case.by_kind[kinds[0]]


@dataclass(frozen=True, slots=True)
class Trial:
    """One policy before one case: what does not depend on the finding is worked out once, for all recipients."""

    rule: Rule
    case: Case
    excluded: frozenset[str]
    unless: list[tuple[Split, frozenset[str]]]  # an exception, and the recipients whom it may except
    failed: list[Condition]  # of the message
    clear: frozenset[str]  # the recipients for whom no recipient condition fails
    close: dict[str, Condition]  # those for whom one does

    @classmethod
    def of(cls, rule: Rule, case: Case, excluded: frozenset[str]) -> "Trial":
        """The trial of a policy."""
        when = rule.when
        by_address = {
            r.address: [c for test, values, c in when.recipient if not test(values, case, r)]
            for r in case.facts.recipients
        }
        return cls(
            rule=rule,
            case=case,
            excluded=excluded,
            unless=[(table, _excepted(table, case)) for table in rule.unless],
            failed=[c for test, values, c in when.message if not test(values, case)],
            clear=frozenset(a for a, failed in by_address.items() if not failed),
            close={a: failed[0] for a, failed in by_address.items() if len(failed) == 1},
        )

    def miss(self, misses: dict[str, Miss], words: str) -> None:
        """Writes down that the policy came close, if that tells anything."""
        if self.rule.tells and words not in misses:
            misses[words] = Miss(policy=self.rule.policy.id, failed=words)


def _held(trial: Trial, evidence: Evidence, misses: dict[str, Miss]) -> frozenset[str]:
    """The recipients for whom this finding makes the policy hit; near misses are written down."""
    case, when = trial.case, trial.rule.when
    failed = _failed(trial, evidence)
    if len(failed) > 1 or (failed and not trial.rule.tells):
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
    if when.pair and held:
        paired = _paired(when.pair, case, evidence, held)
        if held and not paired:
            trial.miss(misses, _not(when.pair[0][2]))
        held = paired
    return _without_excepted(trial, evidence, held, misses)


def _failed(trial: Trial, evidence: Evidence) -> list[Condition]:
    """The conditions on message and finding that do not hold, two at the most; of a kind that it asks about each finding is."""
    failed = trial.failed.copy()
    for test, values, condition in trial.rule.besides:
        if not test(values, trial.case, evidence):
            failed.append(condition)
            if len(failed) > 1:
                break
    return failed


def _without_excepted(
    trial: Trial, evidence: Evidence, held: frozenset[str], misses: dict[str, Miss]
) -> frozenset[str]:
    for table, addresses in trial.unless:
        excepted = addresses & held
        if excepted and all(test(values, trial.case, evidence) for test, values, _ in table.finding):
            excepted = _paired(table.pair, trial.case, evidence, excepted)
            if excepted:
                words = " and ".join(say(condition) for condition in table.all)
                policy = trial.rule.policy.id
                misses.setdefault("unless", Miss(policy=policy, failed=f"excepted: {words}"))
                held -= excepted
    return held


def _paired(tests: Sequence[Test], case: Case, evidence: Evidence, held: frozenset[str]) -> frozenset[str]:
    """Those recipients for whom the conditions on finding and recipient together hold."""
    if not tests:
        return held
    return frozenset(
        r.address
        for r in case.facts.recipients
        if r.address in held and all(test(values, case, evidence, r) for test, values, _ in tests)
    )


def _not(condition: Condition) -> str:
    return f"it is not so that {say(condition)}"


def _excepted(table: Split, case: Case) -> frozenset[str]:
    """The recipients for whom the recipient conditions of an exception hold; none where the message's fail."""
    if not all(test(values, case) for test, values, _ in table.message):
        return frozenset()
    return frozenset(
        r.address
        for r in case.facts.recipients
        if all(test(values, case, r) for test, values, _ in table.recipient)
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
