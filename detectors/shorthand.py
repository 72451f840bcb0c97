"""Words in full for the short forms that school offices write beside numbers and above columns: "Tchr Ref.", "P'port No", "n.h.s."."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from detectors import terms

_INITIALS = re.compile(r"(?<![^\W_])[a-z](?:(?:\.[ ]?|/)[a-z](?![^\W_])){1,4}\.?")
_WORD = re.compile(r"(?<![^\W_])([a-z]+(?:['/-][a-z]+)*'?)(?![^\W_])\.?")
_NAMED = "upn|uln|uci|nhs|ni|nino|trn|dbs|passport|pport|account|acc|card|iban|phone|tel|mobile|mob|licence|teacher|tchr|candidate|learner|pupil|student"
_CALLED = "no|nos|num|number|ref|reference|code|id"
_GLUED = re.compile(rf"(?<![^\W_])({_NAMED})(ref(?:erence)?)?({_CALLED})(?![^\W_])")
_KEPT = frozenset({"a/c", "s/c", "n/i"})
_RUN = re.compile("[a-z]+")


@lru_cache(maxsize=2_000)
def in_full(text: str) -> str:
    """Folded text with its short forms in full and single spaces; letters do not keep their places."""
    tables = _tables()
    if not tables.begin.isdisjoint(_RUN.findall(text)) or (
        ("." in text or "/" in text) and _INITIALS.search(text)
    ):
        text = _GLUED.sub(r"\1 \2 \3", text)
        text = _WORD.sub(
            lambda m: f"{tables.words[m[1]]} " if m[1] in tables.words else m[0],
            _INITIALS.sub(_together, text),
        )
    if tables.some_phrase.search(text):
        for pattern, whole in tables.phrases:
            text = pattern.sub(whole, text)
    return re.sub(" {2,}", " ", text) if "  " in text else text


def _together(match: re.Match[str]) -> str:
    return match[0] if match[0] in _KEPT else re.sub(r"[./ ]", "", match[0])


@dataclass(frozen=True, slots=True)
class _Tables:
    words: dict[str, str]
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    begin: frozenset[
        str
    ]  # the letters with which a short form, or one written in one word with "no.", begins
    some_phrase: re.Pattern[str]


@cache
def _tables() -> _Tables:
    lists = terms.read("abbreviations")
    lines = [line.partition(":")[::2] for line in lists["words"]]
    words = {short: whole for whole, shorts in lines for short in shorts.split()}
    listed = [
        ("|".join(s.strip() for s in shorts.split(";")), whole)
        for whole, _, shorts in (line.partition(":") for line in lists["phrases"])
    ]
    phrases = tuple((_whole(shorts), whole) for shorts, whole in listed)
    glued = product(_NAMED.split("|"), ("", "ref", "reference"), _CALLED.split("|"))
    begin = {_RUN.findall(short)[0] for short in words} | {"".join(parts) for parts in glued}
    return _Tables(words, phrases, frozenset(begin), _whole("|".join(shorts for shorts, _ in listed)))


def _whole(phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{phrases})(?![^\W_])")
