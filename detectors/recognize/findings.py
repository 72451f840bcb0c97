"""Hits become findings: masked, with a keyed fingerprint and a place in words; raw values end here."""

from collections.abc import Iterable
from functools import lru_cache

from detectors.directory.people import Directory
from detectors.findings import Finding, Strength, Where
from detectors.fingerprints import Fingerprints
from detectors.recognize.hits import Hit, Passage

EACH = 200  # findings of one kind in one passage that are told one by one; the rest in one, with its count

_FINGERPRINT = {
    "email-address": "email",
    "phone": "phone",
    "pupil-name": "name",
    "unlisted-name": "name",
    "staff-name": "name",
}
_SILENT = frozenset({"date"})
_RECOGNIZERS = {
    "pupil-name": "names",
    "staff-name": "names",
    "unlisted-name": "names",
    "sensitive-term": "terms",
}


def findings_of(passage: Passage, directory: Directory) -> list[Finding]:
    """The findings of one passage, in the order of the text; of many alike the last one gives the number."""
    seen: dict[str, int] = {}
    rest: dict[str, list[Hit]] = {}
    found = []
    for hit in sorted(passage.hits, key=lambda h: h.start):
        if hit.kind in _SILENT:
            continue
        seen[hit.kind] = seen.get(hit.kind, 0) + 1
        if seen[hit.kind] <= EACH:
            found.append(_finding(passage, hit, directory))
        else:
            rest.setdefault(hit.kind, []).append(hit)
    return found + [_summed(passage, hits, directory) for hits in rest.values()]


def _finding(passage: Passage, hit: Hit, directory: Directory) -> Finding:
    extract = passage.extract
    kind = "header-address" if hit.kind == "email-address" and extract.where is Where.HEADER else hit.kind
    return Finding(
        kind=kind,
        recognizer=_RECOGNIZERS.get(hit.kind, "identifiers"),
        part=extract.part,
        where=extract.where,
        place=passage.place(hit.start),
        score=hit.score,
        strength=hit.strength,
        person=hit.people[0] if len(hit.people) == 1 else "",
        people=hit.people if len(hit.people) > 1 else (),
        masked=hit.masked,
        fingerprint=_mark(hit, directory.fingerprints) if hit.value else "",
        quoted=extract.quoted,
        why=hit.why,
    )


def _mark(hit: Hit, fingerprints: Fingerprints) -> str:
    if hit.kind == "sensitive-term":
        return _of_word(fingerprints, hit.value)
    return fingerprints.of(_FINGERPRINT.get(hit.kind, hit.kind), hit.value)


@lru_cache(maxsize=1_000)
def _of_word(fingerprints: Fingerprints, word: str) -> str:
    """Words of the lists are the same in every message."""
    return fingerprints.of("sensitive-term", word)


def _summed(passage: Passage, hits: Iterable[Hit], directory: Directory) -> Finding:
    listed = list(hits)
    strongest = next((h for h in listed if h.strength is Strength.FULL), listed[0])
    first = _finding(passage, strongest, directory)
    return Finding(
        kind=first.kind,
        recognizer=first.recognizer,
        part=first.part,
        where=first.where,
        place=f"from {first.place} on" if first.place else "",
        score=first.score,
        strength=first.strength,
        masked="",
        count=len(listed),
        quoted=first.quoted,
        why="more of the same",
    )
