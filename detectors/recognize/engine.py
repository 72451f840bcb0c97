"""One presidio AnalyzerEngine with our own registry: its recognizers run over candidate windows only; our own scoring judges."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from detectors.recognize.patterns import SHAPES, Shape

BATCH = (
    8_000  # letters per call: presidio goes through all results once for each recognizer, so calls stay small
)
MARK = "\n\x1e\n"  # between windows; no shape reaches over it
LONGEST = 50  # letters of a value, but for
REACH = {"bank-account": 80, "email-address": 0}  # 0: the first pass tells where it begins, not where it ends

Span = tuple[int, int, int]  # from, to, and where the last value ends at the latest


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of text around candidates: where it begins in its passage, and where in the passage values of each shape may end; with no place told, anywhere."""

    text: str = field(repr=False)
    offset: int
    ends: Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Value:
    """A value whose shape and check are right, with its place in the passage."""

    shape: Shape
    start: int
    end: int


Asked = tuple[Window, list[Value]]  # and where its values go


@dataclass(slots=True)
class Engine:
    """The analyzer and its table."""

    analyzer: Any
    places: Callable[[Mapping[str, Sequence[Span]]], Any]  # as presidio hands them to its recognizers
    shapes: dict[str, Shape]
    calls: int = 0

    def read(self, windows: Sequence[Sequence[Window]]) -> list[list[Value]]:
        """The values of each passage, all windows of a message in one call; in batches when they are many."""
        found: list[list[Value]] = [[] for _ in windows]
        flat = [(window, values) for some, values in zip(windows, found, strict=True) for window in some]
        for batch in _batches(flat):
            self._batch(batch)
        return found

    def _batch(self, windows: Sequence[Asked]) -> None:
        names = list(self.shapes)
        spans: dict[str, list[Span]] = {}
        starts: list[int] = []
        pieces: list[str] = []
        size = 0
        for window, _ in windows:
            starts.append(size)
            pieces += (window.text, MARK)
            for n, ends in window.ends.items():
                spans.setdefault(names[n], []).extend(_spans(n, ends, window, size))
            size += len(window.text) + len(MARK)
        self.calls += 1
        results = self.analyzer.analyze(
            text="".join(pieces),
            language="en",
            entities=list(spans),
            score_threshold=0.01,
            nlp_artifacts=self.places(spans),
        )
        for result in results:
            n = bisect_right(starts, result.start) - 1
            window, values = windows[n]
            if result.end - starts[n] <= len(window.text):
                move = window.offset - starts[n]
                values.append(Value(self.shapes[result.entity_type], result.start + move, result.end + move))


def _spans(shape: int, ends: Sequence[int], window: Window, start: int) -> Iterator[Span]:
    """Where a recognizer must look in the joined text, which has the window at `start`. One look for places that lie together: what begins before one of them may end at the next."""
    move, roof = start - window.offset, start + len(window.text)
    reach = REACH.get(SHAPES[shape].kind, LONGEST)
    if not ends or not reach:
        yield start, roof, roof
        return
    first = last = ends[0]
    for end in ends:
        if end - reach > last:
            yield max(start, first + move - reach), min(roof, last + move + reach + 1), last + move
            first = end
        last = end
    yield max(start, first + move - reach), min(roof, last + move + reach + 1), last + move


def _batches(windows: Sequence[Asked]) -> Iterator[Sequence[Asked]]:
    start, size = 0, 0
    for n, (window, _) in enumerate(windows):
        if size and size + len(window.text) > BATCH:
            yield windows[start:n]
            start, size = n, 0
        size += len(window.text) + len(MARK)
    if start < len(windows):
        yield windows[start:]


@cache
def engine() -> Engine:
    """The one engine of a process, made at the first candidate: importing presidio takes a second."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415  slow

    from detectors.recognize.presidio import NoLanguage, OwnScoring, Places, recognizer  # noqa: PLC0415

    shapes = {f"{shape.kind}.{n}".upper(): shape for n, shape in enumerate(SHAPES)}
    registry = RecognizerRegistry(recognizers=[recognizer(name, shape) for name, shape in shapes.items()])
    analyzer = AnalyzerEngine(
        registry=registry,
        nlp_engine=NoLanguage(),
        supported_languages=["en"],
        context_aware_enhancer=OwnScoring(0.0, 0.0, 0, 0),
    )
    return Engine(analyzer, Places, shapes)
