"""One presidio AnalyzerEngine with our own registry: its recognizers run over candidate windows only; our own scoring judges."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from detectors.recognize.patterns import SHAPES, Shape

BATCH = 8_000  # letters per call: presidio compares its results pairwise, so calls stay small
MARK = "\n\x1e\n"  # between windows; no shape reaches over it


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of text around a candidate: where it begins in its passage, and which shapes may stand in it."""

    text: str = field(repr=False)
    offset: int
    shapes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Value:
    """A value whose shape and check are right, with its place in the passage."""

    shape: Shape
    start: int
    end: int


@dataclass(slots=True)
class Engine:
    """The analyzer and its table."""

    analyzer: Any
    shapes: dict[str, Shape]
    calls: int = 0

    def read(self, windows: Sequence[Window]) -> list[Value]:
        """The values in all windows of one passage, in batches."""
        return [value for batch in _batches(windows) for value in self._batch(batch)]

    def _batch(self, windows: Sequence[Window]) -> Iterator[Value]:
        wanted = frozenset[int]().union(*(w.shapes for w in windows))
        starts: list[int] = []
        pieces: list[str] = []
        size = 0
        for window in windows:
            starts.append(size)
            pieces += (window.text, MARK)
            size += len(window.text) + len(MARK)
        self.calls += 1
        results = self.analyzer.analyze(
            text="".join(pieces),
            language="en",
            entities=[name for n, name in enumerate(self.shapes) if n in wanted],
            score_threshold=0.01,
        )
        for result in results:
            n = bisect_right(starts, result.start) - 1
            if result.end - starts[n] <= len(windows[n].text):
                move = windows[n].offset - starts[n]
                yield Value(self.shapes[result.entity_type], result.start + move, result.end + move)


def _batches(windows: Sequence[Window]) -> Iterator[Sequence[Window]]:
    start, size = 0, 0
    for n, window in enumerate(windows):
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

    from detectors.recognize.presidio import NoLanguage, OwnScoring, recognizer  # noqa: PLC0415

    shapes = {f"{shape.kind}.{n}".upper(): shape for n, shape in enumerate(SHAPES)}
    registry = RecognizerRegistry(recognizers=[recognizer(name, shape) for name, shape in shapes.items()])
    analyzer = AnalyzerEngine(
        registry=registry,
        nlp_engine=NoLanguage(),
        supported_languages=["en"],
        context_aware_enhancer=OwnScoring(0.0, 0.0, 0, 0),
    )
    return Engine(analyzer, shapes)
