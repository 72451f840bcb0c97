"""Judges each name that was seen by what stands around it: full, weak, or not a pupil at all; and says why."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from detectors.directory.people import Directory, Pupil
from detectors.findings import Strength
from detectors.recognize import name_neighbours as near
from detectors.recognize.addresses import EMAIL
from detectors.recognize.forms import Form
from detectors.recognize.hits import Hit, Passage
from detectors.recognize.masks import mask_name
from detectors.recognize.name_index import NameIndex
from detectors.recognize.name_lists import lists
from detectors.recognize.name_words import SHORT_TEXT, Seen, Words
from detectors.recognize.names import seen_in
from detectors.recognize.sensitive import Terms
from detectors.recognize.table_names import named_rows

NEAR = 80  # letters to either side in which a second sign counts
CLOSE = 16  # letters after a name that may be a place's, in which its class counts
_URL = re.compile(r"\b(?:https?://|www\.)\S{1,2000}", re.IGNORECASE)
_OF_A_PUPIL = re.compile(
    r"\b(?:absent|absence|unwell|poorly|detentions?|suspended|isolation|lateness|mum|dad|guardian|siblings?|dinner money|lunch account)\b"
)
_YEAR = re.compile(
    r"\b(?:year|yr|y)[ ]?(?:1[0-3]|[1-9]|r)\b|\b(?:in reception|reception (?:class|pupil|child))\b"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_NEXT = re.compile(rf"[ ,(:\-]{{0,4}}(?:{_YEAR.pattern})")


@dataclass(frozen=True, slots=True)
class _Signs:
    """What around a pair of words speaks for a pupil, and what against."""

    sign: str  # a second sign that a pupil is meant, in words; "" for none
    famous: bool
    world: bool  # a word of the world from which the name is known
    thing: bool
    visited: bool
    elsewhere: bool  # the pupil is not of the sender's school


@dataclass(slots=True)
class NameReader:
    """Reads names with one directory's index; made once per directory and worker."""

    directory: Directory
    index: NameIndex = field(repr=False)
    terms: Terms = field(repr=False)
    school: tuple[re.Pattern[str], ...] = field(default=(), repr=False)  # the school's own names
    classes: dict[str, str] = field(default_factory=dict, repr=False)  # pupil id -> folded class
    class_words: frozenset[str] = field(default=frozenset(), repr=False)  # the first words of classes
    by_forename: dict[str, tuple[int, ...]] = field(
        default_factory=dict, repr=False
    )  # pupils who are called so
    by_initials: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False)
    by_surname: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False)
    schools: dict[str, str] = field(
        default_factory=dict, repr=False
    )  # pupil id -> school, where there are several

    def read(self, passage: Passage, school: str = "") -> list[Hit]:
        """The pupils whom a passage names; `school` is the sender's, where a trust has several: its own pupils come first."""
        words, seen = seen_in(passage, self.index)
        in_columns = [self.own_first(hit, school) for hit in self._in_columns(passage)]
        if not seen:
            return in_columns
        masked, links = self._masked_spans(passage), _links(passage)
        hits: dict[tuple[int, int], list[tuple[Seen, Hit]]] = {}
        for one in seen:
            start, end = words.span(one.first)[0], words.span(one.last - 1)[1]
            if not _inside(masked, start, end):
                hit = self._judged(words, one, start, end, school)
                if hit is not None and _inside(links, start, end):
                    hit = self._in_link(words, one, hit)
                if hit is not None:
                    hits.setdefault((start, end), []).append((one, hit))
        found = [self._one(words, pairs, school) for pairs in hits.values()]
        rows = {(passage.line(h.start), h.people) for h in found if h.strength is Strength.FULL}
        return found + [h for h in in_columns if (passage.line(h.start), h.people) not in rows]

    def own_first(self, hit: Hit, school: str) -> Hit:
        """Of the pupils whom a hit may mean those of the sender's school, if any."""
        own = tuple(p for p in hit.people if self.schools.get(p) == school) if school else ()
        return replace(hit, people=own) if own else hit

    def _in_columns(self, passage: Passage) -> list[Hit]:
        """Rows of a table whose columns say which is the forename and which the surname: sure, whatever the words."""
        pairs: dict[tuple[int, str, str], list[Pupil]] = {}
        for start, _, forename, surname, named in named_rows(passage, self.index):
            pairs.setdefault((start, forename, surname), []).append(self.index.pupils[named.pupil])
        return [
            Hit(
                kind="pupil-name",
                start=start,
                end=start + 1,
                value=f"{forename} {surname}",
                masked=_mask(pupils[0]),
                strength=Strength.FULL,
                people=tuple(dict.fromkeys(p.id for p in self._of_class(passage, start, pupils))),
                why="forename and surname in their columns",
            )
            for (start, forename, surname), pupils in pairs.items()
        ]

    def _of_class(self, passage: Passage, start: int, pupils: list[Pupil]) -> list[Pupil]:
        """Of namesakes those whose class stands in the row."""
        if len(pupils) == 1:
            return pupils
        left, right = passage.line_span(start)
        row = set(passage.folded[left:right].rstrip("\n").split("\t"))
        return [p for p in pupils if self.classes.get(p.id) in row] or pupils

    def _one(self, words: Words, pairs: list[tuple[Seen, Hit]], school: str) -> Hit:
        """Namesakes in one place become one hit; a class beside the name tells them apart, or else the sender's school."""
        if len(pairs) == 1:
            return pairs[0][1]
        sure = [p for p in pairs if p[1].strength is Strength.FULL] or pairs
        classed = [p for p in sure if self._class_near(words, p[0], self.index.pupils[p[0].named.pupil])]
        own = [p for p in sure if school and self.index.pupils[p[0].named.pupil].school == school]
        chosen = classed or own or sure
        people = tuple(dict.fromkeys(person for _, hit in chosen for person in hit.people))
        first = chosen[0][1]
        return Hit(
            kind=first.kind, start=first.start, end=first.end, value=first.value, masked=first.masked,
            score=first.score, strength=first.strength, people=people, why=first.why,
        )  # fmt: skip

    def _masked_spans(self, passage: Passage) -> list[tuple[int, int]]:
        """Mail addresses of others and the school's own names: names in them are nobody's."""
        spans = []
        if "@" in passage.text:
            spans += [
                m.span() for m in EMAIL.finditer(passage.text) if not self._ours(m[0].rpartition("@")[2])
            ]
        for name in self.school:
            spans += [m.span() for m in name.finditer(passage.folded)]
        return sorted(spans)

    def _ours(self, domain: str) -> bool:
        low = domain.casefold()
        return any(low == d or low.endswith("." + d) for d in self.directory.domains)

    def _in_link(self, words: Words, seen: Seen, hit: Hit) -> Hit | None:
        """A name in a web address may be an author's; with a sensitive word, a class or a birthday beside it the link is a pupil's. Subjects have no links."""
        if self._second_sign(words, seen, self.index.pupils[seen.named.pupil], thing=True):
            return hit
        if words.passage.extract.where not in SHORT_TEXT:
            return None
        return replace(hit, strength=Strength.WEAK, score=0.5, why="it stands in a web address")

    def _judged(self, words: Words, seen: Seen, start: int, end: int, school: str) -> Hit | None:
        pupil = self.index.pupils[seen.named.pupil]
        forename = "".join(words.words[slice(*seen.forename)])
        surname = "".join(words.words[slice(*seen.surname)])
        elsewhere = bool(school and pupil.school) and pupil.school != school
        verdict = self._strength(words, seen, pupil, (forename, surname), elsewhere=elsewhere)
        if verdict is None:
            return None
        strength, why = verdict
        return Hit(
            kind="pupil-name",
            start=start,
            end=end,
            value=f"{forename} {surname}",
            masked=_mask(pupil),
            score=1.0 if strength is Strength.FULL else 0.5,
            strength=strength,
            people=(pupil.id,),
            why=why,
        )

    def _strength(
        self, words: Words, seen: Seen, pupil: Pupil, pair: tuple[str, str], *, elsewhere: bool
    ) -> tuple[Strength, str] | None:
        """How sure it is that the pair names the pupil, and why; None where it does not."""
        signs = self._signs(words, seen, pupil, pair, elsewhere=elsewhere)
        nobody = self._nobody(words, seen, pair, signs)
        doubts = () if nobody else self._doubts(words, seen, pupil, pair, signs)
        first = next(((strength, why) for holds, strength, why in doubts if holds), None)
        doubtful = nobody or (first is not None and first[0] is not Strength.FULL)
        if doubtful and _born_in(words.passage.folded[slice(*self._window(words, seen))], pupil):
            return Strength.FULL, "the pupil's date of birth beside it"
        if nobody:
            return None
        why = f"it is {seen.named.form.words}" + (", surname first" if seen.reversed else "")
        others = None if first or signs.sign else self._of_others(words, seen, pupil)
        return first or others or (Strength.FULL, why)

    def _signs(
        self, words: Words, seen: Seen, pupil: Pupil, pair: tuple[str, str], *, elsewhere: bool
    ) -> _Signs:
        known = lists()
        famous, shared = (" ".join(pair) in some for some in (known.famous, known.namesakes))
        listed = words.passage.extract.table is not None  # a row of a club's list is a child's
        world = (famous or shared) and not listed and near.in_its_world(words, seen, known, famous=famous)
        thing = (
            not seen.reversed and known.words(pair) and near.of_a_thing(words, seen, weak=known.weak(pair))
        )
        visited = near.visited(words, seen)
        sign = self._second_sign(words, seen, pupil, thing=thing or famous or world or visited)
        return _Signs(sign, famous, world, thing, visited, elsewhere)

    def _nobody(self, words: Words, seen: Seen, pair: tuple[str, str], signs: _Signs) -> bool:
        """Whether the pair is a grown-up, a thing, or only words."""
        known = lists()
        half = known.words(pair) and known.thing(pair[1]) and self._half_capital(words, seen)
        verb = _verb(pair) and known.thing(pair[1])
        words_alone = signs.thing or half or verb or known.weak(pair)
        spelled = len(pair[0]) <= 2 and seen.named.form is Form.SPELLING
        return (
            near.titled(words, seen)
            or (words_alone and self._small(words, seen, signs))
            or (spelled and not words.capital(seen.forename[0]))
            or (signs.famous and signs.world and not signs.sign)
        )

    def _doubts(
        self, words: Words, seen: Seen, pupil: Pupil, pair: tuple[str, str], signs: _Signs
    ) -> Iterator[tuple[bool, Strength, str]]:
        """What each sign makes of a name, the weightiest first."""
        sign, weak = signs.sign, Strength.WEAK
        yield signs.famous and bool(sign), Strength.FULL, f"a well-known name with {sign}"
        yield signs.famous, weak, "it is a well-known name"
        yield seen.loose, weak, "the parts of the name stand apart"
        yield seen.named.weak, weak, f"it is {seen.named.form.words}"
        ordinary = lists().weak(pair)
        yield ordinary and bool(sign), Strength.FULL, f"ordinary words, with {sign}"
        yield ordinary, weak, "both names are ordinary words"
        small = _verb(pair) and self._small(words, seen, signs)
        yield small, weak, "in small letters both names are ordinary words"
        same = " ".join(pair) in self.index.adults and not self._class_near(words, seen, pupil)
        yield same, weak, "a member of staff or a parent has the same name"
        thing = (signs.thing or signs.visited) and not sign
        yield thing, weak, "the words around it speak of a place or a thing"
        yield self._place(words, seen, pupil), weak, "it may be the name of a place"
        yield signs.elsewhere and not sign, weak, "the pupil is at another school of the trust"
        yield signs.world and not sign, weak, "books, films, history or shops know the name too"

    def _small(self, words: Words, seen: Seen, signs: _Signs) -> bool:
        return not signs.sign and not self._capitals(words, seen)

    def _of_others(self, words: Words, seen: Seen, pupil: Pupil) -> tuple[Strength, str] | None:
        """What makes an ordinary name doubtful: it is part of a longer one, of a list of first names, or a grown-up's."""
        if near.first_names(words, seen, self.index):
            return Strength.WEAK, "it may be two first names of a list"
        if near.of_a_longer_name(words, seen, pupil, self.index):
            return Strength.WEAK, "the name goes on and may be somebody else's"
        why = near.working(words, seen)
        return (Strength.WEAK, why) if why else None

    def _place(self, words: Words, seen: Seen, pupil: Pupil) -> bool:
        """The word of places behind a name is no sign of one when it is the pupil's class: "Amelia Thompson Nursery"."""
        own = self.classes.get(pupil.id, "").split(" ")[0]
        class_follows = seen.last < len(words.words) and words.words[seen.last] == own
        return not class_follows and near.of_a_place(words, seen)

    def _capitals(self, words: Words, seen: Seen) -> bool:
        return all(words.capital(n) for n in (seen.forename[0], seen.surname[0]))

    def _half_capital(self, words: Words, seen: Seen) -> bool:
        """A sentence that begins with a word and goes on: "Rowan moss for the garden"."""
        return words.capital(seen.first) and not words.capital(seen.last - 1)

    def _second_sign(self, words: Words, seen: Seen, pupil: Pupil, *, thing: bool = False) -> str:
        """What else says that a person is meant: in words, or "" for nothing. A class may visit a place of this name, a year may read of somebody: then the class must follow at once."""
        start, end = self._window(words, seen)
        around = words.passage.folded[start:end]
        last = words.span(seen.last - 1)[1]
        if self._class_near(words, seen, pupil, within=(last, last + CLOSE) if thing else (start, end)):
            return "the class beside it"
        if (not thing and self._year_near(words, seen, around)) or _OF_A_PUPIL.search(around):
            return "a year group or a word about pupils beside it"
        if seen.reversed and "," in words.gap(seen.surname[1] - 1) and not self._listed(words, seen):
            return "the surname first"
        if self.terms.any_in(around):
            return "a sensitive word beside it"
        if _born_in(around, pupil):
            return "the date of birth beside it"
        return ""

    def _year_near(self, words: Words, seen: Seen, around: str) -> bool:
        """A year group; one before the name of a place, or a few words behind it, goes there: "Year 5 Lincoln Castle"."""
        if not lists().weak(
            ("".join(words.words[slice(*seen.forename)]), "".join(words.words[slice(*seen.surname)]))
        ):
            return _YEAR.search(around) is not None
        end = words.span(seen.last - 1)[1]
        return _YEAR_NEXT.match(words.passage.folded, end) is not None

    def _listed(self, words: Words, seen: Seen) -> bool:
        """Whether "Green, Oscar" is no surname first: one of a list of words, of first names, or behind "Miss"."""
        miss = seen.first > 0 and words.words[seen.first - 1] == "miss"
        return miss or near.in_a_list(words, seen) or near.first_names(words, seen, self.index)

    def _class_near(
        self, words: Words, seen: Seen, pupil: Pupil, within: tuple[int, int] | None = None
    ) -> bool:
        name = self.classes.get(pupil.id, "")
        if not name:
            return False
        start, end = within or self._window(words, seen)
        return bool(re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", words.passage.folded[start:end]))

    def _window(self, words: Words, seen: Seen) -> tuple[int, int]:
        start, end = words.span(seen.first)[0], words.span(seen.last - 1)[1]
        line_start, line_end = words.passage.line_span(start)
        return max(line_start, start - NEAR), max(end, min(line_end, end + NEAR))


def _links(passage: Passage) -> list[tuple[int, int]]:
    if "://" not in passage.text and "www." not in passage.folded:
        return []
    return [m.span() for m in _URL.finditer(passage.text)]


def _mask(pupil: Pupil) -> str:
    """The known-as name, masked: a legal name that is not used is nobody's business."""
    return mask_name(
        pupil.preferred_forename or pupil.legal_forename, pupil.preferred_surname or pupil.legal_surname
    )


def _born_in(text: str, pupil: Pupil) -> bool:
    """Whether the day on which a pupil was born stands in folded text: no namesake among grown-ups has it."""
    born = pupil.dob
    if born is None or not (f"{born:%y}" in text and str(born.day) in text):
        return False
    month = rf"(?:0?{born.month}|{_MONTHS[born.month - 1]}[a-z]{{0,6}})"
    day = rf"0?{born.day}(?:st|nd|rd|th)?[ /.-]{{1,2}}{month},?[ /.-]{{1,2}}(?:{born.year}|{born:%y})"
    return re.search(rf"\b(?:{day}|{born:%Y-%m-%d})\b", text) is not None


def _verb(pair: tuple[str, str]) -> bool:
    """Whether the pair may be a verb and what it is done to: "will field"."""
    return pair[0] in lists().verbs and pair[1] in lists().ordinary


def _inside(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect_right(spans, (start, 1 << 60)) - 1
    return at >= 0 and spans[at][0] <= start and end <= spans[at][1]
