"""Strict reading of one TOML table into a dataclass: unknown keys, missing keys and wrong types are named."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date
from typing import Any, TypeVar, cast

from policies.errors import PolicyError, nearest, unknown

Made = TypeVar("Made")
_PLAIN = {str: "a text", bool: "true or false", int: "a whole number", date: "a date such as 2026-09-01"}


def table(value: object, key: str) -> dict[str, Any]:
    """A TOML table, or a fault that names the key."""
    if not isinstance(value, dict):
        raise PolicyError("expected a table", key=key)
    return value


def tables(value: object, key: str) -> list[dict[str, Any]]:
    """An array of tables: [[key]]."""
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise PolicyError(f"expected [[{key}]] tables", key=key)
    return value


def known_keys(given: Iterable[str], valid: Iterable[str]) -> None:
    """Refuses the first key that is not valid."""
    allowed = sorted(valid)
    for key in given:
        if key not in allowed:
            problem = f"unknown key; expected one of: {', '.join(allowed)}"
            raise PolicyError(problem, key=key, nearest=nearest(key, allowed))


def text(given: Mapping[str, Any], key: str, *, required: bool = False, default: str = "") -> str:
    """A text; an empty one is as good as a missing one."""
    if key not in given and not required:
        return default
    value = given.get(key)
    if not isinstance(value, str) or (required and not value.strip()):
        raise PolicyError("is required: expected a text" if required else "expected a text", key=key)
    return " ".join(value.split())


def texts(
    given: Mapping[str, Any], key: str, valid: Iterable[str] | None = None, *, what: str = ""
) -> tuple[str, ...]:
    """A list of texts, each once, out of a vocabulary where there is one."""
    values = given.get(key, [])
    if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
        raise PolicyError("expected a list of texts", key=key)
    allowed = None if valid is None else set(valid)
    for value in values:
        if allowed is not None and value not in allowed:
            raise unknown(value, allowed, what=what).at(key=key)
    return tuple(dict.fromkeys(values))


def made(cls: Callable[..., Made], given: Mapping[str, Any], **choices: Iterable[str]) -> Made:
    """A dataclass of plain fields from a table; `choices` name the fields that take words of a list."""
    known = {f.name: f for f in fields(cast("Any", cls))}
    known_keys(given, known)
    for name, f in known.items():
        if f.default is MISSING and f.default_factory is MISSING and name not in given:
            raise PolicyError(f"is required: expected {_expected(f)}", key=name)
    return cls(**{key: _value(known[key], value, choices.get(key)) for key, value in given.items()})


def _expected(field: Field[Any]) -> str:
    return "a list of texts" if "tuple" in str(field.type) else _PLAIN.get(_type_of(field), "a value")


def _type_of(field: Field[Any]) -> type:
    annotation = field.type
    if annotation in (date | None, date):
        return date
    return annotation if isinstance(annotation, type) else str


def _value(field: Field[Any], value: object, valid: Iterable[str] | None) -> object:
    if "tuple" in str(field.type):
        return texts({field.name: value}, field.name, valid, what=f"a word for {field.name}")
    wanted = _type_of(field)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise PolicyError(f"expected {_expected(field)}", key=field.name)
    if valid is not None and value not in (allowed := set(valid)):
        raise unknown(value, allowed, what=f"a word for {field.name}").at(key=field.name)
    if wanted is str and field.default is MISSING and not str(value).strip():
        raise PolicyError("is required: expected a text", key=field.name)
    return " ".join(value.split()) if isinstance(value, str) else value
