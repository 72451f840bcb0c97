"""Calendars and contact cards: lines unfolded, quoted-printable decoded, pictures and files inside as parts."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator

from detectors.extract import prose
from detectors.extract.charsets import decode
from detectors.extract.reading import Node, Reading
from detectors.extract.transfer import DATA_LINK

_QP = re.compile("ENCODING=QUOTED-PRINTABLE", re.IGNORECASE)
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(
    r"(?P<name>[A-Za-z0-9.-]+)(?P<parameters>(?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):(?P<value>.*)"
)
_PARAMETER = re.compile(r";([^=;:\"]+)=(\"[^\"]*\"|[^;:\"]*)")
_LINK = re.compile(DATA_LINK, re.IGNORECASE)
_ROW = 20  # letters: shorter pieces, but the last, are words
_SILENT = frozenset(
    {
        "BEGIN",
        "END",
        "VERSION",
        "PRODID",
        "UID",
        "DTSTAMP",
        "TZID",
        "TZOFFSETFROM",
        "TZOFFSETTO",
        "RRULE",
        "REV",
        "SEQUENCE",
    }
)


def read(node: Node, out: Reading) -> None:
    """Each property a line: "SUMMARY: …"."""
    text = decode(node.data, node.facts.get("charset", ""))
    if _QP.search(text):
        text = "".join(unfolded(text.split("\n")))
    lines = []
    for line in _FOLD.sub("", text).splitlines():
        out.check_time()
        match = _LINE.match(line)
        if match is None:
            lines.append(line)
        elif match["name"].upper().rsplit(".", 1)[-1] not in _SILENT or _says(match):
            lines.append(_property(match["name"], match["parameters"], match["value"], node, out))
    out.text(node, "\n".join(line for line in lines if line))


def _says(match: re.Match[str]) -> bool:
    """Whether words stand in a property that programs keep for themselves."""
    return prose.longest(match["value"]) > 1 or bool(_said_in(match["parameters"]))


def _said_in(parameters: str) -> list[str]:
    """Names, labels, titles and whatever else is no word of the format."""
    found = ((key.upper(), value.strip('"')) for key, value in _PARAMETER.findall(parameters))
    return [v for key, v in found if key == "CN" or prose.longest(v) > 1 or (" " in v and key != "TZID")]


def unfolded(lines: list[str]) -> Iterator[str]:
    """Lines of quoted-printable that end in "=" run on in the next, without the blank that it may begin with."""
    held: list[str] = []  # of the line that runs on; no piece is empty
    known = False
    for number, raw in enumerate(lines):
        end = "" if number == len(lines) - 1 else "\r\n" if raw.endswith("\r") else "\n"
        line = raw.removesuffix("\r") if end else raw
        known = bool(held or _QP.search(line)) and "\r" not in line
        held += [part] if (part := line[1:] if held and line[:1] in {" ", "\t"} else line) else []
        if end and known and held[-1].endswith("="):
            held[-1] = held[-1][:-1]
            held = held if held[-1] else held[:-1]
            continue
        yield "".join(held) + end
        held = []


def _property(name: str, parameters: str, value: str, node: Node, out: Reading) -> str:
    upper = parameters.upper()
    link = _LINK.match(value)
    if "ENCODING=B" in upper or link:
        return _embedded(value[link.end() :] if link else value, parameters, node, out)
    if "QUOTED-PRINTABLE" in upper:
        value = decode(quopri.decodestring(value.encode("utf-8", "surrogateescape")))
    if "FMTTYPE=TEXT/HTML" in upper or name.upper() == "X-ALT-DESC":
        out.child(node, _plain(value).encode(), type="html", declared="text/html")
        return ""
    words = _plain(value)
    if (
        name.upper().rsplit(".", 1)[-1] == "N"
    ):  # surname;forename;middle: as a person reads it, and as it stands
        parts = [p for p in words.split(";") if p]
        words = f"{words.replace(';', ', ')} {' '.join([*parts[1:2], *parts[:1]])}"
    name = "Date of birth" if name.upper().rsplit(".", 1)[-1] == "BDAY" else name
    return f"{name}: {words} {' '.join(_said_in(parameters))}".strip()


def _plain(value: str) -> str:
    """A value without the format's escapes."""
    return value.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";")


def _embedded(value: str, parameters: str, node: Node, out: Reading) -> str:
    rows = value.split()
    if any(len(row) < _ROW for row in rows[:-1]):
        return _plain(value)
    try:
        data = base64.b64decode("".join(rows), validate=True)
    except (binascii.Error, ValueError):
        return _plain(value)
    named = re.search(r"(?:FILENAME|X-FILENAME)=\"?([^;:\"]+)", parameters, re.IGNORECASE)
    out.unpacked(len(data))
    out.child(node, data, name=named[1] if named else "")
    return ""
