"""What becomes of a message whose sender has chosen: claimed by lease, mended outside any transaction, its fate recorded once."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db.models import F, Q

from detectors.findings import Scan
from policies.envelope import Envelope
from policies.verdict import Action, Cure, Hit, Verdict
from quarantine import evidence, keys, letters, memory, posting, store
from quarantine.cover import Cover
from quarantine.cures.plans import Parcel, chosen
from quarantine.cures.problems import open_problems
from quarantine.database import one_transaction
from quarantine.models import Held, HeldRecipient, Mend, Mending, Sealed, State
from quarantine.notices.notice import Kind
from quarantine.workflow import copies
from quarantine.workflow.decisions import _audit, _choose, _close, _end, _lost
from quarantine.workflow.errors import AlreadyDecided
from quarantine.workflow.mending import SENDER, give_to_a_role

STILL_THERE = "still-there"  # mended, and not enough
READINGS = 3  # of what was chosen; where none succeeds a role decides
ROUNDS = 1  # times that a mended message comes back to its sender; then a role decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One parcel, ready to go: its bytes, or None as received."""

    positions: tuple[int, ...]
    raw: bytes | None = field(default=None, repr=False)
    changed: bool = False  # bytes of the message, not only who gets it
    inside: bool = False  # … behind its header: what S/MIME and PGP sign
    signed: bool = False  # with DKIM, anew
    remember: frozenset[str] = (
        frozenset()
    )  # pair keys of locked files: their password must not follow by mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One message to be mended."""

    held_id: str
    lease: str
    tries: int
    cover: Cover = field(repr=False)
    parcels: tuple[Parcel, ...] = field(repr=False)
    left_out: frozenset[int]
    confirmed: tuple[tuple[str, str, str, tuple[int, ...], str], ...]
    raw: bytes = field(repr=False)
    by: str = ""  # the officer who chose; "" = the sender

    @property
    def as_received(self) -> bool:
        """Whether everybody gets the bytes as they came."""
        return not self.left_out and all(parcel.plan.empty for parcel in self.parcels)

    @property
    def may_go_back(self) -> bool:
        """Whether what is still wrong is asked of the sender again: not of an officer, and not of several parcels."""
        return not self.by and len(self.parcels) == 1

    def envelope(self, parcel: Parcel) -> Envelope:
        """The envelope of one parcel."""
        kept = tuple(self.cover.envelope.recipients[n] for n in parcel.positions)
        return replace(self.cover.envelope, recipients=kept)

    def open_hits(self, verdict: Verdict) -> tuple[Hit, ...]:
        """The hits that still stand: watched ones and those that were confirmed are passed over."""
        return tuple(
            hit
            for hit in verdict.hits
            if hit.action >= Action.ASK and not hit.monitor and not self._passed_over(hit, verdict.version)
        )

    def _passed_over(self, hit: Hit, version: str) -> bool:
        if hit.action is not Action.ASK and not self.by:
            return False
        at = set(evidence.positions(hit.recipients, self.cover.envelope))
        return any(
            (policy, fingerprint, part) == (hit.policy, hit.fingerprint, hit.part)
            and (said == version or self.by)
            and (not to or (at and at <= set(to)))
            for policy, fingerprint, part, to, said in self.confirmed
        )


def claim(*, now: datetime, lease: timedelta = timedelta(minutes=5)) -> Job | None:
    """Take the next message that is to be mended: nobody else gets it before the lease ends.

    None waits for longer than a lease: a time further ahead is that of a wrong clock, and is due.
    """
    token = secrets.token_hex(16)
    with one_transaction():
        due = (
            Mending.objects.select_for_update(skip_locked=True)
            .filter(state=Mend.DUE, held__state=State.HELD)
            .exclude(next_at__gt=now, next_at__lte=now + lease)
            .order_by("next_at")
            .values_list("held_id", flat=True)
            .first()
        )
        if due is None:
            return None
        Mending.objects.filter(held=due).update(lease=token, next_at=now + lease, tries=F("tries") + 1)
    mending = Mending.objects.select_related("held__message").get(held=due)
    try:
        return _job(mending.held, mending, token)
    except Exception:
        if mending.tries >= READINGS:
            _unreadable(due, token, now)
        raise


