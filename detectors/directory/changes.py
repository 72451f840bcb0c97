"""What a new snapshot changes, by counts and ids; and when it must not replace the old one without a person saying so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from detectors.directory.errors import DirectoryError
from detectors.directory.load import snapshot
from detectors.directory.people import Directory, Pupil

MAY_FALL = 0.2  # a school does not lose a fifth of its pupils overnight: half an export does


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids only: the page that shows them looks the names up."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]
    staff: int  # how many more or fewer
    contacts: int
    newly_forbidden: int  # contacts who may no longer be written to


def compare(old: Directory, new: Directory) -> Changes:
    """The difference of two snapshots."""
    before, after = _by_id(old), _by_id(new)
    forbidden = {(c.pupil_id, c.email) for c in old.contacts if c.no_contact}
    return Changes(
        new=tuple(i for i in after if i not in before),
        gone=tuple(i for i in before if i not in after and before[i].left is None),
        changed=tuple(i for i in after if i in before and after[i] != before[i]),
        staff=len(new.staff) - len(old.staff),
        contacts=len(new.contacts) - len(old.contacts),
        newly_forbidden=sum((c.pupil_id, c.email) not in forbidden for c in new.contacts if c.no_contact),
    )


def _by_id(directory: Directory) -> Mapping[str, Pupil]:
    return {p.id: p for p in directory.pupils}


def refuse_shrinking(old: Directory, new: Directory, *, confirmed: bool = False) -> None:
    """Raise when the new snapshot has lost more than a fifth of the pupils and nobody has confirmed it."""
    had = sum(p.left is None for p in old.pupils)
    has = sum(p.left is None for p in new.pupils)
    if had and has < had * (1 - MAY_FALL) and not confirmed:
        problem = f"holds {has} pupils where the directory has {had}"
        raise DirectoryError(
            "pupils", 0, "", problem, "Check that the export is complete, or confirm the fall"
        )


def with_leavers(old: Directory, new: Directory, today: date) -> Directory:
    """The new snapshot with those who are gone kept as leavers, for mail about them goes on for a year."""
    known = {p.id for p in new.pupils}
    gone = [p if p.left else replace(p, left=today) for p in old.pupils if p.id not in known]
    kept = tuple(p for p in gone if p.left and (today - p.left).days <= 366)
    return snapshot(
        school_names=new.school_names,
        domains=new.domains,
        fingerprints=new.fingerprints,
        today=today,
        pupils=new.pupils + kept,
        staff=new.staff,
        contacts=new.contacts,
        partners=new.partners,
        outsiders=new.outsiders,
    )
