"""Turns the templates of a set into labelled messages. What a set sounds and looks like is its own: see first.py and second.py."""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from bench.detection import forms, mail, slots
from bench.detection.sample import Adult, Child, Place, Sample, School
from bench.detection.school import first_name, namesakes, pairs

OUTSIDE = {
    "supplier": "sales@borchester-supplies.example",
    "school": "office@hilltop.sch.uk",
    "council": "schools@borsetshire.gov.uk",
    "press": "news@borchester-echo.example",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one author writes mail."""

    body: Callable[[Random, str, Adult, School], str]  # words, sender -> the whole text
    html: Callable[[Random, str], str]  # the same as HTML, or ""
    file: Callable[[Random, str], str]  # an ending -> a file's name
    intro: Callable[[Random], str]  # what stands above a table
    heads: tuple[tuple[str, ...], ...]  # headers of the columns for names: surname, forename, class
    endings: tuple[str, ...]
    signature: frozenset[Place]
    dates: tuple[str, ...]
    tabled: float  # share of identifiers in attachments


@dataclass(slots=True, kw_only=True)
class Composer:
    name: str
    school: School
    words: dict[str, Any]
    style: Style
    rng: Random
    made: list[Sample] = field(default_factory=list)
    parent_of: dict[str, Adult] = field(default_factory=dict)
    known_pairs: set[frozenset[str]] = field(default_factory=set)

    @classmethod
    def of(cls, name: str, school: School, style: Style, rng: Random) -> "Composer":
        words = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
        return cls(
            name=name,
            school=school,
            words=words,
            style=style,
            rng=rng,
            parent_of={p.child: p for p in school.parents},
        )

    # -- people

    def plain(self) -> list[Child]:
        """The pupils whose name is nobody else's and no ordinary words."""
        shared = {c.id for c in namesakes(self.school.children)}
        return [c for c in self.school.children if not c.weak and c.id not in shared]

    def recipients(self, to: str, child: Child) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The header's and the envelope's."""
        if to == "parent":
            return (one := (self.parent_of[child.id].email,)), one
        if to == "families":
            many = self.rng.sample(self.school.parents, 12)
            return (f"office@{self.school.domain}",), tuple(p.email for p in many)
        if to == "colleague":
            return (one := (self.rng.choice(self.school.staff).email,)), one
        return (one := (OUTSIDE[to],)), one

    # -- words

    def fill(self, template: str, child: Child, **more: str) -> str:
        return re.sub(
            r"\{(\w+)\}", lambda m: more.get(m[1]) or slots.slot(m[1], child, self.school, self.rng), template
        )

    # -- messages

    def add(
        self,
        kind: str,
        case: str,
        child: Child,
        *,
        to: str,
        subject: str,
        body: str,
        files: tuple[mail.File, ...] = (),
        label: dict[str, Any] | None = None,
    ) -> None:
        rng, sender = self.rng, slots.sender(self.school, self.rng)
        shown, envelope = self.recipients(to, child)
        text = self.style.body(rng, body, sender, self.school)
        coding = rng.choice(("", "", "", "utf-8"))
        raw = mail.message(
            number=len(self.made), sender=f"{sender.forename} {sender.surname} <{sender.email}>", to=shown, subject=subject, body=text,
            html_body=self.style.html(rng, text), files=files, encoding=coding,
        )  # fmt: skip
        label = dict(label or {})
        label["optional"] = frozenset(label.get("optional", ())) | self.style.signature
        texts = (("subject", subject), ("body", text), *(("attachment", mail.words(f)) for f in files))
        self.made.append(
            Sample(
                id=f"{self.name}-{len(self.made)}",
                kind=kind,
                case=case,
                culture=child.culture,
                raw=raw,
                sender=sender.email,
                recipients=envelope,
                texts=texts,
                **label,
            )
        )

    def named(self, count: int) -> None:
        """Full names in subjects: each pupil in turn, so that all cultures have their share."""
        subjects, children = self.words["subjects"], self.plain()
        self.rng.shuffle(children)
        for n in range(count):
            child = children[n % len(children)]
            form, text = forms.choose(self.rng, forms.FULL, child)
            if n % 12 == 11:
                other = self.rng.choice([c for c in children if not _shared(c, child)])
                template, ids = self.rng.choice(subjects["pairs"]), frozenset((child.id, other.id))
                form, text, other_text = (
                    "two pupils",
                    forms.FULL["as written"](child),
                    forms.FULL["as written"](other),
                )
            else:
                template, ids, other_text = self.rng.choice(subjects["named"]), frozenset((child.id,)), ""
            subject = self.fill(template, child, name=text, other=other_text)
            self.add(
                "subject",
                form,
                child,
                to="parent",
                subject=subject,
                body=self.rng.choice(self.words["covering"]),
                label={"full": ids},
            )

    def siblings(self, count: int) -> None:
        families: dict[str, list[Child]] = {}
        for child in self.plain():
            families.setdefault(child.surname, []).append(child)
        several = [f for f in families.values() if len(f) > 1]
        for _ in range(count):
            a, b = self.rng.sample(self.rng.choice(several), 2)
            subject = self.fill(
                self.rng.choice(self.words["subjects"]["siblings"]), a, a=first_name(a), b=first_name(b)
            )
            self.add(
                "subject",
                "siblings",
                a,
                to="parent",
                subject=subject,
                body=self.rng.choice(self.words["covering"]),
                label={"full": frozenset((a.id, b.id))},
            )

    def doubtful(self, count: int) -> None:
        """Names that may be other words or other people, and forms that are no full names."""
        subjects, children = self.words["subjects"], self.plain()
        weak, twins = [c for c in self.school.children if c.weak], namesakes(self.school.children)
        for n in range(count):
            child, pick = self.rng.choice(children), n % 8
            one: dict[str, Any] = {}
            if pick == 0:
                child = self.rng.choice([c for c in children if any(f(c) for f in forms.WEAK.values())])
                case, text = forms.choose(self.rng, forms.WEAK, child)
                one, template = {"weak": frozenset((child.id,))}, self.rng.choice(subjects["neutral"])
            elif pick == 1:
                child, case = self.rng.choice(twins), "a teacher's namesake"
                text, template, one = (
                    forms.FULL["as written"](child),
                    self.rng.choice(subjects["neutral"]),
                    {"weak": frozenset((child.id,))},
                )
            elif pick == 2:
                child, case = self.rng.choice(weak[:-1]), "ordinary words"
                text, template, one = (
                    forms.FULL["as written"](child),
                    self.rng.choice(subjects["weak"]),
                    {"weak": frozenset((child.id,))},
                )
            elif pick == 3:
                child, case = self.rng.choice(weak), "ordinary words with the class"
                text, template, one = (
                    forms.FULL["as written"](child),
                    self.rng.choice(subjects["sure"]),
                    {"full": frozenset((child.id,))},
                )
            elif pick == 4:
                case, text, template = "on no list", self.stranger(), self.rng.choice(subjects["neutral"])
            else:
                case, text = forms.choose(self.rng, forms.NONE, child)
                template = self.rng.choice(subjects["neutral"])
            subject = self.fill(template, child, name=text, reversed=forms.FULL["surname, forename"](child))
            self.add(
                "subject",
                case,
                child,
                to="parent",
                subject=subject,
                body=self.rng.choice(self.words["covering"]),
                label=one,
            )
        for n in range(count // 4):
            child = children[n % len(children)]
            self.add(
                "subject",
                "no pupil at all",
                child,
                to="supplier",
                subject=self.fill(self.rng.choice(subjects["none"]), child),
                body=self.rng.choice(self.words["covering"]),
            )

    def stranger(self) -> str:
        """A forename of one pupil with the surname of another, together nobody's."""
        self.known_pairs = self.known_pairs or {p for c in self.school.children for p in pairs(c)}
        while True:
            a, b = self.rng.sample(self.plain(), 2)
            if not _shared(a, b) and not _crossed(a, b) & self.known_pairs:
                return f"{first_name(a)} {b.surname}"

    def identifiers(self, count: int) -> None:
        kinds, children = list(self.words["identifiers"]), self.plain()
        for n in range(count):
            kind, child = kinds[n % len(kinds)], self.rng.choice(children)
            if kind in self.words["columns"] and self.rng.random() < self.style.tabled:
                self.tabled(kind, child)
                continue
            value = slots.value(kind, child, self.school, self.rng, self.style.dates)
            sentence = self.fill(self.rng.choice(self.words["identifiers"][kind]), child, **value)
            also = {("body", "date-of-birth")} if "{name}" in sentence else set()
            self.add("identifier", kind, child, to=self.rng.choice(("school", "council", "parent")), subject=self.rng.choice(self.words["bland"]), body=sentence,
                     label={"wanted": frozenset({("body", kind)}), "optional": frozenset(also)})  # fmt: skip

    def tabled(self, kind: str, child: Child) -> None:
        head = self.rng.choice(self.style.heads)
        rows: list[tuple[str, ...]] = [(*head, self.rng.choice(self.words["columns"][kind]))]
        for other in [child, *self.rng.sample(self.plain(), self.rng.randrange(1, 7))]:
            names = {
                3: (other.surname, first_name(other), other.class_name),
                2: (f"{other.surname}, {first_name(other)}", other.class_name),
                1: (f"{first_name(other)} {other.surname}",),
            }[len(head)]
            rows.append((*names, slots.value(kind, other, self.school, self.rng, self.style.dates)["v"]))
        ending = self.rng.choice(self.style.endings)
        file = mail.File(
            name=self.style.file(self.rng, ending),
            rows=tuple(rows),
            text="" if ending in ("csv", "xlsx") else self.style.intro(self.rng) + "\n",
        )
        self.add("identifier", kind, child, to=self.rng.choice(("school", "council")), subject=self.rng.choice(self.words["bland"]), body=self.rng.choice(self.words["covering"]), files=(file,),
                 label={"wanted": frozenset({("attachment", kind)})})  # fmt: skip

    def daily(self, group: str, count: int) -> None:
        """Traps and ordinary mail: nothing in them may be taken for a person's number, and nothing may be held."""
        for n in range(count):
            template, child = self.words[group][n % len(self.words[group])], self.rng.choice(self.plain())
            optional = frozenset(("body", kind) for kind in template.get("optional", ()))
            to = template["to"]
            subject, body = self.fill(template["subject"], child), self.fill(template["body"], child)
            self.add(
                "trap" if group == "traps" else "ordinary",
                template["case"],
                child,
                to=to,
                subject=subject,
                body=body,
                label={"optional": optional, "ordinary": True},
            )


def samples(composer: Composer, counts: dict[str, int]) -> Iterator[Sample]:
    composer.named(counts["named"])
    composer.siblings(counts["siblings"])
    composer.doubtful(counts["doubtful"])
    composer.identifiers(counts["identifiers"])
    composer.daily("traps", counts["traps"])
    composer.daily("ordinary", counts["ordinary"])
    return iter(composer.made)


def _crossed(a: Child, b: Child) -> set[frozenset[str]]:
    return pairs(replace(a, surname=b.surname, former=""))


def _shared(a: Child, b: Child) -> bool:
    return a.id == b.id or bool(pairs(a) & pairs(b))
