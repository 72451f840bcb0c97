"""Every way in which a pupil's full name may be written: any forename form with any surname form, each with its strength."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from itertools import takewhile

from nicknames import NickNamer

from detectors import terms
from detectors.directory.people import Pupil
from detectors.recognize.fold import spellings


class Form(IntEnum):
    """Which form of the name was used; `words` says it to a reader."""

    LEGAL = 0
    KNOWN_AS = 1
    FORMER = 2
    HALF_SURNAME = 3
    HALF_FORENAME = 4
    SECOND_FORENAME = 5
    VARIANT_SURNAME = 6
    GIVEN_NAMES = 7
    ONE_LETTER = 8
    SPELLING = 9
    SHORT = 10
    ONE_EDIT = 11
    SPELLED_OUT = 12

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Form.LEGAL: "the name in the register",
    Form.KNOWN_AS: "the known-as name",
    Form.FORMER: "a former surname",
    Form.HALF_SURNAME: "half of a double surname",
    Form.HALF_FORENAME: "half of a double forename",
    Form.SECOND_FORENAME: "a second forename with the surname",
    Form.VARIANT_SURNAME: "another spelling of the surname",
    Form.GIVEN_NAMES: "two given names that may be the whole name",
    Form.ONE_LETTER: "a forename of one letter",
    Form.SPELLING: "another spelling of the forename",
    Form.SHORT: "a short form of the forename",
    Form.ONE_EDIT: "the surname with one letter changed",
    Form.SPELLED_OUT: "the name in single letters",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One way to write a forename or a surname: `key` is its letters joined, `parts` how they may stand apart."""

    key: str
    parts: tuple[str, ...]
    form: Form = Form.LEGAL
    weak: bool = False


PARTICLES = frozenset(
    {
        "al",
        "el",
        "ad",
        "ud",
        "ibn",
        "bin",
        "ben",
        "bint",
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "la",
        "le",
        "les",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "ten",
        "mc",
        "mac",
        "o",
        "ni",
        "nic",
        "ui",
        "st",
        "saint",
        "abu",
        "ap",
    }
)
_ARABIC = frozenset({"al", "el"})
_GENDERED = (("ska", "ski"), ("cka", "cki"), ("ova", "ov"), ("eva", "ev"), ("aite", "as"), ("iene", "as"))


@cache
def families() -> dict[str, frozenset[str]]:
    """For each spelling the other spellings of the same forename."""
    found: dict[str, set[str]] = {}
    for line in terms.read("name_families")["spellings"]:
        for name in line.split():
            found.setdefault(name, set()).update(line.split())
    return {name: frozenset(others - {name}) for name, others in found.items()}


@cache
def _section(name: str) -> frozenset[str]:
    return frozenset(word for line in terms.read("name_families")[name] for word in line.split())


@cache
def _nicknames() -> NickNamer:
    return NickNamer()


@lru_cache(maxsize=5_000)
def formal_names(short: str) -> frozenset[str]:
    """The forenames of which this is a short form; when it is itself a name with short forms of its own, only the usual ones."""
    usual = frozenset(name for name, shorts in _own_short_forms().items() if short in shorts)
    if len(_nicknames().nicknames_of(short)) > 2:
        return usual
    return (usual | _nicknames().canonicals_of(short)) - {short}


@cache
def _own_short_forms() -> dict[str, frozenset[str]]:
    lines = (line.split() for line in terms.read("name_families")["short forms"])
    return {name: frozenset(shorts) for name, *shorts in lines}


@lru_cache(maxsize=5_000)
def is_forename(word: str) -> bool:
    """Whether a word is a usual English forename, on the roll or not."""
    return has_short_form(word) or word in families()


@lru_cache(maxsize=5_000)
def has_short_form(word: str) -> bool:
    """Whether a word is a forename that English shortens, or such a short form."""
    if word in _section("not forenames"):
        return False
    return bool(_nicknames().nicknames_of(word) or _nicknames().canonicals_of(word))


def short_forms(forename: str) -> frozenset[str]:
    """The short forms under which a forename may also appear."""
    own = _own_short_forms().get(forename, frozenset())
    return own | {s for s in _nicknames().nicknames_of(forename) if forename in formal_names(s)}


