"""All forms of all pupils' names by their letters: one look-up per pair of words, whatever the size of the directory."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from detectors.directory.people import Directory, Pupil
from detectors.recognize.forms import (
    Form,
    Piece,
    families,
    forenames,
    formal_names,
    given_name_pairs,
    is_forename,
    parts_of,
    short_forms,
    surnames,
)

JOINED_LETTERS = 9  # "ameliathompson": shorter joined names collide with words
CAMEL_LETTERS = 5  # "DucHuynh": with its two capitals a shorter one is sure, too
NAMESAKES = 8  # pupils of one name who are told apart; more are one name


@dataclass(frozen=True, slots=True)
class Named:
    """A pupil whom a pair of words may name."""

    pupil: int  # position in Directory.pupils
    form: Form
    weak: bool


@dataclass(slots=True)
class NameIndex:
    """Look-up tables only; the rules of reading stand in `names`."""

    pupils: tuple[Pupil, ...] = field(repr=False)
    pairs: dict[str, tuple[int, ...]] = field(
        default_factory=dict, repr=False
    )  # "forename surname" -> packed Named
    joined: dict[str, str] = field(
        default_factory=dict, repr=False
    )  # "forenamesurname" -> its key in `pairs`
    gates: dict[str, set[str]] = field(
        default_factory=dict, repr=False
    )  # last word of a surname -> words of its forenames
    variants: dict[str, tuple[str, ...]] = field(
        default_factory=dict, repr=False
    )  # short form or spelling -> forenames
    surname_keys: set[str] = field(default_factory=set, repr=False)
    forename_words: set[str] = field(
        default_factory=set, repr=False
    )  # any word that may belong to a forename
    surnames_of: dict[str, set[str]] = field(
        default_factory=dict, repr=False
    )  # long surnames by forename, for one edit
    adults: set[str] = field(default_factory=set, repr=False)  # pairs that also name staff or contacts

    def is_forename(self, word: str) -> bool:
        """Whether a word is a forename of somebody on the roll, or a usual one."""
        return word in self.forename_words or is_forename(word)

    def by_variant(self, anchor: str, near: list[str]) -> bool:
        """Whether a word near is a short form or spelling of a forename that goes with this surname."""
        gate, variants = self.gates[anchor], self.variants
        return any(not gate.isdisjoint(variants[word]) for word in near if word in variants)

    def find(self, forename: str, surname: str) -> list[Named]:
        """The pupils of this pair: exact forms; without any, short forms and other spellings of the forename."""
        packed = self.pairs.get(f"{forename} {surname}")
        if packed:
            return [_unpack(p) for p in packed[:NAMESAKES]]
        return self._by_other_spelling(forename, surname)

    def _by_other_spelling(self, forename: str, surname: str) -> list[Named]:
        found = []
        for names, form in (
            (formal_names(forename), Form.SHORT),
            (families().get(forename, ()), Form.SPELLING),
        ):
            for name in names:
                for packed in self.pairs.get(f"{name} {surname}", ())[:NAMESAKES]:
                    named = _unpack(packed)
                    weak = named.weak or form is Form.SPELLING
                    found.append(Named(named.pupil, form, weak))
        return found


def build(directory: Directory) -> NameIndex:
    """The index of a directory: about a second for 25,000 pupils."""
    index = NameIndex(directory.pupils)
    for number, pupil in enumerate(directory.pupils):
        _add(index, number, pupil)
    _add_other_spellings(index)
    index.adults = {
        key
        for one in directory.staff
        for called in (one.forename, *_other_forms(one.forename))
        for key in _keys(called, one.surname)
    }
    index.adults |= {key for c in directory.contacts for key in _keys(c.forename, c.surname)}
    return index


def _add(index: NameIndex, number: int, pupil: Pupil) -> None:
    last = surnames(pupil)
    first = forenames(pupil, last[0].key if last else "")
    called = [word for forename in first for word in (forename.key, *forename.parts)]
    for surname in last:
        _know_surname(index, surname, called)
        for forename in first:
            _pair(index, number, forename, surname)
    for forename, second in given_name_pairs(pupil):
        if f"{forename.key} {second.key}" not in index.pairs:
            _know_surname(index, second, forename.parts)
            _pair(index, number, forename, second)
    index.forename_words.update(called)


def _know_surname(index: NameIndex, surname: Piece, called: Iterable[str]) -> None:
    index.surname_keys.add(surname.key)
    for anchor in {surname.parts[-1], surname.key}:
        index.gates.setdefault(anchor, set()).update(called)


def _pair(index: NameIndex, number: int, forename: Piece, surname: Piece) -> None:
    key = f"{forename.key} {surname.key}"
    weak = forename.weak or surname.weak
    form = surname.form if surname.weak or forename.form is Form.LEGAL else forename.form
    if surname.form is Form.FORMER and not forename.weak:
        form = Form.FORMER
    have = index.pairs.get(key, ())
    if not any(p >> 5 == number and not (p & 1 and not weak) for p in have):
        kept = tuple(p for p in have if p >> 5 != number)
        index.pairs[key] = (*kept, number << 5 | form << 1 | weak)
    if not weak:
        if len(forename.key) + len(surname.key) >= CAMEL_LETTERS:
            index.joined[forename.key + surname.key] = key
            index.joined[surname.key + forename.key] = key
        if len(surname.key) >= 6:
            index.surnames_of.setdefault(forename.key, set()).add(surname.key)


def _unpack(packed: int) -> Named:
    return Named(packed >> 5, Form(packed >> 1 & 15), bool(packed & 1))


def _add_other_spellings(index: NameIndex) -> None:
    for word in tuple(index.forename_words):
        for other in (*families().get(word, ()), *short_forms(word)):
            index.variants[other] = (*index.variants.get(other, ()), word)
    index.forename_words.update(index.variants)


def _other_forms(forename: str) -> Iterable[str]:
    """Tom for Thomas, and Thomas for Tom: whoever is staff may be called either."""
    for parts in parts_of(forename):
        yield from short_forms(parts[0])
        yield from formal_names(parts[0])


def _keys(forename: str, surname: str) -> Iterable[str]:
    for first in parts_of(forename):
        for last in parts_of(surname):
            yield f"{first[0]} {''.join(last)}"
            yield f"{''.join(first)} {''.join(last)}"
