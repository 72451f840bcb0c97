"""The fixed vocabulary of conditions: each word with what it looks at, how it is read, tested and said. No other exists."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from detectors.findings import Protection, Strength, Where
from detectors.kinds import KINDS
from policies.case import Case
from policies.conditions import (
    LEVELS,
    Condition,
    Reader,
    Scope,
    Value,
    at_least,
    flag,
    free_words,
    hours,
    levels,
    listed,
    phrase_list,
    words,
)
from policies.derived import DERIVED
from policies.evidence import PLAIN_RELATIONS, Evidence, RecipientFacts, Relation

ALL_KINDS: dict[str, str] = {**{name: kind.plain for name, kind in KINDS.items()}, **DERIVED}
OUTSIDE = frozenset(r.value for r in Relation if r is not Relation.INTERNAL)
GROUPS: dict[str, frozenset[str]] = {
    "outside": OUTSIDE,
    "parent": frozenset({"linked-parent", "other-parent"}),
    "any-partner": frozenset({"partner", "secure-partner"}),
}
SENDERS = ("staff", "pupil", "internal", "outside", "null")
_DOMAIN = r"[a-z0-9-]+(?:\.[a-z0-9-]+)+"
_ADDRESS = rf"[^@\s]+@{_DOMAIN}"

Values = tuple[Value, ...]
MessageTest = Callable[[Values, Case], bool]
FindingTest = Callable[[Values, Case, Evidence], bool]
RecipientTest = Callable[[Values, Case, RecipientFacts], bool]
PairTest = Callable[[Values, Case, Evidence, RecipientFacts], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word. Exactly the test of its scope is set."""

    scope: Scope
    reader: Reader
    says: Callable[[Values], str]
    message: MessageTest | None = None
    finding: FindingTest | None = None
    recipient: RecipientTest | None = None
    pair: PairTest | None = None


def kind_matches(values: Values, kind: str) -> bool:
    """Whether a kind is named, itself or as "unreadable:*"."""
    return kind in values or f"{kind.partition(':')[0]}:*" in values


def plain_kind(word: str) -> str:
    """A kind, or a family of kinds, in plain words."""
    if word.endswith(":*"):
        return {"unreadable:*": "anything that cannot be read", "protected:*": "any kind of lock"}.get(
            word, word
        )
    return ALL_KINDS.get(word, word)


def _joined(template: str, plain: Callable[[str], str] = str) -> Callable[[Values], str]:
    return lambda values: template.format(phrase_list(plain(str(v)) for v in values))


def _either(yes: str, no: str) -> Callable[[Values], str]:
    return lambda values: yes if values[0] else no


def _say_levels(values: Values) -> str:
    return f"the level of personal data is {phrase_list(LEVELS[int(v)] for v in values)}"


def _say_hours(values: Values) -> str:
    first, last = (f"{int(v) // 60:02}:{int(v) % 60:02}" for v in values)
    return f"it is sent outside {first} to {last}"


def _say_recipients(values: Values) -> str:
    if set(values) == OUTSIDE:
        return "it goes to anybody outside the school"
    return f"it goes to {phrase_list(PLAIN_RELATIONS[Relation(str(v))] for v in values)}"


def _about_only(values: Values, case: Case, evidence: Evidence, recipient: RecipientFacts) -> bool:
    people = set(evidence.finding.people) | ({evidence.finding.person} - {""})
    allowed = {case.facts.sender.person if v == "sender" else recipient.person for v in values} - {""}
    return bool(people) and people <= allowed


WHERES = {
    "subject": "the subject",
    "header": "a header",
    "body": "the body",
    "attachment": "an attachment",
    "filename": "a file name",
    "message": "the message as a whole",
}

