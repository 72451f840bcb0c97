"""What becomes of a message whose sender has chosen: claimed by lease, mended outside any transaction, its fate recorded once."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import F, Q

from detectors.cure.plan import Plan
from detectors.findings import Scan
from policies.envelope import Envelope
from policies.verdict import Action, Cure, Hit, Verdict
from quarantine import evidence, keys, letters, memory, posting, store
from quarantine.cover import Cover
from quarantine.cures.plans import chosen
from quarantine.cures.problems import open_problems
from quarantine.database import one_transaction
from quarantine.models import Held, HeldRecipient, Mend, Mending, Sealed, State
from quarantine.notices.notice import Kind
from quarantine.workflow.decisions import _audit, _choose, _close, _end, _lost
from quarantine.workflow.errors import AlreadyDecided
from quarantine.workflow.mending import SENDER, give_to_a_role

ROUNDS = 1  # times that a mended message comes back to its sender; then a role decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One message to be mended."""

    held_id: str
    lease: str
    tries: int
    cover: Cover = field(repr=False)
    plan: Plan = field(repr=False)
    left_out: frozenset[int]
    confirmed: tuple[tuple[str, str, str, tuple[int, ...], str], ...]
    raw: bytes = field(repr=False)

    @property
    def envelope(self) -> Envelope:
        """The envelope with those who still get it."""
        kept = [r for n, r in enumerate(self.cover.envelope.recipients) if n not in self.left_out]
        return replace(self.cover.envelope, recipients=tuple(kept))

    def open_hits(self, verdict: Verdict) -> tuple[Hit, ...]:
        """The hits that still stand: watched ones and those that the sender has confirmed are passed over."""
        return tuple(
            hit
            for hit in verdict.hits
            if hit.action >= Action.ASK and not hit.monitor and not self._passed_over(hit, verdict.version)
        )

    def _passed_over(self, hit: Hit, version: str) -> bool:
        if hit.action is not Action.ASK:
            return False
        at = set(evidence.positions(hit.recipients, self.cover.envelope))
        return any(
            (policy, fingerprint, part, said) == (hit.policy, hit.fingerprint, hit.part, version)
            and (not to or (at and at <= set(to)))
            for policy, fingerprint, part, to, said in self.confirmed
        )


def claim(*, now: datetime, lease: timedelta = timedelta(minutes=5)) -> Job | None:
    """Take the next message that is to be mended: nobody else gets it before the lease ends."""
    token = secrets.token_hex(16)
    with one_transaction():
        due = (
            Mending.objects.select_for_update(skip_locked=True)
            .filter(state=Mend.DUE, next_at__lte=now, held__state=State.HELD)
            .order_by("next_at")
            .values_list("held_id", flat=True)
            .first()
        )
        if due is None:
            return None
        Mending.objects.filter(held=due).update(lease=token, next_at=now + lease, tries=F("tries") + 1)
    mending = Mending.objects.select_related("held__message").get(held=due)
    return _job(mending.held, mending, token)


def later(job: Job, *, at: datetime) -> None:
    """Try it again at `at`."""
    Mending.objects.filter(held=job.held_id, lease=job.lease).update(next_at=at, lease="")


def send(job: Job, raw: bytes | None, *, now: datetime, remember: frozenset[str] = frozenset()) -> Held:
    """All is well: it goes, mended, or as received where the sender only confirmed.

    `remember` are the pair keys of the files that are locked now: their password must not follow by mail.
    """
    with _finishing(job) as (held, mending):
        going = [n for n in _choose(held, job.cover, None) if n not in job.left_out]
        message = held.message if raw is None else _stored(held, raw, now)
        assert message is not None
        state = State.RELEASED if raw is None else State.CURED
        posting.queue(
            "original" if raw is None else "cured",
            job.cover,
            message=message,
            sealed_cover=bytes(held.envelope or b""),
            reference=held.id,
            held_id=held.id,
            positions=going,
            now=now,
        )
        _leave_out(held, job)
        HeldRecipient.objects.filter(held=held, position__in=going).update(state=state)
        memory.remember(remember, reference=held.id, until=now + memory.DAY)
        _close(held, state, SENDER, now, "")
        mending.state = Mend.DONE
        mending.save()
        cures = sorted(set(mending.choices.values()))
        _audit("cured", held, now, SENDER, cures=cures, recipients=len(going), left_out=len(job.left_out))
    return held


def back(job: Job, raw: bytes, scan: Scan, verdict: Verdict, hits: Sequence[Hit], *, now: datetime) -> Held:
    """The mended message still needs something: its sender is asked once more, then a role; what refuses it ends it."""
    harshest = max(hit.action for hit in hits)
    with _finishing(job) as (held, mending):
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
            give_to_a_role(held, mending, "still-there", now)
        else:
            told = letters.to_sender(
                Kind.ASK, held, job.cover, now=now, positions=_choose(held, job.cover, None)
            )
            letters.post(told, reference=held.id, held_id=held.id, now=now)
    return held


def give_up(job: Job, why: str, *, now: datetime) -> Held:
    """It could not be mended: a role decides about the message as it is."""
    with _finishing(job) as (held, mending):
        _audit("not-mended", held, now, SENDER, why=why)
        give_to_a_role(held, mending, "not-mended", now)
    return held


def forget_passwords(*, now: datetime) -> int:
    """Passwords are kept for the sender's page only so long."""
    old = Mending.objects.filter(Q(password_until__lte=now), password__isnull=False)
    return old.update(password=None, password_until=None)


def _job(held: Held, mending: Mending, lease: str) -> Job:
    opening = keys.current().opening
    cover = store.unseal_record(Cover, held.envelope or b"", opening)
    assert held.message is not None
    what = chosen(held, mending, cover)
    earlier = [(p, f, part, tuple(to), version) for p, f, part, to, version in mending.confirmed]
    now_confirmed = [
        (hit.policy, hit.fingerprint, hit.part, one.positions, held.policy_set)
        for one in open_problems(held)
        if mending.choices[one.key] == Cure.CONFIRM
        for hit in one.hits
    ]
    return Job(
        held_id=held.id,
        lease=lease,
        tries=mending.tries,
        cover=cover,
        plan=what.plan,
        left_out=what.left_out,
        confirmed=(*earlier, *now_confirmed),
        raw=store.unseal(held.message.blob, opening),
    )


@contextmanager
def _finishing(job: Job) -> Iterator[tuple[Held, Mending]]:
    """One transaction that still holds the lease of a message that still waits, or AlreadyDecided."""
    with one_transaction():
        if not Held.objects.filter(id=job.held_id, state=State.HELD).update(version=F("version") + 1):
            raise _lost(job.held_id)
        mending = (
            Mending.objects.select_for_update()
            .filter(held=job.held_id, lease=job.lease, state=Mend.DUE)
            .first()
        )
        if mending is None:
            raise AlreadyDecided("", "mended elsewhere", None)
        held = Held.objects.select_related("message").defer("message__blob").get(id=job.held_id)
        yield held, mending


def _stored(held: Held, raw: bytes, now: datetime) -> Sealed:
    blob = store.seal(raw, keys.current().public)
    return Sealed.objects.create(school=held.school, blob=blob, size=len(raw), created_at=now)


def _leave_out(held: Held, job: Job) -> None:
    """Recipients whom the sender took out do not get it."""
    HeldRecipient.objects.filter(held=held, position__in=job.left_out).update(state=State.RETURNED)
