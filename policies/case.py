"""One message in front of one policy set: what the tests of conditions may look at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from detectors.findings import Where
from detectors.fingerprints import Fingerprints
from detectors.recognize.addresses import normalise_email, normalise_phone
from policies.conditions import Value
from policies.evidence import Evidence, Facts, RecipientFacts, Relation
from policies.identity import ByIdentity
from policies.policy_set import NamedList, PolicySet


@dataclass(frozen=True, slots=True)
class Lists:
    """The named lists of a set as they stand at one moment: an expired entry is not there."""

    entries: dict[str, frozenset[str]]
    fingerprints: Fingerprints | None = field(default=None, repr=False)
    _spelt: dict[tuple[Value, ...], "_Spelt"] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def at(cls, lists: tuple[NamedList, ...], now: datetime, fingerprints: Fingerprints | None) -> "Lists":
        """The entries that count at `now`."""
        return _lists(ByIdentity(lists), now.date(), fingerprints)

    @classmethod
    def on(cls, lists: Iterable[NamedList], day: date, fingerprints: Fingerprints | None) -> "Lists":
        """The entries that count on this day."""
        return cls(
            {f"@{n.name}": frozenset(e.value for e in n.entries if e.counts(day)) for n in lists},
            fingerprints,
        )

    def named(self, values: Iterable[Value]) -> set[str]:
        """All entries that the values name, directly or by list."""
        return {
            entry for v in map(str, values) for entry in (self.entries.get(v, ()) if v[0] == "@" else (v,))
        }

    def has_domain(self, values: Iterable[Value], domain: str) -> bool:
        """Whether a domain, or one above it, is named."""
        labels = domain.split(".")
        above = {".".join(labels[i:]) for i in range(len(labels) - 1)}
        return not above.isdisjoint(self.named(values))

    def has_address(self, values: Iterable[Value], address: str, fingerprint: str) -> bool:
        """Whether an address is named; a stored feature knows only its fingerprint."""
        spelt, normal = self._spelt_as(values), normalise_email(address)
        return (bool(normal) and normal in spelt.emails) or (bool(fingerprint) and fingerprint in spelt.marks)

    def has_value(self, values: Iterable[Value], fingerprint: str) -> bool:
        """Whether a found address or number is named."""
        return bool(fingerprint) and fingerprint in self._spelt_as(values).marks

    def _spelt_as(self, values: Iterable[Value]) -> "_Spelt":
        key = tuple(values)
        if key not in self._spelt:  # as many as there are conditions in a set
            self._spelt[key] = _spelt(self.named(key), self.fingerprints)
        return self._spelt[key]


@dataclass(frozen=True, slots=True)
class _Spelt:
    """Entries in their one spelling, and as a stored feature knows them."""

    emails: frozenset[str]
    marks: frozenset[str]


def _spelt(named: Iterable[str], fingerprints: Fingerprints | None) -> _Spelt:
    emails = frozenset(normal for n in named if (normal := normalise_email(n)))
    if fingerprints is None:
        return _Spelt(emails, frozenset())
    phones = {normal for n in named if (normal := normalise_phone(n))}
    marks = [fingerprints.of("email", e) for e in emails] + [fingerprints.of("phone", p) for p in phones]
    return _Spelt(emails, frozenset(marks))


@lru_cache(maxsize=8)
def _lists(key: ByIdentity[tuple[NamedList, ...]], day: date, fingerprints: Fingerprints | None) -> Lists:
    """The lists of a set on one day: worked out once."""
    return Lists.on(key.of, day, fingerprints)


def _gravity(evidence: Evidence) -> tuple[object, ...]:
    found = evidence.finding
    return (-found.level, -found.count, found.kind, found.part, found.place, found.fingerprint, found.quoted)


@dataclass(frozen=True, slots=True)
class Case:
    """Facts and set, with what both say together worked out once."""

    facts: Facts
    lists: Lists
    switches: frozenset[str]
    kinds: frozenset[str]
    evidence: tuple[Evidence, ...]  # gravest first, whatever the order in which it was found
    by_kind: dict[str, tuple[Evidence, ...]]
    has_attachment: bool
    minute_of_day: int
    tls_counts: bool

    @classmethod
    def of(cls, facts: Facts, policy_set: PolicySet) -> "Case":
        """The case of these facts under this set."""
        evidence = sorted(facts.evidence, key=_gravity)
        by_kind: dict[str, list[Evidence]] = {}
        for found in evidence:
            by_kind.setdefault(found.finding.kind, []).append(found)
        local = facts.received_at.astimezone(ZoneInfo(policy_set.header.timezone))
        return cls(
            facts=facts,
            lists=Lists.at(policy_set.lists, facts.received_at, facts.fingerprints),
            switches=frozenset(s.name for s in policy_set.switches if s.on),
            kinds=frozenset(by_kind),
            evidence=tuple(evidence),
            by_kind={kind: tuple(found) for kind, found in by_kind.items()},
            has_attachment=any(p.role is Where.ATTACHMENT for p in facts.parts),
            minute_of_day=local.hour * 60 + local.minute,
            tls_counts=policy_set.header.tls_counts_as_secure,
        )

    def relation(self, recipient: RecipientFacts) -> Relation:
        """The recipient's relation as this set reads it: where TLS does not count, no partner is a secure one."""
        if recipient.relation is Relation.SECURE_PARTNER and not self.tls_counts:
            return Relation.PARTNER
        return recipient.relation
