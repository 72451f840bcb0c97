"""The first pass leaves nothing out: with it and without it the findings are the same."""

import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.recognize import conduct, content, credentials, first_pass, identifiers, links, sensitive
from detectors.recognize.evidence import HEADING
from detectors.recognize.fold import clean
from detectors.recognize.hits import passage
from detectors.recognize.matcher import prepare
from detectors.recognize.patterns import SHAPES
from tests.support.people import SCHOOL, body

PIECES = [
    "sam at gmail dot com", "sam (at) mail [dot] example.com", "a_b @ gmail. com", "sam@ yahoo.com", " at ", " dot ", "gmail", "\u1680", "[at]", "(dot)", "com",
    "0161 496 0123", "+44 7700 900123", "AB123456C", "ab 12 34 56 c", "943 476 5919", "9434765919", "12-34-56", "12345678", "12 34 56",
    "GB29 NWBK 6016 1331 9268 19", "4111 1111 1111 1111", "378282246310005", "14/05/2014", "2014-05-14", "3rd of March 2012", "March 3rd, 2012",
    "SW1A 1AA", "sw1a1aa", "a.b_c@mail.example.org", "_x@b.example", "é@münchen.example", "N999000123001", "MORGA657054SM9IJ", "681990012058G", "12/34567",
    "RP 1234567", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", "001234567890", "log-in: a/b1234", "user_name = x | S3cret!", "password is Tiger-4",
    "Wi\u2011Fi key: abcd1234", "https://chat.whatsapp.com/AbCdEf123", "www.dropbox.com/s/x1", "forward this to ten people", "shit", "sort code", "account", "passport",
    "NHS", "trn", "dbs", "born", "£", "’", "_", "-", "—", ".", "/", "\u0663", "\uff11", "\t", "\n", " ", " ", " ", "x", "7", "1234", "(0)", "<", "\u200b", "ſ", "ı", "🙂",
    "adm no 4213", "AdmNo: 004213", "pupil's\tnumber ", "learner ref", "look at school. We go", "Re: ", "Name\t", "\n\tPupil name:", "subject -", "4213",
]  # fmt: skip


def hits(text, *, gated):
    one = first_pass.looked(body(text)) if gated else passage(body(text))
    return [
        sorted(map(repr, identifiers.read(one, prepare(SCHOOL).admissions))),
        *(reader.read(one) for reader in (conduct, credentials, links, content)),
    ]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_the_gate_changes_no_hit(text):
    """Whatever stands beside whatever, with and without a first pass the hits are equal."""
    assert hits(text, gated=True) == hits(text, gated=False)


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_the_gate_knows_every_heading(text):
    """Lines such as "Re:" are read only where the first pass saw one."""
    one = first_pass.looked(body(text))
    assert one.seen.may("heading") or not HEADING.search(one.folded)


@settings(deadline=None)
@given(st.text(alphabet="0123456789 -/.()+@abcP<RN\n\té’_", max_size=120))
def test_the_gate_changes_no_hit_among_figures(text):
    """The same for any run of figures and the marks between them."""
    assert hits(text, gated=True) == hits(text, gated=False)


TERMS = sorted({term.value for group in sensitive.load().listed for term in group})


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([*TERMS, " ", " ", " ", "-", "é", "s", "1", "\n", ".", "_", "'"]), max_size=24
    ).map("".join)
)
def test_the_terms_of_the_first_pass_are_those_of_the_automaton(text):
    """In the same order, whatever stands inside or beside whatever."""
    terms = sensitive.load()
    for written in (text, text.upper()):
        assert terms.read(first_pass.looked(body(written))) == terms.read(passage(body(written)))


def test_every_term_is_plain():
    """The first pass knows no other letters."""
    assert all(term.isascii() for term in TERMS)


def test_a_cleaned_text_has_no_digits_of_another_script():
    """The first pass knows 0 to 9 alone; it once had a way of its own for others, which no text could take."""
    digits = [letter for letter in map(chr, range(sys.maxunicode + 1)) if letter.isdecimal()]
    assert len(digits) > 600
    assert re.fullmatch(r"[0-9]+", clean("é".join(digits)).replace("é", ""))
    assert re.fullmatch(r"[0-9e]+", passage(body("é".join(digits))).folded)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s.kind)
def test_the_wider_pattern_has_no_assertions(shape):
    """The first pass has no look-around: what is left of one would not compile, or match less."""
    assert not re.search(r"\(\?<?[!=]", first_pass.wider(shape.regex))
