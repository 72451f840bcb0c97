"""The words in the attributes of a tag: alternative texts, titles, links, what programs note there, and attributes that are words themselves."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from detectors.extract import html_source
from detectors.extract.transfer import DATA_LINK

_WORDS = frozenset({"alt", "title", "value", "placeholder", "content", "aria-label", "label", "summary", "data-name", "abbr"})  # fmt: skip
_LINKS = frozenset({"href", "action", "src"})
_NAMES = frozenset({"id", "name"})
# Attributes in which nobody writes; of any other the words are read.
MUTE = frozenset(["style", "class", "width", "height", "align", "valign", "border", "cellpadding", "cellspacing", "bgcolor", "color", "face", "size", "dir", "lang", "rel", "target", "type", "role", "colspan", "rowspan", "hspace", "vspace", "clear", "link", "vlink", "alink", "text", "start", "media", "method", "shape", "coords"])  # fmt: skip
_CONTENT_ID = re.compile(r"cid:[\w.@$+-]*", re.IGNORECASE)
_FILE = re.compile(DATA_LINK + r"[A-Za-z0-9+/=\s%]*", re.IGNORECASE)


def words(attributes: dict[str, str | None], tag: str) -> Iterator[str]:
    """What each says, and those without a value, as in a sentence between angle brackets."""
    alone = [key for key, value in attributes.items() if value is None]
    if len(alone) > 1:
        yield " ".join((tag, *alone))
    for key, value in attributes.items():
        if value and key not in MUTE and (said := _said(key, value, tag)):
            yield said


def _said(key: str, value: str, tag: str) -> str:
    if key == "srcdoc":
        return html_source.said(value)
    if key in _WORDS:
        return value
    if key in _NAMES:
        return value.replace("_", " ") if tag == "a" else ""
    if key in _LINKS:
        silent = bool(_CONTENT_ID.fullmatch(value) or _FILE.fullmatch(value))
    else:
        silent = not html_source.WORDY.search(value) or (key.startswith("xmlns") and " " not in value)
    return "" if silent else unquote(value)
