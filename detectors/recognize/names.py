"""Finds pupils' full names in text: a cheap look for words that may be surnames, and the rules only where one stands by a forename."""

import re
from collections.abc import Iterator

from detectors.recognize.fold import words as words_of
from detectors.recognize.forms import Form, words_of_names
from detectors.recognize.hits import Passage
from detectors.recognize.name_index import Named, NameIndex
from detectors.recognize.name_lists import lists
from detectors.recognize.name_words import DIRECT, SHORT, SHORT_TEXT, Seen, Words
from detectors.recognize.name_writings import apart, joined, labelled, one_edit, plurals, spelled_out

# What may stand between forename and surname, and between surname and forename.
_LOOSE = re.compile(r"[ \t]{1,3}-[ \t]{1,3}|,[ \t\xa0]{1,3}|[)\"'\]][ \t]{0,2}|[ \t]?/[ \t]?")
_REVERSED = re.compile(
    r"[ \t\xa0]{0,40}|[ \t\xa0]{0,3},[ \t\xa0]{0,3}|[-.;\\]|%20|[ \t]?/[ \t]?|\*{1,2},?[ \t]?\*{1,2}|[ \t]?[(\"'\[][ \t]?|[ \t]{1,20}\|[ \t]{1,20}|[ \t]-[ \t]|"
)
_MIDDLE = re.compile(
    r"[ \t\xa0]{1,3}|[-.]|\.[ \t]|[ \t]?[(\"'][ \t]?|[)\"'][ \t]?|\r?\n[> \t]{0,6}|[ \t]?\(?\d{1,2}"
)
_JOINED_BY = re.compile(r"[ \t]{0,2}[&+/][ \t]{0,2}")
MOST_MIDDLES = 3  # words between the first and the last name of one child
LONGEST_LIST = 7  # words between the first of several forenames and the surname that all share
_NEXT_CHILD = re.compile(r"[ \t]{0,2}[,&+/][ \t]{0,2}")
_AND = frozenset({"and", "or", "n"})
_NICKNAME = re.compile(r"[(\"'\[](?:(?:known as|aka|pref\.?|or) )?[^\W\d_]{2,12}[)\"'\]]")
_COMMON_MIDDLES = frozenset({"kaur", "singh"})  # that nearly every Sikh may have between


def seen_in(passage: Passage, index: NameIndex) -> tuple[Words, list[Seen]]:
    """Every pair that names a pupil, the surer ones where pairs overlap."""
    words = Words(passage, words_of(passage.folded))
    passage.each = words.each
    found = list(_pairs(words, index))
    found += joined(words, index)
    found += labelled(words, index)
    if len(passage.text) <= SHORT:
        found += plurals(words, index, found)
    if len(passage.text) <= SHORT and passage.extract.where in SHORT_TEXT:
        found += one_edit(words, index, found)
        found += spelled_out(words, index)
        found += apart(words, index, found)
    return words, _surest(found)


def _pairs(words: Words, index: NameIndex) -> Iterator[Seen]:
    """The first pass, whose cost does not depend on the directory: a surname's last word with one of its forenames near."""
    texts, gates, variants = words.words, index.gates, index.variants.keys()
    anchors = gates.keys() & words.each
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
    for middles in range(LONGEST_LIST + 1):
        end = span[0] - middles
        joint = middles > 0 and end > 0 and _joint(words, index, surname, end, span[0])
        one = middles <= MOST_MIDDLES and end > 0 and _gaps_allow(words, end, span[0], middles)
        if not (joint or one):
            if middles == 0 or middles > MOST_MIDDLES:
                continue
            return
        loose = middles == 0 and not DIRECT.fullmatch(words.gap(end - 1))
        for start in range(end - 1, max(-1, end - 5), -1):
            forename = words.join(start, end)
            if forename is None:
                break
            for named in index.find(forename, surname):
                if middles and not joint and _sentence_goes_on(words, start, end, span[0]):
                    continue
                strange = middles > 0 and not joint and _strange_middle(words, index, named, end, span[0])
                yield Seen(named, (start, end), span, loose=loose or strange, joint=joint)


def _sentence_goes_on(words: Words, forename: int, end: int, surname: int) -> bool:
    """Whether a word in small letters, without brackets around it, stands between two with capitals."""
    return words.capital(forename) and not (words.capital(end) or _nickname(words, end, surname))


def _nickname(words: Words, end: int, surname: int) -> bool:
    """Whether what stands between is how the child is called besides: Amelia "Millie" Thompson."""
    return _NICKNAME.fullmatch(words.written(end - 1, surname).strip()) is not None


