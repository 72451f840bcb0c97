"""People on no list in tables: the cells under a heading such as Name or Forename, in rows that tell something."""

import re
from collections.abc import Mapping

from detectors.findings import Strength
from detectors.recognize.fold import fold
from detectors.recognize.hits import Hit, Passage, in_words
from detectors.recognize.masks import mask_name

_NAME_HEADER = re.compile(r"\b(?:name|forename|first ?name|surname|last ?name|pupil|student|child)\b")
_OTHER_NAME = re.compile(r"\b(?:file|user|host|class|school|group|course|event|product) name\b")
_CHILD_HEADER = re.compile(r"\b(?:pupils?|students?|child|children)\b")
_CONTACTS = frozenset({"phone", "email-address", "postcode"})
_WORD = re.compile(r"[^\W\d_]+")


def in_columns(passage: Passage, staff: Mapping[str, str], telling: list[Hit]) -> list[Hit]:
    """One person per row without a known pupil."""
    table = passage.extract.table
    if table is None or not table.header:
        return []
    columns = [n for n, h in enumerate(table.header) if _of_people(h)]
    if any(_CHILD_HEADER.search(in_words(h)) for h in table.header):
        telling = [
            *telling,
            *(h for h in passage.hits if h.kind in _CONTACTS),
        ]  # a list of children and their families
    taken = {passage.line(h.start) for h in passage.hits if h.kind == "pupil-name"}
    found = []
    for line in sorted({passage.line(h.start) for h in telling} - taken):
        if line < passage.first_row or not columns:
            continue
        left, right = passage.line_span(passage.starts[line])
        cells = passage.text[left:right].rstrip("\n").split("\t")
        words = [w for n in columns if n < len(cells) for w in _WORD.findall(fold(cells[n]))]
        if 2 <= len(words) <= 6 and f"{words[0]} {words[-1]}" not in staff:
            start = left + sum(len(c) + 1 for c in cells[: columns[0]])
            found.append(person_hit(start, start + len(cells[columns[0]]), words))
    return found


def _of_people(heading: str) -> bool:
    """Whether names stand below: "Name", "PupilName"; a program's "FileName" is none."""
    apart = _OTHER_NAME.sub("", in_words(heading))
    return bool(_NAME_HEADER.search(fold(heading)) or _NAME_HEADER.search(apart))


def person_hit(start: int, end: int, words: list[str], tags: frozenset[str] = frozenset()) -> Hit:
    """A person on no list."""
    return Hit(
        kind="unlisted-name",
        start=start,
        end=end,
        value=" ".join(words),
        masked=mask_name(words[0], words[-1]),
        score=0.7,
        strength=Strength.FULL,
        tags=tags,
        why="a name on no list beside telling words",
    )
