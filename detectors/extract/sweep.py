"""The net under the readers of old binary formats: every printable run of bytes, narrow and wide. Finds text that no structure points to."""

import re

_WIDE = re.compile(rb"(?:[\x20-\x7e\x09\xa0-\xff]\x00|[\x00-\x7f\xa0-\xff][\x01\x02\x1e]|[\x0a\x0d]\x00){4,}")
_NARROW = re.compile(rb"[\x20-\x7e\x09\x0a\x0d\x80-\xff]{5,}")
_WORDY = re.compile(r"[^\W\d_]{2,}|\d{6,}")
_LETTERS = re.compile(r"[A-Za-z0-9 ,.@'\-\t\n]")


def strings(data: bytes, limit: int = 20_000_000) -> str:
    """Runs that look like words, each once, in their order."""
    found: list[str] = []
    total = 0
    for match in _WIDE.finditer(data):
        total += _keep(match[0].decode("utf-16-le", "replace"), found)
        if total > limit:
            break
    for match in _NARROW.finditer(data):
        total += _keep(match[0].decode("cp1252", "replace"), found)
        if total > limit:
            break
    return "\n".join(dict.fromkeys(found))


def _keep(text: str, found: list[str]) -> int:
    text = text.strip()
    if len(text) < 4 or not _WORDY.search(text) or len(_LETTERS.findall(text[:200])) < len(text[:200]) * 0.7:
        return 0
    found.append(text)
    return len(text)
