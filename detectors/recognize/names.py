"""Finds pupils' full names in text: a cheap look for words that may be surnames, and the rules only where one stands by a forename."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from rapidfuzz.distance import DamerauLevenshtein

from detectors.findings import Where
from detectors.recognize.fold import words as words_of
from detectors.recognize.forms import Form, is_forename, parts_of
from detectors.recognize.hits import Passage
from detectors.recognize.name_index import JOINED_LETTERS, Named, NameIndex

_SPLIT = re.compile(r"([^\W\d_]+)")
_SHORT_TEXT = frozenset({Where.SUBJECT, Where.FILENAME, Where.HEADER})
SHORT = 2_000  # letters: one-edit and spelled-out names are sought in short texts only

# What may stand between the words of one name part; between forename and surname; and between surname and forename.
_WITHIN = re.compile(r"[ \t\xa0]?[-'.]?[ \t\xa0]?")
_DIRECT = re.compile(
    r"[ \t\xa0]{1,3}|\r?\n[> \t]{0,6}|[-./+\t,;|]|[ \t]?[(\"'\[][ \t]?|[ \t]\|[ \t]|\.[ \t]|\*{1,2}[ \t]?\*{1,2}|"
)
_LOOSE = re.compile(r"[ \t]{1,3}-[ \t]{1,3}|,[ \t\xa0]{1,3}|[)\"'\]][ \t]{0,2}|[ \t]?/[ \t]?")
_REVERSED = re.compile(
    r"[ \t\xa0]{0,3},?[ \t\xa0]{0,3}|[-./;]|\*{1,2},?[ \t]?\*{1,2}|[ \t]?[(\"'\[][ \t]?|[ \t]\|[ \t]|[ \t]-[ \t]|"
)
_MIDDLE = re.compile(r"[ \t\xa0]{1,3}|[-.]|\.[ \t]|[ \t]?[(\"'][ \t]?|[)\"'][ \t]?|\r?\n[> \t]{0,6}")
_JOINED_BY = re.compile(r"[ \t]{0,2}[&+/][ \t]{0,2}")
_SPELLED_OUT = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*]{1,2}){6,60}[^\W\d_](?![^\W_])")


@dataclass(frozen=True, slots=True)
class Seen:
    """A pair of words that names a pupil, before the words around it are judged."""

    named: Named
    forename: tuple[int, int]  # word numbers, from and to (exclusive)
    surname: tuple[int, int]
    loose: bool = False  # the parts stand apart
    reversed: bool = False
    joint: bool = False  # "Amelia and Alfie Thompson"

    @property
    def first(self) -> int:
        return min(self.forename[0], self.surname[0])

    @property
    def last(self) -> int:
        return max(self.forename[1], self.surname[1])


@dataclass(slots=True)
class Words:
    """The words of a passage, folded; where each stands is worked out when one of them matters."""

    passage: Passage = field(repr=False)
    words: list[str] = field(repr=False)
    _pieces: list[str] = field(default_factory=list, repr=False)  # gap, word, gap, word, …, gap
    _ends: list[int] = field(default_factory=list, repr=False)  # of the pieces

    def _split(self) -> None:
        self._pieces = _SPLIT.split(self.passage.folded)
        self._ends = list(accumulate(map(len, self._pieces)))

    def span(self, n: int) -> tuple[int, int]:
        """Where a word stands."""
        if not self._ends:
            self._split()
        return self._ends[2 * n], self._ends[2 * n + 1]

    def gap(self, left: int) -> str:
        """What stands between a word and the next."""
        if not self._ends:
            self._split()
        return self._pieces[2 * left + 2]

    def capital(self, n: int) -> bool:
        return self.passage.text[self.span(n)[0]].isupper()

    def two_capitals(self, n: int, seams: set[int]) -> bool:
        """Whether a word is written as two, each with its capital: DucHuynh."""
        start, end = self.span(n)
        written = self.passage.text[start:end]
        return any(written[at:].istitle() and written[:at].istitle() for at in seams)

    def join(self, start: int, end: int) -> str | None:
        """The words as one, when they may be one part of a name."""
        if end - start == 1:
            return self.words[start]
        if all(_WITHIN.fullmatch(self.gap(n)) for n in range(start, end - 1)):
            return "".join(self.words[start:end])
        return None


def seen_in(passage: Passage, index: NameIndex) -> tuple[Words, list[Seen]]:
    """Every pair that names a pupil, the surer ones where pairs overlap."""
    words = Words(passage, words_of(passage.folded))
    found = list(_pairs(words, index))
    found += _joined(words, index)
    if len(passage.text) <= SHORT and passage.extract.where in _SHORT_TEXT:
        found += _one_edit(words, index, found)
        found += _spelled_out(words, index)
        found += _apart(words, index, found)
    return words, _surest(found)


def _pairs(words: Words, index: NameIndex) -> Iterator[Seen]:
    """The first pass, whose cost does not depend on the directory: a surname's last word with one of its forenames near."""
    texts, gates, variants = words.words, index.gates, index.variants.keys()
    anchors = gates.keys() & set(texts)
    for at in [n for n, word in enumerate(texts) if word in anchors] if anchors else ():
        near = texts[at - 5 if at > 5 else 0 : at + 5]
        if not gates[texts[at]].isdisjoint(near) or (
            not variants.isdisjoint(near) and index.by_variant(texts[at], near)
        ):
            yield from _pairs_at(words, index, at)


