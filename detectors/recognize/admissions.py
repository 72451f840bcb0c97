"""Admission numbers: never by their shape, only where the words say so and the register has the number."""

import re
from collections.abc import Iterable, Iterator, Mapping

from detectors.directory.people import Pupil
from detectors.recognize.hits import Hit, Passage
from detectors.recognize.surroundings import word_in

_VALUE = r"(?P<value>[a-z]{0,3}[-/]?\d{1,8})(?![\w])"
_WRITTEN = (
    re.compile(rf"\badm(?:is|iss|ission|issions)?\b[.:#]?(?: {{0,2}}(?:no|nos|number|num|nr|n|ref|code|id)\b[.:#]?)?[ \t]{{0,3}}[-:=#(]?[ \t]{{0,3}}{_VALUE}"),
    re.compile(rf"\b(?:adm(?:is|iss|ission|issions)?[.]?[ -]?(?:no|nos|number|num|nr|ref|code|id)\b|ad(?:m)?no\b)[^\d\n]{{0,60}}?(?<!\w){_VALUE}"),
    re.compile(rf"(?<!\w){_VALUE}[^\d\n]{{0,24}}\b(?:is|was|as|=)\b[^\d\n]{{0,24}}\badm(?:ission)?s?[.]?[ -]?(?:no|number|num|ref)\b"),
)  # fmt: skip
_HEADING = ("adm", "admission", "admissions", "adno", "admno")


def read(passage: Passage, known: Mapping[str, tuple[str, ...]]) -> list[Hit]:
    """Each admission number of a pupil, in words or in a column of its own."""
    if "adm" not in passage.folded and "adno" not in passage.folded:
        return []
    found: dict[int, Hit] = {}
    for start, end in _spans(passage):
        people = known.get(_plain(passage.folded[start:end]))
        if people:
            found[start] = Hit(
                kind="admission-number", start=start, end=end, value=_plain(passage.folded[start:end]), masked="…", people=people,
                score=0.9, why="it is a pupil's admission number",
            )  # fmt: skip
    return list(found.values())


def _spans(passage: Passage) -> Iterator[tuple[int, int]]:
    for pattern in _WRITTEN:
        for match in pattern.finditer(passage.folded):
            yield match.span("value")
    table = passage.extract.table
    if table is not None and any("adm" in h.casefold() or "adno" in h.casefold() for h in table.header):
        for cell in re.finditer(r"[^\t\n]+", passage.folded):
            if any(word_in(word, passage.heading(cell.start())) for word in _HEADING):
                yield cell.span()


def _plain(number: str) -> str:
    """Without the zeros before it: spreadsheets drop them."""
    return number.strip().casefold().lstrip("0")


def known(pupils: Iterable[Pupil]) -> dict[str, tuple[str, ...]]:
    """The pupils of each number; the schools of a trust may give one number twice."""
    found: dict[str, tuple[str, ...]] = {}
    for pupil in pupils:
        number = _plain(pupil.admission_number)
        if number:
            found[number] = (*found.get(number, ()), pupil.id)
    return found
