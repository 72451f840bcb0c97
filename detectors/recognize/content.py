"""What a message is besides people: credentials, transfer files, invitations, shared links, and word lists of conduct."""

from collections.abc import Sequence

from detectors.findings import Finding, Part
from detectors.recognize.hits import Hit, Passage


def read(passage: Passage) -> list[Hit]:
    return []


def of_message(passages: Sequence[Passage], parts: Sequence[Part], found: Sequence[Finding]) -> list[Finding]:
    return []


def published(passage: Passage) -> bool:
    """Whether a document is tagged as published: its names are public already."""
    place = passage.extract.place.casefold()
    return any(w in place for w in ("keyword", "tag", "categor", "propert")) and "published" in passage.folded
