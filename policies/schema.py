"""The JSON Schema of a policy set, made from the same vocabulary that the loader reads: editors complete and check with it."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

from policies.conditions import LEVELS
from policies.matrix import ACTIONS
from policies.policy_set import Authority, Beyond, Entry, Header, Report, SecureMethod, Switch
from policies.verdict import Cure
from policies.vocabulary import VOCABULARY

Json = dict[str, Any]
_TEXTS: Json = {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "mode": ("enforce", "monitor"),
    "subject_names": ("block", "initials"),
    "mfa": ("recommended", "required"),
    "language": ("en-GB", "cy-GB"),
}


def schema() -> Json:
    """The schema of a whole file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Schoolgate policy set",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "set": _table(Header),
            "policy": _list(_policy()),
            "matrix": _list(_matrix()),
            "list": _list(_named_list()),
            "switch": _list(_table(Switch)),
            "secure_method": _list(_table(SecureMethod)),
            "report": _list(_table(Report)),
            "beyond": _list(_table(Beyond)),
            "authority": {"type": "object", "additionalProperties": _table(Authority)},
            "monitoring": _object({"staff_informed": {"type": "string", "format": "date"}}),
        },
    }


def conditions() -> Json:
    """The schema of `when` and of one `unless`."""
    words = {
        name: {**word.reader.schema, "description": word.scope.value} for name, word in VOCABULARY.items()
    }
    return {**_object(words), "minProperties": 1}


def _object(properties: Json, required: Iterable[str] = ()) -> Json:
    made: Json = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**made, "required": sorted(required)} if (required := tuple(required)) else made


def _list(item: Json) -> Json:
    return {"type": "array", "items": item}


def _table(cls: Any) -> Json:
    known: tuple[Field[Any], ...] = fields(cls)
    required = [f.name for f in known if f.default is MISSING and f.default_factory is MISSING]
    return _object({f.name: _type(f) for f in known}, required)


def _type(field: Field[Any]) -> Json:
    if field.name in _CHOICES:
        return {"type": "string", "enum": list(_CHOICES[field.name])}
    annotation = str(field.type)
    if "tuple" in annotation:
        return _TEXTS
    for word, made in (
        ("date", {"type": "string", "format": "date"}),
        ("bool", {"type": "boolean"}),
        ("int", {"type": "integer"}),
    ):
        if word in annotation:
            return dict(made)
    return {"type": "string"}


def _shared() -> Json:
    one_or_many = {"anyOf": [conditions(), {"type": "array", "items": conditions()}]}
    return {
        "id": {"type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"},
        "why": {"type": "string", "minLength": 1, "maxLength": 200},
        "clause": {"type": "string"},
        "cures": {"type": "array", "items": {"type": "string", "enum": [c.value for c in Cure]}},
        "reviewers": _TEXTS,
        "tell": _TEXTS,
        "when": conditions(),
        "unless": one_or_many,
        "mode": {"type": "string", "enum": list(_CHOICES["mode"])},
        "enabled": {"type": "boolean"},
        "waivable": {"type": "boolean"},
    }


def _policy() -> Json:
    action = {"action": {"type": "string", "enum": list(ACTIONS)}, "advice": {"type": "boolean"}}
    return _object({**_shared(), **action}, ("id", "why", "action", "when"))


def _matrix() -> Json:
    relation = VOCABULARY["recipient"].reader.schema
    cell = {"type": "string", "pattern": rf"^({'|'.join(ACTIONS)})(:[a-z+-]+)?\*?$"}
    row = {"type": "array", "items": cell, "minItems": 1}
    extra = {
        "columns": {"type": "array", "items": relation, "minItems": 1},
        "cells": _object(dict.fromkeys(LEVELS, row)),
    }
    return _object({**_shared(), **extra}, ("id", "why", "columns", "cells"))


def _named_list() -> Json:
    text = {"type": "string", "minLength": 1}
    return _object({"name": text, "what": text, "entry": _list(_table(Entry))}, ("name", "what"))
