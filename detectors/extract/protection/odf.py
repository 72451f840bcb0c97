"""OpenDocument: the lock stands in the manifest, not in the ZIP flags."""

import re

from detectors.findings import Protection

_ENTRY = re.compile(
    rb"<manifest:file-entry\b(?P<head>[^<>]*?)(?:/>|>(?P<inner>.*?)</manifest:file-entry>)", re.DOTALL
)
_END = b"</manifest:file-entry>"  # beyond the last of them stand only entries that hold nothing
_BARE = re.compile(rb"<manifest:file-entry\b(?P<head>[^<>]*?)/>")
_PATH = re.compile(rb"manifest:full-path=\"([^\"]*)\"")
_ALGORITHM = re.compile(rb"manifest:algorithm-name=\"([^\"]*)\"")
_CONTENT = {b"content.xml", b"encrypted-package"}


def lock(manifest: bytes) -> tuple[Protection, str]:
    """The verdict by META-INF/manifest.xml: content.xml, or the wrapped package, must be encrypted."""
    shut: dict[bytes, bytes] = {}
    opened: set[bytes] = set()
    last = manifest.rfind(_END)
    end = last + len(_END) if last >= 0 else 0
    opened.update(_name(match["head"]) for match in _BARE.finditer(manifest, end))
    for match in _ENTRY.finditer(manifest, 0, end):
        name = _name(match["head"])
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


def _name(head: bytes) -> bytes:
    path = _PATH.search(head)
    return path[1] if path else b""
