"""Loads a policy set from TOML strictly: it is right as a whole, or the first fault is named and nothing is loaded."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from policies import matrix
from policies.checks import check_set
from policies.conditions import Condition
from policies.errors import PolicyError, nearest, unknown
from policies.fields import known_keys, made, table, tables, text, texts
from policies.policy_set import (
    ENFORCE,
    MONITOR,
    Authority,
    Beyond,
    Entry,
    Header,
    NamedList,
    Policy,
    PolicySet,
    Report,
    SecureMethod,
    Switch,
    stamped,
)
from policies.toml_text import NotTomlError, document
from policies.verdict import Action, Cure
from policies.vocabulary import VOCABULARY

TOP = (
    "set",
    "policy",
    "matrix",
    "list",
    "switch",
    "secure_method",
    "report",
    "beyond",
    "authority",
    "monitoring",
)
POLICY_KEYS = frozenset(
    {"id", "why", "clause", "advice", "action", "cures", "reviewers", "tell", "when", "unless"}
    | {"mode", "enabled", "waivable"}
)
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def pack_names() -> tuple[str, ...]:
    """The shipped packs."""
    folder = resources.files("policies") / "packs"
    names = (f.name for f in folder.iterdir() if f.name.endswith(".toml"))
    return tuple(sorted(n.removesuffix(".toml") for n in names if not n.endswith(".cases.toml")))


def load_set(
    source: str | Path, *, staff_informed: date | None = None, authority: dict[str, Authority] | None = None
) -> PolicySet:
    """A shipped pack by its name, or a set by its path. The date and the authority may come from the settings."""
    name = str(source)
    if name in pack_names():
        body = (resources.files("policies") / "packs" / f"{name}.toml").read_text(encoding="utf-8")
        return parse_set(
            body, name=name, file=f"{name}.toml", staff_informed=staff_informed, authority=authority
        )
    path = Path(source)
    if not name.endswith(".toml"):
        raise unknown(name, pack_names(), what="a shipped pack or a path to a .toml file")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PolicyError("cannot be read", file=path.name) from error
    return parse_set(raw, name=path.stem, file=path.name, staff_informed=staff_informed, authority=authority)


def parse_set(
    body: bytes | str,
    *,
    name: str,
    file: str = "",
    staff_informed: date | None = None,
    authority: dict[str, Authority] | None = None,
) -> PolicySet:
    """A set from the text of its file."""
    try:
        given = document(body)
        result = _read(given, name, file)
        result = replace(
            result,
            staff_informed=staff_informed or result.staff_informed,
            authority={**result.authority, **(authority or {})},
        )
        check_set(result)
    except NotTomlError as error:
        raise PolicyError(str(error), file=file) from None
    except PolicyError as fault:
        raise fault.at(file=file) from None
    obstacles = _obstacles(result, monitoring="monitoring" in given)
    mode = MONITOR if obstacles else result.header.mode
    return stamped(replace(result, obstacles=obstacles, mode=mode))


def _read(given: dict[str, Any], name: str, file: str) -> PolicySet:
    known_keys(given, TOP)
    header = _header(table(given.get("set", {}), "set"))
    lists = tuple(_each("list", given, _named_list))
    switches = tuple(_each("switch", given, lambda t: made(Switch, t)))
    plain = [(t, "", "policy") for t in tables(given.get("policy", []), "policy")]
    for grid in tables(given.get("matrix", []), "matrix"):
        label = str(grid.get("id", ""))
        try:
            known_keys(grid, POLICY_KEYS - {"action", "advice"} | matrix.KEYS)
            plain += [(row, label, "matrix") for row in matrix.rows(grid)]
        except PolicyError as fault:
            raise fault.at(policy=label) from None
    policies = tuple(_policy(t, header, label) for t, label, _ in plain)
    monitoring = table(given.get("monitoring", {}), "monitoring")
    known_keys(monitoring, ("staff_informed",))
    return PolicySet(
        id=name,
        file=file,
        header=header,
        policies=_subject_names(policies, header),
        lists=lists,
        switches=switches,
        secure_methods=tuple(_each("secure_method", given, lambda t: made(SecureMethod, t))),
        reports=tuple(_each("report", given, lambda t: made(Report, t, to=header.roles))),
        beyond=tuple(_each("beyond", given, lambda t: made(Beyond, t))),
        authority=_authority(table(given.get("authority", {}), "authority")),
        staff_informed=_date(monitoring, "staff_informed"),
    )


def _each(key: str, given: dict[str, Any], make: Any) -> Iterable[Any]:
    for number, row in enumerate(tables(given.get(key, []), key), 1):
        try:
            yield make(row)
        except PolicyError as fault:
            raise fault.at(key=f"{key}[{row.get('name', number)}]") from None


def _header(given: dict[str, Any]) -> Header:
    try:
        header = made(Header, given, mode=(ENFORCE, MONITOR), subject_names=("block", "initials"),
                      mfa=("recommended", "required"), language=("en-GB", "cy-GB"))  # fmt: skip
        for key in ("incident_to", "harmful_to", "waiver_by"):
            texts({key: list(getattr(header, key))}, key, header.roles, what="a role of this set")
        ZoneInfo(header.timezone)
    except PolicyError as fault:
        raise fault.at(key="set") from None
    except (ZoneInfoNotFoundError, ValueError):
        raise PolicyError('expected a time zone such as "Europe/London"', key="set.timezone") from None
    return header


def _named_list(given: dict[str, Any]) -> NamedList:
    known_keys(given, ("name", "what", "entry"))
    name = text(given, "name", required=True)
    if not _ID.fullmatch(name):
        raise PolicyError('expected a name such as "partners"', key="name")
    entries = tuple(_each("entry", given, lambda t: made(Entry, t)))
    lowered = tuple(replace(e, value=e.value.lower()) for e in entries)
    return NamedList(name=name, what=text(given, "what", required=True), entries=lowered)


def _date(given: dict[str, Any], key: str) -> date | None:
    value = given.get(key)
    if value is not None and not isinstance(value, date):
        raise PolicyError("expected a date such as 2026-09-01", key=key)
    return value


def _authority(given: dict[str, Any]) -> dict[str, Authority]:
    result: dict[str, Authority] = {}
    for role, row in given.items():
        try:
            result[role] = made(Authority, table(row, role))
        except PolicyError as fault:
            raise fault.at(key=f"authority.{role}") from None
    return result


def _policy(given: dict[str, Any], header: Header, grid: str) -> Policy:
    label = str(given.get("id", ""))
    try:
        known_keys(given, POLICY_KEYS)
        return Policy(
            id=_policy_id(given),
            why=_why(given),
            clause=text(given, "clause"),
            advice=_flag(given, "advice", default=False),
            action=_action(given),
            cures=tuple(Cure(c) for c in texts(given, "cures", [c.value for c in Cure], what="a cure")),
            reviewers=texts(given, "reviewers", header.roles, what="a role of this set"),
            tell=texts(given, "tell", (*header.roles, "sender"), what="a role of this set"),
            when=_conditions(given.get("when"), "when"),
            unless=_unless(given.get("unless", [])),
            mode=_mode(given),
            enabled=_flag(given, "enabled", default=True),
            waivable=_flag(given, "waivable", default=True),
            matrix=grid,
        )
    except PolicyError as fault:
        raise fault.at(policy=label or "(without id)") from None


def _policy_id(given: dict[str, Any]) -> str:
    if not _ID.fullmatch(text(given, "id", required=True)):
        raise PolicyError('expected small letters, digits and hyphens, such as "no-names"', key="id")
    return str(given["id"])


def _why(given: dict[str, Any]) -> str:
    why = text(given, "why", required=True)
    if not why.endswith((".", "!", "?")) or len(why) > 200:
        raise PolicyError(
            "expected one plain sentence of at most 200 characters, with its full stop", key="why"
        )
    return why


def _action(given: dict[str, Any]) -> Action:
    word = text(given, "action", required=True)
    valid = {a.word: a for a in Action}
    if word not in valid:
        raise unknown(word, valid, what="an action").at(key="action")
    return valid[word]


def _mode(given: dict[str, Any]) -> str:
    mode = text(given, "mode", default=ENFORCE)
    if mode not in (ENFORCE, MONITOR):
        raise unknown(mode, (ENFORCE, MONITOR), what="a mode").at(key="mode")
    return mode


def _flag(given: dict[str, Any], key: str, *, default: bool) -> bool:
    value = given.get(key, default)
    if not isinstance(value, bool):
        raise PolicyError("expected true or false", key=key)
    return value


def _conditions(value: object, key: str) -> tuple[Condition, ...]:
    given = table(value, key)
    if not given:
        raise PolicyError("is required: expected at least one condition", key=key)
    result: list[Condition] = []
    for word, values in given.items():
        if word not in VOCABULARY:
            valid = ", ".join(sorted(VOCABULARY))
            problem = f"no such condition; expected one of: {valid}"
            raise PolicyError(problem, key=f"{key}.{word}", nearest=nearest(word, VOCABULARY))
        try:
            result.append(Condition(word, VOCABULARY[word].reader.read(values)))
        except PolicyError as fault:
            raise fault.at(key=f"{key}.{word}") from None
    return tuple(sorted(result, key=lambda c: c.word))


def _unless(value: object) -> tuple[tuple[Condition, ...], ...]:
    given = value if isinstance(value, list) else [value]
    return tuple(_conditions(table(v, "unless"), "unless") for v in given)


def _subject_names(policies: tuple[Policy, ...], header: Header) -> tuple[Policy, ...]:
    """Under `subject_names = "initials"` a block for a name in the subject becomes a question with initials."""
    if header.subject_names == "block":
        return policies
    return tuple(
        replace(p, action=Action.ASK, cures=(Cure.INITIALS, Cure.NOT_A_PUPIL)) if _is_subject_block(p) else p
        for p in policies
    )


def _is_subject_block(policy: Policy) -> bool:
    where, finding = policy.condition("where"), policy.condition("finding")
    return (
        policy.action is Action.BLOCK
        and where is not None
        and where.values == ("subject",)
        and finding is not None
        and finding.values == ("pupil-name",)
    )


def _obstacles(policy_set: PolicySet, *, monitoring: bool) -> tuple[str, ...]:
    found: list[str] = []
    reviewers = policy_set.header.reviewers
    if reviewers and "dpo" not in reviewers and "dpo" not in policy_set.authority:
        found.append(
            f"The school's text lets only {', '.join(reviewers)} look into mail. "
            "Record the DPO's written authority under [authority] dpo before this set enforces."
        )
    if monitoring and policy_set.staff_informed is None:
        found.append(
            "Staff must be told that mail is monitored. Record the day under [monitoring] staff_informed."
        )
    return tuple(found)