VOCABULARY: dict[str, Word] = {
    "finding": Word(
        scope=Scope.FINDING,
        reader=words(ALL_KINDS, what="a kind of finding", wildcard=True),
        says=_joined("it holds {}", plain_kind),
        finding=lambda v, _, e: kind_matches(v, e.finding.kind),
    ),
    "where": Word(
        scope=Scope.FINDING,
        reader=words(Where, what="a region of the message"),
        says=_joined("this stands in {}", lambda w: WHERES[w]),
        finding=lambda v, _, e: e.finding.where.value in v,
    ),
    "level": Word(
        scope=Scope.FINDING,
        reader=levels(),
        says=_say_levels,
        finding=lambda v, _, e: e.finding.level in v,
    ),
    "strength": Word(
        scope=Scope.FINDING,
        reader=words(Strength, what="a strength of evidence"),
        says=_joined("the evidence is {}"),
        finding=lambda v, _, e: e.finding.strength is not None and e.finding.strength.value in v,
    ),
    "protection": Word(
        scope=Scope.FINDING,
        reader=words(Protection, what="a protection"),
        says=_joined("the protection of its file is {}"),
        finding=lambda v, _, e: e.protection.value in v,
    ),
    "quoted": Word(
        scope=Scope.FINDING,
        reader=flag(),
        says=_either("it stands in quoted text or a quoted subject", "the sender wrote it, it is not quoted"),
        finding=lambda v, _, e: e.finding.quoted is v[0],
    ),
    "count": Word(
        scope=Scope.FINDING,
        reader=at_least(),
        says=_joined("there are at least {} of them"),
        finding=lambda v, _, e: e.finding.count >= int(v[0]),
    ),
    "value": Word(
        scope=Scope.FINDING,
        reader=listed("an address or a phone number", rf"{_ADDRESS}|\+?[\d ()-]{{7,20}}"),
        says=_joined("it is one of {}"),
        finding=lambda v, c, e: c.lists.has_value(v, e.finding.fingerprint),
    ),
    "only_person": Word(
        scope=Scope.PAIR,
        reader=words(("sender", "recipient"), what="whom the data may be about"),
        says=_joined("the only person whom it is about is the {}"),
        pair=_about_only,
    ),
    "recipient": Word(
        scope=Scope.RECIPIENT,
        reader=words((r.value for r in Relation), what="a relation of a recipient", groups=GROUPS),
        says=_say_recipients,
        recipient=lambda v, c, r: c.relation(r).value in v,
    ),
    "recipient_domain": Word(
        scope=Scope.RECIPIENT,
        reader=listed("a domain", _DOMAIN),
        says=_joined("the recipient's domain is one of {}"),
        recipient=lambda v, c, r: c.lists.has_domain(v, r.domain),
    ),
    "recipient_address": Word(
        scope=Scope.RECIPIENT,
        reader=listed("an address", _ADDRESS),
        says=_joined("the recipient is one of {}"),
        recipient=lambda v, c, r: c.lists.has_address(v, r.address, r.fingerprint),
    ),
    "free_mail": Word(
        scope=Scope.RECIPIENT,
        reader=flag(),
        says=_either("the recipient uses a free-mail address", "the recipient uses no free-mail address"),
        recipient=lambda v, _, r: r.free_mail is v[0],
    ),
    "dual_role": Word(
        scope=Scope.RECIPIENT,
        reader=flag(),
        says=_either(
            "the recipient is staff and a recorded parent", "the recipient is not staff and parent at once"
        ),
        recipient=lambda v, _, r: r.dual_role is v[0],
    ),
    "sender": Word(
        scope=Scope.MESSAGE,
        reader=words(SENDERS, what="a kind of sender"),
        says=_joined("the sender is {}"),
        message=lambda v, c: c.facts.sender.kind in v,
    ),
    "sender_role": Word(
        scope=Scope.MESSAGE,
        reader=free_words("a role of the staff list"),
        says=_joined("the sender's role is {}"),
        message=lambda v, c: c.facts.sender.role in v,
    ),
    "sender_address": Word(
        scope=Scope.MESSAGE,
        reader=listed("an address", _ADDRESS),
        says=_joined("the sender is one of {}"),
        message=lambda v, c: c.lists.has_address(v, c.facts.sender.address, c.facts.sender.fingerprint),
    ),
    "unattended": Word(
        scope=Scope.MESSAGE,
        reader=flag(),
        says=_either("a machine sends it", "a person sends it"),
        message=lambda v, c: c.facts.sender.unattended is v[0],
    ),
    "with": Word(
        scope=Scope.MESSAGE,
        reader=words(ALL_KINDS, what="a kind of finding", wildcard=True),
        says=_joined("the message also holds {}", plain_kind),
        message=lambda v, c: any(kind_matches(v, kind) for kind in c.kinds),
    ),
    "attachments": Word(
        scope=Scope.MESSAGE,
        reader=flag(),
        says=_either("the message has an attachment", "the message has no attachment"),
        message=lambda v, c: c.has_attachment is v[0],
    ),
    "switch": Word(
        scope=Scope.MESSAGE,
        reader=free_words("a switch of this set"),
        says=_joined('the switch "{}" is on'),
        message=lambda v, c: any(str(s) in c.switches for s in v),
    ),
    "outside_hours": Word(
        scope=Scope.MESSAGE,
        reader=hours(),
        says=_say_hours,
        message=lambda v, c: not int(v[0]) <= c.minute_of_day < int(v[1]),
    ),
}


@lru_cache(maxsize=4096)
def say(condition: Condition) -> str:
    """A condition as half a sentence."""
    return VOCABULARY[condition.word].says(condition.values)
