"""Header fields of a message, changed one by one: the others keep their bytes, their order and their folding."""

import re
from collections.abc import Callable, Iterable, Sequence
from email.header import Header
from email.headerregistry import Address, HeaderRegistry

from detectors.directory.people import Directory
from detectors.extract.extracts import Extract
from detectors.extract.headers import words
from detectors.findings import Strength, Where
from detectors.recognize.hits import passage
from detectors.recognize.matcher import prepare

_FIELD = re.compile(rb"[^\r\n:]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n?")
SUBJECTS = (b"subject", b"thread-topic")  # Outlook repeats the subject in Thread-Topic
_REGISTRY = HeaderRegistry()
LINE = 76


def fields(block: bytes) -> list[bytes]:
    """The fields of a header block with their line ends; joined they are the block again."""
    found, at = [], 0
    for match in _FIELD.finditer(block):
        if match.start() > at:
            found.append(block[at : match.start()])
        found.append(match[0])
        at = match.end()
    return [*found, block[at:]] if at < len(block) else found


def name_of(field: bytes) -> bytes:
    """The field's name in lower case."""
    return field.partition(b":")[0].strip().lower()


def changed(block: bytes, change: Callable[[bytes, bytes], bytes | None]) -> bytes:
    """The block with each field as `change` (name, field) leaves it; None takes it away."""
    kept = (change(name_of(field), field) if b":" in field else field for field in fields(block))
    return b"".join(field for field in kept if field is not None)


def initialled(text: str, directory: Directory) -> str:
    """The text with pupils' names as initials: "A.T. and her reading"."""
    one = passage(Extract(part="0", where=Where.SUBJECT, place="subject", text=text))
    hits = [
        hit
        for hit in prepare(directory).names.read(one)
        if hit.kind == "pupil-name" and hit.strength is not Strength.PARTIAL
    ]
    shown, end = [], 0
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if hit.start >= end:
            letters = [word[0] for word in hit.masked.split() if word[:1].isalpha()]
            shown += [one.text[end : hit.start], "".join(f"{letter}." for letter in letters) or "…"]
        end = max(end, hit.end)  # of two names that share words nothing stays
    return "".join([*shown, one.text[end:]])


def without_tags(field: bytes, tags: Iterable[str]) -> bytes:
    """A subject field without these words, however they are written; the same bytes where none stands there."""
    name, _, value = field.partition(b":")
    text = words(value.decode("ascii", "surrogateescape")).strip()
    bare = text
    for tag in tags:
        bare = re.sub(rf"{re.escape(tag)}\s*", "", bare, flags=re.IGNORECASE)
    return field if bare == text else _written_anew(name, bare.strip())


def with_initials(field: bytes, directory: Directory) -> bytes:
    """A subject field with initials; the same bytes where it names nobody."""
    name, _, value = field.partition(b":")
    text = words(value.decode("ascii", "surrogateescape")).strip()
    better = initialled(text, directory)
    return field if better == text else _written_anew(name, better)


def _written_anew(name: bytes, text: str) -> bytes:
    title = name.decode("ascii", "replace")
    charset = "us-ascii" if text.isascii() else "utf-8"
    folded = Header(text, charset, header_name=title, maxlinelen=LINE).encode(linesep="\r\n")
    return name + b": " + folded.encode("ascii") + b"\r\n"


def without(field: bytes, hidden: Iterable[str]) -> bytes | None:
    """A To or Cc field without these addresses; To keeps an empty group, Cc goes when nobody is left."""
    gone = {address.lower() for address in hidden}
    name, _, value = field.partition(b":")
    text = re.sub(r"\r?\n(?=[ \t])", "", value.decode("utf-8", "replace")).strip()
    addresses: Sequence[Address] = getattr(_REGISTRY(name.decode("ascii", "replace"), text), "addresses", ())
    left = [one for one in addresses if one.addr_spec.lower() not in gone]
    if len(left) == len(addresses):
        return field
    if not left:
        return name + b": undisclosed-recipients:;\r\n" if name_of(field) == b"to" else None
    return name + b": " + ",\r\n ".join(map(_written, left)).encode("utf-8") + b"\r\n"


def _written(address: Address) -> str:
    if address.display_name.isascii():
        return str(address)
    return f"{Header(address.display_name, 'utf-8').encode(linesep='')} <{address.addr_spec}>"
