"""Plain text, bodies, CSV, JSON and header blocks."""

import csv
import io
import json
import re
from collections.abc import Iterator

from detectors.extract import thread
from detectors.extract.charsets import decode, readings
from detectors.extract.headers import words
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.tables import TITLES, put_table
from detectors.extract.uuencode import attachments

_BETWEEN_VALUES = re.compile(r"'[ \t]?,[ \t]?'")  # of a row in the dump of a database
_DELIMITERS = ",;\t|"
_SPARSE = 20  # empty cells for each that holds something: with more it is no table


def read_body(node: Node, out: Reading) -> None:
    """A plain-text body: own words, quoted thread and signature apart; files hidden in it as parts."""
    for reading in readings(node.data, node.facts.get("charset", "")):
        text = reading.replace("\r\n", "\n").replace("\r", "\n")
        if node.facts.get("format", "").lower() == "flowed":
            text = thread.unflow(text, delsp=node.facts.get("delsp", "").lower() == "yes")
        put_body(text, node, out)


def put_body(text: str, node: Node, out: Reading) -> None:
    """The lines that somebody wrote in a mail."""
    for block in thread.blocks(attachments(text, node, out)):
        place = {"signature": "signature", "quoted": "quoted thread"}.get(block.kind, "")
        out.text(node, block.text, place=place, quoted=block.kind == "quoted")


def read_text(node: Node, out: Reading) -> None:
    """A text file, in each likely charset."""
    for reading in readings(node.data, node.facts.get("charset", "")):
        text = attachments(reading, node, out)
        if "INSERT INTO" in text:
            text = _BETWEEN_VALUES.sub("\t", text)
        if _looks_tabular(text) and _table(text, node, out):
            continue
        lead = _lead(text)
        if not lead or not _table(text[lead:], node, out):
            out.text(node, text)
        else:
            out.text(node, text[:lead])


def _lead(text: str) -> int:
    """Where a table between tabs begins below a few lines of words; 0 without one."""
    at = 0
    for line in text[:4000].splitlines(keepends=True)[:8]:
        if "\t" in line:
            return at if _looks_tabular(text[at:]) else 0
        at += len(line)
    return 0


def read_csv(node: Node, out: Reading) -> None:
    """Comma, semicolon or tab separated rows as a table."""
    for text in readings(node.data, node.facts.get("charset", "")):
        if not _table(text, node, out):
            out.text(node, text)


def read_fields(node: Node, out: Reading) -> None:
    """Header fields alone: delivery reports, text/rfc822-headers."""
    out.text(
        node,
        words(re.sub(r"\r?\n[ \t]+", " ", decode(node.data)).replace("\n", " \n"))
        if b"=?" in node.data
        else decode(node.data),
    )


def read_json(node: Node, out: Reading) -> None:
    """JSON, whole or in lines: strings with their keys, a list of alike objects as a table."""
    text = decode(node.data, "utf-8")
    try:
        value = _parsed(text)
    except (ValueError, RecursionError):
        read_text(node, out)
        return
    rows = (
        value
        if isinstance(value, list)
        else next((v for v in value.values() if isinstance(v, list)), [])
        if isinstance(value, dict)
        else []
    )
    if rows and all(isinstance(r, dict) for r in rows):
        keys = list(dict.fromkeys(k for r in rows[:1000] for k in r))
        filled = sum(map(len, rows))
        if len(keys) * len(rows) > max(out.limits.cells, _SPARSE * filled):
            keys, rows = [], []  # nearly all empty: all that there is stands below
            out.partly(node, "too-many-cells", "its objects have too little in common for a table")
        put_table(node, out, [[str(k) for k in keys], *([_scalar(r.get(k)) for k in keys] for r in rows)], "")
    out.text(node, "\n".join(_leaves(value, out.limits.depth * 10)))


def _parsed(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object)
    except ValueError:
        return [json.loads(line, object_pairs_hook=_object) for line in text.splitlines() if line.strip()]


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """With all values of a key that stands there twice, of which programs take one or the other."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    grouped: dict[str, list[object]] = {}
    for key, value in pairs:
        grouped.setdefault(key, []).append(value)
    return {key: values if len(values) > 1 else values[0] for key, values in grouped.items()}


def _scalar(value: object) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def _leaves(value: object, depth: int) -> Iterator[str]:
    if depth <= 0:
        raise Unreadable("too-deep", "is nested deeper than values are read")
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, (dict, list)):
                yield str(key)
                yield from _leaves(inner, depth - 1)
            else:
                yield f"{key}: {_scalar(inner)}"
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, depth - 1)
    elif value is not None:
        yield str(value)


def _looks_tabular(text: str) -> bool:
    lines = [line for line in text[:4000].split("\n")[:8] if line.strip()]
    return len(lines) > 2 and any(
        lines[0].count(d) >= 1 and len({line.count(d) for line in lines[:-1]}) == 1
        for d in ("\t", ";", ",")
        if d != "," or lines[0].count(d) > 1
    )


def _table(text: str, node: Node, out: Reading) -> bool:
    sample = text[:65536]
    lines = [line for line in sample.splitlines() if line.strip()][: TITLES + 2]
    first = max(lines, key=lambda line: max(map(line.count, _DELIMITERS)), default="")
    delimiter = max(_DELIMITERS, key=first.count)
    if not first.count(delimiter):
        return False
    csv.field_size_limit(10_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return False
    put_table(node, out, rows, "", word="line")
    return True
