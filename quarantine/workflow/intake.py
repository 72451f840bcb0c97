"""A verdict becomes rows: held, refused, passed, or partly taken over; each in one transaction, or nothing at all."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import IntegrityError

from detectors.findings import Scan
from policies.asked import ASKED
from policies.envelope import Envelope, Recipient
from policies.evidence import Facts
from policies.verdict import Action, Verdict
from quarantine import audit, config, evidence, keys, letters, memory, posting, rows, store
from quarantine.cover import Cover, cover_of, signatures
from quarantine.database import one_transaction
from quarantine.letters import Result
from quarantine.masks import address_fingerprint, mask_address
from quarantine.models import Held, HeldRecipient, Outgoing, Sealed, State
from quarantine.notices import audience
from quarantine.workflow import copies, legal
from quarantine.workflow.decisions import end_alike
from quarantine.workflow.mending import lock_as_asked
from quarantine.workflow.records import counts, record, remember, size_of
from quarantine.workflow.times import ask_end, role_end, role_reminder

FIRST_RETRY = timedelta(minutes=5)  # for recipients whom the next hop did not take at first
FIRST_REMINDER = timedelta(hours=4)  # to a sender who is asked


def hold(
    envelope: Envelope,
    raw: bytes,
    scan: Scan,
    verdict: Verdict,
    *,
    now: datetime,
    relations: Mapping[str, str] | None = None,
    staff: bool = False,
    facts: Facts | None = None,
    emergency: Mapping[str, str] | None = None,
) -> Held:
    """Keep a message for its sender or a role. The same message again, within days, is the first hold.

    `relations` says who a recipient is (address → word), `emergency` how it is reached when a child is at risk,
    `staff` that the directory knows the sender; `facts` are kept as features, and as keyed hashes for the history.
    """
    retry = retry_key(envelope, raw)
    if first := _first(retry, now):
        return first
    cover = cover_of(envelope, raw, staff=staff)
    held = _new_held(cover, raw, scan, verdict, now)
    held.retry_key, held.copies = retry, copies.key(cover, held)
    blob = store.seal(raw, keys.current().public)
    told = letters.for_verdict(cover, verdict, expires_at=held.expires_at, now=now)
    wished = any(hit.policy == ASKED for hit in verdict.hits) and held.action == Action.ASK.word
    try:
        with one_transaction():
            _forget_retry(retry, now)
            if first := Held.objects.filter(retry_key=retry).first():
                return first
            joined = _join(held, now)
            held.legal_hold = legal.covers(held.school, held.sender, _people(scan))
            _write_held(held, cover, blob, relations or {}, emergency or {}, facts, now)
            rows.insert(record(envelope, scan, verdict, len(raw), held.school, facts))
            remember(facts, held.expires_at + memory.DAY)
            if wished and joined is None:
                lock_as_asked(held, now=now)
            if joined is None:
                letters.post(told, reference=held.id, held_id=held.id, now=now)
            audit.append(
                "held",
                now=now,
                school=held.school,
                reference=held.id,
                action=held.action,
                reviewers=held.reviewers,
                **({"copy_of": joined.id} if joined else {}),
                **counts(scan, verdict),
            )
            if joined and joined.state != State.HELD:
                end_alike(held, joined, now)
    except IntegrityError:  # the same message came twice at once, and the other one was first
        first = _first(retry, now)
        if first is None:
            raise
        return first
    return held


def _people(scan: Scan) -> set[str]:
    """Whom of the directory the message is about."""
    return {person for finding in scan.findings for person in (finding.person, *finding.people)}


def _join(held: Held, now: datetime) -> Held | None:
    """The copy that this one is decided with: the first one while it waits, or one that was refused a moment ago."""
    first = copies.leader(held, now=now)
    if first is not None:
        copies.follow(held, first)
        return first
    return copies.ended(held, now=now)


def refused(
    envelope: Envelope,
    scan: Scan,
    verdict: Verdict,
    *,
    now: datetime,
    raw: bytes = b"",
    staff: bool = False,
    facts: Facts | None = None,
) -> None:
    """A blocked message is gone: its sender is told, once however often it comes again, and only counts remain. `raw` is read for threading and joining alone."""
    cover = cover_of(envelope, raw, staff=staff)
    if raw and not cover.copy:  # without a Message-ID, a message that is tried again is known by its bytes
        cover = replace(cover, copy=retry_key(envelope, raw))
    school = config.current().school(envelope.school).key
    told = letters.for_verdict(cover, verdict, expires_at=None, now=now)
    with one_transaction():
        rows.insert(record(envelope, scan, verdict, size_of(scan, raw), school, facts))
        letters.post(told, reference=envelope.id, now=now)
        audit.append("refused", now=now, school=school, reference=envelope.id, **counts(scan, verdict))


def checked(
    envelope: Envelope,
    raw: bytes,
    scan: Scan,
    verdict: Verdict,
    *,
    now: datetime,
    staff: bool = False,
    outside: bool = False,
) -> bool:
    """A sender only asked: they are told what would happen, and nothing is kept. False where nobody may be told."""
    told = letters.checked(cover_of(envelope, raw, staff=staff), verdict, outside=outside, now=now)
    if not told:
        return False
    school = config.current().school(envelope.school).key
    with one_transaction():
        letters.post(told, reference=envelope.id, now=now)
        audit.append(
            "checked",
            now=now,
            school=school,
            reference=envelope.id,
            action=verdict.action.word,
            **counts(scan, verdict),
        )
    return True


def partial(
    envelope: Envelope,
    raw: bytes,
    left: Sequence[Recipient],
    *,
    now: datetime,
    failed: Sequence[Result] = (),
    next_at: datetime | None = None,
) -> Outgoing | None:
    """Take over what the next hop did not: `left` is tried again, `failed` is reported to the sender now."""
    conf, public = config.current(), keys.current().public
    whole = cover_of(envelope, raw)
    school = conf.school(envelope.school).key
    cover = replace(whole, envelope=replace(envelope, recipients=tuple(left)))
    blob, sealed_cover = store.seal(raw, public), store.seal_record(cover, public)
    row = None
    with one_transaction():
        if left:
            message = Sealed.objects.create(school=school, blob=blob, size=len(raw), created_at=now)
            row = posting.queue(
                "partial",
                cover,
                message=message,
                sealed_cover=sealed_cover,
                reference=envelope.id,
                now=now,
                next_at=next_at or now + FIRST_RETRY,
            )
        if failed:
            report = letters.delivery_failed(whole, failed, reference=envelope.id, school=school, now=now)
            letters.post(report, reference=envelope.id, now=now)
        audit.append(
            "partial", now=now, school=school, reference=envelope.id, left=len(left), failed=len(failed)
        )
    return row


def retry_key(envelope: Envelope, raw: bytes) -> str:
    """A keyed hash of sender, sorted recipients and the bytes: the same for a retry, for nothing else."""
    mac = hmac.new(keys.current().fingerprint, b"retry\0", hashlib.sha256)
    for word in (envelope.school, envelope.mail_from, *sorted(envelope.addresses)):
        mac.update(word.encode("utf-8", "surrogateescape") + b"\0")
    mac.update(hashlib.sha256(raw).digest())
    return mac.hexdigest()


def _new_held(cover: Cover, raw: bytes, scan: Scan, verdict: Verdict, now: datetime) -> Held:
    conf, envelope = config.current(), cover.envelope
    asks = verdict.action == Action.ASK
    end = ask_end(now) if asks else role_end(now)
    return Held(
        id=envelope.id,
        school=conf.school(envelope.school).key,
        action=verdict.action.word,
        received_at=envelope.received_at,
        expires_at=end,
        remind_at=now + FIRST_REMINDER if asks else role_reminder(now, end),
        reviewers=list(verdict.reviewers) or ([] if audience.sender_of(cover, conf) else ["dpo"]),
        hits=evidence.hit_rows(verdict, envelope),
        misses=evidence.miss_rows(verdict),
        findings=evidence.finding_rows(scan),
        parts=evidence.part_rows(scan),
        policy_set=verdict.version,
        level=max((hit.level for hit in verdict.hits), default=0),
        sender=address_fingerprint(keys.current().fingerprints, envelope.mail_from),
        sender_masked=mask_address(envelope.mail_from, own_domains=conf.domains),
        size=len(raw),
        signatures=signatures(raw),
        envelope=store.seal_record(cover, keys.current().public),
    )


def _write_held(
    held: Held,
    cover: Cover,
    blob: bytes,
    relations: Mapping[str, str],
    emergency: Mapping[str, str],
    facts: Facts | None,
    now: datetime,
) -> None:
    held.message = Sealed.objects.create(school=held.school, blob=blob, size=held.size, created_at=now)
    held.save(force_insert=True)
    prints, own = keys.current().fingerprints, config.current().domains
    groups = {r.address: (r.family, r.organisation) for r in facts.recipients} if facts else {}
    HeldRecipient.objects.bulk_create(
        HeldRecipient(
            held=held,
            school=held.school,
            position=position,
            address=address_fingerprint(prints, address),
            masked=mask_address(address, own_domains=own),
            relation=relations.get(address, ""),
            emergency=emergency.get(address, ""),
            family=groups.get(address, ("", ""))[0],
            organisation=groups.get(address, ("", ""))[1],
        )
        for position, address in enumerate(cover.envelope.addresses)
    )


def _first(retry: str, now: datetime) -> Held | None:
    """The hold that this message is a retry of, while that counts."""
    since = now - timedelta(days=config.current().retention.retry_days)
    return Held.objects.filter(retry_key=retry, received_at__gt=since).first()


def _forget_retry(retry: str, now: datetime) -> None:
    """An older hold of the same message no longer stands for it."""
    since = now - timedelta(days=config.current().retention.retry_days)
    Held.objects.filter(retry_key=retry, received_at__lte=since).update(retry_key=None)
