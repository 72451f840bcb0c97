"""Members of staff as people whom a message is about: only where words of employment or numbers of pay stand beside the name."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from detectors.directory.people import Directory
from detectors.findings import Strength, Where
from detectors.recognize.evidence import REACH
from detectors.recognize.forms import parts_of
from detectors.recognize.hits import Hit, Passage
from detectors.recognize.masks import mask_name
from detectors.recognize.surroundings import CLOSING

_ABOUT_STAFF = frozenset(
    {"ni-number", "trn", "dbs-number", "bank-account", "iban", "passport", "driving-licence"}
)
_WORD = re.compile(r"[^\W\d_]+")
_HEAD = re.compile(
    r"[> \t]{0,9}(?:(?:from|to|cc|bcc|sent|reply-to|o|at)\*?:|on .{5,80} (?:wrote|ysgrifennodd):?|.{0,60}<[^<>@\s]{1,64}@[^<>\s]{1,120}>)"
)
PAPER = 4_000  # letters of a paper that may be about one member of staff as a whole
_CALLED = re.compile(r"\((?:he|she|they|xe|ze|any)\b[^()\n]{0,20}\)")  # pronouns, as many sign
_SIGNED = 60  # letters below a closing in which its writer's name stands


@dataclass(slots=True)
class StaffReader:
    """Full names of staff by their two words."""

    by_name: dict[str, str] = field(default_factory=dict, repr=False)

    def read(self, passage: Passage, attributes: list[Hit]) -> list[Hit]:
        """Staff named within reach of an attribute of employment."""
        found: dict[int, Hit] = {}
        for near in attributes:
            if near.kind in _ABOUT_STAFF or ("hr" in near.tags and "strong" in near.tags):
                left = max(0, near.start - REACH)
                for hit in self._in(passage, left, min(len(passage.text), near.end + REACH)):
                    if not (self._signs(passage, near, hit) or _heads(passage, hit)):
                        found.setdefault(hit.start, hit)
        return list(found.values()) or self._on_paper(passage, attributes)

    def _on_paper(self, passage: Passage, attributes: list[Hit]) -> list[Hit]:
        """Of a paper about nobody else, such as a payslip, the member of staff named anywhere above its closing."""
        paper = passage.extract.where is Where.ATTACHMENT and len(passage.text) <= PAPER
        if not paper or not any(h.kind in _ABOUT_STAFF for h in attributes):
            return []
        if any(h.kind in {"pupil-name", "unlisted-name"} for h in passage.hits):
            return []
        closing = CLOSING.search(passage.folded)
        return self._in(passage, 0, closing.start() if closing else len(passage.text))

    def _signs(self, passage: Passage, near: Hit, hit: Hit) -> bool:
        """Whether the name only signs the mail: below "Kind regards", and the word of employment above it."""
        if passage.extract.where is not Where.BODY or "hr" not in near.tags or hit.start < near.end:
            return False
        left, right = passage.line_span(hit.start)
        line = _CALLED.sub("", passage.folded[left:right])
        if line.strip(" \t\r\n,") == passage.folded[hit.start : hit.end]:
            return True
        closing = CLOSING.search(passage.folded, near.end, hit.start)
        return closing is not None and hit.start < closing.end() + _SIGNED

    def _in(self, passage: Passage, left: int, right: int) -> list[Hit]:
        words = list(_WORD.finditer(passage.folded, left, right))
        found = []
        for first, second in pairwise(words):
            pairs = (f"{first[0]} {second[0]}", f"{second[0]} {first[0]}")
            pair = next((p for p in pairs if p in self.by_name), "")
            if pair and second.start() - first.end() <= 3:
                found.append(_hit(first.start(), second.end(), pair, self.by_name[pair]))
        return found


def _heads(passage: Passage, hit: Hit) -> bool:
    """Whether the name stands in the head of a forwarded or quoted mail: there it tells who wrote, not about whom."""
    left, right = passage.line_span(hit.start)
    return _HEAD.match(passage.folded, left, right) is not None


def _hit(start: int, end: int, pair: str, person: str) -> Hit:
    forename, surname = pair.split(" ")
    return Hit(
        kind="staff-name",
        start=start,
        end=end,
        value=pair,
        masked=mask_name(forename, surname),
        strength=Strength.FULL,
        people=(person,),
        why="a member of staff beside words of employment",
    )


def staff_reader(directory: Directory) -> StaffReader:
    """The reader of a directory's staff."""
    by_name = {}
    for one in directory.staff:
        for first in parts_of(one.forename):
            for last in parts_of(one.surname):
                by_name[f"{first[0]} {last[-1]}"] = one.id
    return StaffReader(by_name)
