"""What a message is besides people: log-ins, links, conduct; and files that are told by their name, type and content together."""

import re
from collections.abc import Callable, Sequence

from detectors.findings import Finding, Part, Strength, Where
from detectors.recognize import conduct, credentials, links
from detectors.recognize.hits import Hit, Passage

_CTF_NAME = re.compile(r"(?<!\d)\d{3}(?:\d{4}|llll) ctf \d{3}(?:\d{4}|llll) \d{3}\.xml")
_CTF_TEXT = re.compile(r"<ctfile\b|<ctfpupildata\b|\bctfpupildata\b|\bctfversion\b")
_MEDIA = re.compile(
    r"\.(?:mp3|m4a|wav|flac|aac|ogg|mp4|m4v|mov|avi|mkv|wmv|webm|epub|mobi|azw3?|exe|msi|dmg|apk|iso|cbz)$"
)
_ABOUT_CHILDREN_IN_GENERAL = re.compile(
    r"\b(?:policy|policies|procedure|training|newsletter|leaflet|guidance|statement|template|poster|slides)\b"
)
_CP_NAME = re.compile(r"\bcp (?:file|chronology|plan|conference)\b|\bchronology\b|\bcpoms\b|\bmyconcern\b")
_PHOTO = re.compile(
    r"\b(?:photo|photos|photograph|photographs|picture|pictures|pic|pics|image|images|snap)\b"
)
_LETTER = frozenset({Where.BODY, Where.SUBJECT})
_RULE_FIELDS = frozenset(
    {"x-forwarded-to", "x-forwarded-for", "x-ms-exchange-inbox-rules-loop", "resent-from"}
)
_ASKS = re.compile(r"^method: ?(?:request|reply|cancel|counter)\b", re.MULTILINE)
_WRITERS = frozenset({"from", "reply-to", "sender"})
PHOTO_BYTES = 40_000  # smaller pictures are signatures and signs
CP_WORDS = 3  # different words of child protection that make a document a child protection file


def read(passage: Passage) -> list[Hit]:
    """What a passage alone can tell."""
    if passage.seen.words == {}:  # the first pass saw no word of any list
        return _transfer_file(passage)
    return [
        *credentials.read(passage),
        *links.read(passage),
        *conduct.read(passage),
        *_transfer_file(passage),
    ]


def _transfer_file(passage: Passage) -> list[Hit]:
    named = passage.extract.where is Where.FILENAME
    rooted = passage.extract.place.casefold() == "ctfile"  # the name of the first element
    match = (_CTF_NAME if named else _CTF_TEXT).search(passage.folded) if "ctf" in passage.folded else None
    if match is None and not rooted:
        return []
    start, end = match.span() if match else (0, 0)
    why = (
        "its name is that of a common transfer file"
        if named
        else "its content is that of a common transfer file"
    )
    return [Hit(kind="ctf-file", start=start, end=end, masked="CTF", why=why)]


def published(passage: Passage) -> bool:
    """Whether a document is tagged as published: its names are public already."""
    place = passage.extract.place.casefold()
    return any(w in place for w in ("keyword", "tag", "categor", "propert")) and "published" in passage.folded


def of_message(passages: Sequence[Passage], parts: Sequence[Part], found: Sequence[Finding]) -> list[Finding]:
    """What needs all passages of a part, and its type, together."""
    by_part: dict[str, list[Passage]] = {}
    for one in passages:
        if one.extract.where in {Where.ATTACHMENT, Where.FILENAME}:
            by_part.setdefault(one.extract.part, []).append(one)
    named = [f for f in found if f.kind == "pupil-name" and f.strength is Strength.FULL and not f.quoted]
    results = [_child_protection(path, of_part) for path, of_part in by_part.items()]
    results += [_forwarded(passages), _invitation(passages, parts)]
    for part in parts:
        results.append(_media(part, by_part.get(part.path, [])))
        results.append(_picture(part, named, passages))
    return [finding for finding in results if finding is not None]


