"""The net under the readers of old binary formats: every printable run of bytes, narrow and wide. Finds text that no structure points to."""

import re

MOST = 30_100_000  # letters
_WIDE = re.compile(rb"(?:[\x20-\x7e\x09\xa0-\xff]\x00|[\x00-\x7f\xa0-\xff][\x01\x02\x1e]|[\x0a\x0d]\x00){4,}")
_NARROW = re.compile(rb"[\x20-\x7e\x09\x0a\x0d\x80-\xff]{5,}")
_WORDY = re.compile(r"[^\W\d_]{2,}|\d{6,}")
_LETTERS = re.compile(r"[A-Za-z0-9 ,.@'\-\t\n]")


def strings(data: bytes, limit: int = MOST) -> str:
    """Runs that look like words, each once, in their order. A limit that is reached is beyond what is read of a part, which says so."""
    found: dict[str, None] = {}
    total = 0
    for pattern, charset in ((_WIDE, "utf-16-le"), (_NARROW, "cp1252")):
        for match in pattern.finditer(data):
            text = match[0].decode(charset, "replace").strip()
            if text not in found and _is_wordy(text):
                found[text] = None
                total += len(text)
                if total > limit:
                    break
    return "\n".join(found)


def _is_wordy(text: str) -> bool:
    if len(text) < 4 or not _WORDY.search(text):
        return False
    return len(_LETTERS.findall(text[:200])) >= len(text[:200]) * 0.7
