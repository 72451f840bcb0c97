"""A policy set as a page: clause, rule, what happens, and what no mail gateway can enforce. For governors, and for docs/."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from policies.conditions import LEVELS, Scope, phrase_list
from policies.derived import DERIVED
from policies.evidence import PLAIN_RELATIONS, Relation
from policies.explain import ACTIONS, CURES, departure, explain_policy
from policies.loader import load_set, pack_names
from policies.policy_set import Policy, PolicySet
from policies.verdict import Action
from policies.vocabulary import GROUPS, VOCABULARY

WORDS = 12  # more values than these are told by number; the schema has them all
_SHORT = {
    Action.ALLOW: "passes",
    Action.LOG: "passes, noted",
    Action.ASK: "sender asked",
    Action.QUARANTINE: "held",
    Action.BLOCK: "refused",
}
_SCOPES = {
    Scope.MESSAGE: "the message",
    Scope.FINDING: "a finding",
    Scope.RECIPIENT: "a recipient",
    Scope.PAIR: "a finding and a recipient together",
}
_FORMS = {
    r"^[1-9]\d{0,5}\+$": 'a smallest number: `"5+"`',
    r"^\d\d:\d\d-\d\d:\d\d$": 'a span of the day: `"07:00-19:00"`',
}
_GRAVEST_FIRST = (Action.BLOCK, Action.QUARANTINE, Action.ASK, Action.LOG)


def page(policy_set: PolicySet) -> str:
    """The whole set in Markdown."""
    header = policy_set.header
    lines = [f"# {header.name}", "", header.about, ""]
    lines += (
        [f"Written after `{header.source}`. Pack: `{policy_set.id}`.", ""]
        if header.source
        else [f"Pack: `{policy_set.id}`.", ""]
    )
    lines += _header(policy_set)
    lines += _rules(policy_set)
    lines += _tables(policy_set)
    lines += _advice(policy_set)
    lines += _lists(policy_set)
    lines += _beyond(policy_set)
    return "\n".join(lines).rstrip() + "\n"


def one_page(policy_set: PolicySet) -> str:
    """What governors need: what is refused, held and asked, each in its own sentence, and nothing else."""
    lines = [policy_set.header.name, "=" * len(policy_set.header.name), ""]
    for action in _GRAVEST_FIRST[:3]:
        sentences = dict.fromkeys(p.why for p in policy_set.policies if p.action is action and p.enabled)
        lines += (
            [f"{ACTIONS[action][0].upper()}{ACTIONS[action][1:]} when:"]
            + [f"- {s}" for s in sentences]
            + [""]
        )
    if departures := [f"- {departure(s)}" for s in policy_set.switches if s.on]:
        lines += ["Where this departs from the written policy:", *departures, ""]
    lines += ["No mail gateway can enforce:"] + [f"- {b.what}" for b in policy_set.beyond]
    return "\n".join(lines).rstrip() + "\n"


def _header(policy_set: PolicySet) -> Iterable[str]:
    header = policy_set.header
    yield "| | |"
    yield "|---|---|"
    yield f"| Mail sent in error is reported to | {phrase_list(header.incident_to, 'and')} |"
    yield f"| Harmful content is reviewed by | {phrase_list(header.harmful_to, 'and')} |"
    yield f"| Who may look into mail, by the text | {phrase_list(header.reviewers, 'and') or 'not said: named in the settings'} |"
    several = "" if header.waiver_all or header.waiver_approvers < 2 else f"{header.waiver_approvers} of "
    word = "and" if several or header.waiver_all else "or"
    yield f"| Exceptions are granted by | {several}{phrase_list(header.waiver_by, word)} |"
    yield f"| Secure methods | {'; '.join(m.name for m in policy_set.secure_methods) or 'none named'} |"
    tls = "counts as secure" if header.tls_counts_as_secure else "does not count as secure"
    yield f"| Verified TLS to a listed partner | {tls} |"
    yield f"| Second factor in the console | {header.mfa} |"
    yield f"| Private use of mail | {header.personal_use} |"
    for told in policy_set.reports:
        yield f"| {told.what}: told to | {phrase_list(told.to, 'and')} ({told.clause}) |"
    if header.law_note:
        yield f"| Law | {header.law_note} |"
    yield ""
    for switch in policy_set.switches:
        state = "on" if switch.on else "off"
        yield f"**Switch `{switch.name}` is {state}.** {departure(switch)}"
        yield ""
    if policy_set.obstacles:
        yield "Before this set may enforce:"
        yield ""
        yield from (f"- {obstacle}" for obstacle in policy_set.obstacles)
        yield ""


def _rules(policy_set: PolicySet) -> Iterable[str]:
    yield "## Rules"
    yield ""
    yield "| Clause | Rule | What happens |"
    yield "|---|---|---|"
    rules = [p for p in policy_set.policies if not p.matrix and not p.advice]
    for policy in sorted(rules, key=lambda p: (-p.action, p.id)):
        yield f"| {policy.clause or '-'} | `{policy.id}`: {policy.why} | {_outcome(policy)} |"
    yield ""
    if policy_set.header.source and any(p.action >= Action.ASK and not p.clause for p in rules):
        yield "A rule with “-” that asks, holds or refuses is the gateway's own safety rule, not the school's text."
        yield ""


def _outcome(policy: Policy) -> str:
    text = ACTIONS[policy.action]
    if policy.cures:
        text += f": {phrase_list(CURES[c] for c in policy.cures)}"
    if policy.reviewers:
        text += f" by {phrase_list(policy.reviewers, 'and')}"
    if policy.tell:
        text += f"; told: {phrase_list(policy.tell, 'and')}"
    return text if policy.enabled else f"switched off; else {text}"


def _tables(policy_set: PolicySet) -> Iterable[str]:
    grids = dict.fromkeys(p.matrix for p in policy_set.policies if p.matrix)
    if grids:
        yield "## Personal data: level and recipient"
        yield ""
        yield "P1 names a person. P2 adds ordinary data. P3 is sensitive. P4 is bulk or child protection."
        yield "“*” is a tip to the sender: recommended, not in the school's policy."
        yield ""
    for grid in grids:
        policies = [p for p in policy_set.policies if p.matrix == grid]
        clause = next((p.clause for p in policies if p.clause), "")
        yield f"### `{grid}`" + (f" ({clause})" if clause else "")
        yield ""
        yield policies[0].why
        yield ""
        yield "| To | P1 | P2 | P3 | P4 |"
        yield "|---|---|---|---|---|"
        for relation in Relation:
            cells = [_cell(policies, level, relation) for level in range(1, len(LEVELS))]
            if any(c != _SHORT[Action.ALLOW] for c in cells):
                yield f"| {PLAIN_RELATIONS[relation]} | {' | '.join(cells)} |"
        yield ""
        for table in policies[0].unless:
            words = explain_policy(policies[0]).partition(" Not when ")[2]
            if table is policies[0].unless[0] and words:
                yield f"Not when {words.partition(' Told besides')[0].partition(' This is recommended')[0].partition(' Source:')[0]}"
                yield ""


def _cell(policies: Iterable[Policy], level: int, relation: Relation) -> str:
    for policy in policies:
        levels, recipients = policy.condition("level"), policy.condition("recipient")
        if levels and recipients and level in levels.values and relation.value in recipients.values:
            if policy.reviewers and policy.action is Action.QUARANTINE:
                return f"{_SHORT[policy.action]}: {phrase_list(policy.reviewers, 'and')}"
            if policy.cures:
                return f"{_SHORT[policy.action]}: {', '.join(policy.cures)}"
            return _SHORT[policy.action] + ("*" if policy.advice else "")
    return _SHORT[Action.ALLOW]


def _advice(policy_set: PolicySet) -> Iterable[str]:
    advice = sorted((p for p in policy_set.policies if p.advice and not p.matrix), key=lambda p: p.id)
    if advice:
        yield "## Recommended, not in the school's policy"
        yield ""
        yield "The message is delivered at once. Its sender gets one tip a day."
        yield ""
        yield from (f"- `{p.id}`: {p.why}" for p in advice)
        yield ""


def _lists(policy_set: PolicySet) -> Iterable[str]:
    if policy_set.lists:
        yield "## Named lists"
        yield ""
        for named in policy_set.lists:
            entries = phrase_list((e.value for e in named.entries), "and")
            yield f"- `@{named.name}`: {named.what}. " + (
                f"Holds {entries}." if entries else "Empty: fill it in your own copy."
            )
        yield ""


def _beyond(policy_set: PolicySet) -> Iterable[str]:
    if policy_set.beyond:
        yield "## What no mail gateway can enforce"
        yield ""
        yield "| Clause | What | Why |"
        yield "|---|---|---|"
        yield from (f"| {b.clause or '-'} | {b.what} | {b.why} |" for b in policy_set.beyond)


def vocabulary_page() -> str:
    """Every condition with what it looks at and its values, in Markdown."""
    lines = [
        "# Conditions",
        "",
        "A policy may ask for these and nothing else. All conditions of `when` must hold. A list means “one of these”.",
        "",
        "| Word | Looks at | Values |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{name}` | {_SCOPES[word.scope]} | {_values(word.reader.schema)} |"
        for name, word in sorted(VOCABULARY.items())
    ]
    lines += ["", "## Recipients", "", "| Word | Who |", "|---|---|"]
    lines += [f"| `{relation}` | {plain} |" for relation, plain in PLAIN_RELATIONS.items()]
    lines += [
        f"| `{group}` | {phrase_list((f'`{r}`' for r in sorted(of)), 'and')} |"
        for group, of in GROUPS.items()
        if group != "outside"
    ]
    lines += [
        "| `outside` | everybody but `internal` |",
        "",
        "## Findings",
        "",
        "The scan's own findings are listed in [findings](../findings.md). These need the envelope, the directory or memory:",
        "",
        "| Word | What |",
        "|---|---|",
    ]
    lines += [f"| `{kind}` | {plain} |" for kind, plain in sorted(DERIVED.items())]
    lines += ["", "`unreadable:*` and `protected:*` stand for all words that begin so."]
    return "\n".join(lines) + "\n"


def _values(schema: Mapping[str, Any]) -> str:
    item = schema["anyOf"][0] if "anyOf" in schema else schema
    if "enum" in item:
        words = item["enum"]
        return phrase_list(f"`{w}`" for w in words) if len(words) <= WORDS else "see the schema, and below"
    return {"boolean": "`true` or `false`"}.get(
        item["type"], _FORMS.get(item.get("pattern", ""), 'a text or a named list such as `"@partners"`')
    )


def pages() -> dict[str, str]:
    """The generated pages of docs/policies by file name."""
    return {"conditions.md": vocabulary_page()} | {
        f"{name}.md": page(load_set(name)) for name in pack_names()
    }


def write(folder: Path) -> None:
    """Writes the generated pages; a test says when that is due."""
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
