"""Conditions as data: how a value in a policy file is read strictly, and in which words it is said."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from policies.errors import PolicyError, unknown

Value = str | int | bool
LEVELS = ("P0", "P1", "P2", "P3", "P4")


class Scope(StrEnum):
    """What one condition looks at."""

    MESSAGE = "message"
    FINDING = "finding"
    RECIPIENT = "recipient"
    PAIR = "pair"  # a finding together with a recipient


@dataclass(frozen=True, slots=True)
class Condition:
    """One word of the vocabulary with its values, normalised and sorted: equal meanings are equal."""

    word: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the value of a condition; `schema` is the same rule as JSON Schema."""

    read: Callable[[object], tuple[Value, ...]]
    schema: Mapping[str, object]


def _strings(value: object, expected: str) -> list[str]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(v, str) and v.strip() for v in values):
        raise PolicyError(f"expected {expected}, or a list of them")
    return [str(v).strip() for v in values]


def _one_or_more(item: Mapping[str, object]) -> dict[str, object]:
    return {"anyOf": [dict(item), {"type": "array", "items": dict(item), "minItems": 1, "uniqueItems": True}]}


def words(
    valid: Iterable[str],
    *,
    what: str,
    groups: Mapping[str, frozenset[str]] | None = None,
    wildcard: bool = False,
) -> Reader:
    """Words of a fixed list; a group stands for several; "unreadable:*" stands for all that begin so."""
    known, groups = frozenset(valid), groups or {}
    starred = frozenset({"unreadable:*", "protected:*"}) if wildcard else frozenset()
    allowed = known | groups.keys() | starred

    def read(value: object) -> tuple[Value, ...]:
        result: set[str] = set()
        for word in _strings(value, what):
            if word not in allowed:
                raise unknown(word, allowed, what=what)
            result |= groups.get(word) or {word}
        return tuple(sorted(result))

    return Reader(read, _one_or_more({"type": "string", "enum": sorted(allowed)}))


def levels() -> Reader:
    """Levels of personal data: "P3", "P3+" or a list."""
    forms = {**{p: {p} for p in LEVELS}, **{f"{p}+": set(LEVELS[i:]) for i, p in enumerate(LEVELS)}}

    def read(value: object) -> tuple[Value, ...]:
        result: set[str] = set()
        for word in _strings(value, 'a level such as "P3" or "P3+"'):
            if word not in forms:
                raise unknown(word, forms, what='a level such as "P3" or "P3+"')
            result |= forms[word]
        return tuple(LEVELS.index(p) for p in sorted(result))

    return Reader(read, _one_or_more({"type": "string", "enum": sorted(forms)}))


def at_least() -> Reader:
    """A smallest number, written "5+"."""

    def read(value: object) -> tuple[Value, ...]:
        if isinstance(value, str) and (match := re.fullmatch(r"([1-9]\d{0,5})\+", value)):
            return (int(match[1]),)
        raise PolicyError('expected a smallest number such as "5+"')

    return Reader(read, {"type": "string", "pattern": r"^[1-9]\d{0,5}\+$"})


def flag() -> Reader:
    """Yes or no: true or false."""

    def read(value: object) -> tuple[Value, ...]:
        if not isinstance(value, bool):
            raise PolicyError("expected true or false")
        return (value,)

    return Reader(read, {"type": "boolean"})


def listed(expected: str, pattern: str) -> Reader:
    """Named lists ("@partners") and single entries."""
    shape = re.compile(rf"@[a-z][a-z0-9-]*|{pattern}")

    def read(value: object) -> tuple[Value, ...]:
        entries = [e.lower() for e in _strings(value, f'{expected} or a named list such as "@partners"')]
        for entry in entries:
            if not shape.fullmatch(entry):
                raise PolicyError(f'"{entry}" is neither {expected} nor a named list such as "@partners"')
        return tuple(sorted(set(entries)))

    return Reader(read, _one_or_more({"type": "string"}))


def free_words(what: str) -> Reader:
    """Words that the school chooses itself: staff roles, switches."""

    def read(value: object) -> tuple[Value, ...]:
        return tuple(sorted({w.lower() for w in _strings(value, what)}))

    return Reader(read, _one_or_more({"type": "string", "minLength": 1}))


def hours() -> Reader:
    """A span of the day, "07:00-19:00"."""

    def read(value: object) -> tuple[Value, ...]:
        match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", str(value))
        if not match:
            raise PolicyError('expected a span of the day such as "07:00-19:00"')
        h1, m1, h2, m2 = map(int, match.groups())
        if (h1, m1) >= (h2, m2):
            raise PolicyError('expected a span within one day, such as "07:00-19:00"')
        return (h1 * 60 + m1, h2 * 60 + m2)

    return Reader(read, {"type": "string", "pattern": r"^\d\d:\d\d-\d\d:\d\d$"})


def phrase_list(values: Iterable[str], joiner: str = "or") -> str:
    """The values as a list in words: a, b or c."""
    listed_values = list(values)
    if len(listed_values) < 2:
        return "".join(listed_values)
    return f"{', '.join(listed_values[:-1])} {joiner} {listed_values[-1]}"
