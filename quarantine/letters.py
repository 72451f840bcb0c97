"""Our own messages to senders and officers: whom to tell, what, sealed and ready for the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Q

from policies.envelope import Envelope, Recipient
from policies.verdict import Action, Verdict
from quarantine import config, in_force, keys, posting, store
from quarantine.cover import Cover
from quarantine.evidence import hits_of
from quarantine.models import Held, HeldRecipient, Sealed, State
from quarantine.notices import audience
from quarantine.notices.compose import TO_OFFICERS, render
from quarantine.notices.notice import BOUNCES, Fate, Kind, Notice, problems
from quarantine.pages import links

COPIES = timedelta(minutes=10)  # within these a mail server sends all copies of one message
A_DAY = timedelta(days=1)
_MENDED = {Kind.ASK, Kind.REMINDER}  # letters about a message that its sender can still mend


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the next hop said about one recipient."""

    address: str = field(repr=False)
    state: str  # "sent", "deferred" or "failed"
    code: int = 0
    enhanced: str = ""
    text: str = field(default="", repr=False)  # the reply's words: for the sender's report, never stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A notice, rendered and sealed; `post` writes it into the outbox."""

    kind: Kind
    school: str
    cover: Cover = field(repr=False)
    sealed_cover: bytes = field(repr=False)
    blob: bytes = field(repr=False)
    size: int
    join: str = ""  # one letter of the same join is enough …
    join_for: timedelta = COPIES  # … for so long


def for_verdict(
    cover: Cover, verdict: Verdict, *, expires_at: datetime | None, now: datetime
) -> list[Letter]:
    """What sender and roles are told when a message is refused or held."""
    conf = config.current()
    base = _base(cover, verdict, expires_at=expires_at)
    letters = []
    kind = {Action.BLOCK: Kind.BLOCK, Action.ASK: Kind.ASK}.get(verdict.action, Kind.HELD)
    sender = audience.sender_of(cover, conf)
    if sender and (kind != Kind.BLOCK or conf.notices.on_block):
        fates = (
            _fates(cover.envelope, "5.7.1", "550 5.7.1 refused by the school's policy")
            if kind == Kind.BLOCK
            else ()
        )
        link = "" if kind == Kind.BLOCK else links.of(envelope_id=cover.envelope.id, sender=sender, now=now)
        letter = _seal(replace(base, kind=kind, to=(sender,), fates=fates, link=link), now)
        same = (
            cover.copy,
            kind,
            *(f"{hit.policy} {hit.part} {hit.place} {hit.masked}" for hit in verdict.hits),
        )
        joined = cover.copy and kind == Kind.BLOCK  # of what is held, the copies themselves are joined
        letters.append(replace(letter, join=_join(*same) if joined else ""))
    elif audience.is_stranger(cover, conf):
        letters += _to_roles(Kind.STRANGER, ("it",), base, now)
    if verdict.action == Action.QUARANTINE or (verdict.action == Action.ASK and not sender):
        letters += _to_roles(Kind.REVIEW, verdict.reviewers, replace(base, link=_link(cover)), now)
    return letters + for_roles(cover, verdict, now=now)


def for_roles(cover: Cover, verdict: Verdict, *, now: datetime) -> list[Letter]:
    """What the roles are told whom a policy names besides: facts, never content."""
    roles = tuple(dict.fromkeys(role for hit in verdict.hits for role in hit.tell if role != "sender"))
    if not roles:
        return []
    return _to_roles(Kind.TOLD, roles, _base(cover, verdict, least=Action.LOG), now, strict=True)


def tip(cover: Cover, verdict: Verdict, *, now: datetime) -> list[Letter]:
    """One tip a day for the sender of a message that went, where a policy wants them told."""
    sender = audience.sender_of(cover, config.current())
    if not sender or not any("sender" in hit.tell for hit in verdict.hits):
        return []
    telling = replace(verdict, hits=tuple(hit for hit in verdict.hits if "sender" in hit.tell))
    notice = replace(_base(cover, telling, least=Action.LOG), kind=Kind.TIP, to=(sender,))
    return [replace(_seal(notice, now), join=_join("tip", sender.lower()), join_for=A_DAY)]


def to_sender(
    kind: Kind,
    held: Held,
    cover: Cover,
    *,
    now: datetime,
    positions: Sequence[int],
    note: str = "",
    also: Sequence[Recipient] = (),
) -> list[Letter]:
    """What the sender is told of a later decision about the recipients at these positions, and those of other copies."""
    sender = audience.sender_of(cover, config.current())
    if not sender:
        return []
    status = "5.4.7" if kind == Kind.EXPIRED else "5.7.1"
    people = (*(cover.envelope.recipients[n] for n in positions), *also)
    concerned = replace(cover.envelope, recipients=people)
    state = dict(held.recipients.values_list("position", "state"))
    notice = replace(
        stored(kind, held, cover),
        to=(sender,),
        note=note,
        recipients=len(people),
        still_held=sum(s == State.HELD for s in state.values()),
        sent_before=sum(s == State.RELEASED and n not in positions for n, s in state.items()),
        fates=_fates(concerned, status) if kind in BOUNCES else (),
        link=links.of(envelope_id=held.id, sender=sender, now=now) if kind in _MENDED else "",
    )
    return [_seal(notice, now)]


