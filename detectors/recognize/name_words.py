"""The words of a passage with their places, and the pairs of them that may name a pupil."""

import re
from dataclasses import dataclass, field
from itertools import accumulate

from detectors.findings import Where
from detectors.recognize.hits import Passage
from detectors.recognize.name_index import Named

_SPLIT = re.compile(r"([^\W\d_]+)")
_WITHIN = re.compile(r"[ \t\xa0]?[-'.]?[ \t\xa0]?")  # between the words of one name part
DIRECT = re.compile(
    r"[ \t\xa0]{1,40}|\r?\n[> \t]{0,6}|[-./+\t,;|\\]|%20|[ \t]?[(\"'\[][ \t]?|[ \t]{1,20}\|[ \t]{1,20}|\.[ \t]|"
    r"\*{1,2}[ \t]?\*{1,2}|[ \t]\*{1,2}|\*{1,2}[ \t]|"
)  # between forename and surname, in columns drawn with spaces, too
SHORT_TEXT = frozenset({Where.SUBJECT, Where.FILENAME, Where.HEADER})
SHORT = 2_000  # letters: one-edit and spelled-out names are sought in short texts only


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
    each: set[str] = field(init=False, repr=False)  # every word once
    _pieces: list[str] = field(default_factory=list, repr=False)  # gap, word, gap, word, …, gap
    _ends: list[int] = field(default_factory=list, repr=False)  # of the pieces

    def __post_init__(self) -> None:
        self.each = set(self.words)

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

    def behind(self, n: int) -> str:
        """The word behind a word, with a space between; "" for none."""
        return self.words[n + 1] if n + 1 < len(self.words) and self.gap(n) == " " else ""

    def capital(self, n: int) -> bool:
        return self.passage.text[self.span(n)[0]].isupper()

    def written(self, left: int, right: int) -> str:
        """The text from the end of one word to the beginning of another."""
        return self.passage.text[self.span(left)[1] : self.span(right)[0]]

    def initials(self, n: int) -> bool:
        """Whether a word behind one in small letters is a run of capitals: Amelia JT Thompson."""
        (start, end), (left, right) = self.span(n), self.span(n - 1)
        text = self.passage.text
        return end - start <= 3 and text[start:end].isupper() and not text[left:right].isupper()

    def two_capitals(self, n: int, seams: set[int]) -> bool:
        """Whether a word is written as two, each with its capital: DucHuynh, XinYiNg."""
        start, end = self.span(n)
        written = self.passage.text[start:end]
        return written[0].isupper() and any(
            written[at - 1].islower() and written[at].isupper() for at in seams
        )

    def join(self, start: int, end: int) -> str | None:
        """The words as one, when they may be one part of a name."""
        if end - start == 1:
            return self.words[start]
        if all(_WITHIN.fullmatch(self.gap(n)) for n in range(start, end - 1)):
            return "".join(self.words[start:end])
        return None
