"""Reports of delivery: what the next hop did not take, and what it took without a word (RFC 3464)."""

from collections.abc import Sequence
from datetime import datetime

from policies.envelope import Recipient
from quarantine import config
from quarantine.cover import Cover
from quarantine.letters.letter import Letter, Result, contact, seal
from quarantine.notices.notice import Fate, Kind, Notice


def delivery_failed(
    cover: Cover, lost: Sequence[Result], *, reference: str, school: str, now: datetime
) -> list[Letter]:
    """The report for recipients who did not get a message, unless their sender asked for none (RFC 3461 NOTIFY)."""
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
    return _report(Kind.DELIVERY_FAILED, cover, fates, reference, school, now)


def relayed(cover: Cover, recipients: Sequence[Recipient], *, now: datetime) -> list[Letter]:
    """The report that a message went on to a server which will say no more (RFC 3464 §2.3.3, "relayed")."""
    fates = tuple(
        Fate(address=r.address, status="2.0.0", action="relayed", orcpt=r.orcpt) for r in recipients
    )
    school = config.current().school(cover.envelope.school).key
    return _report(Kind.RELAYED, cover, fates, cover.envelope.id, school, now)


def _report(
    kind: Kind, cover: Cover, fates: tuple[Fate, ...], reference: str, school: str, now: datetime
) -> list[Letter]:
    """To whoever the envelope names, or answers for the machine that it names; never to a null sender."""
    sender = cover.envelope.mail_from
    if not sender or not fates:
        return []
    notice = Notice(
        kind=kind,
        reference=reference,
        school=school,
        to=(config.current().owners.get(sender.lower()) or sender,),
        fates=fates,
        recipients=len(fates),
        received_at=cover.envelope.received_at,
        envid=cover.envelope.envid,
        message_id=cover.message_id,
        references=cover.references,
        contact=contact(),
    )
    return [seal(notice, now)]