def _pairs_at(words: Words, index: NameIndex, at: int) -> Iterator[Seen]:
    for start in range(at, max(-1, at - 5), -1):
        surname = words.join(start, at + 1)
        if surname is None:
            return
        if surname in index.surname_keys:
            yield from _before(words, index, surname, (start, at + 1))
            yield from _after(words, index, surname, (start, at + 1))


def _before(words: Words, index: NameIndex, surname: str, span: tuple[int, int]) -> Iterator[Seen]:
    for middles in range(4):
        end = span[0] - middles
        if end < 1 or not _gaps_allow(words, end, span[0], middles):
            if middles == 0:
                continue
            return
        loose = middles == 0 and not _DIRECT.fullmatch(words.gap(end - 1))
        for start in range(end - 1, max(-1, end - 5), -1):
            forename = words.join(start, end)
            if forename is None:
                break
            for named in index.find(forename, surname):
                joint = _joint(words, end, span[0])
                if middles and not joint and words.capital(start) and not words.capital(end):
                    continue  # a word of the sentence stands between
                strange = middles > 0 and not joint and _strange_middle(words, index, named, end, span[0])
                yield Seen(named, (start, end), span, loose=loose or strange, joint=joint)


def _gaps_allow(words: Words, end: int, start: int, middles: int) -> bool:
    """Whether the forename that ends before word `end` may belong to the surname at `start`."""
    if middles == 0:
        gap = words.gap(end - 1)
        return bool(_DIRECT.fullmatch(gap) or _LOOSE.fullmatch(gap))
    if _joint(words, end, start):
        return True
    return all(_MIDDLE.fullmatch(words.gap(n)) for n in range(end - 1, start))


def _joint(words: Words, end: int, start: int) -> bool:
    """Two forenames before one surname: "Amelia & Alfie Thompson", "Amelia and Alfie Thompson"."""
    middle = words.words[end:start]
    if not middle or not _MIDDLE.fullmatch(words.gap(start - 1)):
        return False
    if middle[0] in {"and", "or"}:
        return 2 <= len(middle) <= 3 and words.gap(end - 1).isspace() and words.gap(end).isspace()
    return len(middle) <= 2 and bool(_JOINED_BY.fullmatch(words.gap(end - 1)))


def _strange_middle(words: Words, index: NameIndex, named: Named, end: int, start: int) -> bool:
    """A word between the parts that this pupil's names do not explain makes it less sure."""
    pupil = index.pupils[named.pupil]
    known = _name_words(
        pupil.legal_forename, pupil.middle_names, pupil.preferred_forename, pupil.legal_surname
    )
    between = [(n, words.words[n]) for n in range(end, start)]
    unknown = [(n, w) for n, w in between if len(w) > 1 and w not in known]
    if not unknown:
        return False
    has_middle = bool(pupil.middle_names) or len(_name_words(pupil.legal_forename)) > 1
    return (
        has_middle
        or len(unknown) > 1
        or not (words.capital(unknown[0][0]) and unknown[0][1] in index.forename_words)
    )


def _name_words(*names: str) -> set[str]:
    return {word for name in names for parts in parts_of(name) for word in parts}


def _after(words: Words, index: NameIndex, surname: str, span: tuple[int, int]) -> Iterator[Seen]:
    start = span[1]
    if start >= len(words.words) or not _REVERSED.fullmatch(words.gap(start - 1)):
        return
    for end in range(start + 1, min(len(words.words), start + 4) + 1):
        forename = words.join(start, end)
        if forename is None:
            break
        for named in index.find(forename, surname):
            if not (
                _listed(words, index, span, end, comma="," in words.gap(start - 1))
                or named.form is Form.GIVEN_NAMES
            ):
                yield Seen(named, (start, end), span, reversed=True)


def _listed(words: Words, index: NameIndex, span: tuple[int, int], end: int, *, comma: bool) -> bool:
    """A surname with a forename of its own before it: "Jack Green, Thomas Brown" does not name Thomas Green."""
    before = span[0] - 1
    if before < 0 or not re.fullmatch(r"[ \t-]", words.gap(before)):
        return False
    name_before = words.words[before] in index.forename_words or is_forename(words.words[before])
    if name_before and (words.capital(before) or (comma and not words.capital(span[0]))):
        return True
    follows = comma and words.capital(before) and end < len(words.words) and words.gap(end - 1) == " "
    return follows and words.capital(end) and words.words[end] in index.gates