def _forwarded(passages: Sequence[Passage]) -> Finding | None:
    """The header fields that rules of mailboxes leave, and people who forward do not."""
    for one in passages:
        name = one.extract.place.casefold()
        marked = name in _RULE_FIELDS or (name == "auto-submitted" and "auto-forwarded" in one.folded)
        if one.extract.where is Where.HEADER and marked:
            return Finding(
                kind="auto-forward-header", recognizer="files", part=one.extract.part, where=Where.HEADER,
                place=one.extract.place, why="a field that only a forwarding rule writes",
            )  # fmt: skip
    return None


def _invitation(passages: Sequence[Passage], parts: Sequence[Part]) -> Finding | None:
    """A meeting that somebody asks for or answers, in the name of the address that wrote: a calendar file alone is none."""
    calendars = {p.path for p in parts if p.declared == "text/calendar" or p.sniffed == "ics"}
    writers = _addresses(passages, lambda p: p.extract.place.casefold() in _WRITERS)
    for one in passages:
        if one.extract.part in calendars and _ASKS.search(one.folded):
            people = {h.value for h in one.hits if h.kind == "email-address" and _takes_part(one, h)}
            if not people or people & writers:
                return Finding(
                    kind="calendar-invite", recognizer="files", part=one.extract.part, where=Where.ATTACHMENT,
                    why="the message asks for a meeting or answers",
                )  # fmt: skip
    return None


def _addresses(passages: Sequence[Passage], of: Callable[[Passage], bool]) -> set[str]:
    return {h.value for p in passages if of(p) for h in p.hits if h.kind == "email-address"}


def _takes_part(one: Passage, hit: Hit) -> bool:
    left, right = one.line_span(hit.start)
    return one.folded.startswith(("organizer", "attendee"), left, right)


def _child_protection(path: str, passages: Sequence[Passage]) -> Finding | None:
    hits = [h for p in passages for h in p.hits]
    people = [h for h in hits if h.kind in {"pupil-name", "unlisted-name"}]
    names = [p.folded for p in passages if p.extract.where is Where.FILENAME]
    if not people or any(_ABOUT_CHILDREN_IN_GENERAL.search(name) for name in names):
        return None
    words = {h.value for h in hits if {"safeguarding", "strong"} <= h.tags}
    if len(words) < CP_WORDS and not (words and any(_CP_NAME.search(name) for name in names)):
        return None
    why = f"{max(1, len(words))} words of child protection with a person"
    return Finding(
        kind="child-protection-file",
        recognizer="files",
        part=path,
        where=Where.ATTACHMENT,
        score=0.9,
        why=why,
    )


def _media(part: Part, passages: Sequence[Passage]) -> Finding | None:
    if part.role is not Where.ATTACHMENT:
        return None
    named = any(_MEDIA.search(p.folded.strip()) for p in passages if p.extract.where is Where.FILENAME)
    if not named and part.declared.split("/")[0] not in {"audio", "video"}:
        return None
    return Finding(
        kind="copyright-media", recognizer="files", part=part.path, where=Where.ATTACHMENT, score=0.5,
        why="sound, film, a book or a program: somebody may hold the rights",
    )  # fmt: skip


def _picture(part: Part, named: Sequence[Finding], passages: Sequence[Passage]) -> Finding | None:
    if part.declared.split("/")[0] not in {"image", "video"} and part.sniffed not in {"jpeg", "png", "gif", "heic", "webp", "tiff", "bmp", "image"}:  # fmt: skip
        return None
    beside = next((f for f in named if f.part == part.path), None)
    if beside is None and part.size >= PHOTO_BYTES:
        meant = next((f for f in named if f.where in _LETTER), None)
        beside = meant if meant is not None and any(_of_photos(p) for p in passages) else None
    if beside is None:
        return None
    return Finding(
        kind="pupil-image-named", recognizer="files", part=part.path, where=Where.ATTACHMENT, score=0.8,
        person=beside.person, masked=beside.masked, fingerprint=beside.fingerprint, strength=Strength.FULL,
        why="a picture and a pupil's full name in its name, its caption or the message",
    )  # fmt: skip


def _of_photos(passage: Passage) -> bool:
    return passage.extract.where in _LETTER and _PHOTO.search(passage.folded) is not None
