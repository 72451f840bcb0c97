"""This trust's writing: real brothers and sisters, forms that the rules leave open, many subjects that name nobody, and the day's mail in several files."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from bench.detection.forms import Form, whole
from bench.detection.outbox import Label
from bench.detection.sample import Child
from bench.detection.school import first_name, pairs
from bench.detection.seventh import spelling
from bench.detection.writing import Writing

FILES = {"ordinary": ("families", "home", "inside", "outside")}
YOUTH = {"Miss": ("Emily", "Alice", "Aisha", "Grace", "Maryam", "Lily"), "Master": ("William", "Henry", "Usman", "Thomas", "Alfie")}  # fmt: skip
NOBODY, LOOSE = 260, 24  # so many subjects of each sort beside the doubtful ones


@dataclass(slots=True, kw_only=True)
class Desk(Writing):
    form: str = ""  # of the name that was written last

    def _form(self, child: Child, forms: Mapping[str, Form]) -> tuple[str, str]:
        self.form, name = Writing._form(self, child, forms)
        return self.form, name

    def _pick(self, group: str) -> str:
        """A file's name makes a subject of its own, and so does a possessive."""
        return Writing._pick(self, spelling.SORTS.get(self.form, group) if group == "named" else group)

    def siblings(self, count: int) -> None:
        """Two, now and then three, who have one contact."""
        homes: dict[str, list[Child]] = defaultdict(list)
        children = {c.id: c for c in self.out.plain}
        for adult in self.out.school.parents:
            if adult.child in children:
                homes[adult.email].append(children[adult.child])
        several = [h for h in homes.values() if len(h) > 1 and len({_called(c) for c in h}) == len(h)]
        for n in range(count):
            there = several[n % len(several)]
            a, b = there[:2]
            group, more = ("siblings", there[:2])
            if len(there) > 2 and n % 2:
                group, more = "three", there[:3]
            elif a.dob == b.dob:
                group = "twins"
            given = dict(zip("abc", map(_called, more), strict=False))
            subject = self.out.written(self._pick(group), a, **given)
            label = Label(full=frozenset(c.id for c in more))
            self._subject("brothers and sisters", a, subject, self.out.rng.choice(("parent", "colleague", "school")), label)  # fmt: skip

    def doubtful(self, count: int) -> None:
        Writing.doubtful(self, count)
        for _ in range(LOOSE):
            self._loose()
        for _ in range(NOBODY):
            self._bare()

    def _loose(self) -> None:
        case = self.out.rng.choice(list(spelling.LOOSE))
        form = spelling.LOOSE[case]
        child = self.out.rng.choice([c for c in self.out.plain if form(c)])
        self._subject(case, child, self._neutral(child, form(child)), "colleague", Label(either=frozenset((child.id,))))  # fmt: skip

    def _youth(self) -> None:
        """Miss and Master, each with a name that it suits."""
        title = self.out.rng.choice(list(YOUTH))
        child = self.out.rng.choice([c for c in self.out.plain if first_name(c) in YOUTH[title]])
        subject = self._neutral(child, f"{title} {whole(child)}")
        self._subject("Miss or Master", child, subject, "firm", Label(either=frozenset((child.id,))))

    def _half(self) -> None:
        """A doubtful spelling, unless it happens to be another pupil's name."""
        while True:
            case, child, text = self._in_doubt()
            if not self._anothers(child, text):
                break
        self._subject(case, child, self._neutral(child, text), "school", Label(weak=frozenset((child.id,))))

    def _anothers(self, child: Child, text: str) -> bool:
        first, _, last = text.partition(" ")
        near = {frozenset((first.lower(), last.lower()))}
        return any(near & pairs(c) for c in self.out.school.children if c.id != child.id)

    def daily(self, kind: str, name: str, each: int) -> None:
        for part in FILES.get(name, (name,)):
            Writing.daily(self, kind, part, each)


def _called(child: Child) -> str:
    return child.known or first_name(child)