@lru_cache(maxsize=20_000)
def parts_of(name: str) -> tuple[tuple[str, ...], ...]:
    """The words of a name in its plain spellings: "Smith-Jones" is smith, jones; "O'Brien" is o, brien."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) if re.match(r"(Mc|Mac)[A-Z]", name) else name
    return tuple(parts for s in spellings(spaced) if (parts := tuple(re.findall(r"[^\W\d_]+", s))))


def words_of_names(*names: str) -> set[str]:
    """Every word of these names, in all their plain spellings."""
    return {word for name in names for parts in parts_of(name) for word in parts}


def forenames(pupil: Pupil, surname_key: str = "") -> list[Piece]:
    """Forename forms, the strongest first."""
    found: list[Piece] = []
    initial = False
    for parts in parts_of(pupil.legal_forename):
        called = parts[sum(1 for _ in takewhile(lambda part: len(part) == 1, parts)) :]  # S. Karthika
        initial |= parts != called == ()
        found += _legal(parts, surname_key)
        found += _legal(called, surname_key) if called and called != parts else []
    for parts in parts_of(pupil.preferred_forename):
        own = parts[:-1] if len(parts) > 1 and parts[-1] == surname_key else parts
        found += [_piece(own, Form.KNOWN_AS), _piece(own[:1], Form.KNOWN_AS, weak=_half(own, surname_key))]
    for parts in parts_of(pupil.middle_names):
        form = Form.LEGAL if initial else Form.SECOND_FORENAME
        found += [_piece((part,), form, weak=not initial) for part in parts if len(part) > 1]
    return found


def _legal(parts: tuple[str, ...], surname_key: str) -> list[Piece]:
    found = [_piece(parts, Form.LEGAL)]
    if len(parts) == 1:
        return found
    unit = 2 if parts[0] in _section("never alone") else 1
    if unit == 2:
        found.append(_piece(parts[:1], Form.HALF_FORENAME, weak=True))
        found.append(_piece(parts[:2], Form.LEGAL))
    else:
        half = _half(parts, surname_key)
        found.append(_piece(parts[:1], Form.HALF_FORENAME if half else Form.LEGAL, weak=half))
    used_second = parts[0] == "mohammed" or "mohammed" in families().get(parts[0], ())
    found += [_piece((p,), Form.SECOND_FORENAME, weak=not used_second) for p in parts[1:] if len(p) > 1]
    return found


def _half(parts: tuple[str, ...], surname_key: str) -> bool:
    """Whether the first part alone is not how this child is called: Li of Li Wei."""
    if len(parts) == 1:
        return False
    return len(parts[0]) <= 2 or (len(parts[0]) <= 5 and surname_key in _section("east asian family names"))


def _piece(parts: tuple[str, ...], form: Form, *, weak: bool = False) -> Piece:
    key = "".join(parts)
    return Piece(key, parts, Form.ONE_LETTER, weak=True) if len(key) == 1 else Piece(key, parts, form, weak)


def surnames(pupil: Pupil) -> list[Piece]:
    """Surname forms: legal, known-as and former; then halves, prefixes folded and other spellings."""
    found: list[Piece] = []
    for name, form in (
        (pupil.legal_surname, Form.LEGAL),
        (pupil.preferred_surname, Form.KNOWN_AS),
        (pupil.former_surname, Form.FORMER),
    ):
        for parts in parts_of(name):
            found.append(_piece(parts, form))
            found += _folded(parts, form)
            found += _halves(parts, form, hyphenated="-" in name)
    return found


def _folded(parts: tuple[str, ...], form: Form) -> Iterator[Piece]:
    head = next((n for n, part in enumerate(parts) if part not in PARTICLES), 0)
    rest = parts[head:]
    if head and len("".join(rest)) > 2 and parts[0] not in {"mc", "mac", "o"}:
        yield _piece(
            rest, form if parts[0] in _ARABIC else Form.VARIANT_SURNAME, weak=parts[0] not in _ARABIC
        )
    if parts[0] in {"mc", "mac"} and rest:
        yield _piece(("mac" if parts[0] == "mc" else "mc", *rest), Form.VARIANT_SURNAME, weak=True)
    if parts[0] in {"st", "saint"} and rest:
        yield _piece(("saint" if parts[0] == "st" else "st", *rest), form)
    last = parts[-1]
    for one, other in _GENDERED:
        for ending, changed in ((one, other), (other, one)):
            if len(last) > len(ending) + 3 and last.endswith(ending):
                yield _piece((*parts[:-1], last[: -len(ending)] + changed), Form.VARIANT_SURNAME, weak=True)


def _halves(parts: tuple[str, ...], form: Form, *, hyphenated: bool) -> Iterator[Piece]:
    """Each half of a double surname, with its particle: Pereira and dos Santos of Pereira dos Santos."""
    units: list[tuple[str, ...]] = [()]
    for part in parts:
        units[-1] = (*units[-1], part)
        if part not in PARTICLES:
            units.append(())
    if units.pop() or len(units) < 2:
        return
    for n, unit in enumerate(units):
        first = n == 0 and not hyphenated  # García of García López
        half = (form, False) if first else (Form.HALF_SURNAME, True)
        for written in {unit, unit[-1:]}:
            if len("".join(written)) > 1 and (unit[0] not in {"o", "mc", "mac"} or written == unit):
                yield _piece(written, half[0], weak=half[1])


def given_name_pairs(pupil: Pupil) -> Iterator[tuple[Piece, Piece]]:
    """First and second given name, where these two may serve as the whole name: Mohammed Yusuf."""
    for parts in parts_of(f"{pupil.legal_forename} {pupil.middle_names}"):
        if len(parts) > 1 and parts[0] in _section("two given names may be the whole name"):
            yield _piece(parts[:1], Form.GIVEN_NAMES), _piece(parts[1:2], Form.GIVEN_NAMES, weak=True)
