"""The audit: one chain of events by hash, appended in the transaction of the change, never changed, only emptied by age."""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction

from quarantine import rows
from quarantine.database import execute
from quarantine.models import AuditEvent, ChainHead

START = "0" * 64
_NONE: Mapping[int, str] = MappingProxyType({})
_CUT = "events are missing at the end"
_REWRITTEN = "the record was written anew: it is not the one whose end was signed"
# Every message appends: these go past the models, whose making of statements costs more than the database does.
_END = "SELECT number, hash FROM quarantine_chainhead WHERE id = 1"
_MOVE = "UPDATE quarantine_chainhead SET number = %s, hash = %s WHERE id = 1"
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode
_WORD = re.compile(r"[A-Za-z0-9_.,:/~+ -]{0,200}")  # a word of ours; no "@": an address is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a verification found; `problem` is "" for a sound chain."""

    events: int
    head: str
    problem: str = ""
    number: int = 0  # of the event at which the chain breaks


def append(
    kind: str, *, now: datetime, school: str = "", reference: str = "", actor: str = "", **details: Any
) -> AuditEvent:
    """Add one event to the chain, inside the transaction of the change that it tells of."""
    return add(event(kind, school=school, reference=reference, actor=actor, **details), now=now)


def event(kind: str, *, school: str = "", reference: str = "", actor: str = "", **details: Any) -> AuditEvent:
    """An event of no time and no place in the chain yet: made before its transaction, where that waits for something."""
    words, salt = {name: _words(value) for name, value in details.items()}, secrets.token_hex(16)
    return AuditEvent(
        kind=kind,
        school=school,
        reference=reference,
        actor=actor,
        details=words,
        salt=salt,
        body=body_hash(salt, actor, words),
    )


def add(new: AuditEvent, *, now: datetime) -> AuditEvent:
    """Give an event its place at the end of the chain, inside the transaction of the change that it tells of."""
    if not connection.in_atomic_block:
        raise RuntimeError("an audit event belongs in the transaction of its change")
    number, previous = _end()
    new.number, new.at, new.previous = number + 1, now, previous or START
    new.hash = event_hash(as_record(new))
    rows.insert(new)
    execute(_MOVE, (new.number, new.hash))
    return new


def _end() -> tuple[int, str]:
    """The end of the chain, locked until the transaction ends; made where there is none yet."""
    found: list[tuple[int, str]] = execute(
        _END + " FOR UPDATE" * connection.features.has_select_for_update
    ).fetchall()
    if found:
        return found[0]
    head, _ = ChainHead.objects.select_for_update().get_or_create(id=1)
    return head.number, head.hash


def latest() -> datetime | None:
    """When the last event was written."""
    return AuditEvent.objects.order_by("-number").values_list("at", flat=True).first()


def body_hash(salt: str, actor: str, details: Any) -> str:
    """The hash that stands for the fields which retention empties."""
    return _sha256([salt, actor, details])


def event_hash(record: Mapping[str, Any]) -> str:
    """The hash of one event over everything that stays, and the hash before it."""
    names = ("number", "at", "kind", "school", "reference", "body", "previous")
    return _sha256({name: record[name] for name in names})


def as_record(event: AuditEvent) -> dict[str, Any]:
    """An event as it is exported: plain JSON values, times in UTC."""
    names = ("number", "kind", "school", "reference", "actor", "details", "salt", "body", "previous", "hash")
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"at": at} | {name: getattr(event, name) for name in names}


def export(*, after: int = 0) -> Iterator[dict[str, Any]]:
    """The events with a higher number than `after`, in order, as plain records."""
    events = AuditEvent.objects.filter(number__gt=after).order_by("number")
    return (as_record(event) for event in events.iterator(chunk_size=1000))


def verify(heads: Mapping[int, str] = _NONE) -> Report:
    """Check the whole chain in the database, that its recorded end is its end, and that it still contains `heads`."""
    with transaction.atomic():
        head = ChainHead.objects.select_for_update().filter(id=1).first()
        report = verify_records(export(), heads)
    number, last = (head.number, head.hash) if head else (0, "")
    if not report.problem and (report.events != number or report.head != (last or START)):
        return Report(events=report.events, head=report.head, problem=_CUT, number=number)
    return report


def verify_records(records: Iterable[Mapping[str, Any]], heads: Mapping[int, str] = _NONE) -> Report:
    """Check exported events, needing nothing but them; `heads` are numbers and hashes as they were signed once."""
    number, previous = 0, START
    for record in records:
        number += 1
        if problem := _problem(record, number, previous):
            return Report(events=number - 1, head=previous, problem=problem, number=number)
        previous = record["hash"]
        if heads.get(number, previous) != previous:
            return Report(events=number, head=previous, problem=_REWRITTEN, number=number)
    if heads and (last := max(heads)) > number:
        return Report(events=number, head=previous, problem=_CUT, number=last)
    return Report(events=number, head=previous)


def _problem(record: Mapping[str, Any], number: int, previous: str) -> str:
    if record["number"] != number:
        return "an event is missing"
    if record["previous"] != previous:
        return "the event does not follow the one before it"
    if record["hash"] != event_hash(record):
        return "the event was changed"
    emptied = record["details"] is None and not record["salt"] and not record["actor"]
    if not emptied and record["body"] != body_hash(record["salt"], record["actor"], record["details"]):
        return "the event's details were changed"
    return ""


def _sha256(value: Any) -> str:
    return hashlib.sha256(_canonical(value).encode("ascii")).hexdigest()


def _words(value: Any) -> Any:
    """Numbers and words of ours; a text that may be a value is withheld."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {_words(str(name)): _words(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_words(inner) for inner in value]
    text = str(value)
    return text if _WORD.fullmatch(text) else "withheld"
