"""A set's messages: names in subjects, identifiers in every place, look-alikes and the day's mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.detection import lists
from bench.detection.enclosures import Paper
from bench.detection.outbox import Label
from bench.detection.sample import Child, Sample
from bench.detection.subjects import Subjects

OUT = ("school", "council", "firm", "colleague")
LOWERED = ("upn", "ni-number", "postcode", "uci", "driving-licence")


@dataclass(slots=True, kw_only=True)
class Writing(Subjects):
    numbers: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        Subjects.__post_init__(self)
        self.numbers = self.out.house.phrases("identifiers")

    # -- identifiers

    def identifiers(self, count: int) -> None:
        """Each kind in turn: in sentences, subjects, pasted tables, lists and record cards."""
        out, kinds = self.out, list(self.numbers["body"])
        for n in range(count):
            kind, child, where = kinds[n % len(kinds)], out.rng.choice(out.plain), out.rng.random()
            if where < 0.14:
                lists.pasted(out, self.numbers, kind)
            elif where < 0.36:
                lists.enclosed(out, self.numbers, kind)
            elif where < 0.48:
                lists.card(out, self.numbers, kind, child)
            elif where < 0.6 and kind in self.numbers["subject"]:
                self._in_subject(kind, child)
            elif kind == "passport" and where > 0.9:
                self._foot(child)
            else:
                self._in_body(kind, child)

    def _in_subject(self, kind: str, child: Child) -> None:
        out = self.out
        (words,) = out.house.value(kind, child, out.school, out.rng)
        subject = out.written(out.rng.choice(self.numbers["subject"][kind]), child, v=words)
        label = Label(wanted=frozenset({("subject", kind)}), evidence=(("subject", words),))
        out.post("identifier", kind, child, label, to="council", subject=subject, body=self._pick("bodies"))

    def _in_body(self, kind: str, child: Child) -> None:
        out = self.out
        given = dict(zip(("v", "w"), out.house.value(kind, child, out.school, out.rng), strict=False))
        body = out.rng.choice(self.numbers["body"][kind])
        if kind in LOWERED and out.rng.random() < 0.1:
            given = {key: words.lower() for key, words in given.items()}
        label = Label(
            wanted=frozenset({("body", kind)}),
            optional=frozenset({("body", "bank-account")} if kind == "iban" else ()),
            evidence=tuple(("body", line) for words in given.values() for line in words.split("\n")),
        )
        subject = out.written(out.rng.choice(self.numbers["words"]["subjects"]), child)
        out.post("identifier", kind, child, label, to=out.rng.choice(OUT), subject=subject, body=body, given=given)  # fmt: skip

    def _foot(self, child: Child) -> None:
        """The two machine-read lines; the date of birth in them is true as well."""
        lines = self.out.house.passport_foot(child, self.out.rng)
        label = Label(
            wanted=frozenset({("body", "passport")}),
            optional=frozenset({("body", "date-of-birth")}),
            evidence=tuple(("body", line) for line in lines.split("\n")),
        )
        subject, body = self.numbers["words"]["foot"]
        self.out.post("identifier", "passport", child, label, to="venue", subject=subject, body=body, given={"v": lines})  # fmt: skip

    # -- what must pass

    def daily(self, kind: str, name: str, each: int) -> None:
        """Every template of a file so many times, each time with other words."""
        out = self.out
        for turn in range(each):
            for mail in out.house.phrases(name)["mail"]:
                child = out.rng.choice(out.plain)
                places = frozenset((p.split()[0], p.split()[1]) for p in mail.get("optional", ()))
                rows = tuple(tuple(out.written(row, child).split("|")) for row in mail.get("rows", ()))
                papers = (Paper(name=mail["file"], above=tuple(mail.get("above", ())), rows=rows, typed=turn % 2 == 1),) if "file" in mail else ()  # fmt: skip
                out.post(
                    kind, mail["case"], child, Label(optional=places, ordinary=True), to=mail["to"], subject=out.written(mail["subject"], child),
                    body=mail["body"], table=() if papers else rows, attached=papers,
                )  # fmt: skip


def written(writing: Writing, counts: Mapping[str, int]) -> list[Sample]:
    """All messages of a set: so many of each sort, one sort after the other."""
    writing.named(counts["named"])
    writing.siblings(counts["siblings"])
    writing.doubtful(counts["doubtful"])
    writing.identifiers(counts["identifiers"])
    writing.daily("trap", "traps", counts["traps"])
    writing.daily("ordinary", "ordinary", counts["ordinary"])
    return writing.out.sent
