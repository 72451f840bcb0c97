"""Turns the templates of a set into labelled messages. What a set sounds and looks like is its own: see first.py and second.py."""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from bench.detection import forms, mail, numbers
from bench.detection.sample import Adult, Child, Place, Sample, School
from bench.detection.school import first_name, namesakes, pairs

STREETS = ["Rowan Close", "Mill Lane", "Canal Street", "Orchard Way", "Station Road", "Thornhill Avenue", "Beck View", "Priory Gardens"]
PLACES = ["Chatsworth", "Whitby", "the Science Museum", "Warwick Castle", "Eureka", "Sherwood Pines", "Cadbury World"]
TOPICS = ["pottery", "the Romans", "football", "volcanoes", "ukulele", "coding", "rounders", "the water cycle"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
SAINTS = ["Thomas", "Mary", "Oswald", "Cuthbert"]
OUTSIDE = {"supplier": "sales@borchester-supplies.example", "school": "office@hilltop.sch.uk", "council": "schools@borsetshire.gov.uk", "press": "news@borchester-echo.example"}


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
        return cls(name=name, school=school, words=words, style=style, rng=rng, parent_of={p.child: p for p in school.parents})

    # -- people

    def plain(self) -> list[Child]:
        """The pupils whose name is nobody else's and no ordinary words."""
        shared = {c.id for c in namesakes(self.school.children)}
        return [c for c in self.school.children if not c.weak and c.id not in shared]

    def sender(self) -> Adult:
        return self.rng.choice([a for a in self.school.staff if a.id.startswith("s")])

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
        return re.sub(r"\{(\w+)\}", lambda m: more.get(m[1]) or self.slot(m[1], child), template)

    def slot(self, name: str, child: Child) -> str:
        rng = self.rng
        made: dict[str, Callable[[], str]] = {
            "first": lambda: first_name(child), "full": lambda: f"{first_name(child)} {child.surname}", "name": lambda: f"{first_name(child)} {child.surname}",
            "initials": lambda: f"{child.forename[0]}.{child.surname.split()[-1][0].upper()}.", "class": lambda: child.class_name, "surname": lambda: child.surname,
            "staff": lambda: rng.choice(self.school.staff[:6]).surname, "staff2": lambda: rng.choice(self.school.staff[6:12]).surname,
            "saint": lambda: rng.choice(SAINTS), "street": lambda: rng.choice(STREETS), "place": lambda: rng.choice(PLACES), "topic": lambda: rng.choice(TOPICS),
            "day": lambda: rng.choice(DAYS), "date": lambda: rng.choice((f"{rng.randrange(1, 29)}/0{rng.randrange(3, 8)}/2026", f"{rng.randrange(1, 29)} June 2026", f"{rng.randrange(10, 29)}.06.26")),
            "n": lambda: str(rng.randrange(2, 7)), "score": lambda: f"{rng.randrange(6)}-{rng.randrange(6)}", "office": lambda: self.school.office,
            "isbn": lambda: numbers.isbn(rng), "ten": lambda: numbers.ten(rng), "meeting": lambda: numbers.meeting(rng), "eleven": lambda: str(rng.randrange(8 * 10**10, 9 * 10**10)),
            "nine": lambda: str(rng.randrange(10**8, 10**9)), "seven": lambda: str(rng.randrange(10**6, 10**7)), "seven2": lambda: f"{rng.randrange(10000, 99999)}", "five": lambda: f"{rng.randrange(10000, 99999)}",
            "key": lambda: numbers.key(rng), "guid": lambda: numbers.guid(rng), "booking": lambda: "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ23456789") for _ in range(6)),
            "urn": lambda: str(rng.randrange(100000, 149999)), "laestab": lambda: f"{rng.randrange(300, 940)}/{rng.randrange(2000, 7000)}", "venue": lambda: numbers.venue_postcode(rng),
            "thirteen": lambda: f"{rng.choice('BCDFG')}{rng.randrange(10**11, 10**12)}", "pupilcount": lambda: str(rng.randrange(180, 1400)),
        }  # fmt: skip
        return made[name]()

    # -- messages

    def add(self, kind: str, case: str, child: Child, *, to: str, subject: str, body: str, files: tuple[mail.File, ...] = (), label: dict[str, Any] | None = None) -> None:
        rng, sender = self.rng, self.sender()
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
        self.made.append(Sample(id=f"{self.name}-{len(self.made)}", kind=kind, case=case, culture=child.culture, raw=raw, sender=sender.email, recipients=envelope, texts=texts, **label))

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
                form, text, other_text = "two pupils", forms.FULL["as written"](child), forms.FULL["as written"](other)
            else:
                template, ids, other_text = self.rng.choice(subjects["named"]), frozenset((child.id,)), ""
            subject = self.fill(template, child, name=text, other=other_text)
            self.add("subject", form, child, to="parent", subject=subject, body=self.rng.choice(self.words["covering"]), label={"full": ids})

    def siblings(self, count: int) -> None:
        families: dict[str, list[Child]] = {}
        for child in self.plain():
            families.setdefault(child.surname, []).append(child)
        several = [f for f in families.values() if len(f) > 1]
        for _ in range(count):
            a, b = self.rng.sample(self.rng.choice(several), 2)
            subject = self.fill(self.rng.choice(self.words["subjects"]["siblings"]), a, a=first_name(a), b=first_name(b))
            self.add("subject", "siblings", a, to="parent", subject=subject, body=self.rng.choice(self.words["covering"]), label={"full": frozenset((a.id, b.id))})

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
                text, template, one = forms.FULL["as written"](child), self.rng.choice(subjects["neutral"]), {"weak": frozenset((child.id,))}
            elif pick == 2:
                child, case = self.rng.choice(weak[:-1]), "ordinary words"
                text, template, one = forms.FULL["as written"](child), self.rng.choice(subjects["weak"]), {"weak": frozenset((child.id,))}
            elif pick == 3:
                child, case = self.rng.choice(weak), "ordinary words with the class"
                text, template, one = forms.FULL["as written"](child), self.rng.choice(subjects["sure"]), {"full": frozenset((child.id,))}
            elif pick == 4:
                case, text, template = "on no list", self.stranger(), self.rng.choice(subjects["neutral"])
            else:
                case, text = forms.choose(self.rng, forms.NONE, child)
                template = self.rng.choice(subjects["neutral"])
            subject = self.fill(template, child, name=text, reversed=forms.FULL["surname, forename"](child))
            self.add("subject", case, child, to="parent", subject=subject, body=self.rng.choice(self.words["covering"]), label=one)
        for n in range(count // 4):
            child = children[n % len(children)]
            self.add("subject", "no pupil at all", child, to="supplier", subject=self.fill(self.rng.choice(subjects["none"]), child), body=self.rng.choice(self.words["covering"]))

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
            value = self.value(kind, child)
            sentence = self.fill(self.rng.choice(self.words["identifiers"][kind]), child, **value)
            also = {("body", "date-of-birth")} if "{name}" in sentence else set()
            self.add("identifier", kind, child, to=self.rng.choice(("school", "council", "parent")), subject=self.rng.choice(self.words["bland"]), body=sentence,
                     label={"wanted": frozenset({("body", kind)}), "optional": frozenset(also)})  # fmt: skip

    def tabled(self, kind: str, child: Child) -> None:
        head = self.rng.choice(self.style.heads)
        rows: list[tuple[str, ...]] = [(*head, self.rng.choice(self.words["columns"][kind]))]
        for other in [child, *self.rng.sample(self.plain(), self.rng.randrange(1, 7))]:
            names = {3: (other.surname, first_name(other), other.class_name), 2: (f"{other.surname}, {first_name(other)}", other.class_name), 1: (f"{first_name(other)} {other.surname}",)}[len(head)]
            rows.append((*names, self.value(kind, other)["v"]))
        ending = self.rng.choice(self.style.endings)
        file = mail.File(name=self.style.file(self.rng, ending), rows=tuple(rows), text="" if ending in ("csv", "xlsx") else self.style.intro(self.rng) + "\n")
        self.add("identifier", kind, child, to=self.rng.choice(("school", "council")), subject=self.rng.choice(self.words["bland"]), body=self.rng.choice(self.words["covering"]), files=(file,),
                 label={"wanted": frozenset({("attachment", kind)})})  # fmt: skip

    def value(self, kind: str, child: Child) -> dict[str, str]:
        rng = self.rng
        if kind == "bank-account":
            first, second = numbers.bank(rng)
            return {"v1": first, "v2": second}
        made: dict[str, Callable[[], str]] = {
            "upn": lambda: child.upn, "uln": lambda: numbers.uln(rng), "uci": lambda: numbers.uci(rng), "nhs-number": lambda: numbers.nhs(rng), "ni-number": lambda: numbers.ni(rng),
            "trn": lambda: numbers.trn(rng), "passport": lambda: numbers.passport(rng), "driving-licence": lambda: numbers.licence(rng, self.sender().surname), "iban": lambda: numbers.iban(rng),
            "card-number": lambda: numbers.card(rng), "dbs-number": lambda: numbers.dbs(rng), "admission-number": lambda: child.admission, "date-of-birth": lambda: self.birthday(child),
            "postcode": lambda: numbers.home(rng, STREETS), "phone": lambda: numbers.mobile(rng), "email-address": lambda: self.parent_of[child.id].email,
        }  # fmt: skip
        return {"v": made[kind]()}

    def birthday(self, child: Child) -> str:
        year, month, day = child.dob.split("-")
        names = "January February March April May June July August September October November December".split()
        word = names[int(month) - 1]
        return self.rng.choice(self.style.dates).format(d=int(day), dd=day, mm=month, yyyy=year, yy=year[2:], month=word, mon=word[:3])

    def daily(self, group: str, count: int) -> None:
        """Traps and ordinary mail: nothing in them may be taken for a person's number, and nothing may be held."""
        for n in range(count):
            template, child = self.words[group][n % len(self.words[group])], self.rng.choice(self.plain())
            optional = frozenset(("body", kind) for kind in template.get("optional", ()))
            to = template["to"]
            subject, body = self.fill(template["subject"], child), self.fill(template["body"], child)
            self.add("trap" if group == "traps" else "ordinary", template["case"], child, to=to, subject=subject, body=body, label={"optional": optional, "ordinary": True})


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
