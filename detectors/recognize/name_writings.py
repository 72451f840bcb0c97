"""Names written otherwise than as two words side by side: glued, with labels, in the plural, in single letters, with a letter changed, or apart."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein

from detectors.recognize.forms import Form, is_forename
from detectors.recognize.name_index import JOINED_LETTERS, Named, NameIndex
from detectors.recognize.name_words import DIRECT, Seen, Words

_SPELLED_OUT = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*]{1,2}){6,60}[^\W\d_](?![^\W_])")
_LABEL = re.compile(
    r"\b(?:(?P<first>(?:fore|first[ -]?|given[ -]?|christian[ -]?)?names?)|(?P<last>(?:sur|last[ -]?|family[ -]?)names?))(?:\(s\))?"
    r"[ \t]{0,9}(?:[:=|\t -]|\r?\n)[ \t:|\r\n]{0,9}(?=[^\W\d_])"
)
_LABELS = frozenset({"surname", "forename", "forenames", "first", "last", "family", "given", "christian", "name", "names", "middle", "legal", "preferred", "known", "class", "date", "dob", "year", "form", "upn"})  # fmt: skip
_FORM = 200  # letters within which the two labels of one person stand


def joined(words: Words, index: NameIndex) -> Iterator[Seen]:
    """AmeliaThompson, ameliathompson: forename and surname in one word."""
    if index.joined.keys().isdisjoint(words.each):
        return
    for at, word in enumerate(words.words):
        if word in index.joined:
            forename, surname = index.joined[word].split(" ")
            if len(word) < JOINED_LETTERS and not words.two_capitals(at, {len(forename), len(surname)}):
                continue
            for named in index.find(forename, surname):
                yield Seen(named, (at, at + 1), (at, at + 1))


def labelled(words: Words, index: NameIndex) -> Iterator[Seen]:
    """The two names behind their labels, as in a form: "Surname: Thompson  Forename: Amelia"."""
    text = words.passage.folded
    if words.passage.extract.table is not None or not any(
        label in text for label in ("surname", "last name", "family name")
    ):
        return
    labels = list(_LABEL.finditer(text))
    starts = [words.span(n)[0] for n in range(len(words.words))] if len(labels) > 1 else []
    for one, other in pairwise(labels):
        if one.lastgroup != other.lastgroup and other.start() - one.end() <= _FORM:
            first, last = (one, other) if one.lastgroup == "first" else (other, one)
            yield from _behind(
                words, index, bisect_left(starts, first.end()), bisect_left(starts, last.end())
            )


def _behind(words: Words, index: NameIndex, forename: int, surname: int) -> Iterator[Seen]:
    """The longest names that begin at these words and are a pupil's."""
    for last in _lengths(words, surname):
        for first in _lengths(words, forename):
            named = index.find(words.join(forename, first) or "", words.join(surname, last) or "")
            if named:
                yield from (Seen(one, (forename, first), (surname, last)) for one in named)
                return


def _lengths(words: Words, start: int) -> list[int]:
    ends: list[int] = []
    for end in range(start + 1, min(len(words.words), start + 4) + 1):
        if words.words[end - 1] in _LABELS or words.join(start, end) is None:
            break
        ends.insert(0, end)
    return ends


def plurals(words: Words, index: NameIndex, found: Sequence[Seen]) -> Iterator[Seen]:
    """A possessive without its apostrophe: "Amelia Thompsons coat"."""
    stems = index.surname_keys
    some = {word for word in words.each if word[-1] == "s" and word[:-1] in stems}
    ending = [n for n, word in enumerate(words.words[1:-1], 1) if word in some] if some else []
    taken = {n for seen in found for n in range(seen.first, seen.last)} if ending else set()
    for at in ending:
        word, stem = words.words[at], words.words[at][:-1]
        known = word in stems or is_forename(stem) or not {at, at - 1}.isdisjoint(taken)
        if known or not words.gap(at).isspace():
            continue
        for start in range(at - 1, max(-1, at - 4), -1):
            forename = words.join(start, at) if DIRECT.fullmatch(words.gap(at - 1)) else None
            alike = words.capital(start) == words.capital(at)  # not "Taylor swifts nest"
            for named in index.find(forename, stem) if forename and alike else ():
                yield Seen(named, (start, at), (at, at + 1))


def one_edit(words: Words, index: NameIndex, found: Sequence[Seen]) -> Iterator[Seen]:
    """A long surname with one letter changed, next to a forename: never more than a warning."""
    taken = {n for seen in found for n in range(seen.first, seen.last)}
    for at in range(len(words.words) - 1):
        for forename, surname in ((at, at + 1), (at + 1, at)):
            known = index.surnames_of.get(words.words[forename])
            if (
                known is None
                or len(words.words[surname]) < 6
                or {forename, surname} & taken
                or not DIRECT.fullmatch(words.gap(at))
            ):
                continue
            for key in [s for s in known if _near(s, words.words[surname])]:
                for named in index.find(words.words[forename], key):
                    changed = Named(named.pupil, Form.ONE_EDIT, weak=True)
                    yield Seen(changed, (forename, forename + 1), (surname, surname + 1))


def _near(surname: str, word: str) -> bool:
    return (
        abs(len(surname) - len(word)) <= 1 and DamerauLevenshtein.distance(surname, word, score_cutoff=1) == 1
    )


def spelled_out(words: Words, index: NameIndex) -> Iterator[Seen]:
    for match in _SPELLED_OUT.finditer(words.passage.folded):
        letters = "".join(c for c in match[0] if c.isalpha())
        if letters in index.joined:
            forename, surname = index.joined[letters].split(" ")
            spans = [words.span(n) for n in range(len(words.words))]
            span = tuple(n for n, (s, e) in enumerate(spans) if s >= match.start() and e <= match.end())
            for named in index.find(forename, surname):
                one = Named(named.pupil, Form.SPELLED_OUT, weak=True)
                yield Seen(one, (span[0], span[-1] + 1), (span[0], span[-1] + 1))


def apart(words: Words, index: NameIndex, found: Sequence[Seen]) -> Iterator[Seen]:
    """Forename and surname that stand alone in one short text: "Amelia (4B) and Jack - Thompson meeting"."""
    if index.surname_keys.isdisjoint(words.each):
        return
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
