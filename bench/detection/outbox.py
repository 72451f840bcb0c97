"""The outbox of a set's school: templates with choices become labelled messages; a label of what does not stand there is refused."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from random import Random

from bench.detection.enclosures import grid
from bench.detection.house import Enclosed, House
from bench.detection.sample import Adult, Child, Place, Sample, School
from bench.detection.school import pairs

CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a careful reader says of the message; `evidence` are words that must stand in a place."""

    full: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    either: frozenset[str] = frozenset()
    wanted: frozenset[Place] = frozenset()
    optional: frozenset[Place] = frozenset()
    ordinary: bool = False
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class Outbox:
    house: House
    school: School
    rng: Random
    sent: list[Sample] = field(default_factory=list)
    parents: dict[str, Adult] = field(default_factory=dict)
    plain: list[Child] = field(default_factory=list)  # neither ordinary words nor anybody's namesake
    taken: set[frozenset[str]] = field(default_factory=set)  # pairs of names that are some pupil's

    def __post_init__(self) -> None:
        twins = {c.id for c in self.house.twins(self.school.children)}
        self.parents = {p.child: p for p in self.school.parents}
        self.plain = [c for c in self.school.children if not c.weak and c.id not in twins]
        self.taken = {pair for c in self.school.children for pair in pairs(c)}

    def nobody(self, forename: str, child: Child) -> bool:
        """No pupil has this forename with the child's surname."""
        return not pairs(replace(child, forename=forename, known="", former="")) & self.taken

    def written(self, template: str, child: Child, **given: str) -> str:
        """One of the [choices | of words], then the {placeholders}."""
        while found := CHOICE.search(template):
            word = self.rng.choice(found[1].split("|"))
            template = template[: found.start()] + word + template[found.end() :]
        return re.sub(r"\{(\w+)\}", lambda m: given[m[1]] if m[1] in given else self.house.slot(m[1], child, self.school, self.rng), template)  # fmt: skip

    def post(
        self,
        kind: str,
        case: str,
        child: Child,
        label: Label,
        *,
        to: str,
        subject: str,
        body: str,
        given: dict[str, str] | None = None,
        table: tuple[tuple[str, ...], ...] = (),
        attached: Iterable[Enclosed] = (),
    ) -> None:
        """Body's placeholders are filled after the writer's thumbs went over it; a `table` is pasted under it."""
        sender, number, papers = self.writer(), len(self.sent), tuple(attached)
        words = self.written(self.house.typed(self.rng, body, sender), child, **(given or {}))
        if table:
            words += "\n" + "\n".join("\t".join(row) for row in table)
        mine = frozenset(k for where, k in label.wanted if where == "body")
        letter = self.house.letter(self.rng, words, sender, self.school, mine)
        if table and letter.html:
            letter = replace(letter, html=letter.html.replace("</body>", f"{grid(table)}</body>"))
        texts = (("subject", subject), ("body", letter.text), *(("attachment", p.seen()) for p in papers))  # fmt: skip
        self._proved(label, case, (*texts, *(("filename", p.name) for p in papers)))
        shown, envelope = self._people(to, child)
        raw = self.house.sealed(self.rng, number=number, sender=sender, to=shown, subject=subject, body=letter, attached=papers)  # fmt: skip
        self.sent.append(
            Sample(
                id=f"{self.house.name}-{number}", kind=kind, case=case, culture=child.culture, raw=raw, sender=sender.email, recipients=envelope, texts=texts,
                full=label.full, weak=label.weak, either=label.either, wanted=label.wanted, optional=label.optional | letter.also, ordinary=label.ordinary,
            )
        )  # fmt: skip

    def _proved(self, label: Label, case: str, texts: tuple[tuple[str, str], ...]) -> None:
        for where, piece in label.evidence:
            if not any(w == where and piece in text for w, text in texts):
                raise ValueError(f"a label of {case} speaks of what is not in the {where}")

    def writer(self) -> Adult:
        return self.rng.choice(self.school.staff[: self.house.writers])

    def _people(self, to: str, child: Child) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who stands in To, and who gets it."""
        if to == "families":
            return (f"office@{self.school.domain}",), tuple(p.email for p in self.rng.sample(self.school.parents, self.house.families))  # fmt: skip
        if to == "parent":
            one = self.parents[child.id].email
        elif to == "colleague":
            one = self.writer().email
        else:
            one = self.rng.choice(self.house.elsewhere[to])
        return (one,), (one,)
