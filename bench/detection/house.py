"""What a set's school has of its own: how its staff write, whom they write to, and the words that fill its phrases."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Protocol

from bench.detection.forms import Form
from bench.detection.sample import Adult, Child, Place, School

PLACEHOLDER = re.compile(r"(\{\w+\}|\[[^\]]*\]|https?://\S+)")
Slot = Callable[[str, Child, School, Random], str]


class Enclosed(Protocol):
    """An attachment."""

    @property
    def name(self) -> str: ...

    def seen(self) -> str: ...

    def written(self) -> tuple[bytes, str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A written body, and what else of a person stands in it: the office's telephone, a colleague's address."""

    text: str
    html: str = ""
    also: frozenset[Place] = frozenset()


Habit = Callable[[Random, str, Adult, School, frozenset[str]], Letter]


class Seals(Protocol):
    """Makes the message as it leaves the writer's mail program."""

    def __call__(
        self, rng: Random, *, number: int, sender: Adult, to: Sequence[str], subject: str, body: Letter, attached: Sequence[Enclosed]
    ) -> bytes: ...  # fmt: skip


class Values(Protocol):
    """An identifier's words: two for a bank account; `beside` is the grown-up in whose row it stands."""

    def __call__(self, kind: str, child: Child, school: School, rng: Random, *, beside: Adult | None = None) -> tuple[str, ...]: ...  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a school's lists look: the headers of the columns for names with what stands under them, and what stands beside a number."""

    pupils: Mapping[tuple[str, ...], Callable[[Child], tuple[str, ...]]] = field(default_factory=dict)
    adults: Mapping[tuple[str, ...], Callable[[Adult, str], tuple[str, ...]]] = field(default_factory=dict)
    activities: tuple[str, ...] = ()  # one is drawn for every grown-up's row
    beside: Mapping[str, str] = field(default_factory=dict)  # a kind -> the kind that exports show with it
    spare: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # columns that say nothing of anybody
    endings: tuple[str, ...] = ()
    checkers: tuple[str, ...] = ()  # initials under a record card


def as_typed(rng: Random, template: str, sender: Adult) -> str:
    """Nobody's thumbs slip."""
    return template


def thumbed(rng: Random, template: str, slips: Sequence[tuple[str, str]], often: float) -> str:
    """A template before numbers stand in it, as thumbs type it: short words go wrong, never a placeholder."""
    parts = PLACEHOLDER.split(template)
    for n in range(0, len(parts), 2):
        for right, wrong in slips:
            if rng.random() < often:
                parts[n] = parts[n].replace(right, wrong)
    return "".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    name: str  # of the set
    folder: Path  # of its phrases
    writers: int  # so many of the staff write; the rest are pupils' namesakes
    twins: Callable[[Sequence[Child]], list[Child]]
    elsewhere: Mapping[str, tuple[str, ...]]  # addresses outside, by what sort of place they are
    families: int  # so many get a letter to all
    slot: Slot
    value: Values
    passport_foot: Callable[[Child, Random], str]
    letter: Habit
    sealed: Seals
    layout: Layout = Layout()
    typed: Callable[[Random, str, Adult], str] = as_typed  # a template as its writer types it
    full: Mapping[str, Form] = field(default_factory=dict)
    doubtful: Mapping[str, Form] = field(default_factory=dict)
    none: Mapping[str, Form] = field(default_factory=dict)
    borrowed: tuple[str, ...] = ()  # forms with another forename, which may be another pupil's

    def phrases(self, name: str) -> dict[str, Any]:
        return tomllib.loads((self.folder / f"{name}.toml").read_text("utf-8"))
