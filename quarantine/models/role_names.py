"""A list of roles in one column that an index can hold: JSON as text, in which one role is found as `"role"`."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    Text = models.TextField[Sequence[str], list[str]]
else:
    Text = models.TextField  # Django's fields take no types at run time


class RoleNames(Text):
    """Roles in the order given. Text, not the database's JSON: it is compared without a cast, and planners know it."""

    def from_db_value(self, value: str | None, *_: object) -> list[str] | None:
        return None if value is None else self.to_python(value)

    def to_python(self, value: str | Sequence[str]) -> list[str]:
        return list(json.loads(value)) if isinstance(value, str) else list(value)

    def get_prep_value(self, value: Sequence[str] | str) -> str:
        return value if isinstance(value, str) else json.dumps(list(value), ensure_ascii=False)


def naming(role: str) -> str:
    """What stands in the column where this role is named."""
    return json.dumps(role, ensure_ascii=False)
