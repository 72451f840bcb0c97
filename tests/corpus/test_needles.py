"""Every needle in every hiding place is found, and the page docs/reading-matrix.md says no more and no less."""

from pathlib import Path

import pytest

from detectors.findings import Read
from tests.corpus.made import CONVERSIONS, MADE, Made, convert
from tests.corpus.reading import read_file

PAGE = Path(__file__).parents[2] / "docs" / "reading-matrix.md"


def missing(made: Made) -> list[str]:
    """Places whose needle was not found."""
    out = read_file(made.name, made.data)
    everything = "\n".join(e.text for e in out.extracts)
    flat = everything.replace("_", " ")
    return [
        place for place, needle in made.needles.items() if needle not in everything and needle not in flat
    ]


@pytest.fixture(scope="session")
def sources() -> dict[str, Made]:
    return {form: make() for form, make in MADE.items()}


@pytest.mark.parametrize("form", MADE)
def test_every_needle_is_found(form, sources):
    assert missing(sources[form]) == []


@pytest.mark.parametrize("form", MADE)
def test_a_whole_document_is_read_whole(form, sources):
    out = read_file(sources[form].name, sources[form].data)
    assert out.nodes[1].read is Read.WHOLE
    assert not [f for f in out.findings if f.kind.startswith(("unreadable", "protected"))]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "other", "drops"), CONVERSIONS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_needle_is_found_in_what_libreoffice_writes(form, other, drops, sources):
    made = convert(sources[form], other, drops)
    assert missing(made) == []


def test_the_page_says_what_the_corpus_proves(sources):
    assert PAGE.read_text(encoding="utf-8") == page(sources), "run: python -m tests.corpus.matrix"


def page(sources: dict[str, Made]) -> str:
    """The matrix as a page: a row for each place, a column for each format."""
    from tests.corpus.matrix import render

    return render(sources)


def test_half_of_the_corpus_at_least_is_of_other_programs():
    """A reader that is proved by its own writer proves nothing; `python -m tests.corpus.matrix` prints the count."""
    from tests.corpus.matrix import HAND, programs

    by = programs()
    assert by.total() - by[HAND] >= by[HAND]
    assert by.total() >= 200
