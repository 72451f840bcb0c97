"""From choices to what is done to the message: one parcel for each group of recipients who get the same bytes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from detectors.cure.plan import Plan, Target
from policies.asked import ASKED
from policies.verdict import Cure
from quarantine import keys, store
from quarantine.config import current
from quarantine.cover import Cover
from quarantine.cures import passwords
from quarantine.cures.families import Family, families
from quarantine.cures.problems import OTHER_FAMILY, Open, open_problems, part_row, removes_people
from quarantine.models import Held, Mending


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """The message as these recipients get it."""

    plan: Plan
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the choices come to: the parcels, and the recipients who no longer get it."""

    parcels: tuple[Parcel, ...] = field(repr=False)
    left_out: frozenset[int] = field(default=frozenset())


def chosen(held: Held, mending: Mending, cover: Cover) -> Chosen:
    """What the choices come to. Opens passwords: for a process that may read the store."""
    by_cure = _by_cure(held, mending)
    removed = by_cure.get(Cure.REMOVE, [])
    left_out = frozenset(
        n for one in removed if removes_people(one.first, one.positions, held) for n in one.positions
    )
    cut = [one for one in removed if not removes_people(one.first, one.positions, held)]
    gone = {one.part for one in cut if not _for_some(one)}
    hidden = {cover.envelope.addresses[n] for n in left_out} | _exposed(by_cure.get(Cure.BCC, []), cover)
    private = [hit.fingerprint for one in by_cure.get(Cure.REPLACE_ADDRESS, []) for hit in one.hits]
    bench = _Bench(
        held=held,
        mending=mending,
        cover=cover,
        plan=Plan(
            initials=Cure.INITIALS in by_cure,
            remove=_targets(gone, held),
            hide=tuple(sorted(hidden)),
            replace=tuple(sorted(set(private))),
            address=cover.envelope.mail_from,
            untag=current().tags if any(row["policy"] == ASKED for row in held.hits) else (),
        ),
        locked=tuple(one for one in by_cure.get(Cure.ENCRYPT, []) if one.part not in gone),
        apart=tuple(one for one in cut if _for_some(one) and one.part not in gone),
    )
    return Chosen(
        parcels=bench.parcels(families(held, without=left_out), singly=Cure.SINGLY in by_cure),
        left_out=left_out,
    )


def locked_for(held: Held, mending: Mending) -> tuple[Family, ...]:
    """Whose copy has a locked file, as far as it is chosen yet: those with an agreed password need no fresh one."""
    by_cure = _by_cure(held, mending)
    locked = by_cure.get(Cure.ENCRYPT, [])
    left_out = {
        n
        for one in by_cure.get(Cure.REMOVE, [])
        if removes_people(one.first, one.positions, held)
        for n in one.positions
    }
    found = families(held, without=left_out) if locked else ()
    return tuple(family for family in found if any(family.gets(one.positions) for one in locked))


def _by_cure(held: Held, mending: Mending) -> dict[Cure, list[Open]]:
    found: dict[Cure, list[Open]] = {}
    for one in open_problems(held, officer=bool(mending.by)):
        if cure := mending.choices.get(one.key):
            found.setdefault(Cure(cure), []).append(one)
    return found


def _for_some(one: Open) -> bool:
    """A file about another family's child is left out for those alone who must not have it."""
    return one.first.kind == OTHER_FAMILY and bool(one.positions)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """What all parcels of a message share."""

    held: Held
    mending: Mending
    cover: Cover
    plan: Plan
    locked: tuple[Open, ...]
    apart: tuple[Open, ...]  # files that only some must not have

    def parcels(self, found: Sequence[Family], *, singly: bool) -> tuple[Parcel, ...]:
        """Each family that a lock or a cut concerns gets its own, everybody else the same."""
        alone = [one for one in found if singly or self._concerns(one)]
        together = sorted(n for one in found if one not in alone for n in one.positions)
        inside = {n for one in found if one.inside for n in one.positions}
        if singly:
            alone = [replace(one, positions=(n,)) for one in alone for n in one.positions]
        everybody = {n for one in found for n in one.positions}
        made = [self._parcel(one, everybody - inside - set(one.positions)) for one in alone]
        rest = [Parcel(plan=self.plan, positions=tuple(together))] if together else []
        return (*made, *rest)

    def _concerns(self, family: Family) -> bool:
        return any(family.gets(one.positions) for one in (*self.locked, *self.apart))

    def _parcel(self, family: Family, others: set[int]) -> Parcel:
        """Who gets a parcel of their own sees nobody else but colleagues."""
        cut = {one.part for one in self.apart if family.gets(one.positions)}
        shut = {one.part for one in self.locked if family.gets(one.positions)} - cut
        hide = {*self.plan.hide, *(self.cover.envelope.addresses[n] for n in others)}
        plan = msgspec.structs.replace(
            self.plan,
            remove=(*self.plan.remove, *_targets(cut, self.held)),
            encrypt=_targets(shut, self.held),
            hide=tuple(sorted(hide)),
            password=_password(family, self.mending) if shut else "",
        )
        return Parcel(plan=plan, positions=family.positions)


def _password(family: Family, mending: Mending) -> str:
    """The one that was agreed with the partner, else the fresh one that whoever chose has seen."""
    if family.agreed:
        return store.unseal(family.agreed, keys.current().opening).decode()
    return passwords.opened(mending.password).get(family.key, "")


def _targets(paths: Iterable[str], held: Held) -> tuple[Target, ...]:
    rows = [part_row(held, path) for path in sorted(paths)]
    return tuple(Target(path=row["path"], sha256=row["sha256"], kind=row["sniffed"]) for row in rows)


def _exposed(problems: list[Open], cover: Cover) -> set[str]:
    """The families who see each other: those whom the hit names, else everybody who gets it."""
    found: set[str] = set()
    for one in problems:
        named = one.positions or range(len(cover.envelope.recipients))
        found |= {cover.envelope.addresses[n] for n in named}
    return found
