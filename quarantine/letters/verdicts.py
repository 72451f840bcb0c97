"""What is told at once when a message is refused, held, or let go with a word of advice."""

from dataclasses import replace
from datetime import datetime, timedelta

from policies.asked import only_asked
from policies.verdict import Action, Verdict
from quarantine import config
from quarantine.cover import Cover
from quarantine.cures.families import MOST
from quarantine.letters.letter import A_DAY, Letter, console_link, contact, fates_of, join, seal, to_roles
from quarantine.notices import audience
from quarantine.notices.notice import Kind, Notice, problems
from quarantine.pages import links


def for_verdict(
    cover: Cover, verdict: Verdict, *, expires_at: datetime | None, now: datetime
) -> list[Letter]:
    """What sender and roles are told when a message is refused or held."""
    conf = config.current()
    base = notice_of(cover, verdict, expires_at=expires_at)
    letters = []
    sender = audience.sender_of(cover, conf)
    if sender and (verdict.action != Action.BLOCK or conf.notices.on_block):
        letters.append(_to_sender(sender, base, cover, verdict, now))
    elif audience.is_stranger(cover, conf):
        letters += to_roles(Kind.STRANGER, ("it",), base, now)
    if verdict.action == Action.QUARANTINE or (verdict.action == Action.ASK and not sender):
        letters += to_roles(Kind.REVIEW, verdict.reviewers, replace(base, link=console_link(cover)), now)
    return letters + for_roles(cover, verdict, now=now)


def _to_sender(sender: str, base: Notice, cover: Cover, verdict: Verdict, now: datetime) -> Letter:
    """Refused: gone, with a report of delivery and no link, once for all copies. Held: with the link of its page."""
    if verdict.action == Action.BLOCK:
        fates = fates_of(cover.envelope, "5.7.1", "550 5.7.1 refused by the school's policy")
        letter = seal(replace(base, kind=Kind.BLOCK, to=(sender,), fates=fates), now)
        found = (f"{hit.policy} {hit.part} {hit.place} {hit.masked}" for hit in verdict.hits)
        once = join(cover.copy, Kind.BLOCK, *found) if cover.copy else ""
        days = config.current().retention.retry_days
        return replace(letter, join=once, join_for=timedelta(days=days))
    kind = Kind.ASK if verdict.action == Action.ASK else Kind.HELD
    link = links.of(envelope_id=cover.envelope.id, sender=cover.envelope.mail_from, now=now)
    if kind == Kind.ASK and link and only_asked(verdict) and len(cover.envelope.recipients) <= MOST:
        kind = Kind.LOCKED  # chosen already; where it cannot be done after all, its sender is asked
    return seal(replace(base, kind=kind, to=(sender,), link=link), now)


def checked(cover: Cover, verdict: Verdict, *, outside: bool, now: datetime) -> list[Letter]:
    """What a sender is told who only asked: what would happen; of the several copies of one message once."""
    sender = audience.sender_of(cover, config.current())
    if not sender:
        return []
    notice = replace(notice_of(cover, verdict), kind=Kind.CHECKED, to=(sender,), outside=outside)
    return [replace(seal(notice, now), join=join("checked", cover.copy) if cover.copy else "")]


def for_roles(cover: Cover, verdict: Verdict, *, now: datetime) -> list[Letter]:
    """What the roles are told whom a policy names besides: facts, never content."""
    roles = tuple(dict.fromkeys(role for hit in verdict.hits for role in hit.tell if role != "sender"))
    if not roles:
        return []
    return to_roles(Kind.TOLD, roles, notice_of(cover, verdict, least=Action.LOG), now, strict=True)


def tip(cover: Cover, verdict: Verdict, *, now: datetime) -> list[Letter]:
    """One tip a day for the sender of a message that went, where a policy wants them told."""
    sender = audience.sender_of(cover, config.current())
    if not sender or not any("sender" in hit.tell for hit in verdict.hits):
        return []
    telling = replace(verdict, hits=tuple(hit for hit in verdict.hits if "sender" in hit.tell))
    notice = replace(notice_of(cover, telling, least=Action.LOG), kind=Kind.TIP, to=(sender,))
    return [replace(seal(notice, now), join=join("tip", sender.lower()), join_for=A_DAY)]


def notice_of(
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
        contact=contact(),
    )
