"""What a picture, a film or a text carries that is not its own: runs of print, and documents that begin inside."""

import re
from collections.abc import Iterator
from itertools import islice

from detectors.extract import prose
from detectors.extract.marks import Marks
from detectors.extract.transfer import is_file

# Each byte as what it is: print, nothing, or else. Searching that for a run is ten times as fast as a pattern.
_CLASS = bytes(ord("a") if 0x20 <= c < 0x7F or c in b"\t\r\n" else c and ord("x") for c in range(256))
_RUN = 24  # letters: packed bytes hold no such run but by a chance of one in ten milliards
_STARTS = re.compile(
    rb"%PDF-1\.|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|Rar!\x1a\x07[\x00\x01]|7z\xbc\xaf\x27\x1c\x00"
)
_STEP = 4_096  # units that are passed over at once
WINDOW = 1_000_000  # bytes looked at together
_END = b"PK\x05\x06"
_MARKS = Marks(starts=_STARTS.pattern, end=_END)  # what must stand somewhere before it is looked for
_RUNS = Marks(narrow=rb"[\x20-\x7e\t\r\n]{24}", wide=rb"(?:[\x20-\x7e\t\r\n]\x00){24}")
MOST = (
    4  # documents that are cut out of one file at once; each is read whole, and the last is searched for more
)


def runs(data: bytes) -> str:
    """Every long run of printable bytes, narrow and wide, each once."""
    some = _RUNS.within(data)
    found = [data[a:b].decode("ascii") for a, b in _runs(data, b"a")] if "narrow" in some else []
    if "wide" in some:
        found += [data[a:b].decode("utf-16-le") for a, b in _runs(data, b"a\0")]
    return "\n".join(dict.fromkeys(found))


def sentences(data: bytes) -> str:
    """Those long runs in which words stand in a row: what is left of it where programs write, too."""
    return "\n".join(run for run in runs(data).splitlines() if prose.longest(run) > 1)


def _runs(data: bytes, unit: bytes) -> Iterator[tuple[int, int]]:
    """Where one unit stands in a row often enough. Looked for window by window: a film is never there once more as classes."""
    first, shortest = 0, len(unit) * _RUN
    while first < len(data):
        classes = data[first : first + WINDOW].translate(_CLASS)
        end, at = 0, classes.find(unit * _RUN)
        while at >= 0:
            end = _end(classes, unit, at + shortest)
            if end + len(unit) > len(classes):  # it may go on
                end = _beyond(data, unit, first + end) - first
            yield first + at, first + end
            at = classes.find(unit * _RUN, end)
        first += max(end, len(classes) - shortest + 1, 1)


def _beyond(data: bytes, unit: bytes, end: int) -> int:
    """The end of a run that reaches the end of its window."""
    while more := _end(data[end : end + WINDOW].translate(_CLASS), unit, 0):
        end += more
    return end


def _end(classes: bytes, unit: bytes, end: int) -> int:
    """Where the units end that stand in a row from there on."""
    while classes.startswith(unit * _STEP, end):
        end += len(unit) * _STEP
    while classes.startswith(unit, end):
        end += len(unit)
    return end


def after_pdf(data: bytes) -> str:
    """Print behind the last end of a PDF."""
    end = data.rfind(b"%%EOF")
    return runs(data[end:]) if end >= 0 else ""


def documents(data: bytes) -> tuple[list[bytes], bool]:
    """Documents that begin behind the start of the bytes, and whether more begin inside the last of them.

    An archive at the very end is the walk's to find.
    """
    some = _MARKS.within(memoryview(data)[1:])
    if not some:
        return [], False
    starts = [m.start() for m in islice(_STARTS.finditer(data, 1), MOST + 1)] if "starts" in some else []
    front = [data[: starts[0]]] if starts and data.startswith(b"%PDF-") else []
    ends = data.rfind(_END, 0, max(0, len(data) - 66_000)) if "end" in some else -1
    if ends > 0 and (first := data.find(b"PK\x03\x04")) > 0:
        front.append(data[first : ends + 22])
    found = front + [data[at:] for at in starts[:MOST]]
    return [inner for inner in found if is_file(inner)], len(starts) > MOST
