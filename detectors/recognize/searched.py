"""What was found in texts before: a text that stands in a message twice, as its HTML says it again, or a file's in many messages, is searched once by a worker."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from sys import getsizeof

from detectors.extract.extracts import Extract
from detectors.extract.memory import held
from detectors.findings import Part, Protection, Where
from detectors.recognize.hits import Passage, passage
from detectors.recognize.matcher import Matcher

SMALL = 200  # letters; below, searching again is as quick
HIT, PLACE, LINE, WORD = (
    600,
    110,
    40,
    66,
)  # bytes of a hit, of a place that the first pass saw, of the number where a line begins, of a word
FIXED = 4_000  # and of a passage with nothing in it
_LONG = frozenset({Where.BODY, Where.ATTACHMENT})
Key = tuple[Where, str, str, bool, bool, str]


class Searched:
    """Bounded by the memory that it holds; what was not asked for longest goes first. What another directory found is forgotten."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Key, Passage] = OrderedDict()
        self._matcher: Matcher | None = None

    def before(self, extract: Extract, key: Key, matcher: Matcher) -> Passage | None:
        """The passage that says the same, with its hits."""
        if matcher is not self._matcher:
            self._kept, self._size, self._matcher = OrderedDict(), 0, matcher
        one = self._kept.get(key)
        if one is None or one.extract.table != extract.table:
            return None
        self._kept.move_to_end(key)
        return one

    def keep(self, key: Key, one: Passage, parts: Sequence[Part]) -> None:
        """Remember what a text of a file was found to hold: nothing that somebody wrote in a mail, and nothing of a file that is locked."""
        if one.extract.where is not Where.ATTACHMENT:
            return
        path = one.extract.part
        if any(p.protection is not Protection.NONE and (path + "/").startswith(p.path + "/") for p in parts):
            return
        size = _held(key, one)
        if size * 2 > self._most:
            return
        self._drop(key)
        self._kept[key] = _copy(one, one.extract)
        self._kept[key].hits = list(one.hits)
        self._size += size
        while self._size > self._most:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        if key in self._kept:
            self._size -= _held(key, self._kept.pop(key))


def key(extract: Extract, school: str) -> Key | None:
    """What makes two texts one; None for one that is too short. A line break at the end changes nothing."""
    if extract.where not in _LONG or len(extract.text) < SMALL:
        return None
    return extract.where, extract.place, school, extract.quoted, extract.hidden, extract.text.rstrip("\n")


def again(one: Passage, extract: Extract) -> Passage:
    """The passage of an extract that says what another says, without its hits."""
    if one.extract.text == extract.text:
        return _copy(one, extract)
    made = passage(extract)
    made.seen, made.each = one.seen, one.each
    return made


def _copy(one: Passage, extract: Extract) -> Passage:
    return replace(one, extract=extract, hits=[], headed={}, heads=None)


def _held(name: Key, one: Passage) -> int:
    """The memory that a passage takes at most, with the text under which it is kept."""
    texts = {id(text): getsizeof(text) for text in (name[-1], one.text, one.folded)}
    texts.pop(id(one.extract.text), None)
    places = len(one.seen.shapes or ()) + len(one.seen.terms or ())
    places += sum(map(len, (one.seen.words or {}).values()))
    lines, words = len(one.starts) + len(one.breaks) + len(one.shown), one.each or ()
    counted = LINE * lines + PLACE * places + WORD * len(words) + HIT * len(one.hits)
    return FIXED + held(one.extract) + sum(texts.values()) + getsizeof(words) + counted
