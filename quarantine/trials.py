"""Messages that somebody only tries: sealed until they are judged, then gone; an answer in masks for an hour; sent to nobody."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from policies.envelope import RANDOM_BYTES, Envelope, Recipient, new_id
from policies.verdict import Verdict
from quarantine import audit, config, evidence, keys, store
from quarantine.cover import Cover
from quarantine.database import one_transaction
from quarantine.models import Sealed, Trial
from quarantine.notices import wording
from quarantine.notices.notice import Kind, Notice, problems

KEPT = timedelta(hours=1)  # an answer can be read so long
LEASE = timedelta(minutes=2)
WITHIN = timedelta(minutes=10)
MOST = 10  # tries of one person within these
LARGEST = 10_000_000  # bytes of a file
OUTSIDER = "somebody@outside.invalid"
FAILED = "failed"


class TooManyError(Exception):
    """Somebody has tried often enough for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One message to be judged."""

    id: str
    envelope: Envelope = field(repr=False)
    raw: bytes = field(repr=False)


def composed(
    *, sender: str, to: Sequence[str], subject: str, text: str, file: tuple[str, bytes] | None, now: datetime
) -> bytes:
    """What was typed and chosen, as a message; a whole message (.eml) as it is."""
    if file and file[0].lower().endswith(".eml"):
        return file[1]
    message = EmailMessage(policy=SMTP)
    message["From"], message["Date"] = sender, format_datetime(now)
    message["To"] = ", ".join(to) or "undisclosed-recipients:;"
    message["Subject"] = " ".join(subject.split())
    message.set_content(text)
    if file:
        message.add_attachment(
            file[1], maintype="application", subtype="octet-stream", filename=" ".join(file[0].split())[-150:]
        )
    return message.as_bytes()


def begin(raw: bytes, *, sender: str, to: Sequence[str], who: str, school: str, now: datetime) -> str:
    """Put it up for being judged; the id of its answer."""
    envelope = Envelope(
        id=new_id(now, secrets.token_bytes(RANDOM_BYTES)),
        mail_from=sender,
        recipients=tuple(Recipient(address=address) for address in to or [OUTSIDER]),
        received_at=now,
        school=school,
    )
    public = keys.current().public
    blob, cover = store.seal(raw, public), store.seal_record(Cover(envelope=envelope), public)
    with one_transaction():
        if (
            Trial.objects.filter(who=who, created_at__gt=now - WITHIN, created_at__lt=now + WITHIN).count()
            >= MOST
        ):
            raise TooManyError
        message = Sealed.objects.create(school=school, blob=blob, size=len(raw), created_at=now)
        trial = Trial.objects.create(
            id=secrets.token_urlsafe(24),
            school=school,
            who=who,
            created_at=now,
            envelope=cover,
            message=message,
        )
    return trial.id


def claim(*, now: datetime) -> Job | None:
    """The next one to be judged; nobody else gets it for a while."""
    free = Trial.objects.filter(action="", message__isnull=False).exclude(
        lease__gt=now, lease__lte=now + LEASE
    )
    with one_transaction():
        trial = free.select_for_update(skip_locked=True, of=("self",)).order_by("created_at").first()
        if trial is None:
            return None
        Trial.objects.filter(id=trial.id).update(lease=now + LEASE)
    opening = keys.current().opening
    assert trial.message is not None
    cover = store.unseal_record(Cover, trial.envelope or b"", opening)
    return Job(id=trial.id, envelope=cover.envelope, raw=store.unseal(trial.message.blob, opening))


def judged(job: Job, verdict: Verdict, *, now: datetime) -> None:
    """Keep the answer in masks, and nothing of the message."""
    with one_transaction():
        hits = evidence.hit_rows(verdict, job.envelope)
        _answered(job, verdict.action.word, hits)
        school = config.current().school(job.envelope.school).key
        audit.append("checked", now=now, school=school, reference=job.envelope.id, action=verdict.action.word)


def failed(job: Job) -> None:
    """It could not be judged: its owner may try again; nothing of it stays."""
    with one_transaction():
        _answered(job, FAILED, [])


def found(trial_id: str, who: str, *, now: datetime) -> Trial | None:
    """One's own trial while its answer is kept."""
    return Trial.objects.filter(id=trial_id, who=who, created_at__gt=now - KEPT).first()


def answer(trial: Trial) -> str:
    """The words of the answer as HTML: those that the checking address gives."""
    conf = config.current()
    hits = tuple(evidence.hit_of(row) for row in trial.hits)
    shown, more = problems(hits, own_domains=conf.domains)
    notice = Notice(
        kind=Kind.CHECKED,
        reference="",
        school=trial.school,
        to=(),
        problems=shown,
        more=more,
        action=trial.action,
        tried=True,
    )
    return wording.body(notice, conf)


def forget(*, now: datetime) -> int:
    """What was not judged in time, and answers that are old."""
    old = Trial.objects.filter(created_at__lte=now - KEPT)
    Sealed.objects.filter(trials__in=old).only("id").delete()
    return old.delete()[0]


def _answered(job: Job, action: str, hits: list[dict[str, object]]) -> None:
    Sealed.objects.filter(trials=job.id).only("id").delete()
    Trial.objects.filter(id=job.id).update(action=action, hits=hits, envelope=None, message=None)
