"""Who gets a locked file with a password of their own: families, colleagues, and partners with whom one was agreed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from quarantine.models import Held, HeldRecipient, PartnerPassword, State

MOST = 20  # families, or people written to singly: nobody phones more
LARGEST = 100_000_000  # bytes of all copies of one message together


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Recipients who share one password."""

    key: str
    positions: tuple[int, ...]
    shown: tuple[str, ...]  # masked
    inside: bool = False  # colleagues
    agreed: bytes | None = field(default=None, repr=False)  # the partner's password, sealed

    def gets(self, positions: Iterable[int]) -> bool:
        """Whether one of them is concerned; no positions concern everybody."""
        concerned = set(positions)
        return not concerned or not concerned.isdisjoint(self.positions)


def families(held: Held, *, without: Iterable[int] = (), waiting: bool = True) -> tuple[Family, ...]:
    """Those who still wait for the message, or who got it, in the order of the envelope."""
    states = (State.HELD,) if waiting else (State.CURED, State.RELEASED)
    rows = list(
        held.recipients.filter(state__in=states).exclude(position__in=list(without)).order_by("position")
    )
    agreed = _agreed(held, rows) if waiting else {}  # what went has the password that it was sent with
    groups: dict[str, list[HeldRecipient]] = {}
    for row in rows:
        groups.setdefault(_key(row, agreed), []).append(row)
    return tuple(
        Family(
            key=key,
            positions=tuple(row.position for row in group),
            shown=tuple(row.masked for row in group),
            inside=group[0].relation == "internal",
            agreed=agreed.get(key),
        )
        for key, group in groups.items()
    )


def may_split(held: Held, count: int) -> bool:
    """Whether the message may go in so many copies."""
    return count <= 1 or (count <= MOST and count * held.size <= LARGEST)


def _agreed(held: Held, rows: Iterable[HeldRecipient]) -> dict[str, bytes]:
    names = {name for row in rows for name in (row.address, row.organisation) if name}
    found = PartnerPassword.objects.filter(school=held.school, key__in=names)
    return {row.key: bytes(row.password) for row in found}


def _key(row: HeldRecipient, agreed: dict[str, bytes]) -> str:
    """A password that was agreed joins whoever has it; families share theirs; everybody else stands alone."""
    return next(
        (name for name in (row.address, row.organisation) if name in agreed), row.family or row.address
    )
