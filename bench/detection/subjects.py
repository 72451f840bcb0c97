"""A set's subjects: pupils named in full, in doubt, and not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bench.detection.forms import Form, plain_letters, whole
from bench.detection.outbox import Label, Outbox
from bench.detection.sample import Child
from bench.detection.school import first_name, pairs, tokens


@dataclass(slots=True, kw_only=True)
class Subjects:
    """Writes the messages whose subject names somebody, doubtfully names somebody, or names nobody."""

    out: Outbox
    to: tuple[str, ...] = (
        "parent",
        "school",
        "council",
        "firm",
        "colleague",
    )  # who is written to about a pupil
    two: tuple[int, int] = (12, 5)  # of so many subjects one names two pupils, and which
    few: tuple[int, float] = (
        3,
        0.55,
    )  # a seldom form suits less than such a part of the names; how often it is taken
    heads: dict[str, Any] = field(default_factory=dict)
    seldom: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        house, plain = self.out.house, self.out.plain
        self.heads = house.phrases("subjects")
        for case, form in house.full.items():
            if sum(bool(form(c)) for c in plain) * self.few[0] < len(plain):
                self.seldom.add(case)

    def _pick(self, group: str) -> str:
        chosen: str = self.out.rng.choice(self.heads[group])
        return chosen

    def _subject(self, case: str, child: Child, subject: str, to: str, label: Label) -> None:
        self.out.post("subject", case, child, label, to=to, subject=subject, body=self._pick("bodies"))

    # -- names in full

    def named(self, count: int) -> None:
        """Every pupil in turn, each time in a form that suits the name; every twelfth subject names two."""
        out, order = self.out, list(self.out.plain)
        out.rng.shuffle(order)
        for n in range(count):
            child, to = order[n % len(order)], out.rng.choice(self.to)
            if n % self.two[0] == self.two[1]:
                self._two(child, to)
            elif "logins" in self.heads and n % 40 == 7:
                self._login(child)
            else:
                case, name = self._form(child, out.house.full)
                subject = out.written(self._pick("named"), child, name=name)
                self._subject(case, child, subject, to, Label(full=frozenset((child.id,))))

    def _form(self, child: Child, forms: Mapping[str, Form]) -> tuple[str, str]:
        """A form that the name can take; often one that few names can."""
        fits = {case: name for case, form in forms.items() if (name := form(child)) and self._own(case, name, child)}  # fmt: skip
        few = [case for case in fits if case in self.seldom]
        case = self.out.rng.choice(few if few and self.out.rng.random() < self.few[1] else list(fits))
        return case, fits[case]

    def _own(self, case: str, name: str, child: Child) -> bool:
        """A form with another forename must not be another pupil's name."""
        return case not in self.out.house.borrowed or self.out.nobody(name.split(maxsplit=1)[0], child)  # fmt: skip

    def _login(self, child: Child) -> None:
        words = (plain_letters(first_name(child)), plain_letters(child.surname))
        local = ".".join("".join(x for x in w if x.isascii() and x.isalpha()) for w in words).lower()
        subject = self.out.written(
            self._pick("logins"), child, name=f"{local}@pupils.{self.out.school.domain}"
        )
        split = any(not w.isascii() or not w.isalpha() for w in words)
        label = Label(
            full=frozenset(() if split else (child.id,)),
            either=frozenset((child.id,) if split else ()),
            optional=frozenset({("subject", "email-address")}),
        )
        self._subject("a pupil's log-in address", child, subject, "colleague", label)

    def _two(self, child: Child, to: str) -> None:
        other = self._stranger_to(child)
        subject = self.out.written(self._pick("pairs"), child, name=whole(child), other=whole(other))  # fmt: skip
        self._subject("two pupils", child, subject, to, Label(full=frozenset((child.id, other.id))))

    def _stranger_to(self, child: Child) -> Child:
        """Somebody whose names beside this one's give no third pupil's."""
        while True:
            other = self.out.rng.choice(self.out.plain)
            mixed = pairs(replace(child, surname=other.surname, former="")) | pairs(replace(other, surname=child.surname, former=""))  # fmt: skip
            touching = {frozenset((a, b)) for a in tokens(child.surname) for b in tokens(first_name(other))}
            if other.id != child.id and not (mixed | touching) & self.out.taken:
                return other

    def siblings(self, count: int) -> None:
        homes: dict[str, list[Child]] = {}
        for child in self.out.plain:
            homes.setdefault(child.surname, []).append(child)
        several = [family for family in homes.values() if len(family) > 1]
        for _ in range(count):
            a, b = self.out.rng.sample(self.out.rng.choice(several), 2)
            subject = self.out.written(self._pick("siblings"), a, a=first_name(a), b=first_name(b))
            self._subject("brothers and sisters", a, subject, "parent", Label(full=frozenset((a.id, b.id))))

    # -- names in doubt, and none

    def doubtful(self, count: int) -> None:
        makers = (self._none, self._half, self._namesake, self._ordinary, self._ordinary_sure, self._unknown, self._none, self._small, self._bare, self._famous, self._parted, self._youth)  # fmt: skip
        for n in range(count):
            makers[n % len(makers)]()

    def _neutral(self, child: Child, name: str) -> str:
        return self.out.written(self._pick("neutral"), child, name=name)

    def _none(self) -> None:
        child = self.out.rng.choice(self.out.plain)
        case = self.out.rng.choice(list(self.out.house.none))
        self._subject(
            case, child, self._neutral(child, self.out.house.none[case](child)), "colleague", Label()
        )

    def _in_doubt(self) -> tuple[str, Child, str]:
        case = self.out.rng.choice(list(self.out.house.doubtful))
        form = self.out.house.doubtful[case]
        child = self.out.rng.choice([c for c in self.out.plain if form(c) and self._own(case, form(c), c)])
        return case, child, form(child)

    def _half(self) -> None:
        case, child, text = self._in_doubt()
        self._subject(case, child, self._neutral(child, text), "school", Label(weak=frozenset((child.id,))))

    def _namesake(self) -> None:
        child = self.out.rng.choice(self.out.house.twins(self.out.school.children))
        self._subject("a grown-up's namesake", child, self._neutral(child, whole(child)), "colleague", Label(weak=frozenset((child.id,))))  # fmt: skip

    def _called(self, forename: str) -> Child:
        return next(c for c in self.out.school.children if c.weak and c.forename == forename)

    def _ordinary(self) -> None:
        forename, template = self.out.rng.choice(self.heads["ordinary"])
        child = self._called(forename)
        self._subject("ordinary words", child, self.out.written(template, child), "firm", Label(weak=frozenset((child.id,))))  # fmt: skip

    def _ordinary_sure(self) -> None:
        child = self.out.rng.choice([c for c in self.out.school.children if c.weak])
        subject = self.out.written(self._pick("sure"), child, name=whole(child), turned=f"{child.surname}, {child.forename}")  # fmt: skip
        self._subject("ordinary words with a class", child, subject, "council", Label(full=frozenset((child.id,))))  # fmt: skip

    def _small(self) -> None:
        child = self.out.rng.choice(self.out.plain)
        self._subject("ordinary words, small", child, self.out.written(self._pick("small"), child), "firm", Label())  # fmt: skip

    def _bare(self) -> None:
        child = self.out.rng.choice(self.out.plain)
        self._subject("nobody", child, self.out.written(self._pick("nobody"), child), "families", Label())

    def _famous(self) -> None:
        child = self.out.rng.choice(self.out.plain)
        self._subject("a book's hero", child, self.out.written(self._pick("famous"), child), "families", Label())  # fmt: skip

    def _unknown(self) -> None:
        """A pupil's surname with a forename that no pupil has."""
        while True:
            child, forename = (
                self.out.rng.choice(self.out.plain),
                self.out.rng.choice(self.heads["forenames"]),
            )
            if self.out.nobody(forename, child):
                break
        self._subject("a forename that is nobody's", child, self._neutral(child, f"{forename} {child.surname}"), "school", Label())  # fmt: skip

    def _parted(self) -> None:
        child = self.out.rng.choice(self.out.plain)
        other = self._stranger_to(child)
        subject = self.out.written(self._pick("parted"), child, a=first_name(other), b=first_name(child))
        self._subject("forename and surname apart", child, subject, "colleague", Label(weak=frozenset((child.id,))))  # fmt: skip

    def _youth(self) -> None:
        """Miss and Master may be a grown-up's or a child's title."""
        child = self.out.rng.choice(self.out.plain)
        name = f"{self.out.rng.choice(('Miss', 'Master'))} {whole(child)}"
        self._subject("Miss or Master", child, self._neutral(child, name), "firm", Label(either=frozenset((child.id,))))  # fmt: skip