def _gaps_allow(words: Words, end: int, start: int, middles: int) -> bool:
    """Whether the forename that ends before word `end` may belong to the surname at `start`."""
    if middles == 0:
        gap = words.gap(end - 1)
        return bool(DIRECT.fullmatch(gap) or _LOOSE.fullmatch(gap))
    return all(_MIDDLE.fullmatch(words.gap(n)) for n in range(end - 1, start))


def _joint(words: Words, index: NameIndex, surname: str, end: int, start: int) -> bool:
    """Forenames before one surname: "Amelia & Alfie Thompson", or "Amelia, Alfie and Noah Thompson" where all are on the roll."""
    middle = words.words[end:start]
    if not middle or not _MIDDLE.fullmatch(words.gap(start - 1)):
        return False
    if middle[0] in _AND:
        return 2 <= len(middle) <= 3 and words.gap(end - 1).isspace() and words.gap(end).isspace()
    if len(middle) <= 2 and _JOINED_BY.fullmatch(words.gap(end - 1)):
        return True
    listed = _NEXT_CHILD.fullmatch(words.gap(end - 1))
    return bool(listed) and _all_on_roll(words, index, surname, end, start)


def _all_on_roll(words: Words, index: NameIndex, surname: str, at: int, end: int) -> bool:
    """Whether the words are forenames of that family, "and" between them: "Tommy-Lee and Noah"."""
    while at < end:
        stops = range(at + 1, min(end, at + 3) + 1)
        named = (s for s in stops if (name := words.join(at, s)) is not None and index.find(name, surname))
        stop = at + 1 if words.words[at] in _AND else next(named, 0)
        if not stop:
            return False
        at = stop
    return True


def _strange_middle(words: Words, index: NameIndex, named: Named, end: int, start: int) -> bool:
    """A word between the parts that this pupil's names do not explain makes it less sure."""
    pupil = index.pupils[named.pupil]
    known = _COMMON_MIDDLES | words_of_names(
        pupil.legal_forename, pupil.middle_names, pupil.preferred_forename, pupil.legal_surname
    )
    between = [(n, words.words[n]) for n in range(end, start)]
    unknown = [(n, w) for n, w in between if len(w) > 1 and w not in known and not words.initials(n)]
    if not unknown or _nickname(words, end, start):
        return False
    has_middle = bool(pupil.middle_names) or len(words_of_names(pupil.legal_forename)) > 1
    return (
        has_middle
        or len(unknown) > 1
        or not (words.capital(unknown[0][0]) and index.is_forename(unknown[0][1]))
    )


def _after(words: Words, index: NameIndex, surname: str, span: tuple[int, int]) -> Iterator[Seen]:
    start = span[1]
    if start >= len(words.words) or not _REVERSED.fullmatch(words.gap(start - 1)):
        return
    for end in range(start + 1, min(len(words.words), start + 4) + 1):
        forename = words.join(start, end)
        if forename is None:
            break
        found = [
            named
            for named in index.find(forename, surname)
            if not (
                _listed(words, index, span, end, comma="," in words.gap(start - 1))
                or named.form is Form.GIVEN_NAMES
            )
        ]
        others = list(_siblings(words, index, surname, span, end)) if found else []
        yield from (Seen(n, (start, end), span, reversed=True, joint=bool(others)) for n in found)
        yield from others


def _siblings(
    words: Words, index: NameIndex, surname: str, span: tuple[int, int], end: int
) -> Iterator[Seen]:
    """Further forenames behind a surname: "Thompson, Amelia and Alfie"."""
    for _ in range(5):
        if end < len(words.words) - 1 and words.words[end] in _AND and words.gap(end - 1).isspace():
            at = end + 1
        elif end < len(words.words) and _NEXT_CHILD.fullmatch(words.gap(end - 1)):
            at = end
        else:
            return
        of_another = (
            at + 1 < len(words.words) and words.gap(at) == " " and words.words[at + 1] in index.surname_keys
        )
        named = () if of_another else index.find(words.words[at], surname)
        for one in named:
            yield Seen(one, (at, at + 1), span, reversed=True, joint=True)
        if not named:
            return
        end = at + 1


def _listed(words: Words, index: NameIndex, span: tuple[int, int], end: int, *, comma: bool) -> bool:
    """A surname with a forename of its own before it: "Jack Green, Thomas Brown" does not name Thomas Green."""
    before = span[0] - 1
    if before < 0 or not re.fullmatch(r"[ \t-]", words.gap(before)):
        return False
    word, capital = words.words[before], words.capital(before)
    followed = end < len(words.words) and words.gap(end - 1) == " " and words.capital(end)
    if index.is_forename(word) and (capital or (comma and not words.capital(span[0]))):
        return not comma or followed or not lists().word(word)  # "Art Thompson, Amelia" is about lessons
    return comma and capital and followed and words.words[end] in index.gates


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
