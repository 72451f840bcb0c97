"""Texts from outside as rows, notices and pages may carry them."""

import unicodedata

MARK = "\ufffd"
_TURNING = set(
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # change the order in which a line is read


def clean(text: str) -> str:
    """The text with a mark for all that a database refuses or that misleads a reader: controls, half characters, turned text."""
    return "".join(MARK if c in _TURNING or unicodedata.category(c) in ("Cc", "Cs") else c for c in text)
