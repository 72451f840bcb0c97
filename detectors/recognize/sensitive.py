"""Sensitive words in text, by the versioned lists: which category, how strong. Words alone are nobody's data."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from detectors import terms
from detectors.recognize.fold import clean, fold
from detectors.recognize.hits import Hit, Passage

ORDINARY = "ordinary"
SAFEGUARDING = "safeguarding"


_POST = re.compile(
    r"[ -](?:(?:and|&) [^\W\d_]+ )?(?:officer|lead|leader|manager|co-?ordinator|administrator|assistant|clerk|advis[eo]r)s?[ \t]*(?:$|[|,•·(\n-])"
)
_CAPITALS = re.compile(r"(?:(?:[A-Z][\w.'’/-]*+|&|and|of|for|[|,•·–-])[ \t]*+)*+")
_CELLS = re.compile(r"[,|•·–]")
_TITLE = 80  # letters in the line before it


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase: its category, whether it counts alone, and whether only in capitals."""

    text: str
    category: str
    weight: str  # strong, weak or ordinary
    upper: bool
    value: str  # folded
    tags: frozenset[str]
    why: str


@dataclass(frozen=True, slots=True)
class Terms:
    """All terms in one automaton over folded text; capitals are checked at each hit."""

    listed: tuple[tuple[Term, ...], ...]
    automaton: AhoCorasick = field(repr=False)

    def read(self, passage: Passage) -> list[Hit]:
        """Every term with its place."""
        found: list[Hit] = []
        for number, start, end in self._places(passage):
            if not _whole_word(passage.folded, start, end):
                continue
            written = passage.text[start:end]
            post = _is_post(passage, start, end)
            found += [
                _hit(t, start, end)
                for t in self.listed[number]
                if (not t.upper or written == t.text) and not (post and t.weight != "strong")
            ]
        return found

    def _places(self, passage: Passage) -> Iterable[tuple[int, int, int]]:
        """Number, start and end, in order of the ends, the longer term first."""
        if passage.seen.terms is None:
            return self.automaton.find_matches_as_indexes(passage.folded, overlapping=True)
        places = ((n, end - len(self.listed[n][0].value), end) for end, n in passage.seen.terms)
        return sorted(places, key=lambda place: (place[2], place[1]))

    def any_in(self, folded: str) -> bool:
        """Whether folded text holds a strong term; capitals do not matter here."""
        return any(
            _whole_word(folded, start, end) and any(t.weight == "strong" for t in self.listed[number])
            for number, start, end in self.automaton.find_matches_as_indexes(folded, overlapping=True)
        )


def _hit(term: Term, start: int, end: int) -> Hit:
    return Hit(
        kind="sensitive-term",
        start=start,
        end=end,
        value=term.value,
        masked=term.category,
        score=0.9 if term.weight == "strong" else 0.4,
        tags=term.tags,
        why=term.why,
    )


def _is_post(passage: Passage, start: int, end: int) -> bool:
    """Whether a word is part of what somebody is called at work, in a line that says no more: "Janet Garstang, Attendance Officer"."""
    if not _POST.match(passage.folded, end):
        return False
    begin = max(passage.text.rfind("\n", 0, start) + 1, start - _TITLE)
    before = _CELLS.split(passage.text[begin:start])[-1].rstrip()
    if before and not before.endswith(("&", " and")):
        return False  # "Amelia Thompson Early Help Lead meeting"
    return _CAPITALS.fullmatch(passage.text, begin, start) is not None


def _whole_word(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


@cache
def load() -> Terms:
    """The shipped lists."""
    by_text: dict[str, list[Term]] = {}
    for heading, lines in terms.read("sensitive").items():
        if heading:
            category, weight, case = re.split(r"\s*\|\s*", heading)
            tags, why = frozenset({category, weight}), f"a word of the list “{category}”"
            for line in lines:
                value = fold(clean(line))
                by_text.setdefault(value, []).append(
                    Term(line, category, weight, case == "upper", value, tags, why)
                )
    return Terms(
        tuple(tuple(group) for group in by_text.values()),
        AhoCorasick(list(by_text), matchkind=MatchKind.Standard, implementation=Implementation.DFA),
    )
