"""The detection bench's sets stay what they were, and what is found in them never falls below the floors."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path

import pytest

from bench.detection import first, second
from bench.detection.fifth import corpus as fifth
from bench.detection.fourth import corpus as fourth
from bench.detection.sample import Sample, School
from bench.detection.school import directory
from bench.detection.score import NAMES, NUMBERS, Score, measure
from bench.detection.seventh import corpus as seventh
from bench.detection.sixth import corpus as sixth
from bench.detection.third import corpus as third
from detectors.recognize.ner import NamesFinder

ROOT = Path(__file__).parents[2]
FLOORS = tomllib.loads((ROOT / "tests/detectors/floors.toml").read_text("utf-8"))
FROZEN = tomllib.loads((ROOT / "bench/detection/frozen.toml").read_text("utf-8"))
CORPORA = {
    "first": first.corpus, "second": second.corpus, "third": third.corpus, "fourth": fourth.corpus, "fifth": fifth.corpus,
    "sixth": sixth.corpus, "seventh": seventh.corpus,
}  # fmt: skip

pytestmark = pytest.mark.slow
with_floors = pytest.mark.parametrize("name", list(FLOORS))


@cache
def corpus(name: str) -> tuple[School, list[Sample]]:
    return CORPORA[name]()


@cache
def score(name: str) -> Score:
    school, samples = corpus(name)
    return measure(samples, directory(school), NamesFinder())


@pytest.mark.parametrize("name", list(CORPORA))
def test_the_set_is_the_one_that_was_frozen(name):
    """A set that follows the code proves nothing."""
    assert hashlib.sha256(b"".join(s.raw for s in corpus(name)[1])).hexdigest() == FROZEN[name]


@with_floors
def test_names_and_identifiers_are_found_and_nothing_else_is(name):
    """Recall and precision of full names in subjects, and of identifiers in bodies and attachments."""
    kinds = score(name).kinds
    for kind, floor in ((NAMES, "names"), (NUMBERS, "identifiers")):
        assert kinds[kind].recall >= FLOORS[name][floor]["recall"], kind
        assert kinds[kind].precision >= FLOORS[name][floor]["precision"], kind


@with_floors
def test_every_naming_culture_is_protected_alike(name):
    """No culture's names are found much less often than the others'."""
    floor = FLOORS[name]["culture"]
    low = [
        culture
        for culture, tally in score(name).cultures.items()
        if tally.recall < floor["recall"] or tally.precision < floor["precision"]
    ]
    assert low == []


@with_floors
def test_ordinary_mail_is_let_go(name):
    """Newsletters, orders, notes to a child's own parent and all the traps."""
    assert score(name).held_per_thousand <= FLOORS[name]["held_per_thousand"]
