"""The first pass: one look at a text for all patterns at once says which shapes and word lists can occur in it at all, and where."""

import re
from functools import cache
from typing import Any

import hyperscan

from detectors.extract.extracts import Extract
from detectors.recognize import (
    addresses,
    admissions,
    conduct,
    credentials,
    evidence,
    links,
    pattern_cache,
    sensitive,
)
from detectors.recognize.hits import Passage, Seen, passage
from detectors.recognize.patterns import BOUNDED, SHAPES

_WORDS = {**conduct.gates(), **links.GATES, **admissions.GATES, **evidence.GATES}  # told once in a text
_PLACED = {**credentials.GATES, **addresses.GATES}  # told with each place
_NAMES = (*_PLACED, *_WORDS)
_NOT_AFTER = re.compile(r"^\(\?<!\[([^\]]*)\]\)")
_ASSERTION = re.compile(r"\(\?<?[!=][^()]*\)")


def looked(extract: Extract) -> Passage:
    """A passage with what the first pass saw in it."""
    one = passage(extract)
    one.seen = look(one.text, one.folded)
    return one


def look(text: str, folded: str) -> Seen:
    """What a text may hold. It has been cleaned: its digits are 0 to 9."""
    if text.isascii():  # then folding changes nothing that a shape could tell
        shapes, words = _scan(folded)
    else:
        shapes, words = _scan(text.replace("_", " "))[0], _scan(folded)[1]
    return Seen(
        shapes=tuple(sorted(shapes)),
        words={name: tuple(sorted(ends)) for name, ends in words.items()},
        terms=tuple(_terms(folded)),
    )


def _scan(text: str) -> tuple[list[tuple[int, int]], dict[str, list[int]]]:
    shapes: list[tuple[int, int]] = []
    words: dict[str, list[int]] = {}
    last = len(SHAPES)

    def event(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
        if number < last:
            shapes.append((end, number))
        else:
            words.setdefault(_NAMES[number - last], []).append(end)

    # letter for letter: what is not ASCII becomes "?", which no pattern asks for
    _database().scan(text.encode("ascii", "replace"), match_event_handler=event)
    return shapes, words


def _terms(folded: str) -> list[tuple[int, int]]:
    """Where sensitive terms end; whether they are words by themselves is judged later."""
    found: list[tuple[int, int]] = []

    def event(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
        found.append((end, number))

    _term_database().scan(folded.encode("ascii", "replace"), match_event_handler=event)
    return found


def wider(regex: str) -> str:
    """A pattern that matches wherever the shape does, and ends where it ends: it has no assertions but the ends of words."""
    for assertion, plain in BOUNDED:
        regex = regex.replace(assertion, plain)
    return _ASSERTION.sub("", _NOT_AFTER.sub(r"(?:^|[^\1])", regex))


@cache
def _database() -> Any:
    """Compiled once, in a third of a second, or taken from where the last start has kept it."""
    shapes = [r"@\S" if shape.kind == "email-address" else wider(shape.regex) for shape in SHAPES]
    plain = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL
    once = plain | hyperscan.HS_FLAG_SINGLEMATCH
    patterns = [p.encode("ascii", "replace") for p in (*shapes, *_PLACED.values(), *_WORDS.values())]
    flags = [plain] * (len(shapes) + len(_PLACED)) + [once] * len(_WORDS)
    return pattern_cache.database(patterns, flags, pattern_cache.folder())


@cache
def _term_database() -> Any:
    """The same for the sensitive terms, in folded spelling: by themselves, for together with the shapes each letter would cost ten times as much."""
    patterns = [_bounded(listed[0].value) for listed in sensitive.load().listed]
    flags = [hyperscan.HS_FLAG_DOTALL] * len(patterns)
    return pattern_cache.database(patterns, flags, pattern_cache.folder(), "terms")


def _bounded(term: str) -> bytes:
    before, after = (r"\b" if letter.isalnum() else "" for letter in (term[0], term[-1]))
    return f"{before}{re.escape(term)}{after}".encode("ascii")
