"""The cost of reading does not grow with the directory: a trust of 100,000 pupils reads its mail like a village school."""

import random
import time

import pytest

from detectors.directory import Directory, Pupil
from detectors.extract.extracts import Extract
from detectors.findings import Where
from detectors.fingerprints import Fingerprints
from detectors.recognize import name_index, name_tables, sensitive
from detectors.recognize.hits import passage
from detectors.recognize.name_rules import NameReader

SYLLABLES = [
    "ba",
    "den",
    "ker",
    "sha",
    "mo",
    "lin",
    "ton",
    "ford",
    "wes",
    "har",
    "gre",
    "pat",
    "el",
    "ros",
    "king",
    "nor",
    "mc",
    "kin",
    "ley",
    "son",
    "by",
    "sea",
    "cop",
    "dra",
]
ORDINARY = [
    "the",
    "trip",
    "to",
    "the",
    "zoo",
    "is",
    "on",
    "friday",
    "please",
    "bring",
    "a",
    "packed",
    "lunch",
    "and",
    "a",
    "coat",
    "we",
    "will",
    "be",
    "back",
    "by",
    "three",
    "in",
    "the",
    "afternoon",
    "your",
    "child",
    "needs",
    "a",
    "reading",
    "book",
    "for",
    "class",
    "and",
    "the",
    "hall",
    "is",
    "booked",
    "for",
    "parents",
    "evening",
    "so",
    "thank",
    "you",
    "for",
    "your",
    "help",
    "with",
    "the",
    "summer",
    "fair",
    "this",
    "year",
]


def word(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((2, 3, 4)))).capitalize()


def roll(size: int) -> tuple[Pupil, ...]:
    chance = random.Random(5)
    return tuple(
        Pupil(id=f"p{n}", legal_forename=word(chance), legal_surname=word(chance), class_name="4B")
        for n in range(size)
    )


def reader(pupils: tuple[Pupil, ...]) -> NameReader:
    directory = Directory(
        school_names=("Example",),
        domains=("example.sch.uk",),
        fingerprints=Fingerprints(b"k" * 32),
        pupils=pupils,
    )
    return name_tables.reader(directory, name_index.build(directory), sensitive.load())


def cost(of: NameReader, text: str) -> tuple[float, int]:
    ready = passage(Extract(part="0", where=Where.BODY, text=text))
    best, found = 99.0, 0
    for _ in range(4):
        started = time.process_time()
        found = len(of.read(ready))
        best = min(best, time.process_time() - started)
    return best, found


@pytest.mark.slow
def test_a_hundred_times_the_pupils_cost_the_same():
    """The same text, a name at every 60th word: within a factor of 1.5, and the same names found."""
    pupils = roll(100_000)
    chance = random.Random(9)
    words = [
        f"{p.legal_forename} {p.legal_surname}"
        if n % 60 == 0 and (p := chance.choice(pupils[:1_000]))
        else chance.choice(ORDINARY)
        for n in range(120_000)
    ]
    text = " ".join(words)
    few, found_few = cost(reader(pupils[:1_000]), text)
    many, found_many = cost(reader(pupils), text)
    assert found_few == found_many == 2_000
    assert many < 1.5 * few
