"""No raw value of a person leaves recognition: not in findings, their reprs, labels or errors."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.recognize.labels import mask_label
from tests.support.people import SCHOOL, body, document, file_name, find, subject, table

PLANTED = (
    "Amelia", "Thompson", "Millie", "N999000123001", "999 000 0018", "9990000018", "AB 12 34 56 C", "AB123456C", "07700 900123",
    "7700900123", "sarahgreen84", "14/05/2014", "2014-05-14", "Sunshine42", "66374958", "LS1 4AP", "004213", "Liam", "4111 1111 1111 1111",
)  # fmt: skip
SENTENCES = (
    "Amelia Thompson (4B) has autism.", "UPN N999000123001", "NHS no 999 000 0018", "NI AB 12 34 56 C", "ring me on 07700 900123",
    "mail sarahgreen84@gmail.com", "DOB 14/05/2014", "The wifi password is Sunshine42", "sort code 08-99-99 account 66374958",
    "12 High Street, LS1 4AP", "Adm no 004213", "card 4111 1111 1111 1111", "Millie Thompson", "Thompson, Amelia 4B",
    "https://school.sharepoint.com/:x:/g/Amelia_Thompson", "sam at gmail dot com", "Amelia: strategy meeting, s.47",
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8), st.sampled_from(["\n", " ", "\t", "\n\n"])
)
def test_findings_carry_no_value(sentences, joint):
    """Whatever stands in the text, repr(findings) has none of it."""
    text = joint.join(sentences)
    rows = [(s, s) for s in sentences]
    shown = repr(
        find(subject(text), body(text), document(text), file_name(text), table(("Name", "Note"), rows))
    )
    assert not [value for value in PLANTED if value.casefold() in shown.casefold()]


def test_extracts_and_hits_hide_their_text():
    """A repr in a traceback says nothing either."""
    from detectors.recognize import identifiers
    from detectors.recognize.first_pass import looked
    from detectors.recognize.matcher import prepare
    from detectors.recognize.recognition import read

    one = looked(body("\n".join(SENTENCES)))
    read(one, identifiers.values([one])[0], prepare(SCHOOL), "")
    assert not [value for value in PLANTED if value in repr(one) + repr(prepare(SCHOOL))]


def test_labels_are_masked():
    """File names show the kind of thing, not the person."""
    for name in (
        "Amelia Thompson EHCP.xlsx",
        "AmeliaThompson.pdf",
        "thompson_amelia_N999000123001.docx",
        "2014 Khan, Mohammed.pdf",
    ):
        shown = mask_label(name, SCHOOL).casefold()
        assert not [v for v in ("amelia", "thompson", "n999", "khan", "mohammed") if v in shown]
        assert shown.endswith(name[-4:])
    assert mask_label("Spring menu.pdf", SCHOOL) == "Spring menu.pdf"


def test_equal_values_join_by_fingerprint():
    """The same address in two spellings has one fingerprint; another kind of value never has the same."""
    found = find(body("sarahgreen84@gmail.com and Sarah.Green84@googlemail.com"))
    prints = {f.fingerprint for f in found if f.kind == "email-address"}
    assert prints == {SCHOOL.fingerprints.of("email", "sarahgreen84@gmail.com")}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.integers(0, 1 << 30))
def test_any_text_can_be_read(text, seed):
    """No text makes recognition fail, wherever a name is put into it."""
    at = random.Random(seed).randrange(len(text) + 1)
    found = find(body(text[:at] + "\n\nAmelia Thompson\n\n" + text[at:]), subject(text), file_name(text))
    assert any(f.kind == "pupil-name" and f.person == "p1" for f in found)
