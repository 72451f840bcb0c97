"""Past mail judged again by a draft set: how much would be held, what changes, and which policies never speak."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from detectors.fingerprints import Fingerprints
from policies.conditions import phrase_list
from policies.decide import decide
from policies.features import facts_of
from policies.policy_set import PolicySet
from policies.verdict import Action

CHUNK = 500  # messages judged in one go by one worker
SHOWN = 20  # changed messages named in a report
Features = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One message that another set would treat in another way."""

    id: str
    before: str
    after: str
    policies: tuple[str, ...]  # that decide under the draft


@dataclass(slots=True, kw_only=True)
class Tally:
    """The counts of one chunk; two tallies add up in any order."""

    messages: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    changed: list[Changed] = field(default_factory=list)
    changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None

    def add(self, other: "Tally") -> None:
        """Takes another tally in."""
        self.messages += other.messages
        for name in ("before", "after", "fired", "changes"):
            getattr(self, name).update(getattr(other, name))
        self.changed = sorted([*self.changed, *other.changed], key=lambda c: c.id)[:SHOWN]
        firsts = [t for t in (self.first, other.first) if t]
        lasts = [t for t in (self.last, other.last) if t]
        self.first, self.last = min(firsts, default=None), max(lasts, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a draft set would have done, for a DPO to read."""

    messages: int
    weeks: float
    before: dict[str, int]
    after: dict[str, int]
    changes: dict[tuple[str, str], int]
    examples: tuple[Changed, ...]
    fired: dict[str, int]
    silent: tuple[str, ...]  # policies of the draft that never hit

    def per_week(self, count: int) -> float:
        """A count over the whole time as one per week."""
        return count / self.weeks

    @property
    def held_per_week(self) -> float:
        """Messages a week that somebody would have to look at."""
        return self.per_week(self.after.get("ask", 0) + self.after.get("quarantine", 0))


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges one chunk under both sets; plain data and pure, so any pool can carry it."""

    current: PolicySet
    draft: PolicySet
    fingerprints: Fingerprints | None = field(default=None, repr=False)

    def __call__(self, chunk: Sequence[Features]) -> Tally:
        """The tally of one chunk."""
        tally = Tally()
        for stored in chunk:
            facts = facts_of(stored, self.fingerprints)
            before, after = decide(facts, self.current), decide(facts, self.draft)
            old, new = before.would.word, after.would.word
            tally.messages += 1
            tally.before[old] += 1
            tally.after[new] += 1
            tally.fired.update({h.policy for h in after.hits})
            tally.first = min(tally.first or facts.received_at, facts.received_at)
            tally.last = max(tally.last or facts.received_at, facts.received_at)
            if old != new:
                leading = tuple(dict.fromkeys(h.policy for h in after.hits if h.action is after.would))
                tally.changes[(old, new)] += 1
                if len(tally.changed) < SHOWN:
                    tally.changed.append(Changed(id=facts.id, before=old, after=new, policies=leading))
        return tally


Pool = Callable[[Callable[[Sequence[Features]], Tally], Iterable[Sequence[Features]]], Iterable[Tally]]


def replay(
    past: Iterable[Features],
    current: PolicySet,
    draft: PolicySet,
    *,
    fingerprints: Fingerprints | None = None,
    pool: Pool = map,
    progress: Callable[[int], None] = lambda _: None,
) -> Forecast:
    """Judges all past mail. `pool` is any `map`: the built-in one, a process pool's, or that of Ray or Dask."""
    total = Tally()
    for tally in pool(Judge(current, draft, fingerprints), _chunks(past)):
        total.add(tally)
        progress(total.messages)
    return _forecast(total, draft)


def _chunks(past: Iterable[Features]) -> Iterator[Sequence[Features]]:
    source = iter(past)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _forecast(total: Tally, draft: PolicySet) -> Forecast:
    span = (total.last - total.first) if total.first and total.last else timedelta()
    return Forecast(
        messages=total.messages,
        weeks=max(span / timedelta(weeks=1), 1 / 7),
        before={a.word: total.before[a.word] for a in Action},
        after={a.word: total.after[a.word] for a in Action},
        changes=dict(total.changes),
        examples=tuple(total.changed),
        fired=dict(total.fired),
        silent=_silent(draft, total.fired),
    )


def _silent(draft: PolicySet, fired: Counter[str]) -> tuple[str, ...]:
    """The policies that never hit; a table counts as one, and speaks when any of its cells does."""
    spoke = {p.matrix or p.id for p in draft.policies if p.id in fired}
    return tuple(sorted({p.matrix or p.id for p in draft.policies if p.enabled} - spoke))


def report(forecast: Forecast) -> str:
    """The forecast in words."""
    lines = [
        f"{forecast.messages} messages over {forecast.weeks:.1f} weeks.",
        (
            f"The draft would hold {forecast.held_per_week:.1f} messages a week "
            f"and refuse {forecast.per_week(forecast.after.get('block', 0)):.1f}."
        ),
        "",
        f"{'':<12}{'now':>9}{'draft':>9}{'a week':>9}",
    ]
    lines += [
        f"{a.word:<12}{forecast.before[a.word]:>9}{forecast.after[a.word]:>9}{forecast.per_week(forecast.after[a.word]):>9.1f}"
        for a in Action
    ]
    changed = sum(forecast.changes.values())
    lines += ["", f"{changed} messages would be treated in another way."]
    lines += [
        f"  {old} becomes {new}: {n}"
        for (old, new), n in sorted(forecast.changes.items(), key=lambda c: -c[1])
    ]
    lines += [
        f"  {c.id}: {c.before} becomes {c.after} ({phrase_list(c.policies, 'and')})"
        for c in forecast.examples[:5]
    ]
    lines += [
        "",
        f"{len(forecast.silent)} policies never spoke"
        + (f": {', '.join(forecast.silent)}" if forecast.silent else "."),
    ]
    return "\n".join(lines) + "\n"
