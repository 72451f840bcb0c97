"""Links that let others in: WhatsApp groups and shared files."""

import re

from detectors.findings import Strength
from detectors.recognize.hits import Hit, Passage

GATES = {
    "link": r"chat\.whatsapp\.com/|wa\.me/|(?:sharepoint\.com|1drv\.ms|onedrive\.live\.com|drive\.google\.com|docs\.google\.com|forms\.gle|dropbox\.com|wetransfer\.com|we\.tl|icloud\.com|box\.com|mega\.nz|transfernow\.net|smash\.com)/"
}  # for the first pass
_WHATSAPP = re.compile(r"\b(?:chat\.whatsapp\.com/[\w-]{6,40}|wa\.me/\+?[\w/]{6,40})")
_SHARED = re.compile(
    r"\b((?:[\w-]{1,63}\.)?(?:sharepoint\.com|1drv\.ms|onedrive\.live\.com|drive\.google\.com|docs\.google\.com|forms\.gle|dropbox\.com|"
    r"wetransfer\.com|we\.tl|icloud\.com|box\.com|mega\.nz|transfernow\.net|smash\.com))/([^\s<>\"']{1,500})"
)
_ANYONE = re.compile(r"^(?:1drv\.ms|(?:www\.)?dropbox\.com|we\.tl|(?:\w+\.)?wetransfer\.com|mega\.nz|(?:\w+\.)?transfernow\.net|(?:\w+\.)?smash\.com)$")  # fmt: skip


def read(passage: Passage) -> list[Hit]:
    """Invitations and shares; of a share the host, and whether anybody with the link may open it."""
    text = passage.folded
    if not passage.seen.may("link") or "." not in text or "/" not in text:
        return []
    found = [
        Hit(kind="whatsapp-invite", start=m.start(), end=m.end(), value=m[0], masked="chat.whatsapp.com/…", why="a link into a WhatsApp group or chat")
        for m in _WHATSAPP.finditer(text)
    ]  # fmt: skip
    return found + [_share(match) for match in _SHARED.finditer(text) if _is_file(match)]


def _is_file(match: re.Match[str]) -> bool:
    host, path = match[1], match[2]
    if host.endswith("sharepoint.com"):
        return path.startswith(":") or "guestaccess" in path or "sharinglink" in path or "/personal/" in path
    return not host.endswith("icloud.com") or path.startswith(("iclouddrive", "sharedalbum"))


def _share(match: re.Match[str]) -> Hit:
    anyone = bool(_ANYONE.match(match[1])) or "guestaccess" in match[2] or "authkey=" in match[2]
    return Hit(
        kind="share-link",
        start=match.start(),
        end=match.end(),
        value=match[0],
        masked=match[1],
        score=0.9 if anyone else 0.6,
        strength=Strength.FULL if anyone else Strength.WEAK,
        why="anyone with the link may open it" if anyone else "the link does not say who may open it",
    )
