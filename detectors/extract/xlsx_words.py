"""The words of a workbook's strings: signs in their plain form, styles joined, and what is written above words told by itself."""

import re
from html import unescape

from detectors.extract.xlsx_xml import last_end

_T = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>([^<]*)</(?:\w+:)?t>")
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b(?:[^<>]*/>|.*?</(?:\w+:)?rPh>)", re.DOTALL)
_SIGN = re.compile(r"_x([0-9A-Fa-f]{4})_")


def text(raw: bytes) -> str:
    """What the bytes between two tags say."""
    said = raw.decode("utf-8", "replace")
    if "_x" in said:
        said = _SIGN.sub(_sign, said)
    return unescape(said) if "&" in said else said


def _sign(match: re.Match[str]) -> str:
    """A letter by its number; one that controls a printer is not seen."""
    letter = chr(int(match[1], 16))
    return letter if letter.isprintable() or letter.isspace() else ""


def words(raw: bytes, above: list[str]) -> str:
    """The words of a string, whose pieces may be set in styles; how they are spoken is added to what stands above words."""
    if b"rPh" in raw:
        end = last_end(raw, b"rPh")
        above += [text(t) for piece in _PHONETIC.findall(raw, 0, end) for t in _T.findall(piece)]
        raw = _PHONETIC.sub(b"", raw[:end]) + raw[end:]
    return "".join(text(t) for t in _T.findall(raw))
