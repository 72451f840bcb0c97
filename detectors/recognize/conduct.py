"""Word lists of conduct: offensive words, words that may be about harm, chain letters; whole words, with exceptions."""

import re
from functools import cache

from detectors import terms
from detectors.recognize.fold import fold
from detectors.recognize.hits import Hit, Passage

_WHY = {
    "offensive-language": "a word of the list of offensive language",
    "harm": "a phrase of the list of harm",
    "chain-letter": "it asks its readers to pass it on",
}
_CHAIN = re.compile(r"\b(?:forward|send|pass|share)\b[^.!?\n]{0,60}\b(?:\d+|ten|twelve|five|seven|all your|everyone)\b[^.!?\n]{0,20}\b(?:people|friends|contacts|others|you know)\b")  # fmt: skip


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    lists = terms.read("conduct")
    return {
        kind: (_any_of(lists[kind]), _any_of(lists[f"except {kind}"]) if f"except {kind}" in lists else None)
        for kind in _WHY
    }


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    shapes = [re.escape(fold(w.rstrip("*"))) + (r"\w{0,6}" if w.endswith("*") else "") for w in words]
    return re.compile(rf"\b(?:{'|'.join(sorted(shapes, key=len, reverse=True))})\b")


def gates() -> dict[str, str]:
    """For the first pass: a pattern for each list that matches wherever a word of it does."""
    lists = terms.read("conduct")
    found = {kind: "|".join(_gate(w) for w in lists[kind]) for kind in _WHY}
    return {**found, "chain-letter": rf"{found['chain-letter']}|\b(?:forward|send|pass|share)\b[^.!?\n]{{0,80}}\b(?:people|friends|contacts|others|you know)\b"}  # fmt: skip


def _gate(word: str) -> str:
    plain = fold(word.rstrip("*"))
    return (r"\b" if plain[:1].isascii() and plain[:1].isalnum() else "") + re.escape(plain)


def read(passage: Passage) -> list[Hit]:
    """Each hit of each list."""
    found = []
    for kind, (wanted, excepted) in _patterns().items():
        if not passage.seen.may(kind):
            continue
        harmless = [m.span() for m in excepted.finditer(passage.folded)] if excepted else []
        matches = list(wanted.finditer(passage.folded))
        matches += list(_CHAIN.finditer(passage.folded)) if kind == "chain-letter" else []
        found += [
            Hit(
                kind=kind,
                start=m.start(),
                end=m.end(),
                value=m[0],
                masked=f"{m[0][:1]}…",
                score=0.8,
                why=_WHY[kind],
            )
            for m in matches
            if not any(s <= m.start() < e for s, e in harmless)
        ]
    return found
