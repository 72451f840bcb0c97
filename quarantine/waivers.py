"""Exceptions for one sender and one policy: asked for, approved by as many people as the school's text wants, ended by time."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import policies
from policies.envelope import RANDOM_BYTES, new_id
from policies.exceptions import Approver, enough
from quarantine import audit, config, in_force, keys, sealed_words
from quarantine.database import one_transaction
from quarantine.masks import address_fingerprint, mask_address
from quarantine.models import Approval, Role, Waiver
from quarantine.refusal import Refusal

LONGEST = timedelta(days=366)  # then it is asked for again
MOST = 500  # shown, and in force, at once


class WaiverError(Refusal):
    """An exception cannot be made, approved or ended as asked: what is wrong, for who asked. Holds no address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks for."""

    policy: str  # id of a policy, or of a table
    sender: str = field(repr=False)
    reason: str = field(repr=False)
    expires_at: datetime
    recipients: Sequence[str] = field(default=(), repr=False)  # none = everybody
    school: str = ""  # the first one, when there is but one


def add(asked: Asked, *, actor: str, approvers: Iterable[str] = (), now: datetime) -> Waiver:
    """Write it down with the approvals that are there already."""
    conf = config.current()
    school = conf.school(asked.school).key
    _check(asked, now)
    prints, own = keys.current().fingerprints, conf.domains
    row = Waiver(
        id=new_id(now, secrets.token_bytes(RANDOM_BYTES)),
        school=school,
        policy=asked.policy,
        sender=address_fingerprint(prints, asked.sender),
        sender_masked=mask_address(asked.sender, own_domains=own),
        recipients=[address_fingerprint(prints, address) for address in asked.recipients],
        recipients_masked=[mask_address(address, own_domains=own) for address in asked.recipients],
        reason=sealed_words.seal(asked.reason),
        made_by=actor,
        made_at=now,
        expires_at=asked.expires_at,
    )
    with one_transaction():
        row.save(force_insert=True)
        _log("exception-added", row, actor, now, policy=row.policy, days=(row.expires_at - now).days)
        for who in dict.fromkeys(approvers):
            _approve(row, who, actor, now)
    return row


def approve(
    waiver_id: str,
    *,
    who: str,
    recorded_by: str = "",
    schools: Iterable[str] | None = None,
    now: datetime,
) -> Waiver:
    """One more person's word, given by themselves or written down by an account; the same person's counts once."""
    with one_transaction():
        row = _standing(waiver_id, schools, now)
        _approve(row, who, recorded_by or who, now)
    return row


def end(waiver_id: str, *, actor: str, schools: Iterable[str] | None = None, now: datetime) -> Waiver:
    """It stops now; the gateway hears of it within seconds."""
    with one_transaction():
        row = _standing(waiver_id, schools, now)
        if not Waiver.objects.filter(id=row.id, ended_at=None).update(ended_at=now, ended_by=actor):
            raise WaiverError("It has ended already.")
        _log("exception-ended", row, actor, now, policy=row.policy)
    return row


def listing(*, now: datetime, schools: Iterable[str] | None = None, ended: bool = False) -> list[Waiver]:
    """Those that stand, the newest first; with `ended` the others too."""
    rows = Waiver.objects.prefetch_related("approvals").order_by("-made_at")
    if schools is not None:
        rows = rows.filter(school__in=list(schools))
    if not ended:
        rows = rows.filter(ended_at=None, expires_at__gt=now)
    return list(rows[:MOST])


def standing(*, now: datetime) -> tuple[policies.Waiver, ...]:
    """As `policies.decide` takes them; whether enough people approved is for the policy set to say."""
    return tuple(
        policies.Waiver(
            id=row.id,
            policy=row.policy,
            sender=row.sender,
            reason="",
            approvers=_words(row),
            expires_at=row.expires_at,
            recipients=frozenset(row.recipients),
            school=row.school,
        )
        for row in listing(now=now)
    )


def approvers(row: Waiver) -> tuple[str, ...]:
    """Who approved, in order."""
    return tuple(one.who for one in sorted(row.approvals.all(), key=lambda one: one.at))


def counts(row: Waiver) -> bool:
    """Whether those approved whom the policy set asks for."""
    asks = in_force.waivers()
    return enough(_words(row), by=asks.by, number=asks.approvers, each=asks.each)


def missing(row: Waiver) -> int:
    """How many more people must approve, at least."""
    if counts(row):
        return 0
    asks = in_force.waivers()
    given = {one.who for one in row.approvals.all() if set(one.roles) & set(asks.by)}
    return max(1, max(asks.approvers, len(asks.by) if asks.each else 1) - len(given))


def roles_of(who: str, school: str) -> tuple[str, ...]:
    """The roles of a person whose word the policy set counts: by their account, or by the settings."""
    address = who.strip().lower()
    named = {
        role for role, addresses in config.current().roles.items() if address in map(str.lower, addresses)
    }
    accounts = Role.objects.filter(user__email__iexact=address, school=school).values_list("role", flat=True)
    return tuple(sorted((named | set(accounts)) & set(in_force.waivers().by)))


def reason(row: Waiver) -> str:
    """Why, for a process that may open the store."""
    return sealed_words.opened(row.reason)


def _check(asked: Asked, now: datetime) -> None:
    conf = config.current()
    known = in_force.waivers().policies
    for wrong, words in (
        (not asked.reason.strip(), "Give a reason."),
        ("@" not in asked.sender.strip("@"), "Name the sender's whole address."),
        (any("@" not in r.strip("@") for r in asked.recipients), "Name the recipients' whole addresses."),
        (asked.expires_at <= now, "Its end lies in the past."),
        (asked.expires_at > now + LONGEST, f"It can hold for {LONGEST.days} days at most."),
        (not asked.policy, "Name the policy."),
        (bool(known) and asked.policy not in known, "There is no such policy that allows an exception."),
        (asked.school and asked.school not in {s.key for s in conf.schools}, "There is no such school."),
    ):
        if wrong:
            raise WaiverError(words)


def _standing(waiver_id: str, schools: Iterable[str] | None, now: datetime) -> Waiver:
    rows = Waiver.objects.select_for_update().filter(id=waiver_id)
    row = (rows if schools is None else rows.filter(school__in=list(schools))).first()
    if row is None:
        raise WaiverError("There is no such exception.")
    if row.ended_at or row.expires_at <= now:
        raise WaiverError("It has ended already.")
    return row


def _approve(row: Waiver, who: str, recorded_by: str, now: datetime) -> None:
    """One person's word, if it counts. Where several must approve, each is recorded by somebody else."""
    roles = roles_of(who, row.school)
    if not roles:
        wanted = " or ".join(in_force.waivers().by)
        raise WaiverError(f"Their word does not count: only somebody whose role is {wanted} may approve.")
    known = {one.who: one.recorded_by for one in row.approvals.all()}
    address = who.strip().lower()
    if address in known:
        return
    if recorded_by in known.values():
        raise WaiverError(
            "You wrote down an approval already. Another person must give the next one, "
            "in the console or with their own account on this machine."
        )
    Approval.objects.create(waiver=row, who=address, roles=list(roles), recorded_by=recorded_by, at=now)
    _log("exception-approved", row, who, now, recorded_by=recorded_by)


def _words(row: Waiver) -> tuple[Approver, ...]:
    given = sorted(row.approvals.all(), key=lambda one: one.at)
    return tuple(Approver(one.who, frozenset(one.roles)) for one in given)


def _log(kind: str, row: Waiver, actor: str, now: datetime, **details: object) -> None:
    audit.append(kind, now=now, school=row.school, reference=row.id, actor=actor, **details)
