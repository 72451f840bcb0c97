"""One message in front of one policy set: what the tests of conditions may look at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from detectors.findings import Where
from detectors.fingerprints import Fingerprints
from detectors.recognize.addresses import normalise_email, normalise_phone
from policies.conditions import Value
from policies.evidence import Evidence, Facts, RecipientFacts, Relation
from policies.policy_set import NamedList, PolicySet


@dataclass(frozen=True, slots=True)
class Lists:
    """The named lists of a set as they stand at one moment: an expired entry is not there."""

    entries: dict[str, frozenset[str]]
    fingerprints: Fingerprints | None = field(default=None, repr=False)

    @classmethod
    def at(cls, lists: Iterable[NamedList], now: datetime, fingerprints: Fingerprints | None) -> "Lists":
        """The entries that count at `now`."""
        day = now.date()
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
        named = self.named(values)
        normal = normalise_email(address)
        return (bool(normal) and normal in {normalise_email(n) for n in named}) or (
            bool(fingerprint) and fingerprint in self._hashes(named)
        )

    def has_value(self, values: Iterable[Value], fingerprint: str) -> bool:
        """Whether a found address or number is named."""
        return bool(fingerprint) and fingerprint in self._hashes(self.named(values))

    def _hashes(self, named: Iterable[str]) -> set[str]:
        if self.fingerprints is None:
            return set()
        of = self.fingerprints.of
        emails = {normal for n in named if (normal := normalise_email(n))}
        phones = {normal for n in named if (normal := normalise_phone(n))}
        return {of("email", e) for e in emails} | {of("phone", p) for p in phones}


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
        local = facts.received_at.astimezone(ZoneInfo(policy_set.header.timezone))
        return cls(
            facts=facts,
            lists=Lists.at(policy_set.lists, facts.received_at, facts.fingerprints),
            switches=frozenset(s.name for s in policy_set.switches if s.on),
            kinds=facts.kinds,
            evidence=tuple(evidence),
            by_kind={kind: tuple(e for e in evidence if e.finding.kind == kind) for kind in facts.kinds},
            has_attachment=any(p.role is Where.ATTACHMENT for p in facts.parts),
            minute_of_day=local.hour * 60 + local.minute,
            tls_counts=policy_set.header.tls_counts_as_secure,
        )

    def relation(self, recipient: RecipientFacts) -> Relation:
        """The recipient's relation as this set reads it: where TLS does not count, no partner is a secure one."""
        if recipient.relation is Relation.SECURE_PARTNER and not self.tls_counts:
            return Relation.PARTNER
        return recipient.relation
