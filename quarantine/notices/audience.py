"""Who may be told: an internal sender who is a person, whoever answers for a machine, otherwise a role; never a null sender, a list or an automatic answer."""

from collections.abc import Sequence
from email.message import Message

from policies.envelope import Envelope
from quarantine.config import Config
from quarantine.cover import Cover, answerable

# Local parts behind which no person reads (RFC 2142, RFC 3834 §2, and the copier in the corridor).
MACHINES = {
    "mailer-daemon",
    "postmaster",
    "noreply",
    "no-reply",
    "donotreply",
    "do-not-reply",
    "bounce",
    "bounces",
}


def may_notify(envelope: Envelope, header: Message) -> bool:
    """Whether an answer to this message may be sent to its envelope sender at all."""
    return answerable(header) and _is_person(envelope.mail_from)


def sender_of(cover: Cover, config: Config) -> str:
    """The sender to be told, or "" when they must not be."""
    address = cover.envelope.mail_from
    if owner := config.owners.get(address.lower()):
        return owner  # a copier reads no mail: whoever answers for it does
    if not (cover.answerable and _is_person(address)):
        return ""
    return address if cover.staff or config.is_internal(address) else ""


def is_stranger(cover: Cover, config: Config) -> bool:
    """Whether a person outside the school's own addresses sent this: IT must know, they must not."""
    if cover.envelope.mail_from.lower() in config.owners:
        return False
    person = cover.answerable and _is_person(cover.envelope.mail_from)
    return person and not cover.staff and not config.is_internal(cover.envelope.mail_from)


def officers(roles: Sequence[str], config: Config) -> tuple[str, ...]:
    """The addresses of the roles; where they have none, the DPO's, then IT's: never nobody while somebody is named."""
    for asked in (roles, ("dpo",), ("it",)):
        addresses = dict.fromkeys(a for role in asked for a in config.roles.get(role, ()))
        if addresses:
            return tuple(addresses)
    return ()


def _is_person(address: str) -> bool:
    local = address.partition("@")[0].lower()
    if not address or local in MACHINES:
        return False
    return not local.startswith(
        ("owner-", "bounce-", "bounces+", "prvs=", "msprvs1=")
    ) and not local.endswith(("-request", "-bounces", "-owner"))
