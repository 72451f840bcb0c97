"""Where the parts of a message stand in its bytes: offsets for surgery, each proved by the hash that the scan recorded."""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from itertools import pairwise

from detectors.extract import headers, transfer

DEPTH = 20  # multiparts inside multiparts
PARTS = 2_000
_BLANK = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part that holds no other MIME part; the root of a message without parts is one too."""

    start: int  # of its header block
    body: int  # where its content begins
    end: int  # behind its content
    cut_from: int = -1  # the delimiter line above it; -1 for a root
    cut_to: int = -1  # the delimiter line below it
    siblings: int = 0  # parts of the multipart that holds it

    def content(self, raw: bytes) -> bytes:
        """The decoded bytes, as the scan saw them."""
        return transfer.content(message_from_bytes(raw[self.start : self.end]))

    def is_part(self, raw: bytes, sha256: str) -> bool:
        """Whether this is the part with that hash."""
        return hashlib.sha256(self.content(raw)).hexdigest() == sha256


def head_end(raw: bytes, start: int = 0, end: int | None = None) -> int:
    """Where the content begins behind a header block: after the first empty line."""
    stop = len(raw) if end is None else end
    if raw[start : start + 2] == b"\r\n":
        return start + 2
    if raw[start : start + 1] == b"\n":
        return start + 1
    found = _BLANK.search(raw, start, stop)
    return found.end() if found else stop


def leaves(raw: bytes) -> list[Leaf]:
    """The leaves in the order in which they stand: the n-th is the part "0/n" of a scan."""
    found: list[Leaf] = []
    _walk(raw, Leaf(0, head_end(raw), len(raw)), found, 0)
    return found


def _walk(raw: bytes, entity: Leaf, found: list[Leaf], depth: int) -> None:
    head = message_from_bytes(raw[entity.start : entity.body])
    boundary = head.get_boundary("")
    multipart = headers.media_type(head).startswith("multipart/") and boundary
    parts = _parts(raw, entity, str(boundary)) if multipart and depth < DEPTH else []
    if not parts:
        found.append(entity)
    for part in parts:
        if len(found) < PARTS:
            _walk(raw, part, found, depth + 1)


def _parts(raw: bytes, entity: Leaf, boundary: str) -> list[Leaf]:
    """The parts between delimiter lines; the line break before a delimiter belongs to it (RFC 2046 §5.1.1)."""
    mark = re.escape(boundary.encode("ascii", "surrogateescape"))
    line = re.compile(rb"(?:(?<=\n)|\A)--" + mark + rb"(--)?[ \t]*(?:\r?\n|\Z)")
    window = raw[entity.body : entity.end]
    marks, closed = [], False
    for match in line.finditer(window):
        marks.append((match.start() + entity.body, match.end() + entity.body))
        closed = bool(match[1])
        if closed:
            break
    if marks and not closed:
        marks.append((entity.end, entity.end))  # the last part reaches to the end
    return [
        Leaf(above[1], head_end(raw, above[1], _ending(raw, above[1], below[0])), _ending(raw, above[1], below[0]),
             cut_from=above[0], cut_to=below[0], siblings=len(marks) - 1)
        for above, below in pairwise(marks)
    ]  # fmt: skip


def _ending(raw: bytes, start: int, delimiter: int) -> int:
    if delimiter >= start + 2 and raw[delimiter - 2 : delimiter] == b"\r\n":
        return delimiter - 2
    return delimiter - 1 if delimiter > start and raw[delimiter - 1 : delimiter] == b"\n" else delimiter
