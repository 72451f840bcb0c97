"""Read one file, or one message, as a worker would; what tests of extractors share."""

from detectors.extract.extracts import Extract
from detectors.extract.reading import Node, Reading
from detectors.extract.walk import drain, read_message, try_locks
from detectors.findings import Where
from detectors.limits import Limits


def read_file(name: str, data: bytes, limits: Limits | None = None, *, declared: str = "") -> Reading:
    """The file as if it were attached to a message."""
    out = Reading(limits=limits or Limits())
    root = Node(path="0", data=b"", type="eml")
    out.nodes.append(root)
    out.child(root, data, name=name, declared=declared)
    drain(out)
    try_locks(out)
    drain(out)
    return out


def message(raw: bytes, limits: Limits | None = None) -> Reading:
    """A whole message."""
    return read_message(raw, limits or Limits())


def text(out: Reading) -> str:
    """All that was read, but file names."""
    return "\n".join(e.text for e in out.extracts if e.where is not Where.FILENAME)


def kinds(out: Reading) -> set[str]:
    """The kinds of all findings."""
    return {f.kind for f in out.findings}


def at(out: Reading, needle: str) -> list[Extract]:
    """The extracts that hold a needle."""
    return [e for e in out.extracts if needle in e.text]
