"""The third set's messages: names in subjects, identifiers in every place, look-alikes and the day's mail."""

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.detection.sample import Child
from bench.detection.school import first_name, pairs, tokens
from bench.detection.third import academy, files, naming, tables
from bench.detection.third.desk import Desk
from bench.detection.third.slots import value


def words(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))


@dataclass(slots=True, kw_only=True)
class Posts:
    desk: Desk
    subjects: dict[str, Any] = field(default_factory=lambda: words("subjects"))
    numbers: dict[str, Any] = field(default_factory=lambda: words("identifiers"))
    rare: set[str] = field(default_factory=set)  # the forms that fit fewer than half of the pupils

    def __post_init__(self) -> None:
        people = self.desk.plain
        self.rare = {case for case, form in naming.FULL.items() if sum(bool(form(c)) for c in people) * 2 < len(people)}  # fmt: skip

    def _subject(self, case: str, child: Child, subject: str, to: str, **label: frozenset[str]) -> None:
        desk = self.desk
        body = desk.fill(desk.rng.choice(self.subjects["covering"]), child)
        desk.send("subject", case, child, to=to, subject=subject, body=body, label=dict(label))

    # -- names in subjects

    def named(self, count: int) -> None:
        """Each pupil in turn; every tenth subject names two."""
        desk, children = self.desk, list(self.desk.plain)
        desk.rng.shuffle(children)
        for n in range(count):
            child = children[n % len(children)]
            to = desk.rng.choice(("parent", "colleague", "school", "council"))
            if n % 10 == 9:
                other = self._apart(child)
                subject = desk.fill(
                    desk.rng.choice(self.subjects["pairs"]),
                    child,
                    name=naming.plain(child),
                    other=naming.plain(other),
                )
                self._subject("two pupils", child, subject, to, full=frozenset((child.id, other.id)))
                continue
            case, text = self._form(naming.FULL, child)
            subject = desk.fill(desk.rng.choice(self.subjects["named"]), child, name=text)
            self._subject(case, child, subject, to, full=frozenset((child.id,)))

    def _form(self, forms: dict[str, naming.Form], child: Child) -> tuple[str, str]:
        """A form that this name can take and that is no other pupil's name; half the time one that few names can take."""
        fitting = {case: text for case, form in forms.items() if (text := form(child)) and self._free(case, text, child)}  # fmt: skip
        few = [case for case in fitting if case in self.rare]
        case = self.desk.rng.choice(few if few and self.desk.rng.random() < 0.5 else list(fitting))
        return case, fitting[case]

    def _free(self, case: str, text: str, child: Child) -> bool:
        first = text.split(maxsplit=1)[0]
        return (
            case not in ("short form", "another spelling")
            or not pairs(replace(child, forename=first, known="", former="")) & self.desk.taken
        )

    def _apart(self, child: Child) -> Child:
        """Somebody whose names give no third pupil's when they stand beside this one's."""
        while True:
            other = self.desk.rng.choice(self.desk.plain)
            crossed = pairs(replace(child, surname=other.surname, former="")) | pairs(
                replace(other, surname=child.surname, former="")
            )
            last = tokens(child.surname)
            inner = {frozenset((a, b)) for a in last for b in tokens(first_name(other))}
            if other.id != child.id and not (crossed | inner) & self.desk.taken:
                return other

    def siblings(self, count: int) -> None:
        families: dict[str, list[Child]] = {}
        for child in self.desk.plain:
            families.setdefault(child.surname, []).append(child)
        several = [family for family in families.values() if len(family) > 1]
        for _ in range(count):
            a, b = self.desk.rng.sample(self.desk.rng.choice(several), 2)
            subject = self.desk.fill(
                self.desk.rng.choice(self.subjects["siblings"]), a, a=first_name(a), b=first_name(b)
            )
            self._subject("siblings", a, subject, "parent", full=frozenset((a.id, b.id)))

    # -- doubtful and none

    def doubtful(self, count: int) -> None:
        """Names that may be somebody or something else, and forms that are no full name."""
        makers = (self._half, self._twin, self._ordinary, self._sure, self._stranger, self._none, self._none, self._small, self._nobody, self._famous)  # fmt: skip
        for n in range(count):
            makers[n % len(makers)]()

    def _half(self) -> None:
        desk = self.desk
        case = desk.rng.choice(list(naming.DOUBTFUL))
        form = naming.DOUBTFUL[case]
        child = desk.rng.choice([c for c in desk.plain if form(c) and self._free(case, form(c), c)])
        self._subject(
            case, child, self._neutral(child, form(child)), "colleague", weak=frozenset((child.id,))
        )

    def _neutral(self, child: Child, text: str) -> str:
        return self.desk.fill(self.desk.rng.choice(self.subjects["neutral"]), child, name=text)

    def _twin(self) -> None:
        child = self.desk.rng.choice(academy.shared(self.desk.school.children))
        subject = self._neutral(child, naming.plain(child))
        self._subject("a teaching assistant's namesake", child, subject, "colleague", weak=frozenset((child.id,)))  # fmt: skip

    def _called(self, forename: str) -> Child:
        return next(c for c in self.desk.school.children if c.weak and c.forename == forename)

    def _ordinary(self) -> None:
        forename, template = self.desk.rng.choice(self.subjects["ordinary"])
        child = self._called(forename)
        self._subject("ordinary words", child, self.desk.fill(template, child), "supplier", weak=frozenset((child.id,)))  # fmt: skip

    def _sure(self) -> None:
        child = self._called(self.desk.rng.choice(academy.ORDINARY)[0])
        subject = self.desk.fill(
            self.desk.rng.choice(self.subjects["sure"]),
            child,
            name=naming.plain(child),
            reversed=f"{child.surname}, {child.forename}",
        )
        self._subject("ordinary words made sure", child, subject, "colleague", full=frozenset((child.id,)))

    def _stranger(self) -> None:
        """A pupil's forename with another pupil's surname: on no list."""
        desk = self.desk
        while True:
            a, b = desk.rng.sample(desk.plain, 2)
            mixed = replace(a, surname=b.surname, former="", known="")
            if a.culture != b.culture and not pairs(mixed) & desk.taken:
                break
        self._subject("on no list", a, self._neutral(a, f"{first_name(a)} {b.surname}"), "colleague")

    def _none(self) -> None:
        child = self.desk.rng.choice(self.desk.plain)
        case, text = self._form(naming.NONE, child)
        self._subject(case, child, self._neutral(child, text), "colleague")

    def _small(self) -> None:
        self._without("ordinary words in small letters", "small")

    def _nobody(self) -> None:
        self._without("no pupil at all", "none")

    def _famous(self) -> None:
        self._without("famous names", "famous")

    def _without(self, case: str, group: str) -> None:
        child = self.desk.rng.choice(self.desk.plain)
        subject = self.desk.fill(self.desk.rng.choice(self.subjects[group]), child)
        self._subject(case, child, subject, self.desk.rng.choice(("supplier", "colleague", "families")))

    # -- identifiers

    def identifiers(self, count: int) -> None:
        """Every kind in turn: in sentences, in tables of all sorts, now and then in the subject or a file's name."""
        kinds, desk = list(self.numbers["body"]), self.desk
        for n in range(count):
            kind, child, where = kinds[n % len(kinds)], desk.rng.choice(desk.plain), desk.rng.random()
            if where < 0.42:
                tables.send(desk, self.numbers, kind)
            elif where < 0.53 and kind in self.numbers["subject"]:
                self._in_subject(kind, child)
            elif where < 0.68 and kind == "upn":
                self._in_file_name(child)
            else:
                self._in_body(kind, child)

    def _in_body(self, kind: str, child: Child) -> None:
        desk = self.desk
        given = value(kind, child, desk.school, desk.rng)
        template = desk.rng.choice(self.numbers["body"][kind])
        if "\n" in given["v"]:
            template = "[foot of the passport page|MRZ from the scan|passport machine line]:\n{v}"
        if desk.rng.random() < 0.2:
            template = template.lower()
            if desk.rng.random() < 0.4 and kind in ("upn", "ni-number", "postcode", "uci", "driving-licence"):
                given = {key: text.lower() for key, text in given.items()}
        also = "bank-account" if kind == "iban" else "date-of-birth" if "\n" in given["v"] else ""
        desk.send(
            "identifier", kind, child, to=desk.rng.choice(("school", "council", "colleague", "supplier")),
            subject=self._bland(child), body=desk.fill(template, child, **given),
            evidence=tuple(("body", line) for text in given.values() for line in text.split("\n")),
            label={"wanted": frozenset({("body", kind)}), "optional": frozenset({("body", also)} if also else ())},
        )  # fmt: skip

    def _bland(self, child: Child) -> str:
        return self.desk.fill(self.desk.rng.choice(self.numbers["words"]["subjects"]), child)

    def _in_subject(self, kind: str, child: Child) -> None:
        desk = self.desk
        given = {"v": self._one_line(kind, child)}
        subject = desk.fill(desk.rng.choice(self.numbers["subject"][kind]), child, **given)
        body = desk.fill(desk.rng.choice(self.subjects["covering"]), child)
        desk.send("identifier", kind, child, to="council", subject=subject, body=body, evidence=(("subject", given["v"]),),
                  label={"wanted": frozenset({("subject", kind)})})  # fmt: skip

    def _one_line(self, kind: str, child: Child) -> str:
        while "\n" in (text := value(kind, child, self.desk.school, self.desk.rng)["v"]):
            pass
        return text

    def _in_file_name(self, child: Child) -> None:
        desk = self.desk
        file = files.File(name=f"{desk.rng.choice(('UPN', 'transfer', 'file'))}_{child.upn}.pdf", text="Cover sheet. The file follows by post.")  # fmt: skip
        body = desk.fill(desk.rng.choice(self.numbers["words"]["covering"]), child)
        desk.send("identifier", "upn", child, to="school", subject=self._bland(child), body=body, attached=(file,), evidence=(("filename", child.upn),),
                  label={"wanted": frozenset({("filename", "upn")})})  # fmt: skip

    # -- what must pass

    def daily(self, kind: str, group: str, count: int) -> None:
        desk, mails = self.desk, words(group)["mail"]
        for n in range(count):
            template, child = mails[n % len(mails)], desk.rng.choice(desk.plain)
            optional = frozenset(("body", k) for k in template.get("optional", ()))
            desk.send(
                kind, template["case"], child, to=template["to"], subject=desk.fill(template["subject"], child), body=desk.fill(template["body"], child),
                attached=self._enclosed(template, child), label={"optional": optional, "ordinary": True},
            )  # fmt: skip

    def _enclosed(self, template: dict[str, Any], child: Child) -> tuple[files.File, ...]:
        if "file" not in template:
            return ()
        rows = tuple(tuple(self.desk.fill(row, child).split("|")) for row in template.get("table", ()))
        return (files.File(name=template["file"], rows=rows, text=template.get("text", "")),)
