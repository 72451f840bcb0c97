"""The verdict on one message: every policy is evaluated, the most severe action wins, and the order means nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from detectors.findings import Finding
from policies.case import Case
from policies.conditions import Condition, Scope
from policies.evidence import Evidence, Facts, RecipientFacts
from policies.exceptions import Waiver, approved
from policies.policy_set import MONITOR, Policy, PolicySet
from policies.verdict import Action, Hit, Miss, Verdict
from policies.vocabulary import VOCABULARY, say

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
    def of(cls, conditions: Iterable[Condition]) -> "Split":
        """Sorted by scope."""
        by: dict[Scope, list[Condition]] = {scope: [] for scope in Scope}
        for condition in conditions:
            by[VOCABULARY[condition.word].scope].append(condition)
        return cls(
            tuple(by[Scope.MESSAGE]),
            tuple(by[Scope.FINDING]),
            tuple(by[Scope.RECIPIENT]),
            tuple(by[Scope.PAIR]),
        )


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
    when = Split.of(policy.when)
    failed_message = [c for c in when.message if not _message(c, case)]
    subjects = case.facts.evidence if policy.condition("finding") or when.finding or when.pair else (NOTHING,)
    if len(failed_message) > 1:
        return [], []
    failed_recipient = {
        r.address: [c for c in when.recipient if not _recipient(c, case, r)] for r in case.facts.recipients
    }
    unless = [Split.of(table) for table in policy.unless]
    excepted = [_excepted_recipients(table, case) for table in unless]
    hits: list[Hit] = []
    misses: dict[str, Miss] = {}
    for evidence in subjects:
        failed = failed_message + [c for c in when.finding if not _finding(c, case, evidence)]
        if len(failed) > 1 or any(c.word == "finding" for c in failed):
            continue
        concerned = [
            r
            for r in case.facts.recipients
            if (evidence.recipients is None or r.address in evidence.recipients)
            and (r.address not in excluded or _is_bulk(evidence.finding))
        ]
        held: list[str] = []
        for recipient in concerned:
            all_failed = failed + failed_recipient[recipient.address]
            if len(all_failed) < 2:
                all_failed = all_failed + [c for c in when.pair if not _pair(c, case, evidence, recipient)]
            if len(all_failed) == 1 and len(policy.when) > 1 and not policy.matrix:
                misses.setdefault(all_failed[0].word, Miss(policy=policy.id, failed=_not(all_failed[0])))
            elif not all_failed:
                table = _exception(unless, excepted, case, evidence, recipient)
                if table is None:
                    held.append(recipient.address)
                else:
                    words = " and ".join(say(c) for c in table)
                    misses.setdefault("unless", Miss(policy=policy.id, failed=f"excepted: {words}"))
        if held and len(hits) < MAX_HITS:
            hits.append(_hit(policy, evidence, held, len(case.facts.recipients)))
    return hits, list(misses.values())[:3]


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
