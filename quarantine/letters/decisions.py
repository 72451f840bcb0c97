"""What is told while a message waits, and when somebody has decided about it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from policies.envelope import Envelope, Recipient
from quarantine import config
from quarantine.cover import Cover
from quarantine.evidence import hits_of
from quarantine.letters.letter import Letter, console_link, contact, fates_of, seal, to_roles
from quarantine.models import Held, State
from quarantine.notices import audience
from quarantine.notices.notice import BOUNCES, Kind, Notice, problems
from quarantine.pages import links

_MENDED = {
    Kind.ASK,
    Kind.QUESTION,
    Kind.REMINDER,
}  # letters that ask their reader to do something on the page


def to_sender(
    kind: Kind,
    held: Held,
    cover: Cover,
    *,
    now: datetime,
    positions: Sequence[int],
    note: str = "",
    also: Sequence[Recipient] = (),
    changed: bool = False,
) -> list[Letter]:
    """What the sender is told of a later decision about the recipients at these positions, and those of other copies."""
    sender = audience.sender_of(cover, config.current())
    if not sender or held.is_silent:
        return []
    status = "5.4.7" if kind == Kind.EXPIRED else "5.7.1"
    people = (*(cover.envelope.recipients[n] for n in positions), *also)
    concerned = replace(cover.envelope, recipients=people)
    state = dict(held.recipients.values_list("position", "state"))
    notice = replace(
        stored(kind, held, cover),
        to=(sender,),
        note=note,
        changed=changed,
        recipients=len(people),
        still_held=sum(s == State.HELD for s in state.values()),
        sent_before=sum(s == State.RELEASED and n not in positions for n, s in state.items()),
        fates=fates_of(concerned, status) if kind in BOUNCES else (),
        link=links.of(envelope_id=held.id, sender=cover.envelope.mail_from, now=now)
        if kind in _MENDED or changed
        else "",
    )
    return [seal(notice, now)]


def to_officers(
    kind: Kind, held: Held, cover: Cover | None, *, now: datetime, besides: Sequence[str] = ()
) -> list[Letter]:
    """What the reviewers, and other roles besides, are told while it waits; without the cover no recipient is shown."""
    if cover is None:
        unknown = Envelope(id=held.id, mail_from="", recipients=(), received_at=held.received_at)
        cover = Cover(envelope=unknown)
        count = held.recipients.count()
    else:
        count = len(cover.envelope.recipients)
    notice = replace(stored(kind, held, cover), link=console_link(cover), recipients=count)
    return to_roles(kind, list(dict.fromkeys((*held.reviewers, *besides))), notice, now)


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
        contact=contact(),
    )
