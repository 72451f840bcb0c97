"""OpenDocument: the lock stands in the manifest, not in the ZIP flags."""

import re

from detectors.findings import Protection

_ENTRY = re.compile(
    rb"<manifest:file-entry\b(?P<head>[^<>]*?)(?:/>|>(?P<inner>.*?)</manifest:file-entry>)", re.DOTALL
)
_PATH = re.compile(rb"manifest:full-path=\"([^\"]*)\"")
_ALGORITHM = re.compile(rb"manifest:algorithm-name=\"([^\"]*)\"")
_CONTENT = {b"content.xml", b"encrypted-package"}


def lock(manifest: bytes) -> tuple[Protection, str]:
    """The verdict by META-INF/manifest.xml: content.xml, or the wrapped package, must be encrypted."""
    shut: dict[bytes, bytes] = {}
    opened: set[bytes] = set()
    for match in _ENTRY.finditer(manifest):
        path = _PATH.search(match["head"])
        name = path[1] if path else b""
        if match["inner"] and b"encryption-data" in match["inner"]:
            algorithm = _ALGORITHM.search(match["inner"])
            shut[name] = algorithm[1].lower() if algorithm else b""
        else:
            opened.add(name)
    if not shut:
        return Protection.NONE, ""
    if not _CONTENT & set(shut):
        return Protection.LOOKALIKE, "some parts are encrypted, the content is open"
    cipher = next(shut[name] for name in _CONTENT if name in shut)
    if b"aes256" in cipher or b"aes128" in cipher or b"aes192" in cipher:
        return Protection.STRONG, f"AES-{cipher.split(b'aes')[1][:3].decode()} (OpenDocument)"
    if b"blowfish" in cipher or not cipher:
        return Protection.WEAK, "Blowfish (old OpenDocument)"
    return Protection.WEAK, "unknown cipher (OpenDocument)"
