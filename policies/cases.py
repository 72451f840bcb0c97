"""Test cases kept beside a policy set: facts in short, and the verdict that they must get."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from detectors.findings import Finding, Part, Protection, Strength, Where
from policies.decide import decide
from policies.errors import PolicyError, nearest, unknown
from policies.evidence import Evidence, Facts, RecipientFacts, Relation, SenderFacts
from policies.explain import explain
from policies.fields import known_keys, made, tables
from policies.loader import pack_names
from policies.policy_set import PolicySet
from policies.toml_text import NotTomlError, document
from policies.verdict import Action
from policies.vocabulary import ALL_KINDS, SENDERS, kind_matches

WHEN = datetime(2026, 1, 14, 10, 0, tzinfo=UTC)  # a school day, in school hours
CORPUS = "default"  # the cases of this pack are the self-test of every set
KEYS = (
    "name",
    "sender",
    "sender_role",
    "to",
    "domain",
    "free_mail",
    "dual_role",
    "attachments",
    "finding",
    "expect",
    "policy",
)
MESSAGE_KEYS = ("name", "message", "mail_from", "rcpt_to", "expect", "policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A finding of a case."""

    kind: str
    where: str = "attachment"
    level: int = 0
    strength: str = ""
    protection: str = "none"
    count: int = 1
    quoted: bool = False
    about: str = ""  # "sender" or "recipient": whom alone the data is about


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCase:
    """One message, as facts or as a file, with the action that it must get and, if named, the policy that says so."""

    name: str
    expect: Action
    policy: str = ""
    facts: Facts | None = None
    message: str = ""  # a file beside the set: read by whoever can scan
    mail_from: str = ""
    rcpt_to: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What came out of a case."""

    name: str
    expected: str
    got: str
    policies: tuple[str, ...]
    passed: bool


def load_cases(source: str | Path) -> tuple[PolicyCase, ...]:
    """The cases of a shipped pack or of the set at a path: "mine.toml" has "mine.cases.toml"; none is no fault."""
    name = str(source)
    if name in pack_names():
        found = resources.files("policies") / "packs" / f"{name}.cases.toml"
        file = f"{name}.cases.toml"
    else:
        path = Path(source)
        found, file = path.with_name(f"{path.stem}.cases.toml"), f"{path.stem}.cases.toml"
    if not found.is_file():
        return ()
    try:
        given = document(found.read_bytes())
        known_keys(given, ("case",))
        return tuple(_case(row) for row in tables(given.get("case", []), "case"))
    except NotTomlError as error:
        raise PolicyError(str(error), file=file) from None
    except PolicyError as fault:
        raise fault.at(file=file) from None


def run_cases(
    policy_set: PolicySet,
    cases: Iterable[PolicyCase],
    facts_of_message: Callable[[PolicyCase], Facts] | None = None,
) -> tuple[CaseResult, ...]:
    """Every case against the set, as if it enforced. Cases with a message need somebody who can scan it."""
    enforcing = replace(policy_set, mode="enforce")
    results: list[CaseResult] = []
    for case in cases:
        facts = case.facts or (facts_of_message(case) if facts_of_message else None)
        if facts is not None:
            results.append(_result(case, facts, enforcing))
    return tuple(results)


def prove(policy_set: PolicySet, source: str | Path) -> PolicySet:
    """The set, once it passes the cases kept beside it; a set that does not is refused like a broken one."""
    self_test(policy_set)
    wrong = [r for r in run_cases(policy_set, load_cases(source)) if not r.passed]
    if wrong:
        first = wrong[0]
        problem = f'the case "{first.name}" expects {first.expected} and gets {first.got}'
        raise PolicyError(problem, file=policy_set.file, policy=", ".join(first.policies))
    return policy_set


def self_test(policy_set: PolicySet) -> None:
    """Every message of the shipped corpus gets a verdict that can be explained."""
    for case in load_cases(CORPUS):
        if case.facts is None:
            continue
        try:
            verdict = decide(case.facts, policy_set)
            explain(verdict)
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            problem = f'the self-test "{case.name}" ends with {type(error).__name__}'
            raise PolicyError(problem, file=policy_set.file) from error


def _result(case: PolicyCase, facts: Facts, policy_set: PolicySet) -> CaseResult:
    verdict = decide(facts, policy_set)
    leading = tuple(dict.fromkeys(h.policy for h in verdict.hits if h.action is verdict.action))
    passed = verdict.action is case.expect and (not case.policy or case.policy in leading)
    return CaseResult(
        name=case.name, expected=case.expect.word, got=verdict.action.word, policies=leading, passed=passed
    )


def _case(row: dict[str, Any]) -> PolicyCase:
    label = str(row.get("name", ""))
    try:
        known_keys(row, MESSAGE_KEYS if "message" in row else KEYS)
        words = {a.word: a for a in Action}
        if row.get("expect") not in words:
            raise unknown(row.get("expect"), words, what="an action").at(key="expect")
        case = PolicyCase(
            name=label,
            expect=words[row["expect"]],
            policy=str(row.get("policy", "")),
            message=str(row.get("message", "")),
            mail_from=str(row.get("mail_from", "")),
            rcpt_to=tuple(row.get("rcpt_to", ())),
        )
        return case if case.message else replace(case, facts=_facts(row))
    except PolicyError as fault:
        raise fault.at(policy=label) from None


def _facts(row: dict[str, Any]) -> Facts:
    relation = str(row.get("to", ""))
    relations = [r.value for r in Relation]
    if relation not in relations:
        raise PolicyError(
            "expected the relation of the recipient", key="to", nearest=nearest(relation, relations)
        )
    sender = str(row.get("sender", "staff"))
    if sender not in SENDERS:
        raise unknown(sender, SENDERS, what="a kind of sender").at(key="sender")
    recipient = RecipientFacts(
        address="recipient",
        domain=str(row.get("domain", "")),
        relation=Relation(relation),
        free_mail=row.get("free_mail") is True,
        dual_role=row.get("dual_role") is True,
        person="recipient",
    )
    given = [made(Given, one, strength=("", *Strength), protection=Protection, where=Where, about=("", "sender", "recipient"))
             for one in tables(row.get("finding", []), "finding")]  # fmt: skip
    file = Part(path="0/1", role=Where.ATTACHMENT)
    has_file = row.get("attachments", any(g.where == Where.ATTACHMENT for g in given)) is True
    return Facts(
        id="case",
        received_at=WHEN,
        sender=SenderFacts(kind=sender, person="sender", role=str(row.get("sender_role", ""))),
        recipients=(recipient,),
        evidence=tuple(_evidence(g) for g in given),
        parts=(Part(path="0", role=Where.MESSAGE), *((file,) if has_file else ())),
    )


def _evidence(given: Given) -> Evidence:
    if not kind_matches((*ALL_KINDS, "unreadable:*"), given.kind):
        raise unknown(given.kind, ALL_KINDS, what="a kind of finding").at(key="finding.kind")
    people = (given.about,) if given.about else ("somebody",)
    finding = Finding(
        kind=given.kind,
        recognizer="case",
        where=Where(given.where),
        level=given.level,
        strength=Strength(given.strength) if given.strength else None,
        count=given.count,
        quoted=given.quoted,
        people=people,
    )
    return Evidence(finding=finding, protection=Protection(given.protection))