def to_officers(kind: Kind, held: Held, cover: Cover | None, *, now: datetime) -> list[Letter]:
    """What the reviewers of a held message are told while it waits; without the cover no recipient is shown."""
    if cover is None:
        unknown = Envelope(id=held.id, mail_from="", recipients=(), received_at=held.received_at)
        cover = Cover(envelope=unknown)
        count = held.recipients.count()
    else:
        count = len(cover.envelope.recipients)
    notice = replace(stored(kind, held, cover), link=_link(cover), recipients=count)
    return _to_roles(kind, held.reviewers, notice, now)


def delivery_failed(
    cover: Cover, lost: Sequence[Result], *, reference: str, school: str, now: datetime
) -> list[Letter]:
    """The report for recipients who did not get a message, unless their sender asked for none (RFC 3461 NOTIFY)."""
    sender = cover.envelope.mail_from
    asked = {r.address: r for r in cover.envelope.recipients if not r.notify or "FAILURE" in r.notify}
    fates = tuple(
        Fate(
            address=result.address,
            status=result.enhanced if result.enhanced.startswith("5") else "5.4.7",
            diagnostic=f"{result.code} {result.enhanced} {result.text}".strip() if result.code else "",
            orcpt=asked[result.address].orcpt,
        )
        for result in lost
        if result.address in asked
    )
    if not sender or not fates:
        return []
    notice = Notice(
        kind=Kind.DELIVERY_FAILED,
        reference=reference,
        school=school,
        to=(sender,),
        fates=fates,
        recipients=len(fates),
        received_at=cover.envelope.received_at,
        envid=cover.envelope.envid,
        message_id=cover.message_id,
        references=cover.references,
        contact=_contact(),
    )
    return [_seal(notice, now)]


def signature_broken(held: Held, cover: Cover, broken: Sequence[str], *, now: datetime) -> list[Letter]:
    """IT is told once a day that a cure broke signatures: which kind, and what to do about it."""
    notice = replace(stored(Kind.SIGNATURE, held, cover), problems=(), more=0, broken=tuple(broken))
    told = _to_roles(Kind.SIGNATURE, ("it",), notice, now, strict=True)
    join = _join("signature", held.school, *broken)
    return [replace(letter, join=join, join_for=A_DAY) for letter in told]


def relayed(cover: Cover, recipients: Sequence[Recipient], *, now: datetime) -> list[Letter]:
    """The report that a message went on to a server which will say no more (RFC 3464 §2.3.3, "relayed")."""
    sender = cover.envelope.mail_from
    if not sender or not recipients:
        return []
    notice = Notice(
        kind=Kind.RELAYED,
        reference=cover.envelope.id,
        school=config.current().school(cover.envelope.school).key,
        to=(sender,),
        fates=tuple(
            Fate(address=r.address, status="2.0.0", action="relayed", orcpt=r.orcpt) for r in recipients
        ),
        recipients=len(recipients),
        received_at=cover.envelope.received_at,
        envid=cover.envelope.envid,
        message_id=cover.message_id,
        references=cover.references,
        contact=_contact(),
    )
    return [_seal(notice, now)]


def incident(
    reference: str, school: str, *, aware_at: datetime, deadline: datetime, now: datetime
) -> list[Letter]:
    """What the incident roles and the DPO are told when somebody says that data went astray: when, and until when; no words of it."""
    notice = Notice(
        kind=Kind.INCIDENT,
        reference=reference,
        school=school,
        to=(),
        received_at=aware_at,
        expires_at=deadline,
        link=f"{config.current().console_url.rstrip('/')}/incidents/{reference}/",
    )
    row = in_force.found()
    roles = dict.fromkeys((*(row.incident_to if row else ()), "dpo"))
    return _to_roles(Kind.INCIDENT, tuple(roles), notice, now)


def emergency(held: Held, *, now: datetime, not_sent: bool = False) -> list[Letter]:
    """What the safeguarding lead and the DPO are told when a child is at risk now: how many have it, and who waits for a click."""
    states = HeldRecipient.objects.filter(Q(held=held) | Q(held__copy_of=held)).values_list("state", flat=True)
    unknown = Envelope(id=held.id, mail_from="", recipients=(), received_at=held.received_at)
    notice = replace(
        stored(Kind.EMERGENCY, held, Cover(envelope=unknown)),
        link=f"{config.current().console_url.rstrip('/')}/held/{held.id}/",
        action="not-sent" if not_sent else "",
        recipients=len(states),
        still_held=sum(state == State.HELD for state in states),
        sent_before=sum(state == State.RELEASED for state in states),
    )
    return _to_roles(Kind.EMERGENCY, tuple(dict.fromkeys((*in_force.lead(), "dpo"))), notice, now)


