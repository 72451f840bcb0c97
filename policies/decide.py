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
from policies.vocabulary import VOCABULARY, kind_matches, say

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
            hits += (_in_force(h, policy, policy_set, facts, waivers) for h in found)
            misses += [] if found else missed
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
    if wanted and not any(kind_matches(wanted.values, kind) for kind in case.kinds):
        return [], []
    trial = Trial.of(policy, case, excluded)
    subjects = case.facts.evidence if wanted or trial.when.finding or trial.when.pair else (NOTHING,)
    if len(trial.failed_message) > 1:
        return [], []
    hits: list[Hit] = []
    misses: dict[str, Miss] = {}
    for evidence in subjects:
        held = _held(trial, evidence, misses)
        if held and len(hits) < MAX_HITS:
            hits.append(_hit(policy, evidence, held, len(case.facts.recipients)))
    return hits, list(misses.values())[:3]


@dataclass(frozen=True, slots=True)
class Trial:
    """One policy before one case: what does not depend on the finding is worked out once."""

    policy: Policy
    case: Case
    excluded: frozenset[str]
    when: Split
    unless: list[Split]
    excepted: list[frozenset[str]]  # by exception: the recipients whom it may except
    failed_message: list[Condition]
    failed_recipient: dict[str, list[Condition]]

    @classmethod
    def of(cls, policy: Policy, case: Case, excluded: frozenset[str]) -> "Trial":
        """The trial of a policy."""
        when, unless = Split.of(policy.when), [Split.of(table) for table in policy.unless]
        return cls(
            policy=policy,
            case=case,
            excluded=excluded,
            when=when,
            unless=unless,
            excepted=[_excepted_recipients(table, case) for table in unless],
            failed_message=[c for c in when.message if not _message(c, case)],
            failed_recipient={
                r.address: [c for c in when.recipient if not _recipient(c, case, r)]
                for r in case.facts.recipients
            },
        )


def _held(trial: Trial, evidence: Evidence, misses: dict[str, Miss]) -> list[str]:
    """The recipients for whom this finding makes the policy hit; near misses are written down."""
    failed = trial.failed_message + [c for c in trial.when.finding if not _finding(c, trial.case, evidence)]
    if len(failed) > 1 or any(c.word == "finding" for c in failed):
        return []
    held: list[str] = []
    for recipient in trial.case.facts.recipients:
        if not _concerned(trial, evidence, recipient):
            continue
        missed = _missed(trial, evidence, recipient, failed)
        if missed is None:
            held.append(recipient.address)
        elif missed:
            misses.setdefault(missed, Miss(policy=trial.policy.id, failed=missed))
    return held


def _concerned(trial: Trial, evidence: Evidence, recipient: RecipientFacts) -> bool:
    seen = evidence.recipients is None or recipient.address in evidence.recipients
    return seen and (recipient.address not in trial.excluded or _is_bulk(evidence.finding))


def _missed(
    trial: Trial, evidence: Evidence, recipient: RecipientFacts, failed: list[Condition]
) -> str | None:
    """None where the policy hits; the one condition that failed, in words; "" where it did not come close."""
    all_failed = failed + trial.failed_recipient[recipient.address]
    if len(all_failed) < 2:
        all_failed = all_failed + [
            c for c in trial.when.pair if not _pair(c, trial.case, evidence, recipient)
        ]
    if not all_failed:
        table = _exception(trial.unless, trial.excepted, trial.case, evidence, recipient)
        return None if table is None else f"excepted: {' and '.join(say(c) for c in table)}"
    close = len(all_failed) == 1 and len(trial.policy.when) > 1 and not trial.policy.matrix
    return _not(all_failed[0]) if close else ""


def _not(condition: Condition) -> str:
    return f"it is not so that {say(condition)}"


def _excepted_recipients(table: Split, case: Case) -> frozenset[str]:
    """The recipients for whom the recipient conditions of an exception hold; none where the message's fail."""
    if not all(_message(c, case) for c in table.message):
        return frozenset()
    return frozenset(
        r.address for r in case.facts.recipients if all(_recipient(c, case, r) for c in table.recipient)
    )


def _exception(
    tables: list[Split],
    excepted: list[frozenset[str]],
    case: Case,
    evidence: Evidence,
    recipient: RecipientFacts,
) -> tuple[Condition, ...] | None:
    """The first exception that holds for this finding and recipient."""
    for table, addresses in zip(tables, excepted, strict=True):
        if (
            recipient.address in addresses
            and all(_finding(c, case, evidence) for c in table.finding)
            and all(_pair(c, case, evidence, recipient) for c in table.pair)
        ):
            return (*table.message, *table.finding, *table.recipient, *table.pair)
    return None


def _hit(policy: Policy, evidence: Evidence, held: list[str], everybody: int) -> Hit:
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
