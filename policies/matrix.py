"""The compact form of many rules: a table of level by relation, each cell one policy, "*" where it is advice alone."""

import re
from collections.abc import Mapping
from typing import Any

from policies.conditions import LEVELS
from policies.errors import PolicyError, unknown

_CELL = re.compile(r"(?P<action>[a-z]+)(?::(?P<detail>[a-z+-]+))?(?P<advice>\*)?")
ACTIONS = ("allow", "log", "ask", "quarantine", "block")
KEYS = frozenset({"columns", "cells"})


def rows(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The matrix as plain policy tables; a cell "allow" makes none."""
    columns = given.get("columns")
    if not isinstance(columns, list) or not columns or not all(isinstance(c, str | list) for c in columns):
        raise PolicyError("is required: expected a list of relations, one per column", key="columns")
    cells = given.get("cells")
    if not isinstance(cells, dict) or not cells:
        raise PolicyError("is required: expected one row per level, such as P3 = [...]", key="cells")
    made: list[dict[str, Any]] = []
    for level, row in cells.items():
        if level not in LEVELS:
            raise unknown(level, LEVELS, what="a level").at(key="cells")
        if not isinstance(row, list) or len(row) != len(columns):
            raise PolicyError(f"expected {len(columns)} cells, one per column", key=f"cells.{level}")
        for column, cell in zip(columns, row, strict=True):
            try:
                policy = _policy(given, level, column, cell)
            except PolicyError as fault:
                raise fault.at(key=f"cells.{level}") from None
            if policy:
                made.append(policy)
    return made


def _policy(given: Mapping[str, Any], level: str, column: object, cell: object) -> dict[str, Any] | None:
    match = _CELL.fullmatch(cell) if isinstance(cell, str) else None
    if not match:
        raise PolicyError(
            f'"{cell}" is not a cell; expected such as "allow", "ask:encrypt", "quarantine:dpo", "log*"'
        )
    action, detail, advice = match["action"], match["detail"], bool(match["advice"])
    if action not in ACTIONS:
        raise unknown(action, ACTIONS, what="an action")
    if action == "allow":
        return None
    when = given.get("when", {})
    relations = column if isinstance(column, list) else [column]
    policy = {key: value for key, value in given.items() if key not in KEYS}
    policy["id"] = f"{given.get('id', '')}-{level.lower()}-{relations[0]}"
    policy["action"] = action
    policy["when"] = {**(when if isinstance(when, dict) else {}), "level": level, "recipient": column}
    if advice:
        policy |= {"advice": True, "tell": ["sender"], "clause": ""}
    return policy | _detail(action, detail, given)


def _detail(action: str, detail: str | None, given: Mapping[str, Any]) -> dict[str, Any]:
    if action == "ask":
        return {"cures": detail.split("+") if detail else given.get("cures", ["confirm", "remove"])}
    if action == "quarantine":
        return {"reviewers": detail.split("+") if detail else given.get("reviewers", []), "cures": []}
    if detail:
        raise PolicyError(f'"{action}" takes no ":{detail}"')
    return {"cures": [], "reviewers": []}
