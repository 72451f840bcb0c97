"""From a sender's choices to what is done to the message, and to whom it then goes."""

from dataclasses import dataclass, field

from detectors.cure.plan import Plan, Target
from policies.verdict import Cure
from quarantine.cover import Cover
from quarantine.cures import passwords
from quarantine.cures.problems import Open, open_problems, part_row, removes_people
from quarantine.models import Held, Mending


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The plan for the bytes, and the recipients who no longer get it."""

    plan: Plan
    left_out: frozenset[int] = field(default=frozenset())


def chosen(held: Held, mending: Mending, cover: Cover) -> Chosen:
    """What the choices come to."""
    by_cure: dict[Cure, list[Open]] = {}
    for one in open_problems(held):
        by_cure.setdefault(Cure(mending.choices[one.key]), []).append(one)
    removed = by_cure.get(Cure.REMOVE, [])
    left_out = frozenset(
        n for one in removed if removes_people(one.first, one.positions, held) for n in one.positions
    )
    files = [one for one in removed if not removes_people(one.first, one.positions, held)]
    gone = {one.part for one in files}
    locked = [one for one in by_cure.get(Cure.ENCRYPT, []) if one.part not in gone]
    hidden = {cover.envelope.addresses[n] for n in left_out} | _exposed(by_cure.get(Cure.BCC, []), cover)
    plan = Plan(
        initials=Cure.INITIALS in by_cure,
        encrypt=_targets(locked, held),
        remove=_targets(files, held),
        hide=tuple(sorted(hidden)),
        password=passwords.opened(mending.password) if locked else "",
    )
    return Chosen(plan=plan, left_out=left_out)


def _targets(problems: list[Open], held: Held) -> tuple[Target, ...]:
    paths = dict.fromkeys(one.part for one in problems)
    rows = [part_row(held, path) for path in paths]
    return tuple(Target(path=row["path"], sha256=row["sha256"], kind=row["sniffed"]) for row in rows)


def _exposed(problems: list[Open], cover: Cover) -> set[str]:
    """The families who see each other: those whom the hit names, else everybody who gets it."""
    found: set[str] = set()
    for one in problems:
        named = one.positions or range(len(cover.envelope.recipients))
        found |= {cover.envelope.addresses[n] for n in named}
    return found
