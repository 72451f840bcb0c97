"""A school's roll from the words of a set's names.toml: no two pupils share a forename and a surname, in whatever order."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench.detection.sample import Adult, Child, School
from bench.detection.school import admit

Post = Sequence[str]  # title, forename, surname, role; more is the set's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the register holds beside a name."""

    class_name: str
    dob: str
    upn: str
    admission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """How one set's school fills its roll; `prefix` begins a pupil's id, `former` is the share of earlier surnames."""

    names: Path
    prefix: str
    words: tuple[tuple[str, str], ...]  # names that are ordinary words, a place or a book's hero
    entry: Callable[[Random, int, bool], Entry]  # number on the roll, ordinary words
    former: float

    def filled(self, rng: Random, size: int) -> list[Child]:
        """First the ordinary words, then one pupil of each naming culture in turn, or as many as its `share`."""
        pools: dict[str, Any] = tomllib.loads(self.names.read_text("utf-8"))
        children: list[Child] = []
        taken: set[frozenset[str]] = set()
        for forename, surname in self.words:
            admit(
                children,
                taken,
                self._child(rng, len(children), "ordinary words", forename, surname, weak=True),
            )
        cultures = [culture for culture, pool in pools.items() for _ in range(pool.get("share", 1))]
        for turn in range(size * 40):
            if len(children) == size:
                break
            culture = cultures[turn % len(cultures)]
            admit(children, taken, self._drawn(rng, len(children), culture, pools[culture]))
        return children

    def _drawn(self, rng: Random, n: int, culture: str, pool: dict[str, Any]) -> Child:
        forename, surname = rng.choice(pool["forenames"]), rng.choice(pool["surnames"])
        known = pool.get("known", {}).get(forename, "")
        former = rng.choice(pool["surnames"]) if rng.random() < self.former else ""
        joined = pool.get("joined", False)
        return self._child(rng, n, culture, forename, surname, known=known, former=former, joined=joined)

    def _child(
        self, rng: Random, n: int, culture: str, forename: str, surname: str, *, known: str = "", former: str = "", joined: bool = False, weak: bool = False
    ) -> Child:  # fmt: skip
        entry = self.entry(rng, n, weak)
        return Child(
            id=f"{self.prefix}{n}", culture=culture, forename=forename, surname=surname, known=known, former=former, joined=joined, weak=weak,
            class_name=entry.class_name, dob=entry.dob, upn=entry.upn, admission=entry.admission,
        )  # fmt: skip


def opened(
    rng: Random, name: str, domain: str, children: list[Child], staff: list[Adult], parent: Callable[[Random, int, Child], Adult]
) -> School:  # fmt: skip
    """The school with all its people; its office has a telephone of the range for drama."""
    parents = tuple(parent(rng, n, child) for n, child in enumerate(children))
    office = f"01632 960{rng.randrange(100, 999)}"
    return School(name=name, domain=domain, children=tuple(children), staff=tuple(staff), parents=parents, office=office)  # fmt: skip


def first_of(children: Sequence[Child], cultures: Sequence[str]) -> list[Child]:
    """The first pupil of each culture: some grown-up has the same name."""
    return [next(c for c in children if c.culture == culture) for culture in cultures]


def posts(rows: Sequence[Post], prefix: str, address: Callable[[str, str], str]) -> list[Adult]:
    """`address` makes a work address of forename and surname."""
    return [
        Adult(id=f"{prefix}{n}", title=title, forename=first, surname=last, email=address(first, last).lower(), role=role)
        for n, (title, first, last, role, *_) in enumerate(rows)
    ]  # fmt: skip


def namesakes(children: Sequence[Child], prefix: str, title: str, address: str, role: str) -> list[Adult]:
    """Grown-ups who are called as these pupils; `address` takes a number."""
    return [
        Adult(id=f"{prefix}{n}", title=title, forename=c.forename.split()[0], surname=c.surname, email=address.format(n), role=role)
        for n, c in enumerate(children)
    ]  # fmt: skip


def guardians(
    prefix: str, forenames: Sequence[str], titles: Sequence[str], hosts: Sequence[str], local: Callable[[str, int], Sequence[str]]
) -> Callable[[Random, int, Child], Adult]:  # fmt: skip
    """How each pupil gets a parent of the same surname; `local` are the shapes of a private address."""

    def parent(rng: Random, n: int, child: Child) -> Adult:
        forename = rng.choice(forenames)
        box, title = rng.choice(local(forename, n)).lower(), rng.choice(titles)
        return Adult(id=f"{prefix}{n}", title=title, forename=forename, surname=child.surname, email=f"{box}@{rng.choice(hosts)}", child=child.id)  # fmt: skip

    return parent
