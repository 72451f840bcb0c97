"""Joins hits to people: who stands in the same row, sentence or paragraph as what; the levels count what comes out here."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from detectors.findings import Strength, Where
from detectors.levels import Person
from detectors.recognize.fold import fold
from detectors.recognize.hits import Hit, Passage, in_words
from detectors.recognize.sensitive import SAFEGUARDING
from detectors.recognize.sentences import for_many, of_one, sentence

REACH = 200  # letters between a person and a word about them
NEAREST = 50  # people of a paragraph of whom one may be the nearest, or who are a list
PERSON_KINDS = frozenset(
    {"upn", "uln", "uci", "nhs-number", "ni-number", "passport", "driving-licence", "admission-number"}
)
PLAIN_KINDS = frozenset({"date-of-birth", "postcode", "phone", "email-address", "bank-account", "iban", "card-number", "dbs-number", "trn"}) | PERSON_KINDS  # fmt: skip
CLOSE_KINDS = frozenset(
    {"phone", "email-address"}
)  # only in the row or sentence of the person: signatures stand near
_WORD = re.compile(r"\w")
_FAMILY = re.compile(
    r"\b(?:mum|mums|dad|dads|mother|father|parent|parents|carer|guardian|home|emergency|gran|nan|contact)\b"
)
_HEADS = r"[ \t]*(?:re|name|pupil|student|child|patient|pupil name|name of (?:pupil|child|student)|subject|concerning)[ \t]{0,3}[:\-\t]"
HEADING = re.compile(rf"^{_HEADS}", re.MULTILINE)
GATES = {"heading": rf"(?:^|\n){_HEADS}"}  # for the first pass
_TELLING = re.compile(r"\b(upn|unique pupil number|dob|d\.o\.b|date of birth|birth ?date|sen|send|sen status|sen stage|ehcp|pp|pupil premium|fsm|free school meals?|ethnic\w*)\b")  # fmt: skip


@dataclass(slots=True)
class About:
    """One person while the parts of a message are read."""

    id: str
    plain: bool = False
    categories: set[str] = field(default_factory=set)
    faint: set[tuple[str, str]] = field(default_factory=set)  # weak words: two of a category count
    protection: bool = False
    unlisted: bool = False

    def add(self, categories: frozenset[str]) -> None:
        """Strong words of these categories are about this person."""
        self.categories |= categories
        self.protection |= SAFEGUARDING in categories and not self.unlisted

    def person(self) -> Person:
        faint = [category for category, _ in self.faint]
        sensitive = bool(self.categories) or len(faint) > len(set(faint))
        return Person(
            id=self.id,
            sure=not self.unlisted,
            plain=self.plain,
            sensitive=sensitive,
            protection=self.protection,
        )


@dataclass(slots=True)
class Ledger:
    """The people of one part, or of the text of the message."""

    people: dict[str, About] = field(default_factory=dict)

    def of(self, person: str) -> About:
        return self.people.setdefault(person, About(person))

    def merge(self, other: "Ledger") -> "Ledger":
        """Both together; neither is changed."""
        joined = Ledger()
        for ledger in (self, other):
            for key, about in ledger.people.items():
                into = joined.of(key)
                into.unlisted |= about.unlisted
                into.plain |= about.plain
                into.categories |= about.categories
                into.faint |= about.faint
                into.protection |= about.protection
        return joined


@dataclass(frozen=True, slots=True)
class Standing:
    """A person at a place of a passage."""

    offset: int
    end: int
    id: str
    number: bool = False  # known by a number or an address alone
    kind: str = ""  # of that number
    plain: bool = False  # an address that is data by itself
    unlisted: bool = False  # read by the language model: never child protection nor bulk by itself


def of_one_person(standings: list[list[Standing]]) -> list[list[Standing]]:
    """Numbers of nobody on the register are of the one whom a paper or a message names, if it names one, and has one number of each kind: a payslip, a form."""
    named = {s.id for of_passage in standings for s in of_passage if not s.number}
    loose = {(s.kind, s.id) for of_passage in standings for s in of_passage if _loose(s)}
    if len(named) != 1 or not loose or len({kind for kind, _ in loose}) < len(loose):
        return standings
    (owner,) = named
    return [
        [replace(s, id=owner, number=False) if _loose(s) else s for s in of_passage]
        for of_passage in standings
    ]


def _loose(standing: Standing) -> bool:
    return standing.number and standing.id.startswith("~") and standing.kind in PERSON_KINDS


def write(
    ledger: Ledger,
    passage: Passage,
    known: "Sequence[Standing]",
    attributes: Iterable[Hit],
    title: frozenset[str],
    heading: str = "",
) -> None:
    """Everybody in the passage, each with what stands beside them.

    `title`: strong categories in the name of the file. `heading`: whom a line such as "Name:" or "Re:" of this part names.
    """
    if not known and not heading:
        return
    for standing in known:
        about = ledger.of(standing.id)
        about.plain |= standing.plain
        about.unlisted |= standing.unlisted
    listed = passage.extract.table is not None
    order, named = _Order.of(known), _Order.of(s for s in known if not s.number)
    for hit in _once_a_row(passage, attributes) if listed else attributes:
        beside = _beside(passage, hit, order, named)
        alone = heading and not beside and "strong" in hit.tags and not listed
        for person in [heading] if alone else beside:
            _add(ledger.of(person), hit)
    for standing in known:
        ledger.of(standing.id).add(title)


def _add(about: About, hit: Hit) -> None:
    if hit.kind == "sensitive-term":
        category = next(iter(hit.tags - {"strong", "weak", "ordinary"}), "")
        if "strong" in hit.tags:
            about.add(frozenset({category}))
        elif "weak" in hit.tags:
            about.faint.add((category, hit.value))
        else:
            about.plain = True
    elif hit.kind in PLAIN_KINDS:
        about.plain = True


@dataclass(frozen=True, slots=True)
class _Order:
    """The people of a passage as they follow one another."""

    standings: list[Standing]
    offsets: list[int]
    only: str  # the one person of whom all speaks; "" where there are several

    @classmethod
    def of(cls, known: Iterable[Standing]) -> "_Order":
        standings = sorted(known, key=lambda s: s.offset)
        ids = {s.id for s in standings}
        return cls(standings, [s.offset for s in standings], ids.pop() if len(ids) == 1 else "")

    def between(self, left: int, right: int, most: int | None = None) -> list[Standing]:
        """Who stands there; the first of them, where `most` says how many."""
        first, end = bisect_left(self.offsets, left), bisect_left(self.offsets, right)
        return self.standings[first : end if most is None else min(end, first + most)]


def _once_a_row(passage: Passage, hits: Iterable[Hit]) -> Iterable[Hit]:
    """Of each row the hits that say something new: ten thousand people with as many hits in one row are not a hundred million pairs."""
    return {
        (passage.line(h.start), h.kind, h.tags, h.value if "weak" in h.tags else ""): h for h in hits
    }.values()


def _beside(passage: Passage, hit: Hit, order: _Order, named: _Order) -> list[str]:
    """The people of the same row; in text those of the same sentence, or else the nearest of the paragraph, or whom alone the text names where it says "he" or "her"."""
    if hit.kind in PLAIN_KINDS and hit.kind != "date-of-birth":
        order = named  # numbers say nothing about one another
    span = sentence(passage, hit)
    inside = order.between(*span) or _listed_below(passage, span, order)
    if not inside and hit.kind == "sensitive-term" and not about_somebody(passage, hit, span):
        return []
    if inside or passage.extract.table is not None or hit.kind in CLOSE_KINDS:
        return [s.id for s in inside]
    near = order.between(hit.start - REACH, hit.end + REACH) or order.between(
        *_paragraph(passage, hit), NEAREST
    )
    if near:
        return [min(near, key=lambda s: min(abs(s.offset - hit.end), abs(hit.start - s.end))).id]
    return [order.only] if order.only and hit.kind == "sensitive-term" and of_one(passage, span) else []


def _listed_below(passage: Passage, span: tuple[int, int], order: _Order) -> list[Standing]:
    """Who stands in the paragraph below a sentence that ends in a colon: "These pupils have epilepsy:"."""
    if passage.extract.table is not None or not passage.folded[slice(*span)].rstrip().endswith(":"):
        return []
    begins = _WORD.search(passage.folded, span[1], span[1] + REACH)
    n = passage.paragraph(begins.start() if begins else span[1])
    end = passage.breaks[n + 1] if n + 1 < len(passage.breaks) else len(passage.text)
    return order.between(span[1], end, NEAREST)


def about_somebody(passage: Passage, hit: Hit, span: tuple[int, int]) -> bool:
    """Whether a telling word may be about a person outside its sentence: not in one that speaks of everybody."""
    return of_one(passage, span) or not for_many(passage, span, protection=SAFEGUARDING in hit.tags)


def _paragraph(passage: Passage, hit: Hit) -> tuple[int, int]:
    n = passage.paragraph(hit.start)
    return passage.breaks[n], passage.breaks[n + 1] if n + 1 < len(passage.breaks) else len(passage.text)


def of_a_family(passage: Passage, hit: Hit) -> bool:
    """A telephone number that may be a family's: in a table, a mobile, or with a word of family in its line."""
    if passage.extract.table is not None or hit.value.startswith("+447"):
        return True
    left, right = passage.line_span(hit.start)
    return bool(_FAMILY.search(passage.folded, max(left, hit.start - 80), min(right, hit.end + 40)))


def headed(passage: Passage, known: Sequence[Standing]) -> str:
    """Whom a heading line of the passage names; "" for nobody."""
    if not known or not passage.seen.may("heading"):
        return ""
    named = {passage.line(s.offset): s.id for s in reversed(known) if not s.number}
    lines = (passage.line(match.start()) for match in HEADING.finditer(passage.folded))
    return next((named[line] for line in lines if line in named), "")


def telling_rows(passage: Passage) -> int:
    """Rows with content of a table whose header promises pupil data; 0 for any other passage."""
    table = passage.extract.table
    if table is None or not any(_TELLING.search(f"{fold(h)}\n{in_words(h)}") for h in table.header):
        return 0
    return sum(1 for row in table.rows if sum(bool(cell.strip()) for cell in row) > 1)


def counts(hit: Hit) -> bool:
    """Whether a name hit stands for a person: full names do, the rest needs a second sign first."""
    return hit.strength is Strength.FULL


TITLE_PLACES = frozenset({Where.SUBJECT, Where.FILENAME})
