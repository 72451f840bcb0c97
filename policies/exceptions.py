"""Exceptions as data: who may do what that a policy forbids, why, who approved it, and until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, permutations

from policies.policy_set import Policy, PolicySet

_PEOPLE = 8  # approvers that are looked at: nobody asks more for one exception


@dataclass(frozen=True, slots=True)
class Approver:
    """One person's word for an exception, and the roles in which they gave it."""

    who: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Leave for one sender to do what one policy would stop. It ends by itself."""

    id: str
    policy: str  # Policy.id, or the id of a matrix: all its cells
    sender: str  # fingerprint of the sender's normalised address
    reason: str
    approvers: tuple[Approver, ...]
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
    """Whether the people approved it whom the set asks for."""
    header = policy_set.header
    return enough(
        waiver.approvers, by=header.waiver_by, number=header.waiver_approvers, each=header.waiver_all
    )


def enough(approvers: Iterable[Approver], *, by: Sequence[str], number: int, each: bool) -> bool:
    """Whether so many different people in one of these roles approved; with `each`, one of every role."""
    words: dict[str, frozenset[str]] = {}
    for one in approvers:
        words[one.who] = words.get(one.who, frozenset()) | (one.roles & set(by))
    people = tuple(islice((roles for roles in words.values() if roles), _PEOPLE))
    if len(people) < number:
        return False
    if not each:
        return True
    return any(
        all(role in roles for role, roles in zip(by, some, strict=True))
        for some in permutations(people, len(by))
    )


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
