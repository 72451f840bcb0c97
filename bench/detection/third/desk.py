"""The desk at which the third set is written: templates with choices become labelled messages."""

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench.detection.sample import Adult, Child, Place, Sample, School
from bench.detection.school import pairs
from bench.detection.third import academy, files, letters, slots

CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
OUTSIDE = {
    "supplier": ("accounts@inkandpaper.example", "service.desk@quaysys.example", "hello@northern-coaches.example"),
    "school": ("admin@ysgol-y-bont.sch.uk", "exams@stmungos.sch.uk"),
    "council": ("pupil.services@salfordcity.gov.uk", "transport@lothian-council.gov.uk"),
    "venue": ("bookings@tall-ships-museum.example", "groups@theatr-y-cei.example"),
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Desk:
    school: School
    rng: Random
    made: list[Sample] = field(default_factory=list)
    parent_of: dict[str, Adult] = field(default_factory=dict)
    plain: list[Child] = field(default_factory=list)  # nobody's namesakes, no ordinary words
    taken: set[frozenset[str]] = field(default_factory=set)  # all pairs of names that are a pupil's

    def __post_init__(self) -> None:
        twins = {c.id for c in academy.shared(self.school.children)}
        self.parent_of = {p.child: p for p in self.school.parents}
        self.plain = [c for c in self.school.children if not c.weak and c.id not in twins]
        self.taken = {pair for c in self.school.children for pair in pairs(c)}

    def fill(self, template: str, child: Child, **given: str) -> str:
        """One of the [choices | of words], then the {placeholders}."""
        while found := CHOICE.search(template):
            chosen = self.rng.choice(found[1].split("|"))
            template = template[: found.start()] + chosen + template[found.end() :]
        return re.sub(
            r"\{(\w+)\}",
            lambda m: given[m[1]] if m[1] in given else slots.slot(m[1], child, self.school, self.rng),
            template,
        )

    def people(self, to: str, child: Child) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who stands in To, and who gets it."""
        if to == "parent":
            one = (self.parent_of[child.id].email,)
            return one, one
        if to == "families":
            return (f"office@{self.school.domain}",), tuple(
                p.email for p in self.rng.sample(self.school.parents, 15)
            )
        if to == "colleague":
            one = (self.rng.choice(self.school.staff[:15]).email,)
            return one, one
        one = (self.rng.choice(OUTSIDE[to]),)
        return one, one

    def send(
        self,
        kind: str,
        case: str,
        child: Child,
        *,
        to: str,
        subject: str,
        body: str,
        attached: tuple[files.File, ...] = (),
        evidence: tuple[tuple[str, str], ...] = (),
        label: dict[str, Any] | None = None,
    ) -> None:
        """`evidence`: (where, words) that a label speaks of; each must stand there."""
        given = dict(label or {})
        wanted: frozenset[Place] = given.get("wanted", frozenset())
        sender, number = self.rng.choice(self.school.staff[:15]), len(self.made)
        words = letters.written(
            self.rng, body, sender, self.school, frozenset(k for w, k in wanted if w == "body")
        )
        given["optional"] = frozenset(given.get("optional", ())) | words.also
        shown, envelope = self.people(to, child)
        texts = (
            ("subject", subject),
            ("body", words.text),
            *(("attachment", f.seen()) for f in attached),
        )
        names = (*texts, *(("filename", f.name) for f in attached))
        for where, piece in evidence:
            if not any(w == where and piece in text for w, text in names):
                raise ValueError(f"a label of {kind} {case} speaks of what is not in the {where}")
        raw = letters.raw(
            self.rng,
            number=number,
            sender=sender,
            to=shown,
            subject=subject,
            words=words,
            attached=attached,
        )
        self.made.append(
            Sample(
                id=f"third-{number}",
                kind=kind,
                case=case,
                culture=child.culture,
                raw=raw,
                sender=sender.email,
                recipients=envelope,
                texts=texts,
                **given,
            )
        )