def emergency_waits(held: Held, cover: Cover, *, waits: int, now: datetime) -> list[Letter]:
    """What the sender is told when those who should have it at once could not be reached."""
    sender = audience.sender_of(cover, config.current())
    if not sender:
        return []
    notice = replace(stored(Kind.EMERGENCY_WAITS, held, cover), to=(sender,), still_held=waits)
    return [_seal(notice, now)]


def post(letters: Sequence[Letter], *, reference: str, now: datetime, held_id: str | None = None) -> None:
    """Write the letters into the outbox, inside the transaction of what they tell."""
    for letter in letters:
        if posting.joined(letter.join, since=now - letter.join_for):
            continue
        message = Sealed.objects.create(
            school=letter.school, blob=letter.blob, size=letter.size, created_at=now
        )
        posting.queue(
            "report" if letter.kind in (Kind.DELIVERY_FAILED, Kind.RELAYED) else "notice",
            letter.cover,
            message=message,
            sealed_cover=letter.sealed_cover,
            reference=reference,
            held_id=held_id,
            join=letter.join,
            now=now,
        )


def stored(kind: Kind, held: Held, cover: Cover) -> Notice:
    """A notice about a held message, from what its row keeps."""
    shown, more = problems(hits_of(held, cover.envelope), own_domains=config.current().domains)
    return Notice(
        kind=kind,
        reference=held.id,
        school=held.school,
        to=(),
        problems=shown,
        more=more,
        received_at=held.received_at,
        expires_at=held.expires_at,
        action=held.action,
        recipients=len(cover.envelope.recipients),
        envid=cover.envelope.envid,
        message_id=cover.message_id,
        references=cover.references,
        contact=_contact(),
    )


def _base(
    cover: Cover, verdict: Verdict, *, expires_at: datetime | None = None, least: Action = Action.ASK
) -> Notice:
    shown, more = problems(verdict.hits, least=least, own_domains=config.current().domains)
    envelope = cover.envelope
    return Notice(
        kind=Kind.BLOCK,
        reference=envelope.id,
        school=config.current().school(envelope.school).key,
        to=(),
        problems=shown,
        more=more,
        received_at=envelope.received_at,
        expires_at=expires_at,
        action=verdict.action.word,
        recipients=len(envelope.recipients),
        envid=envelope.envid,
        message_id=cover.message_id,
        references=cover.references,
        contact=_contact(),
    )


def _to_roles(
    kind: Kind, roles: Sequence[str], notice: Notice, now: datetime, *, strict: bool = False
) -> list[Letter]:
    """One letter to all who hold these roles; `strict` leaves it out where nobody does."""
    conf = config.current()
    if strict and not any(conf.roles.get(role) for role in roles):
        return []
    addresses = audience.officers(roles, conf)
    return [_seal(replace(notice, kind=kind, to=addresses), now)] if addresses else []


def _seal(notice: Notice, now: datetime) -> Letter:
    conf, public = config.current(), keys.current().public
    if len(notice.to) == 1 and notice.kind not in TO_OFFICERS and conf.is_internal(notice.to[0]):
        tell = links.incident(envelope_id=notice.reference, sender=notice.to[0], now=now)
        notice = replace(notice, incident_link=tell)
    raw = render(notice, conf, now=now)
    envelope = Envelope(
        id=f"{notice.reference}-{notice.kind}",
        mail_from="",
        recipients=tuple(Recipient(address=address, notify=("NEVER",)) for address in notice.to),
        received_at=now,
        smtputf8=not all(address.isascii() for address in notice.to),
        body="7BIT" if raw.isascii() else "8BITMIME",
        school=notice.school,
    )
    cover = Cover(envelope=envelope, answerable=False)
    return Letter(
        kind=notice.kind,
        school=notice.school,
        cover=cover,
        sealed_cover=store.seal_record(cover, public),
        blob=store.seal(raw, public),
        size=len(raw),
    )


def _fates(envelope: Envelope, status: str, diagnostic: str = "") -> tuple[Fate, ...]:
    return tuple(
        Fate(address=r.address, status=status, diagnostic=diagnostic, orcpt=r.orcpt)
        for r in envelope.recipients
    )


def _link(cover: Cover) -> str:
    return f"{config.current().console_url.rstrip('/')}/held/{cover.envelope.id}/"


def _contact() -> str:
    """Whom a sender may ask."""
    return next(iter(audience.officers(("dpo",), config.current())), "")


def _join(*words: str) -> str:
    """A keyed hash of these words, for joining only."""
    return keys.current().fingerprints.of("join", "\0".join(words))
