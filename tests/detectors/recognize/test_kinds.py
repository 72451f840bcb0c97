"""Every kind has its words and its row in the docs; nothing is found that is no kind; every recognizer has a case."""

from pathlib import Path

from detectors import terms
from detectors.kinds import KINDS
from detectors.recognize.patterns import SHAPES
from tests.support.people import body, file_name, find, header, subject

DOCS = Path(__file__).parents[3] / "docs"


def test_docs_have_exactly_one_row_per_kind():
    rows = [
        line.split("`")[1]
        for line in (DOCS / "findings.md").read_text("utf-8").splitlines()
        if line.startswith("| `")
    ]
    assert sorted(rows) == sorted(KINDS)


def test_every_shape_is_a_kind_with_a_case():
    """A row of the table without a case of its own is not finished."""
    cases = (Path(__file__).parent / "test_identifiers.py").read_text("utf-8")
    for shape in SHAPES:
        assert shape.kind in KINDS
        assert f'("{shape.kind}", ' in cases.replace("(\n        ", "(")


def test_only_known_kinds_are_found():
    text = "Amelia Thompson autism UPN N999000123001 password: Abc123 07700 900123 a@gmail.com 14/05/2014"
    found = find(subject(text), body(text), file_name(text), header("From", text))
    assert {f.kind for f in found} <= set(KINDS)
    assert all(f.why for f in found)


def test_word_lists_say_their_version():
    """Each data file begins with its version; any change changes the version of all."""
    folder = Path(terms.__file__).parent
    for file in folder.glob("*.txt"):
        assert file.read_text("utf-8").startswith("# version "), file.name
    assert len(terms.version()) == 12
