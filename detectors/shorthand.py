"""Words in full for the short forms that school offices write beside numbers and above columns: "Tchr Ref.", "P'port No", "n.h.s."."""

import re
from functools import cache, lru_cache

from detectors import terms

_INITIALS = re.compile(r"(?<![^\W_])[a-z](?:(?:\.[ ]?|/)[a-z](?![^\W_])){1,4}\.?")
_WORD = re.compile(r"(?<![^\W_])([a-z]+(?:['/-][a-z]+)*'?)(?![^\W_])\.?")
_GLUED = re.compile(
    r"(?<![^\W_])(upn|uln|uci|nhs|ni|nino|trn|dbs|passport|pport|account|acc|card|iban|phone|tel|mobile|mob|licence|teacher|tchr|candidate|learner|pupil|student)"
    r"(ref(?:erence)?)?(nos?|num|number|ref|reference|code|id)(?![^\W_])"
)
_KEPT = frozenset({"a/c", "s/c", "n/i"})


@lru_cache(maxsize=2_000)
def in_full(text: str) -> str:
    """Folded text with its short forms in full and single spaces; letters do not keep their places."""
    words, phrases = _tables()
    text = _GLUED.sub(r"\1 \2 \3", text)
    text = _WORD.sub(lambda m: f"{words[m[1]]} " if m[1] in words else m[0], _INITIALS.sub(_together, text))
    for pattern, whole in phrases:
        text = pattern.sub(whole, text)
    return re.sub(" {2,}", " ", text)


def _together(match: re.Match[str]) -> str:
    return match[0] if match[0] in _KEPT else re.sub(r"[./ ]", "", match[0])


@cache
def _tables() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    lists = terms.read("abbreviations")
    lines = [line.partition(":")[::2] for line in lists["words"]]
    words = {short: whole for whole, shorts in lines for short in shorts.split()}
    phrases = tuple(
        (re.compile(rf"(?<![^\W_])(?:{'|'.join(s.strip() for s in shorts.split(';'))})(?![^\W_])"), whole)
        for whole, _, shorts in (line.partition(":") for line in lists["phrases"])
    )
    return words, phrases
