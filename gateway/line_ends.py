"""The ends of lines of a message: CR and LF in pairs only, for anything else could smuggle a second message past the next hop."""

import re
from io import IncrementalNewlineDecoder

_BLOCK = 65_536  # bytes looked at in one go: a large message is never copied as a whole
# Begins with the letter it looks for, which the engine finds by itself.
_DOTTED = re.compile(rb"\n\.")


def ends_lines_well(data: bytes) -> bool:
    """Whether no CR and no LF stands alone."""
    seen = IncrementalNewlineDecoder(
        None, translate=False
    )  # writes down which ends it met, CRLF torn in two or not
    view = memoryview(data)
    for start in range(0, len(data), _BLOCK):
        seen.decode(str(view[start : start + _BLOCK], "latin-1"))
    seen.decode("", final=True)
    return seen.newlines in (None, "\r\n")


def stuffed(raw: bytes) -> bytes:
    """The bytes with every line that starts with a dot given a second one (RFC 5321 §4.5.2)."""
    if b"." in raw and _DOTTED.search(raw):
        raw = raw.replace(b"\n.", b"\n..")
    return b"." + raw if raw.startswith(b".") else raw