def _joined(words: Words, index: NameIndex) -> Iterator[Seen]:
    """AmeliaThompson, ameliathompson: forename and surname in one word."""
    if index.joined.keys().isdisjoint(words.words):
        return
    for at, word in enumerate(words.words):
        if word in index.joined:
            forename, surname = index.joined[word].split(" ")
            if len(word) < JOINED_LETTERS and not words.two_capitals(at, {len(forename), len(surname)}):
                continue
            for named in index.find(forename, surname):
                yield Seen(named, (at, at + 1), (at, at + 1))


def _one_edit(words: Words, index: NameIndex, found: Sequence[Seen]) -> Iterator[Seen]:
    """A long surname with one letter changed, next to a forename: never more than a warning."""
    taken = {n for seen in found for n in range(seen.first, seen.last)}
    for at in range(len(words.words) - 1):
        for forename, surname in ((at, at + 1), (at + 1, at)):
            if (
                len(words.words[surname]) < 6
                or {forename, surname} & taken
                or not _DIRECT.fullmatch(words.gap(at))
            ):
                continue
            near = [
                s for s in index.surnames_of.get(words.words[forename], ()) if _near(s, words.words[surname])
            ]
            for key in near:
                for named in index.find(words.words[forename], key):
                    changed = Named(named.pupil, Form.ONE_EDIT, weak=True)
                    yield Seen(changed, (forename, forename + 1), (surname, surname + 1))


def _near(surname: str, word: str) -> bool:
    return (
        abs(len(surname) - len(word)) <= 1 and DamerauLevenshtein.distance(surname, word, score_cutoff=1) == 1
    )


def _spelled_out(words: Words, index: NameIndex) -> Iterator[Seen]:
    for match in _SPELLED_OUT.finditer(words.passage.folded):
        letters = "".join(c for c in match[0] if c.isalpha())
        if letters in index.joined:
            forename, surname = index.joined[letters].split(" ")
            spans = [words.span(n) for n in range(len(words.words))]
            span = tuple(n for n, (s, e) in enumerate(spans) if s >= match.start() and e <= match.end())
            for named in index.find(forename, surname):
                one = Named(named.pupil, Form.SPELLED_OUT, weak=True)
                yield Seen(one, (span[0], span[-1] + 1), (span[0], span[-1] + 1))


def _apart(words: Words, index: NameIndex, found: Sequence[Seen]) -> Iterator[Seen]:
    """Forename and surname that stand alone in one short text: "Amelia (4B) and Jack - Thompson meeting"."""
    taken = {n for seen in found for n in range(seen.first, seen.last)}
    alone = [n for n in range(len(words.words)) if n not in taken and words.capital(n)]
    for surname in (n for n in alone if words.words[n] in index.surname_keys and not _touches(words, n, -1)):
        for forename in (
            n for n in alone if abs(n - surname) <= 6 and n != surname and not _touches(words, n, 0)
        ):
            for named in index.find(words.words[forename], words.words[surname]):
                if not named.weak:
                    yield Seen(named, (forename, forename + 1), (surname, surname + 1), loose=True)


def _touches(words: Words, n: int, side: int) -> bool:
    """Whether a capitalised word stands right before (-1) or right after (0): then the word belongs to another name."""
    other = n + (1 if side == 0 else -1)
    if not 0 <= other < len(words.words):
        return False
    return words.gap(min(n, other)) in {" ", "-", ". "} and words.capital(other)


def _surest(found: list[Seen]) -> list[Seen]:
    """One hit per pupil and place; a pair inside a longer or surer name is not another name."""
    order = sorted(found, key=lambda s: (s.loose, s.named.weak, s.reversed, s.first - s.last))
    kept: list[Seen] = []
    used_first: dict[int, Seen] = {}
    used_last: dict[int, Seen] = {}
    for seen in order:
        if not _disputed(seen, used_first, used_last):
            kept.append(seen)
            used_first.update(dict.fromkeys(range(*seen.forename), seen))
            used_last.update(dict.fromkeys(range(*seen.surname), seen))
    return sorted(kept, key=lambda s: s.first)


def _disputed(seen: Seen, firsts: dict[int, Seen], lasts: dict[int, Seen]) -> bool:
    """Whether a surer hit already holds these words: only namesakes and joint surnames may share them."""
    holders = [h for n in range(*seen.forename) for h in (firsts.get(n), lasts.get(n)) if h is not None]
    if any(
        (h.forename, h.surname) != (seen.forename, seen.surname) or h.named.pupil == seen.named.pupil
        for h in holders
    ):
        return True
    owners = [h for n in range(*seen.surname) for h in (firsts.get(n), lasts.get(n)) if h is not None]
    return any(
        h.named.pupil == seen.named.pupil
        or not (seen.joint or h.joint or (h.forename, h.surname) == (seen.forename, seen.surname))
        for h in owners
    )
