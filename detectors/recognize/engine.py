"""One presidio AnalyzerEngine with our own registry: its recognizers run over candidate windows only; our own scoring judges."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from detectors.recognize.checksums import compact
from detectors.recognize.patterns import SHAPES, Shape

BATCH = 8_000  # letters per call: presidio compares its results pairwise, so calls stay small
MARK = "\n\x1e\n"  # between windows; no shape reaches over it
AS_WRITTEN = frozenset({"date-of-birth", "phone"})  # checked with their separators


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of text around a candidate: where it begins in its passage, and which gates opened it."""

    text: str = field(repr=False)
    offset: int
    gates: frozenset[str]


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
        gates = frozenset[str]().union(*(w.gates for w in windows))
        starts, pieces, size = [], [], 0
        for window in windows:
            starts.append(size)
            pieces += (window.text, MARK)
            size += len(window.text) + len(MARK)
        self.calls += 1
        results = self.analyzer.analyze(
            text="".join(pieces),
            language="en",
            entities=[name for name, shape in self.shapes.items() if shape.gate in gates],
            score_threshold=0.01,
        )
        for result in results:
            n = bisect_right(starts, result.start) - 1
            shape, move = self.shapes[result.entity_type], windows[n].offset - starts[n]
            if result.end - starts[n] <= len(windows[n].text) and shape.gate in windows[n].gates:
                yield Value(shape, result.start + move, result.end + move)


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
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry  # noqa: PLC0415  slow
    from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine  # noqa: PLC0415

    class NoLanguage(NlpEngine):  # type: ignore[misc]
        """No model: shapes need no grammar, and nothing is ever downloaded."""

        def load(self) -> None:
            """Nothing to load."""

        def is_loaded(self) -> bool:
            return True

        def process_text(self, text: str, language: str) -> NlpArtifacts:  # noqa: ARG002  presidio's signature
            return NlpArtifacts([], [], [], [], None, language)

        def process_batch(
            self, texts: Iterable[str], language: str, **_: Any
        ) -> Iterator[tuple[str, NlpArtifacts]]:
            return ((text, self.process_text(text, language)) for text in texts)

        def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002  presidio's signature
            return False

        def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002  presidio's signature
            return False

        def get_supported_entities(self) -> list[str]:
            return []

        def get_supported_languages(self) -> list[str]:
            return ["en"]

    class OwnScoring(ContextAwareEnhancer):  # type: ignore[misc]
        """presidio's own enhancer takes quadratic time; `identifiers.score` judges instead."""

        def enhance_using_context(self, text: str, raw_results: list[Any], *_: Any, **__: Any) -> list[Any]:  # noqa: ARG002
            return raw_results

    class Checked(PatternRecognizer):  # type: ignore[misc]
        """A row of our table; a value that fails its check is no value."""

        def __init__(self, name: str, shape: Shape) -> None:
            self.shape = shape
            super().__init__(
                name, patterns=[Pattern(name, shape.regex, 0.5)], name=name, global_regex_flags=re.NOFLAG
            )

        def invalidate_result(self, pattern_text: str) -> bool:
            check = self.shape.check
            value = pattern_text if self.shape.kind in AS_WRITTEN else compact(pattern_text)
            return check is not None and not check(value)

    shapes = {f"{shape.kind}.{n}".upper(): shape for n, shape in enumerate(SHAPES)}
    registry = RecognizerRegistry(recognizers=[Checked(name, shape) for name, shape in shapes.items()])
    analyzer = AnalyzerEngine(
        registry=registry,
        nlp_engine=NoLanguage(),
        supported_languages=["en"],
        context_aware_enhancer=OwnScoring(0.0, 0.0, 0, 0),
    )
    return Engine(analyzer, shapes)
