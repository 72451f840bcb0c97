"""The mails that a thread quotes: whose addresses stand in their heads, and what of them the readers of this message have not seen."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from detectors.extract.extracts import Extract
from detectors.findings import Where
from detectors.recognize.addresses import EMAIL, normalise_email
from detectors.recognize.hits import Hit, Passage

IN_HEAD = (
    "it stands in the head of a quoted mail"  # why an address is told: its owner wrote that mail, or got it
)
_MARKS = ">| \t\r*"
_NAMED = re.compile(r"[>| \t*]{0,12}(?:from|to|cc|sender|reply-to|von|an|de|o|at)[ \t*]{0,3}:", re.IGNORECASE)
_FIELD = re.compile(
    r"[>| \t*]{0,12}(?:from|to|cc|bcc|sender|reply-to|sent|date|subject|importance|attachments?|von|an|gesendet|datum|betreff|de|envoyé|objet|o|at|anfonwyd|dyddiad|pwnc)[ \t*]{0,3}:",
    re.IGNORECASE,
)
_FROM = re.compile(r"[>| \t*]{0,12}(?:from|von|de|o)[ \t*]{0,3}:", re.IGNORECASE)
_BEGINS = re.compile(r"[>| \t]{0,12}(?:On|Le|Am|Ar) \S")
_WROTE = re.compile(r"\b(?:wrote|a écrit|schrieb|ysgrifennodd)[ \t]*:[ \t]*$")
_GOES_ON = re.compile(r"[>| \t]{0,12}<")
_LONGEST = 20_000  # letters of a line: a list of recipients has fewer
_LINES = 3  # over which "On Monday, Sam <sam@…> wrote:" may be broken


@dataclass(frozen=True, slots=True)
class Line:
    """A line that says who wrote a quoted mail, or who got it; `head` is where the head of that mail begins."""

    head: int
    start: int
    end: int


def lines_of_heads(text: str) -> Iterator[Line]:
    """The fields From, To and Cc, however many lines they have, and "On Monday, Sam <sam@…> wrote:"."""
    at, head = 0, -1
    named = more = False  # whether a line is of such a field, and whether it ends in the middle of a list
    begun, lines = 0, _LINES  # where "On Monday" stands, and how many lines ago
    for line in text.split("\n"):
        first, last, end = line[:200], line[-200:].rstrip("\r"), at + len(line)
        named = bool(_NAMED.match(first) or (named and (more or _GOES_ON.match(first))))
        more = last.endswith((",", ";"))
        if not (named or _FIELD.match(first) or not first.strip(_MARKS)):
            head = -1
        elif _FROM.match(first) or (head < 0 and first.strip(_MARKS)):
            head = at
        begun, lines = (at, 0) if _BEGINS.match(first) else (begun, lines + 1)
        if named:
            yield Line(head, at, min(end, at + _LONGEST))
        elif lines < _LINES and _WROTE.search(last):
            yield Line(begun, begun, min(end, begun + _LONGEST))
            lines = _LINES
        at = end + 1


def in_heads(passage: Passage) -> list[Hit]:
    """The hits of a passage, the addresses in the heads of quoted mails told apart."""
    extract = passage.extract
    if not (extract.quoted and extract.where is Where.BODY) or "@" not in passage.text:
        return passage.hits
    lines = sorted(lines_of_heads(_as_shown(passage)), key=lambda line: line.start)
    starts = [line.start for line in lines]

    def within(hit: Hit) -> bool:
        n = bisect_right(starts, hit.start) - 1
        return hit.kind == "email-address" and n >= 0 and hit.start < lines[n].end

    return [replace(hit, why=IN_HEAD) if within(hit) else hit for hit in passage.hits]


def _as_shown(passage: Passage) -> str:
    """The text, letter for letter, with the lines that a reader counts."""
    ends = [*passage.shown[1:], len(passage.text) + 1] if passage.shown else []
    pieces = (passage.text[start : end - 1] for start, end in zip(passage.shown, ends, strict=True))
    return "\n".join(pieces) if passage.shown else passage.text


def unseen_as_own(extracts: Sequence[Extract], own: Collection[str]) -> Sequence[Extract]:
    """The extracts; what a thread quotes above the newest mail that a reader outside wrote or got is new to them, as the sender's own words are.

    A teacher who answers a parent below what colleagues wrote to one another sends them that, too.
    """
    if not any(e.quoted and e.where is Where.BODY for e in extracts):
        return extracts
    readers = _readers(extracts, own)
    if not readers:
        return extracts
    met: set[str] = {e.part for e in extracts if _thread(e) and _first(e.text, readers) >= 0}
    told: list[Extract] = []
    past: set[str] = set()  # parts whose rest the readers know
    for one in extracts:
        if not _thread(one) or one.part not in met or one.part in past:
            told.append(one)
            continue
        cut = _first(one.text, readers)
        above = one.text if cut < 0 else one.text[:cut]
        if above.strip():
            told.append(replace(one, text=above, quoted=False))
        if cut >= 0:
            past.add(one.part)
            told.append(
                replace(one, text="\n" * above.count("\n") + one.text[cut:])
            )  # lines keep their numbers
    return told


def _thread(extract: Extract) -> bool:
    return extract.quoted and extract.where is Where.BODY and extract.table is None


def _first(text: str, readers: frozenset[str]) -> int:
    """Where the first head begins that names one of them; -1 for none."""
    if "@" not in text:
        return -1
    named = (
        (line.head, m[0]) for line in lines_of_heads(text) for m in EMAIL.finditer(text, line.start, line.end)
    )
    return next((head for head, address in named if normalise_email(address) in readers), -1)


def _readers(extracts: Iterable[Extract], own: Collection[str]) -> frozenset[str]:
    """Who outside the school stands in To and Cc."""
    fields = (e.text for e in extracts if e.where is Where.HEADER and e.place.casefold() in {"to", "cc"})
    found = {normalise_email(m[0]) for text in fields for m in EMAIL.finditer(text)}
    return frozenset(a for a in found if a and a.rpartition("@")[2] not in own)
