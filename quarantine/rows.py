"""New rows as their models would save them, through a statement that is made once: for what every message writes."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from quarantine.database import execute

# Of these fields a value of this very type is what the database is given: to ask costs more than all else of a row.
_PLAIN: dict[Any, type] = {models.CharField: str, models.IntegerField: int}


@dataclass(frozen=True, slots=True)
class Ready:
    """A row with its statement and its values as the database takes them: made in any thread, written in another."""

    row: models.Model
    statement: str
    values: tuple[Any, ...]


def ready(row: models.Model) -> Ready:
    """All of a new row that needs no connection."""
    own = connections[DEFAULT_DB_ALIAS]  # of this thread, looked up once
    statement, fields = _prepared(type(row), own.vendor)
    values = []
    for field, name, plain in fields:
        value = getattr(row, name)
        values.append(value if type(value) is plain else field.get_db_prep_save(value, own))
    return Ready(row, statement, tuple(values))


def insert(row: models.Model | Ready) -> None:
    """Write a new row that brings its key, as `row.save(force_insert=True)` would; nothing listens for signals."""
    made = row if isinstance(row, Ready) else ready(row)
    execute(made.statement, made.values)
    made.row._state.adding, made.row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 - as Model.save does


@cache
def _prepared(model: type[models.Model], vendor: str) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG001 - quotes differ
    """The statement and its columns in order; every column is written, so a database default has no say."""
    described = model._meta  # noqa: SLF001 - Django's documented way to ask
    fields = tuple(described.concrete_fields)
    if any(isinstance(field, models.AutoField) for field in fields):
        raise TypeError(f"{model.__name__} gets its key from the database")
    prepared = tuple((field, field.attname, _plain(field)) for field in fields)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join("%s" for _ in fields)
    return f"INSERT INTO {quote(described.db_table)} ({columns}) VALUES ({places})", prepared  # noqa: S608


def _plain(field: Any) -> type | None:
    return next((kind for known, kind in _PLAIN.items() if isinstance(field, known)), None)
