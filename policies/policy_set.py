"""A policy set as data: policies, named lists, switches and header, immutable, with a version that hashes its meaning."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import date

from policies.conditions import Condition
from policies.verdict import Action, Cure

ENFORCE, MONITOR = "enforce", "monitor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One rule that a head teacher can read and a DPO can sign. All conditions of `when` hold, and no `unless` does."""

    id: str
    why: str
    action: Action
    when: tuple[Condition, ...]
    unless: tuple[tuple[Condition, ...], ...] = ()
    clause: str = ""
    advice: bool = False
    cures: tuple[Cure, ...] = ()
    reviewers: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()
    mode: str = ENFORCE
    enabled: bool = True
    waivable: bool = True
    matrix: str = ""  # the table that it comes from

    def condition(self, word: str) -> Condition | None:
        """The condition with this word, if the policy has one."""
        for condition in self.when:  # a hundred times for each message: no generator
            if condition.word == word:
                return condition
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a named list: who answers for it, why it is there, and until when."""

    value: str
    owner: str
    reason: str
    expires: date | None = None

    def counts(self, day: date) -> bool:
        """Whether the entry still counts on this day; its last day is included."""
        return self.expires is None or day <= self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedList:
    name: str
    what: str
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A named departure from the school's text that somebody signs."""

    name: str
    on: bool
    why: str
    signed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureMethod:
    """A way to send what must not go in the open; notices list them."""

    name: str
    how_to: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """A clause that no mail gateway can enforce, said plainly."""

    what: str
    why: str
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What has to be told to whom, by the school's text."""

    what: str
    to: tuple[str, ...]
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A written authorisation: by whom, when, and where the document is kept."""

    by: str
    date: date
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a set says about the school."""

    name: str = "Policy set"
    source: str = ""  # the school's document behind it
    about: str = ""
    language: str = "en-GB"
    timezone: str = "Europe/London"
    mode: str = ENFORCE
    roles: tuple[str, ...] = ("dpo", "dsl", "it", "head")
    incident_to: tuple[str, ...] = ("dpo",)
    harmful_to: tuple[str, ...] = ("dsl",)
    reviewers: tuple[str, ...] = ()  # whom the school's text allows to look; () = named in the settings
    waiver_by: tuple[str, ...] = ("head",)
    waiver_approvers: int = 1  # how many different people of `waiver_by` must approve
    waiver_all: bool = False  # and one of each role in it
    tls_counts_as_secure: bool = True  # verified TLS to a listed partner counts as a secure method
    subject_names: str = "block"  # block | initials
    mfa: str = "recommended"  # recommended | required
    personal_use: str = "occasional"
    excluded: str = ""  # named list of correspondents whose mail is not looked into
    emergency: str = ""  # named list that an emergency release reaches at once
    retention_days: int = 30
    law_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySet:
    """Loaded, checked and ready. `mode` is the one in force; `obstacles` say why a set may not enforce."""

    id: str
    header: Header
    policies: tuple[Policy, ...]
    lists: tuple[NamedList, ...] = ()
    switches: tuple[Switch, ...] = ()
    secure_methods: tuple[SecureMethod, ...] = ()
    reports: tuple[Report, ...] = ()
    beyond: tuple[Beyond, ...] = ()
    authority: dict[str, Authority] = field(default_factory=dict)
    staff_informed: date | None = None
    mode: str = ENFORCE
    obstacles: tuple[str, ...] = ()
    file: str = ""
    version: str = ""

    def policy(self, policy_id: str) -> Policy | None:
        """The policy with this id."""
        return next((p for p in self.policies if p.id == policy_id), None)

    def named(self, name: str) -> NamedList | None:
        """The list with this name, with or without its "@"."""
        return next((n for n in self.lists if n.name == name.removeprefix("@")), None)

    @property
    def roles_used(self) -> tuple[str, ...]:
        """Every role that reviews or is told: the settings must give each an address."""
        roles = {r for p in self.policies for r in (*p.reviewers, *p.tell)} | set(self.header.incident_to)
        return tuple(sorted(roles - {"sender"}))


def in_mode(policy_set: PolicySet, mode: str) -> PolicySet:
    """The set in a mode of the settings; a set with obstacles stays in monitor mode."""
    if mode not in (ENFORCE, MONITOR):
        raise ValueError(f'mode must be "{ENFORCE}" or "{MONITOR}"')
    wanted = MONITOR if policy_set.obstacles else mode
    return stamped(replace(policy_set, mode=wanted))


def stamped(policy_set: PolicySet) -> PolicySet:
    """The set with its version: what decides is hashed; order, comments and wording are not."""
    meaning = {
        "policies": sorted(_policy_meaning(p) for p in policy_set.policies),
        "lists": sorted(
            [n.name, sorted([e.value, str(e.expires)] for e in n.entries)] for n in policy_set.lists
        ),
        "switches": sorted([s.name, s.on] for s in policy_set.switches),
        "header": [
            policy_set.mode,
            policy_set.header.tls_counts_as_secure,
            policy_set.header.timezone,
            policy_set.header.excluded,
            sorted(policy_set.header.waiver_by),
            policy_set.header.waiver_approvers,
            policy_set.header.waiver_all,
        ],
    }
    text = json.dumps(meaning, sort_keys=True, ensure_ascii=True)
    return replace(policy_set, version=hashlib.sha256(text.encode()).hexdigest()[:16])


def _policy_meaning(policy: Policy) -> str:
    parts = [
        policy.id,
        policy.action.word,
        sorted([c.word, list(c.values)] for c in policy.when),
        sorted(sorted([c.word, list(c.values)] for c in table) for table in policy.unless),
        sorted(policy.cures),
        sorted(policy.reviewers),
        sorted(policy.tell),
        [policy.mode, policy.enabled, policy.waivable, policy.advice],
    ]
    return json.dumps(parts, ensure_ascii=True)
