"""An officer mends a message in its sender's place: the same cures and the same workshop, and the record says who."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from policies.verdict import Cure
from quarantine.cures import locked, passwords
from quarantine.cures.locked import Password
from quarantine.cures.plans import locked_for
from quarantine.cures.problems import Open, open_problems
from quarantine.models import Held, Mend
from quarantine.workflow.decisions import _audit, _deciding
from quarantine.workflow.errors import NotOffered
from quarantine.workflow.mending import PASSWORD_KEPT, due, free, make_passwords


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What an officer's choices came to: on its way, or waiting until somebody has the passwords."""

    held: Held
    sends: bool
    passwords: tuple[Password, ...] = field(default=(), repr=False)


def offered(held: Held) -> tuple[Open, ...]:
    """The problems with all that can be done about each; `Cure.CONFIRM` leaves it as it is."""
    return open_problems(held, officer=True)


def mend(held_id: str, choices: Mapping[str, Cure], *, actor: str, now: datetime) -> Prepared:
    """Choose for every problem (key → cure). It goes at once, or, with fresh passwords, after `send`.

    What is left as it is goes on the officer's word; what a cure should have mended and did not comes back to a role.
    """
    with _deciding(held_id, actor=actor) as (held, _):
        mending = free(held)
        problems = {one.key: one for one in offered(held)}
        if choices.keys() != problems.keys() or any(
            c not in problems[key].cures for key, c in choices.items()
        ):
            raise NotOffered
        mending.choices = {key: cure.value for key, cure in choices.items()}
        mending.by, mending.noted_at, mending.state = actor, None, Mend.CHOOSING
        make_passwords(held, mending, now)
        fresh = any(not family.agreed for family in locked_for(held, mending))
        if not fresh:
            due(held, mending, now)
        mending.save()
        _audit("cures-chosen", held, now, actor, cures=sorted(set(mending.choices.values())), sends=not fresh)
        return Prepared(
            held=held, sends=not fresh, passwords=locked.shown(held, mending, now) if fresh else ()
        )


def send(held_id: str, *, actor: str, now: datetime) -> Held:
    """The officer has the passwords, and the sender will find them on their page: it goes."""
    with _deciding(held_id, actor=actor) as (held, _):
        mending = free(held)
        made = passwords.opened(mending.password)
        known = all(family.agreed or family.key in made for family in locked_for(held, mending))
        if (
            not mending.by or not mending.choices or not known
        ):  # a week later they are forgotten: choose again
            raise NotOffered
        mending.noted_at = now
        if made:  # the sender first hears of it now: they have as long as for one of their own
            mending.password_until = now + PASSWORD_KEPT
        due(held, mending, now)
        mending.save()
        _audit("password-noted", held, now, actor)
    return held
