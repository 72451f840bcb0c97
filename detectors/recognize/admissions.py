"""Admission numbers: never by their shape, only where the words say so and the register has the number."""

import re
from collections.abc import Iterable, Iterator, Mapping

from detectors.directory.people import Pupil
from detectors.recognize.hits import Hit, Passage, in_words

_VALUE = r"(?P<value>[a-z]{0,3}[-/]?\d{1,8})(?![\w])"
_NUMBER = r"(?:no|nos|number|num|nr|ref|code|id)"
_OF_PUPIL = rf"(?:pupil|student|child|learner|mis|sims|arbor|bromcom)(?:'s)?(?:[ -]{{0,2}}{_NUMBER}){{1,2}}"
_WRITTEN = (
    re.compile(rf"\badm(?:n|s|is|iss|ission|issions)?\b[.:#]?(?: {{0,2}}(?:{_NUMBER}|n)\b[.:#]?)?[ \t]{{0,3}}[-:=#(|]{{0,2}}[ \t]{{0,3}}{_VALUE}"),
    re.compile(rf"\b(?:adm(?:in|n|s|is|iss|ission|issions)?[.]?[ -]?{_NUMBER}\b|ad(?:m)?no\b)[^\d\n]{{0,60}}?(?<!\w){_VALUE}"),
    re.compile(rf"\b{_OF_PUPIL}\b[.:#]?[ \t]{{0,3}}(?:is )?[-:=#(|]?[ \t]{{0,3}}{_VALUE}"),
    re.compile(rf"\brhif (?:derbyn|disgybl)\b[.:#]?[ \t]{{0,3}}(?:yw )?[-:=#(|]?[ \t]{{0,3}}{_VALUE}"),
    re.compile(rf"(?<!\w){_VALUE}[^\d\n]{{0,24}}\b(?:is|was|as|=)\b[^\d\n]{{0,24}}\badm(?:ission)?s?[.]?[ -]?{_NUMBER}\b"),
    re.compile(rf"(?<!\w){_VALUE}[ \t]{{0,2}}[,(-]?[ \t]{{0,2}}adm(?:n|s|is|iss|ission|issions)?[.]?[ -]?{_NUMBER}\b(?![.:# \t=-]{{0,4}}(?:is )?[a-z]{{0,3}}[-/]?\d)"),
    re.compile(rf"^[ \t]*(?:adm(?:in|n|s|is|iss|ission|issions)?[.]?[ -]?{_NUMBER}|adm?no|{_OF_PUPIL})[.:#]?(?: ?\([^)\n]{{1,30}}\))?[ \t]*\r?\n\s{{0,9}}{_VALUE}", re.MULTILINE),
)  # fmt: skip
_HEADING = re.compile(
    rf"(?<![^\W_])(?:adm(?:n|s|is|iss|ission|issions)?(?: |-)?(?:{_NUMBER})?|admin {_NUMBER}|ad(?:m)?no|{_OF_PUPIL}|rhif (?:derbyn|disgybl))(?![^\W_])"
)
_SIGNS = " \t\"'=()[]<>*,;"
_SPOKEN = tuple(
    re.compile(rf"{word}(?:'s)?[ \t-]*(?:{_NUMBER}){{1,2}}\b")
    for word in ("pupil", "student", "child", "learner", "mis", "sims", "arbor", "bromcom")
)  # one by one, each is found by its first letters
GATES = {
    "admission": rf"adm|adno|rhif d|(?:pupil|student|child|learner|mis|sims|arbor|bromcom)(?:'s)?[ \t-]*(?:{_NUMBER}){{1,2}}\b"
}  # for the first pass: it matches wherever the words above do
_TYPED = re.compile(r"(?<!\w)[a-z]{0,3}[-/]?\d{1,8}(?!\w)")


def read(passage: Passage, known: Mapping[str, tuple[str, ...]]) -> list[Hit]:
    """Each admission number of a pupil, in words or in a column of its own."""
    folded = passage.folded
    if not passage.seen.may("admission"):
        return []
    words = ("adm", "adno", "rhif d")
    if not (any(word in folded for word in words) or any(spoken.search(folded) for spoken in _SPOKEN)):
        return []
    found: dict[int, Hit] = {}
    for start, end in _spans(passage, known):
        people = known.get(_plain(passage.folded[start:end]))
        if people:
            found[start] = Hit(
                kind="admission-number", start=start, end=end, value=_plain(passage.folded[start:end]), masked="…", people=people,
                score=0.9, why="it is a pupil's admission number",
            )  # fmt: skip
    return list(found.values())


def _spans(passage: Passage, known: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    for pattern in _WRITTEN:
        for match in pattern.finditer(passage.folded):
            yield match.span("value")
    table = passage.extract.table
    if table is not None and any(_HEADING.search(in_words(h)) for h in table.header):
        for cell in re.finditer(r"[^\t\n]+", passage.folded):
            if _HEADING.search(passage.heading(cell.start())):
                yield cell.span()
        return
    heading = passage.heading if table is None else passage.lower_heading
    for typed in _TYPED.finditer(passage.folded):
        if _plain(typed[0]) in known and _HEADING.search(heading(typed.start())):
            yield typed.span()


def _plain(number: str) -> str:
    """Without the zeros before it, which spreadsheets drop, and the signs that keep them there: ="004213"."""
    return number.strip(_SIGNS).casefold().lstrip("0")


def known(pupils: Iterable[Pupil]) -> dict[str, tuple[str, ...]]:
    """The pupils of each number; the schools of a trust may give one number twice."""
    found: dict[str, tuple[str, ...]] = {}
    for pupil in pupils:
        number = _plain(pupil.admission_number)
        if number:
            found[number] = (*found.get(number, ()), pupil.id)
    return found
