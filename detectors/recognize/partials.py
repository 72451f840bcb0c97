"""Names in part, sought only beside sensitive words: "A.T. (4B)", "Amelia 4B", and a first name by child protection words."""

import re

from detectors.findings import Strength
from detectors.recognize.evidence import REACH
from detectors.recognize.fold import fold, words_and_numbers
from detectors.recognize.hits import Hit, Passage
from detectors.recognize.masks import mask_name
from detectors.recognize.name_lists import lists
from detectors.recognize.name_rules import NameReader
from detectors.recognize.sensitive import SAFEGUARDING
from detectors.recognize.sentences import around

_INITIALS = re.compile(r"(?<![\w.])([A-Z])[. ]{0,2}(?:[A-Z][. ]{0,2})?([A-Z])\b\.?")
_SURNAME = re.compile(
    r"(?<![\w@.])(?:(?P<before>[A-Z])[. ]{1,2})?(?P<name>[^\W\d_a-z][\w'’-]+)(?:,? (?P<after>[A-Z])\b(?!\w))?"
)
_MONTHS = frozenset(
    {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
)
_DAY = re.compile(r"(?<!\d)[0-3]?\d(?:st|nd|rd|th)? $")
_TITLE = re.compile(r"\b(?:(?i:mr|mrs|ms|mx|dr|sir|revd?|prof)|Miss|MISS)\.?[ \xa0]$")
_WHERE = re.compile(r"\b(?:in|at|near|to|from|via)[ ]$", re.IGNORECASE)
_INSIDE = re.compile(r"[a-z,] $")
_WHEN = re.compile(
    r"\b(?:in|by|since|last|next|this|of|from|until|till|during|early|late|mid|to|the|a|every|each|for|on|after|before|end)[ ]$",
    re.IGNORECASE,
)  # before a month, a feast or a thing
_FORENAME = re.compile(r"(?<![\w@.])([^\W\d_a-z][^\W\d_]+)(?![\w@])")


def partials(passage: Passage, names: NameReader, attributes: list[Hit]) -> list[Hit]:
    """Pupils named in part near something that makes it matter. Every hit has a second sign: a class, or the words beside it."""
    near = [h for h in attributes if h.kind == "sensitive-term" and "strong" in h.tags]
    if not near or not _anybody(passage, names):
        return []
    taken = [(h.start, h.end) for h in passage.hits if h.kind in {"pupil-name", "unlisted-name"}]
    begin = frozenset(h.start for h in near)
    found: dict[tuple[int, str], Hit] = {}
    for protection in (False, True):
        spans = [
            around(passage, h, REACH, protection=protection)
            for h in near
            if (SAFEGUARDING in h.tags) is protection
        ]
        for left, right in _joined(spans):
            for one in _in_window(passage, names, (left, right), begin, protection=protection):
                if not any(s <= one.start < e for s, e in taken):
                    found.setdefault((one.start, one.people[0]), one)
    return list(found.values())


def _anybody(passage: Passage, names: NameReader) -> bool:
    """Whether a pupil's first name or a class stands anywhere: without either there is nobody to be named in part."""
    words = passage.each if passage.each is not None else words_and_numbers(passage.folded)
    if not names.by_forename.keys().isdisjoint(words):
        return True
    return bool(names.class_words) and not names.class_words.isdisjoint(words_and_numbers(passage.folded))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that overlap as one, so that no letter is read twice."""
    joined: list[tuple[int, int]] = []
    for left, right in sorted(spans):
        if joined and left < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(right, joined[-1][1]))
        else:
            joined.append((left, right))
    return joined


def _in_window(
    passage: Passage, names: NameReader, window: tuple[int, int], begin: frozenset[int], *, protection: bool
) -> list[Hit]:
    """The names in part of a stretch of text; `begin`: where telling words begin."""
    left, right = window
    text = passage.text[left:right]
    found = []
    for match in _FORENAME.finditer(text):
        forename = passage.folded[left + match.start() : left + match.end()]
        pupils = names.by_forename.get(forename, ())
        telling = left + match.end() + 1 in begin and forename not in lists().ordinary
        if pupils and not (
            (_surname_follows(text, match.end()) and not telling)
            or _a_month(text, match)
            or _titled(text, match)
        ):
            chosen = _by_class(passage, names, pupils, left + match.start())
            if not chosen and protection and _a_name(text, match, forename):
                chosen = pupils
            found += _hits(names, chosen, (left + match.start(), left + match.end()), "a first name")
    for match in _INITIALS.finditer(text):
        pupils = names.by_initials.get(match[1].lower() + match[2].lower(), ())
        chosen = _by_class(passage, names, pupils, left + match.start()) if pupils else ()
        found += _hits(names, chosen, (left + match.start(), left + match.end()), "initials")
    return found + _initial_and_surname(passage, names, left, right)


def _initial_and_surname(passage: Passage, names: NameReader, left: int, right: int) -> list[Hit]:
    """An initial and the surname, "A. Thompson (4B)", "Thompson, A 4B": with the class this is one child."""
    found = []
    for match in _SURNAME.finditer(passage.text[left:right]):
        initial = (match["before"] or match["after"] or "").lower()
        surname = re.sub(r"[^a-z]", "", fold(match["name"]))
        pupils = names.by_surname.get(surname, ()) if initial else ()
        chosen = _by_class(
            passage, names, tuple(n for n in pupils if _called(names, n, initial)), left + match.end("name")
        )
        found += _hits(
            names, chosen, (left + match.start(), left + match.end()), "an initial and the surname"
        )
    return found


def _called(names: NameReader, number: int, initial: str) -> bool:
    pupil = names.index.pupils[number]
    return any(fold(f)[:1] == initial for f in (pupil.legal_forename, pupil.preferred_forename) if f)


def _surname_follows(text: str, end: int) -> bool:
    """A capitalised word right after: then it is the name of somebody else, or a full name that was seen already; unless it is a telling word, as in "Amelia Strategy Meeting"."""
    return bool(re.match(r" [^\W\d_a-z][^\W\d_]+", text[end : end + 30]))


def _a_month(text: str, name: re.Match[str]) -> bool:
    """Whether a day stands before a word that is a month's short form as well: "6 Jun", not "Jun 6B"."""
    return (
        name[1].lower() in _MONTHS and _DAY.search(text[max(0, name.start() - 5) : name.start()]) is not None
    )


def _titled(text: str, name: re.Match[str]) -> bool:
    """Whether a title stands before: Mr Thomas is no Thomas."""
    return _TITLE.search(text[max(0, name.start() - 12) : name.start()]) is not None


def _a_name(text: str, name: re.Match[str], forename: str) -> bool:
    """Whether a first name without a class is one: a word of every day with its capital inside a sentence, a place's not behind "in"."""
    known, before = lists(), text[max(0, name.start() - 14) : name.start()]
    if forename not in known.ordinary:
        return True
    if forename in known.first_names:
        return not (forename in known.towns and _WHERE.search(before))
    return _INSIDE.search(before) is not None and not _WHEN.search(before)


def _by_class(passage: Passage, names: NameReader, pupils: tuple[int, ...], at: int) -> tuple[int, ...]:
    """Those of the pupils whose class stands beside the place."""
    around = passage.folded[max(0, at - 20) : at + 40]
    return tuple(
        n
        for n in pupils[:2_000]
        if (name := names.classes.get(names.index.pupils[n].id))
        and re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", around)
    )


def _hits(names: NameReader, pupils: tuple[int, ...], span: tuple[int, int], what: str) -> list[Hit]:
    if not pupils:
        return []
    people = tuple(names.index.pupils[n] for n in pupils[:10])
    first = people[0]
    return [
        Hit(
            kind="pupil-name",
            start=span[0],
            end=span[1],
            value=f"{what} {'|'.join(p.id for p in people)}",
            masked=mask_name(first.preferred_forename or first.legal_forename, ""),
            score=0.4,
            strength=Strength.PARTIAL,
            people=tuple(p.id for p in people),
            why=f"{what} with a class or child protection words beside it",
        )
    ]
