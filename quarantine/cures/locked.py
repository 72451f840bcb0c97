"""What pages say of locked files: which families get a password, what it is, and who has one already."""

from dataclasses import dataclass, field
from datetime import datetime

from policies.verdict import Cure
from quarantine.cures import passwords
from quarantine.cures.families import Family, families
from quarantine.cures.plans import locked_for
from quarantine.cures.problems import Open
from quarantine.models import Held, Mending, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """One to be told by phone, and to whom."""

    to: str  # masked
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Who would get a locked file: how many need a fresh password, and who opens it with the one agreed."""

    fresh: int = 0
    agreed: str = ""


def readers(one: Open, held: Held) -> Readers:
    """For one problem that locking a file would mend."""
    if Cure.ENCRYPT not in one.cures:
        return Readers()
    concerned = [family for family in families(held) if family.gets(one.positions)]
    agreed = [family for family in concerned if family.agreed]
    return Readers(fresh=len(concerned) - len(agreed), agreed=_names(agreed))


def shown(held: Held, mending: Mending | None, now: datetime) -> tuple[Password, ...]:
    """The passwords while they may still be read: those that are needed while the message waits, then those that went."""
    if mending is None or mending.password_until is None or mending.password_until <= now:
        return ()
    made = passwords.opened(mending.password)
    waits = held.state == State.HELD
    if waits and not mending.by:
        those = {family.key for family in locked_for(held, mending) if not family.agreed}
        made = {key: words for key, words in made.items() if key in those}
    to = {family.key: _names([family]) for family in families(held, waiting=waits)}
    return tuple(Password(to=to[key], words=words) for key, words in made.items() if key in to)


def agreed(held: Held, mending: Mending | None) -> str:
    """Who opens the locked file with the password that the school agreed with them."""
    return _names([family for family in locked_for(held, mending) if family.agreed]) if mending else ""


def _names(found: list[Family]) -> str:
    return ", ".join(name for family in found for name in family.shown)
