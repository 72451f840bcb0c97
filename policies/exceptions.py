"""Exceptions as data: who may do what that a policy forbids, why, who approved it, and until when."""

from dataclasses import dataclass, field
from datetime import datetime

from policies.policy_set import Policy, PolicySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Leave for one sender to do what one policy would stop. It ends by itself."""

    id: str
    policy: str  # Policy.id, or the id of a matrix: all its cells
    sender: str  # fingerprint of the sender's normalised address
    reason: str
    approvers: tuple[str, ...]  # who approved, each once
    expires_at: datetime
    recipients: frozenset[str] = frozenset()  # fingerprints; empty = any recipient
    school: str = ""

    def covers(self, policy: Policy, sender: str, school: str, now: datetime) -> bool:
        """Whether it speaks of this policy and sender at this moment."""
        return (
            policy.waivable
            and self.policy in {policy.id, policy.matrix} - {""}
            and bool(sender)
            and self.sender == sender
            and self.school in ("", school)
            and now < self.expires_at
        )


def approved(waiver: Waiver, policy_set: PolicySet) -> bool:
    """Whether as many different people approved it as the set asks for."""
    return len(set(waiver.approvers)) >= policy_set.header.waiver_approvers


@dataclass(frozen=True, slots=True, kw_only=True)
class Bypass:
    """The panic bypass: mail flows unhindered for a while. It has a reason, a name, and an end."""

    reason: str
    by: str
    started_at: datetime
    expires_at: datetime
    schools: frozenset[str] = field(default_factory=frozenset)  # empty = every school

    def holds(self, school: str, now: datetime) -> bool:
        """Whether mail of this school passes at this moment."""
        return self.started_at <= now < self.expires_at and (not self.schools or school in self.schools)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What people have switched on: each entry still has its own end."""

    waivers: tuple[Waiver, ...] = ()
    bypasses: tuple[Bypass, ...] = ()

    def bypassed(self, school: str, now: datetime) -> bool:
        """Whether mail of this school goes unhindered."""
        return any(one.holds(school, now) for one in self.bypasses)