def later(job: Job, *, at: datetime) -> None:
    """Try it again at `at`."""
    Mending.objects.filter(held=job.held_id, lease=job.lease).update(next_at=at, lease="")


def send(job: Job, made: Sequence[Made], *, now: datetime) -> Held:
    """All is well: it goes, mended, or as received where it was only confirmed; one outbox row for each parcel."""
    with _finishing(job.held_id, job.lease) as (held, mending):
        waiting = set(_choose(held, job.cover, None))
        going = sum(len(waiting.intersection(one.positions)) for one in made)
        for one in made:
            _post(held, job, one, waiting, now)
        _leave_out(held, job)
        who = job.by or SENDER
        _close(
            held, State.CURED if any(one.raw is not None for one in made) else State.RELEASED, who, now, ""
        )
        mending.state = Mend.DONE
        mending.save()
        broken = _broken(held, made)
        told = letters.signature_broken(held, job.cover, broken, now=now) if broken else []
        if job.by:
            told += letters.to_sender(
                Kind.RELEASED,
                held,
                job.cover,
                now=now,
                positions=sorted(waiting - job.left_out),
                changed=not job.as_received,
            )
        letters.post(told, reference=held.id, held_id=held.id, now=now)
        details: dict[str, Any] = {"signatures": broken} if broken else {}
        cures = sorted(set(mending.choices.values()))
        counts = {"recipients": going, "left_out": len(job.left_out), "parcels": len(made)}
        _audit("cured", held, now, who, cures=cures, **counts, **details)
    return held


def _post(held: Held, job: Job, one: Made, waiting: set[int], now: datetime) -> None:
    message = held.message if one.raw is None else _stored(held, one.raw, now)
    assert message is not None
    positions = sorted(waiting.intersection(one.positions))
    posting.queue(
        "original" if one.raw is None else "cured",
        job.cover,
        message=message,
        sealed_cover=bytes(held.envelope or b""),
        reference=held.id,
        held_id=held.id,
        positions=positions,
        now=now,
    )
    state = State.RELEASED if one.raw is None else State.CURED
    HeldRecipient.objects.filter(held=held, position__in=positions).update(state=state)
    memory.remember(one.remember, reference=held.id, until=now + memory.DAY)


def _broken(held: Held, made: Sequence[Made]) -> list[str]:
    """The signatures that no longer fit: those of parcels that were changed and not signed anew."""
    dkim = any(one.changed and not one.signed for one in made)
    inside = any(one.inside for one in made)
    return [name for name in held.signatures if (dkim if name == "dkim" else inside)]


def back(job: Job, raw: bytes, scan: Scan, verdict: Verdict, hits: Sequence[Hit], *, now: datetime) -> Held:
    """The mended message still needs something: its sender is asked once more, then a role; what refuses it ends it."""
    harshest = max(hit.action for hit in hits)
    with _finishing(job.held_id, job.lease) as (held, mending):
        if held.legal_hold:  # only one message is kept, and it has to be the one that came
            _given_up(held, job, mending, STILL_THERE, now)
            return held
        held.message = _stored(held, raw, now)
        held.size = len(raw)
        held.hits = evidence.hit_rows(replace(verdict, hits=tuple(hits)), job.cover.envelope)
        held.findings, held.parts = evidence.finding_rows(scan), evidence.part_rows(scan)
        held.misses, held.policy_set = evidence.miss_rows(verdict), verdict.version
        held.level = max(hit.level for hit in hits)
        held.save()
        _leave_out(held, job)
        mending.confirmed = [list(row) for row in job.confirmed]
        mending.choices, mending.rounds, mending.lease = {}, mending.rounds + 1, ""
        mending.state = Mend.CHOOSING
        mending.save()
        _audit("mended-not-enough", held, now, SENDER, action=harshest.word, hits=len(hits))
        if harshest is Action.BLOCK:
            _end(held, job.cover, State.RETURNED, Kind.RETURNED, "policy", now, "")
            mending.state = Mend.DONE
            mending.save()
        elif harshest is Action.QUARANTINE or mending.rounds > ROUNDS:
            _to_a_role(held, job, mending, STILL_THERE, now)
        elif not copies.rejoin(held, job.cover, now=now):
            told = letters.to_sender(
                Kind.ASK, held, job.cover, now=now, positions=_choose(held, job.cover, None)
            )
            letters.post(told, reference=held.id, held_id=held.id, now=now)
    return held


