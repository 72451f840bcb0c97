"""Our pieces for presidio: no language model, no context enhancer of its own, and recognizers made from our table."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from presidio_analyzer import Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from detectors.recognize.checksums import compact
from detectors.recognize.patterns import Shape

AS_WRITTEN = frozenset({"date-of-birth", "phone"})  # checked with their separators


class NoLanguage(NlpEngine):
    """No model: shapes need no grammar, and nothing is ever downloaded."""

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:  # noqa: ARG002  presidio's signature
        nothing: Any = []
        return NlpArtifacts([], nothing, [], [], None, language)

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = 1,  # noqa: ARG002  presidio's signature
        n_process: int = 1,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
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


class OwnScoring(ContextAwareEnhancer):
    """presidio's own enhancer takes quadratic time; `identifiers.score` judges instead."""

    def enhance_using_context(self, text: str, raw_results: list[Any], *_: Any, **__: Any) -> list[Any]:  # noqa: ARG002
        return raw_results


class Places(NlpArtifacts):
    """What presidio hands to every recognizer beside the text: no grammar, but where each has to look."""

    def __init__(self, spans: Mapping[str, Sequence[tuple[int, int, int]]]) -> None:
        nothing: Any = []
        super().__init__([], nothing, [], [], None, "en")
        self.spans = spans


class Checked(PatternRecognizer):
    """A row of our table; a value that fails its check is no value."""

    def __init__(self, name: str, shape: Shape) -> None:
        self.row, self.shape = name, shape
        pattern = Pattern(name, shape.regex, 0.5)
        super().__init__(name, patterns=[pattern], name=name, global_regex_flags=re.NOFLAG)
        self.pattern = re.compile(shape.regex)
        self.origin = {
            RecognizerResult.RECOGNIZER_NAME_KEY: name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002  presidio's signature
        nlp_artifacts: Any = None,
        regex_flags: int | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """The values in the places where the first pass saw one: whole windows cost five times as much."""
        found: list[RecognizerResult] = []
        for left, right, last in nlp_artifacts.spans[self.row]:
            for match in self.pattern.finditer(text, left, right):
                start, end = match.span()
                if end <= last and not self.invalidate_result(match[0]):
                    found.append(
                        RecognizerResult(self.row, start, end, 0.5, recognition_metadata=self.origin)
                    )
                if end >= last:
                    break
        return found

    def invalidate_result(self, pattern_text: str) -> bool:
        check = self.shape.check
        value = pattern_text if self.shape.kind in AS_WRITTEN else compact(pattern_text)
        return check is not None and not check(value)


def recognizer(name: str, shape: Shape) -> PatternRecognizer:
    """The recognizer of one row."""
    return Checked(name, shape)
