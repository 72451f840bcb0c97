"""Where a sentence begins and ends, also over lines that a mail program wrapped; and whether it speaks of one person or of many."""

import re

from detectors import terms
from detectors.recognize.hits import Hit, Passage

NEAR = 300  # letters to either side in which a sentence ends
WRAPPED = 55  # letters of a line from which its end may be the program's and not the writer's
_END = re.compile(r"[.!?][\"')]?\s|\n")
_MANY = frozenset(" ".join(terms.read("not_people")["sentence about many"]).split())
_EVERYBODY = _MANY | frozenset(" ".join(terms.read("not_people")["sentence for everybody"]).split())
_ONE = re.compile(
    r"\b(?:he|she|him|his|her|hers|son|daughter|(?:the|this) (?:child|family|pupil|student|boy|girl)|mum|dad|mother|father|brother|sister|siblings?)\b"
)
_FIELD = re.compile(r"[ \t]{0,9}[^\W\d_][\w /'.-]{1,40}[:\t]")
_WORD = re.compile(r"[a-z]+")


def sentence(passage: Passage, hit: Hit) -> tuple[int, int]:
    """The sentence around a hit; in a table its row."""
    if passage.extract.table is not None:
        return passage.line_span(hit.start)
    floor, roof = max(0, hit.start - NEAR), min(len(passage.text), hit.end + NEAR)
    left = floor
    for match in _END.finditer(passage.text, floor, hit.start):
        if not wrapped(passage, match.end() - 1):
            left = match.end()
    for match in _END.finditer(passage.text, hit.end, roof):
        if not wrapped(passage, match.end() - 1):
            return left, match.start() + 1
    return left, roof


def wrapped(passage: Passage, at: int) -> bool:
    """Whether a line break stands inside a sentence: a long line without a stop, and a next line that goes on."""
    text = passage.text
    if text[at] != "\n" or not at or at + 1 >= len(text):
        return False
    line = passage.line(at)
    before = text[passage.starts[line] : at].rstrip()
    after = text[at + 1 : at + 9].lstrip(" \t>")
    if not before or not after or before[-1] in ".!?:;" or not after[0].isalnum():
        return False
    return len(before) >= WRAPPED or (after[0].islower() and len(before) >= WRAPPED // 2)


def of_one(passage: Passage, span: tuple[int, int]) -> bool:
    """Whether a sentence speaks of one child, by "he", "her" or "the family"."""
    return _ONE.search(passage.folded, *span) is not None


def for_many(passage: Passage, span: tuple[int, int], *, protection: bool = False) -> bool:
    """Whether a sentence speaks to or about everybody: a training, a policy, all children. Children alone make no safeguarding word harmless."""
    known = _MANY if protection else _EVERYBODY
    return any(w in known for w in _WORD.findall(passage.folded[span[0] : span[1]]))


def around(passage: Passage, hit: Hit, reach: int, *, protection: bool) -> tuple[int, int]:
    """How far from a telling word a name in part may stand: its sentence, the line of a text about one, or lines that go on."""
    left, right = span = sentence(passage, hit)
    if passage.extract.table is not None:
        return span
    floor, roof = max(0, hit.start - reach), min(len(passage.text), hit.end + reach)
    if of_one(passage, span):
        n = passage.paragraph(hit.start)
        end = passage.breaks[n + 1] if n + 1 < len(passage.breaks) else len(passage.text)
        return max(floor, passage.breaks[n]), min(roof, end)
    if not for_many(passage, span, protection=protection):
        left, right = _lines(passage, hit, left, right)
    return max(floor, left), min(roof, right)


def _lines(passage: Passage, hit: Hit, left: int, right: int) -> tuple[int, int]:
    """The whole line; with the lines above where these are headings or fields of a form."""
    first, end = passage.line_span(hit.start)
    line, paragraph = passage.line(hit.start), passage.paragraph(hit.start)
    field = _FIELD.match(passage.text, first)
    while line > 0 and passage.paragraph(passage.starts[line - 1]) == paragraph:
        above = passage.text[passage.starts[line - 1] : passage.starts[line]].rstrip()
        if not (
            above.endswith(":")
            or (field and _FIELD.match(above))
            or wrapped(passage, passage.starts[line] - 1)
        ):
            break
        line -= 1
        first = passage.starts[line]
        if hit.start - first > NEAR:
            break
    return min(left, first), max(right, end)
