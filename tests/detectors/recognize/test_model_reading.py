"""The language model reads a few words around each possible name; what it finds so is what it finds in whole lines, one at a time."""

import random
import re
from collections.abc import Sequence
from itertools import islice

import pytest

from bench.detection import first, second
from bench.detection.school import directory
from bench.detection.third import corpus as third
from detectors.findings import Finding
from detectors.recognize import ner
from detectors.recognize.hits import Hit, Passage
from detectors.recognize.ner import NamesFinder
from detectors.scan import scan
from tests.support.people import Listed, body, find, kinds

PAIR = re.compile(
    r"[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)?[ \t]{1,3}(?:(?:de|van|al|bin|el|la|von|der|den)[ -])?[^\W\d_a-z][\w'’-]+"
)
CHILDREN = ["Liam Brown", "Chidera Obi", "Agnieszka Nowak", "Mary-Kate O'Neill", "Harpreet Dhillon", "Ethan Clarke", "Sofia Rossi", "Noah Patel", "Grace Kinglow", "Callum MacLeod"]  # fmt: skip
WORDS = [
    "Please",
    "note",
    "that",
    "the",
    "school",
    "office",
    "on",
    "Monday",
    "will",
    "send",
    "letters",
    "home",
    "about",
    "trips",
    "and",
    "lunches",
    "because",
    "the",
    "hall",
    "is",
    "closed",
    "until",
    "Friday",
    "and",
    "staff",
    "meet",
    "there",
    "at",
    "noon",
]
TELLING = ["has autism", "was diagnosed with ADHD", "has an EHCP", "takes medication for epilepsy", "is on a child protection plan", "self-harm was reported"]  # fmt: skip


@pytest.fixture(scope="module")
def finder() -> NamesFinder:
    return NamesFinder()


class Plain:
    """The slow way: each line by itself."""

    def __init__(self, finder: NamesFinder) -> None:
        self.finder = finder
        self.letters = 0

    def people(self, lines: Sequence[str]) -> list[list[tuple[int, int]]]:
        self.letters += sum(map(len, lines))
        return [self.finder.people([line])[0] for line in lines]


def whole_lines(passage: Passage, telling: Sequence[Hit]) -> list[tuple[int, int]]:
    """Every line near a telling word that has two capitalised words nobody knows."""
    known = [(h.start, h.end) for h in passage.hits if h.kind == "pupil-name"]
    wanted = {span: None for hit in telling for span in ner._lines_near(passage, hit)}
    if telling:
        wanted |= {
            passage.line_span(m.start()): None for m in islice(ner.HEADING.finditer(passage.folded), 5)
        }
    return [
        (left, right) for left, right in wanted
        if any(not any(s <= left + m.start() < e for s, e in known) for m in PAIR.finditer(passage.text[left:right]))
    ]  # fmt: skip


def letters(seed: int, count: int) -> list[str]:
    """Letters about children on no list: the name early or late, in long lines and short."""
    rng, made = random.Random(seed), []
    for _ in range(count):
        before, after = (" ".join(rng.choices(WORDS, k=rng.choice((0, 3, 12, 40)))) for _ in range(2))
        made.append(f"{before}. {rng.choice(CHILDREN)} {rng.choice(TELLING)}. {after}".strip(". "))
    return made


def told(found: Sequence[Finding]) -> list[tuple[str, str, int]]:
    return sorted(
        (f.kind, f.fingerprint, f.level) for f in found if f.kind in {"unlisted-name", "personal-data"}
    )


@pytest.mark.slow
def test_letters_about_strangers_are_read_as_in_whole_lines(finder, monkeypatch):
    """The few words around a name are enough: at least as many children are found, and none is lost."""
    texts = letters(7, 60)
    quick = [told(find(body(text), nlp=finder)) for text in texts]
    monkeypatch.setattr(ner, "_candidates", whole_lines)
    slow = [told(find(body(text), nlp=Plain(finder))) for text in texts]
    assert [(t, q, s) for t, q, s in zip(texts, quick, slow, strict=True) if not set(s) <= set(q)] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "corpus", [first.corpus, second.corpus, third.corpus], ids=["first", "second", "third"]
)
def test_the_labelled_sets_have_the_same_findings_either_way(finder, corpus, monkeypatch):
    """Every twentieth message of each set: equal findings, in the same order."""
    school, samples = corpus()
    people, some = directory(school), samples[::20]
    quick = [scan(s.raw, people, nlp=finder).findings for s in some]
    monkeypatch.setattr(ner, "_candidates", whole_lines)
    assert quick == [scan(s.raw, people, nlp=Plain(finder)).findings for s in some]


def test_equal_lines_are_read_once_for_a_message():
    """The HTML says what the text said."""
    model = Listed("Liam Brown")
    text = "Liam Brown has autism."
    found = find(body(text), body(text), nlp=model)
    assert model.lines == [text]
    assert sum(f.kind == "unlisted-name" for f in found) == 2


def test_days_and_lessons_are_no_names():
    """Two capitals that can be no name are not worth a reading."""
    model = Listed()
    find(
        body("On Monday Wednesday and Friday: Maths English Science. Autism is taught in Year Six."),
        nlp=model,
    )
    assert model.lines == []


def test_the_words_around_a_name_are_whole_and_few():
    model = Listed("Liam Brown")
    filler = "so the trip went well and all came home again " * 7
    find(body(f"{filler}and then Liam Brown had his autism {filler}"), nlp=model)
    (line,) = model.lines
    assert "Liam Brown had his" in line
    assert len(line) < 160
    assert set(line.split()) <= set(f"{filler} and then Liam Brown had his autism".split())


@pytest.mark.parametrize("benefit", ["Universal Credit", "Housing Benefit", "Disability Living Allowance"])
def test_a_benefit_is_nobody(benefit):
    """Beside "free school meals" the model took Universal Credit for a child."""
    text = f"You may be entitled to free school meals if you get {benefit}."
    assert "unlisted-name" not in kinds(body(text), nlp=Listed(benefit))
