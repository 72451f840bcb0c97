"""New rows as their models would save them, through a statement that is made once: for what every message writes."""

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models


def insert(row: models.Model) -> None:
    """Write a new row that brings its key, as `row.save(force_insert=True)` would; nothing listens for signals."""
    own = connections[DEFAULT_DB_ALIAS]  # of this thread, looked up once
    statement, fields = _prepared(type(row), own.vendor)
    values = [field.get_db_prep_save(getattr(row, field.attname), own) for field in fields]
    with own.cursor() as cursor:
        cursor.execute(statement, values)
    row._state.adding, row._state.db = False, own.alias  # noqa: SLF001 - as Model.save does


@cache
def _prepared(model: type[models.Model], vendor: str) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG001 - quotes differ
    """The statement and its columns in order; every column is written, so a database default has no say."""
    described = model._meta  # noqa: SLF001 - Django's documented way to ask
    fields = tuple(described.concrete_fields)
    if any(isinstance(field, models.AutoField) for field in fields):
        raise TypeError(f"{model.__name__} gets its key from the database")
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join("%s" for _ in fields)
    return f"INSERT INTO {quote(described.db_table)} ({columns}) VALUES ({places})", fields  # noqa: S608
