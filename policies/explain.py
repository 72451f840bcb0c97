"""Plain words: for a policy, a whole set, and a verdict with its hits, its near misses and its versions."""

from collections.abc import Sequence
from dataclasses import dataclass

from policies.conditions import LEVELS, phrase_list
from policies.policy_set import MONITOR, Policy, PolicySet, Switch
from policies.verdict import Action, Hit, Verdict
from policies.vocabulary import WHERES, plain_kind, say

ACTIONS: dict[Action, str] = {
    Action.ALLOW: "it passes",
    Action.LOG: "it passes and is noted",
    Action.ASK: "it is held and its sender is asked",
    Action.QUARANTINE: "it is held and reviewed",
    Action.BLOCK: "it is refused",
}
CURES: dict[str, str] = {
    "encrypt": "lock the file with a password",
    "initials": "use initials",
    "confirm": "confirm with a reason",
    "remove": "leave it out",
    "bcc": "hide the addresses in Bcc",
    "singly": "write to each one alone",
    "replace-address": "use the school address",
    "not-a-pupil": "say that it is not a pupil",
    "ask-dpo": "ask the Data Protection Officer",
}
CALLED = {
    "dpo": "the DPO",
    "dsl": "the safeguarding lead",
    "head": "the head",
    "hr": "HR",
    "it": "IT",
    "reviewer": "a reviewer",
    "sender": "the sender",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One hit or one policy in words, for page, notice and audit."""

    policy: str
    action: str
    why: str
    clause: str = ""
    where: str = ""
    evidence: str = ""
    who: str = ""
    remedy: str = ""
    advice: bool = False


def explain_policy(policy: Policy) -> str:
    """A policy as one paragraph. Every condition is in it."""
    when = phrase_list([say(c) for c in policy.when], "and")
    text = f"{policy.why} When {when}, {ACTIONS[policy.action]}{_by(policy)}."
    for table in policy.unless:
        text += f" Not when {phrase_list([say(c) for c in table], 'and')}."
    if policy.tell:
        text += f" Told besides: {phrase_list(_called(policy.tell), 'and')}."
    if policy.advice:
        text += " This is recommended; the school's policy does not say it."
    if not policy.waivable:
        text += " No waiver can lift it."
    if policy.mode == MONITOR:
        text += " It is only watched, not enforced."
    if not policy.enabled:
        text += " It is switched off."
    return f"{text} Source: {policy.clause}." if policy.clause else text


def _called(roles: Sequence[str]) -> list[str]:
    """Roles as people call them: “told besides: it” was read as a pronoun."""
    return [CALLED.get(role, role) for role in roles]


def _by(policy: Policy) -> str:
    if policy.action is Action.QUARANTINE:
        return f" by {phrase_list(_called(policy.reviewers))}"
    if policy.action is Action.ASK:
        return f": {phrase_list([CURES[c] for c in policy.cures])}"
    return ""


def departure(switch: Switch) -> str:
    """What a switch departs from, and who has signed that."""
    signed = f"Signed by {switch.signed_by}." if switch.signed_by else "Nobody has signed it yet."
    return f"{switch.why} {signed}" if switch.on else switch.why


def explain_set(policy_set: PolicySet) -> str:
    """A set as text: what it is, then each policy, gravest first."""
    header = policy_set.header
    lines = [header.name, header.about, f"Version {policy_set.version}, in {policy_set.mode} mode."]
    lines += [f"It may not enforce yet: {o}" for o in policy_set.obstacles]
    for action in sorted(Action, reverse=True):
        policies = sorted((p for p in policy_set.policies if p.action is action), key=lambda p: p.id)
        if policies:
            lines += ["", f"{action.word.upper()}: {ACTIONS[action]}"]
            lines += [f"- {p.id}: {explain_policy(p)}" for p in policies]
    lines += ["", *(f"List @{n.name}: {n.what} ({len(n.entries)} entries)" for n in policy_set.lists)]
    lines += [f"Switch {s.name} is {'on' if s.on else 'off'}: {departure(s)}" for s in policy_set.switches]
    lines += [f"Cannot be enforced here: {b.what}. {b.why}" for b in policy_set.beyond]
    return "\n".join(lines).strip() + "\n"


def explain_hit(hit: Hit, everybody: int = 0) -> Explained:
    """A hit with its clause, place and masked evidence."""
    place = f"{WHERES[hit.where.value]}{f' {hit.label}' if hit.label else ''}{f', {hit.place}' if hit.place else ''}"
    parts = [plain_kind(hit.kind)] if hit.kind else []
    parts += [f"level {LEVELS[hit.level]}"] if hit.kind == "personal-data" else []
    parts += [f"{hit.count} times"] if hit.count > 1 else []
    parts += [hit.masked] if hit.masked else []
    who = "all recipients" if not hit.recipients else f"{len(hit.recipients)} of the recipients"
    return Explained(
        policy=hit.policy,
        action=hit.action.word,
        why=hit.why,
        clause=hit.clause,
        where=place if hit.kind else "",
        evidence=", ".join(parts),
        who=who if everybody != 1 else "the recipient",
        remedy=phrase_list([CURES[c] for c in hit.cures]),
        advice=hit.advice,
    )


def explain_verdict(verdict: Verdict, versions: dict[str, str] | None = None) -> str:
    """A verdict as text: what happens, each reason, what came close, and which versions said so."""
    lines = [f"The message: {ACTIONS[verdict.action]}."]
    if verdict.would is not verdict.action:
        lines.append(f"Were nothing in monitor mode: {ACTIONS[verdict.would]}.")
    for hit in verdict.hits:
        said = explain_hit(hit)
        lines.append(f"- {said.policy} ({said.action}): {said.why}")
        for label, value in (
            ("where", said.where),
            ("found", said.evidence),
            ("concerns", said.who),
            ("what helps", said.remedy),
            ("rule", said.clause),
            ("waived by", hit.waived),
        ):
            if value:
                lines.append(f"    {label}: {value}")
    if verdict.misses:
        lines.append("Came close:")
        lines += [f"- {m.policy}: {m.failed}" for m in verdict.misses]
    named = {"policy set": verdict.version, **(versions or {})}
    lines.append("Versions: " + ", ".join(f"{k} {v}" for k, v in named.items() if v))
    return "\n".join(lines) + "\n"


def explain(subject: PolicySet | Policy | Verdict) -> str:
    """Plain words for a set, a policy or a verdict."""
    if isinstance(subject, PolicySet):
        return explain_set(subject)
    return explain_policy(subject) if isinstance(subject, Policy) else explain_verdict(subject)