def give_up(job: Job, why: str, *, now: datetime) -> Held:
    """It could not be mended: a role decides about the message as it is."""
    with _finishing(job.held_id, job.lease) as (held, mending):
        _given_up(held, job, mending, why, now)
    return held


def _given_up(held: Held, job: Job, mending: Mending, why: str, now: datetime) -> None:
    _audit("not-mended", held, now, job.by or SENDER, why=why)
    _to_a_role(held, job, mending, STILL_THERE if why == STILL_THERE else "not-mended", now)


def _unreadable(held_id: str, lease: str, now: datetime) -> None:
    """What was chosen does not open, or was chosen in another version: a role decides, or it would wait until it ends unsent."""
    with _finishing(held_id, lease) as (held, mending):
        _audit("not-mended", held, now, mending.by or SENDER, why="unreadable")
        give_to_a_role(held, mending, "not-mended", now)


def _to_a_role(held: Held, job: Job, mending: Mending, why: str, now: datetime) -> None:
    """A role decides; of several copies that end so, it is told of the first one."""
    give_to_a_role(held, mending, why, now, tell=False)
    if not copies.rejoin(held, job.cover, now=now):
        told = letters.to_officers(Kind.REVIEW, held, job.cover, now=now)
        letters.post(told, reference=held.id, held_id=held.id, now=now)


def forget_passwords(*, now: datetime) -> int:
    """Passwords are kept for the sender's page only so long."""
    old = Mending.objects.filter(Q(password_until__lte=now), password__isnull=False)
    return old.update(password=None, password_until=None)


def _job(held: Held, mending: Mending, lease: str) -> Job:
    opening = keys.current().opening
    cover = store.unseal_record(Cover, held.envelope or b"", opening)
    assert held.message is not None
    what = chosen(held, mending, cover)
    if {Cure.BCC, Cure.SINGLY} & set(mending.choices.values()):
        what = replace(what, parcels=_hiding_all(held, what.parcels))
    earlier = [(p, f, part, tuple(to), version) for p, f, part, to, version in mending.confirmed]
    now_confirmed = [
        (hit.policy, hit.fingerprint, hit.part, one.positions, held.policy_set)
        for one in open_problems(held, officer=bool(mending.by))
        if mending.choices[one.key] == Cure.CONFIRM
        for hit in one.hits
    ]
    return Job(
        held_id=held.id,
        lease=lease,
        tries=mending.tries,
        cover=cover,
        by=mending.by,
        parcels=what.parcels,
        left_out=what.left_out,
        confirmed=(*earlier, *now_confirmed),
        raw=store.unseal(held.message.blob, opening),
    )


def _hiding_all(held: Held, parcels: Sequence[Parcel]) -> tuple[Parcel, ...]:
    """A message that came in several copies names the families of all of them."""
    opening = keys.current().opening
    sealed = copies.family(held).exclude(id=held.id).values_list("envelope", flat=True)
    others = {a for one in sealed if one for a in store.unseal_record(Cover, one, opening).envelope.addresses}
    return tuple(
        replace(one, plan=msgspec.structs.replace(one.plan, hide=tuple(sorted({*one.plan.hide, *others}))))
        for one in parcels
    )


@contextmanager
def _finishing(held_id: str, lease: str) -> Iterator[tuple[Held, Mending]]:
    """One transaction that still holds the lease of a message that still waits, or AlreadyDecided."""
    with one_transaction():
        if not Held.objects.filter(id=held_id, state=State.HELD).update(version=F("version") + 1):
            raise _lost(held_id)
        mending = (
            Mending.objects.select_for_update().filter(held=held_id, lease=lease, state=Mend.DUE).first()
        )
        if mending is None:
            raise AlreadyDecided("", "mended elsewhere", None)
        held = Held.objects.select_related("message").defer("message__blob").get(id=held_id)
        yield held, mending


def _stored(held: Held, raw: bytes, now: datetime) -> Sealed:
    blob = store.seal(raw, keys.current().public)
    return Sealed.objects.create(school=held.school, blob=blob, size=len(raw), created_at=now)


def _leave_out(held: Held, job: Job) -> None:
    """Recipients whom the sender took out do not get it."""
    HeldRecipient.objects.filter(held=held, position__in=job.left_out).update(state=State.RETURNED)
