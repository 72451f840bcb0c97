"""SVG: drawing programs place letters one by one; letters that stand on one line are one text again."""

from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from detectors.extract import xml
from detectors.extract.reading import Node, Reading, Unreadable

_TEXT = frozenset({"text", "tspan"})
_SHORT = 3  # letters: longer pieces are words of their own


@dataclass(slots=True)
class _Piece:
    """A text element, and where it stands as far as it says."""

    x: float
    y: float
    text: list[str] = field(default_factory=list)


def read(node: Node, out: Reading) -> None:
    """What any XML file says, then the lines that were drawn letter by letter."""
    xml.read(node, out)
    try:
        lines = _lines(_pieces(node.data, out))
    except Unreadable:  # the sweep above has said so
        return
    out.text(node, "\n".join(lines), place="drawn letter by letter")


def _pieces(data: bytes, out: Reading) -> list[_Piece]:
    found: list[_Piece] = []
    open_: list[_Piece] = []

    def start(name: str, attributes: xml.Attributes) -> None:
        if name in _TEXT:
            around = open_[-1] if open_ else _Piece(0.0, 0.0)
            piece = _Piece(
                _number(attributes.get("x"), around.x) + _number(attributes.get("dx"), 0.0),
                _number(attributes.get("y"), around.y),
            )
            open_.append(piece)
            found.append(piece)

    def end(name: str) -> None:
        if name in _TEXT and open_:
            open_.pop()

    def text(words: str) -> None:
        if open_:
            open_[-1].text.append(words)

    xml.walk(data, out, start, end, text)
    return found


def _number(value: str | None, default: float) -> float:
    try:
        return float((value or "").replace(",", " ").split()[0].removesuffix("px"))
    except (ValueError, IndexError):
        return default


def _lines(pieces: list[_Piece]) -> list[str]:
    """Runs of short pieces of one height, joined; a wide step is a space."""
    lines: list[str] = []
    run: list[_Piece] = []
    for piece in [*pieces, _Piece(0.0, 0.0, ["\0" * (_SHORT + 1)])]:
        text = "".join(piece.text).strip()
        if not text:
            continue
        if len(text) <= _SHORT and (not run or piece.y == run[-1].y):
            run.append(piece)
            continue
        if len(run) > 1:
            lines.append(_joined(run))
        run = [piece] if len(text) <= _SHORT else []
    return lines


def _joined(run: list[_Piece]) -> str:
    steps = [b.x - a.x for a, b in pairwise(run)]
    wide = 1.4 * median(steps)
    letters = ["".join(piece.text).strip() for piece in run]
    return letters[0] + "".join(
        (" " if step > wide > 0 else "") + letter for step, letter in zip(steps, letters[1:], strict=True)
    )
