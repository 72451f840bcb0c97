"""The template of the workers holds presidio without spaCy, and finds what presidio with spaCy finds."""

import json
import subprocess
import sys

import pytest

LOADED = "import json, sys\n{load}\nprint(json.dumps([{value}]))"
FINDINGS = """
from detectors.scan import scan
from detectors.warmth import EMPTY, SAMPLE
found = [(f.kind, f.recognizer, f.part, f.place, f.score, f.count, f.fingerprint) for f in scan(SAMPLE, EMPTY).findings]
"""
LEAN = "from detectors.recognize.modelless import load_presidio\nload_presidio()"
WHOLE = "import spacy\n" + LEAN


def told(load: str, value: str) -> object:
    """What a process of its own says, once it has loaded this."""
    program = LOADED.format(load=load, value=value)
    return json.loads(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout)


def test_spacy_stays_out() -> None:
    kept = "*(name in sys.modules for name in ('spacy', 'thinc', 'numpy', 'presidio_analyzer'))"
    assert told(LEAN, kept) == [False, False, False, True]


def test_so_does_what_presidio_brings_that_is_never_used() -> None:
    names = ("tldextract", "requests", "pydantic", "yaml", "presidio_analyzer.predefined_recognizers")
    assert told(LEAN + FINDINGS, f"*(name in sys.modules for name in {names})") == [False] * len(names)


def test_who_imports_it_afterwards_gets_the_real_ones() -> None:
    load = (
        LEAN
        + "\nimport presidio_analyzer, pydantic\nfrom presidio_analyzer.predefined_recognizers import CreditCardRecognizer"
    )
    card = "CreditCardRecognizer().analyze('4012888888881881', ['CREDIT_CARD'])[0].end"
    assert told(load, f"{card}, pydantic.TypeAdapter(int).validate_python('7')") == [16, 7]


def test_the_findings_are_those_of_the_whole() -> None:
    lean, whole = told(LEAN + FINDINGS, "*found"), told(WHOLE + FINDINGS, "*found")
    assert lean == whole
    assert lean


@pytest.mark.slow
def test_who_imports_spacy_afterwards_gets_the_real_one() -> None:
    load = LEAN + "\nfrom detectors.recognize.ner import NamesFinder"
    assert told(load, "NamesFinder().people(['Amelia Thompson lives in Leeds.'])") == [[[[0, 15]]]]


@pytest.mark.slow
def test_a_presidio_that_needs_more_than_names_is_loaded_whole() -> None:
    needing = "import detectors.recognize.modelless as m\nm._absent = None\nm.load_presidio()"
    assert told(needing, "*(name in sys.modules for name in ('spacy', 'presidio_analyzer'))") == [True, True]
