"""One look for many marks says what a search for each would say, and the quick ways that ask it first miss nothing."""

import re
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.extract import carried, html, labels, pdf_versions, tables, thread, xlsx_xml, xml
from detectors.extract.marks import Marks
from detectors.extract.protection import ooxml
from detectors.extract.protection import pdf as pdf_lock
from detectors.extract.reading import Reading
from detectors.limits import Limits

SPACE = re.compile(rb">[ \t\n\r\x0b\x0c]*[^< \t\n\r\x0b\x0c]")
# What stood in the place of each look before there was one.
PLAIN = {
    "text": lambda d: SPACE.search(d) is not None,
    "telling": lambda d: any(name.encode() + b'="' in d for name in xml._ALWAYS),
    "runs": lambda d: any(mark in d for mark, _ in xml._RUN_ENDS),
    "declared": lambda d: b"<!" in d or b"<?" in d,
    "quoted": lambda d: b"='" in d,
    "apart": lambda d: re.search(rb"[ \t\r\n]=|=[ \t\r\n]", d) is not None,
}
ODD = {
    "declared": rb"<[!?]",
    "spaced": rb"[ \t\r\n]>",
    "quoted": rb"='",
    "apart": rb"[ \t\r\n]=|=[ \t\r\n]",
    "control": rb"[\x00-\x08\x0b\x0c\x0e-\x1f]",
    "prefixes": rb"xmlns:\w*[.\x80-\xff-]",
}
ATTRIBUTES = {
    "open": rb"=\"[^\"<>]*>",
    "signs": rb"[ \t\r\n](r|s|t|min|max|hidden|sheet|numFmtId)=\"[^\"<>]*&",
}
MARKS = st.sampled_from(
    [b">", b"<", b" ", b"\n", b"<!", b"<!--", b"-->", b"<![CDATA[", b"<!DOCTYPE", b"='", b'author="', b' title="', b"</w:t></w:r>", b"</t></r>", b"<text:span", b"<cp IX=",
     b"%PDF-1.", b"Rar!\x1a\x07\x00", b"7z\xbc\xaf\x27\x1c\x00", b"PK\x05\x06", b"PK\x03\x04", b"%%EOF", b"/Encrypt", b"/XRef", b"/ObjStm", b"MSIP_Label_", b"clbl:label",
     b'<c r="', b"<c r = 'A1'", b'r="A&#49;"', b"xmlns:x-y", b"<?x ", b' t="', b'">', b'="', b"&amp;",
     b"sheetProtection", b"Amara Okafor, 14 May 2014", "Amara Okafor, 14 May 2014".encode("utf-16-le"), b"\0", b"\x0b", b"\xa0"]
)  # fmt: skip
PIECES = st.lists(MARKS | st.binary(max_size=30), max_size=20).map(b"".join)


@given(PIECES)
def test_the_marks_of_xml_are_those_that_searches_find(data):
    assert xml._MARKS.within(data) == {name for name, stands in PLAIN.items() if stands(data)}


@given(PIECES)
def test_the_other_marks_are_those_that_searches_find(data):
    assert xlsx_xml._ODD.within(data) == {name for name, pattern in ODD.items() if re.search(pattern, data)}
    assert xlsx_xml._ATTRIBUTES.within(data) == {
        name for name, pattern in ATTRIBUTES.items() if re.search(pattern, data)
    }
    assert bool(ooxml._MARKS.within(data)) == (b"sheetProtection" in data)
    assert bool(pdf_lock._MARKS.within(data)) == any(m in data for m in (b"/Encrypt", b"/ObjStm", b"/XRef"))
    assert bool(pdf_versions._TWO_ENDS.within(data)) == (data.count(b"%%EOF") > 1)
    assert bool(labels._WORDS.within(data)) == any(
        m in data for m in (b"MSIP_Label_", b"mipLabelMetadata", b"clbl:label")
    )


@given(PIECES)
def test_the_marks_of_what_is_carried_are_those_that_searches_find(data):
    starts, end = carried._STARTS.search(data) is not None, carried._END in data
    assert carried._MARKS.within(data) == ({"starts"} if starts else set()) | ({"end"} if end else set())
    classes = data.translate(carried._CLASS)
    narrow, wide = b"a" * carried._RUN in classes, b"a\0" * carried._RUN in classes
    assert carried._RUNS.within(data) == ({"narrow"} if narrow else set()) | ({"wide"} if wide else set())


@pytest.mark.parametrize(
    "start",
    [b"", b"<?xml version='1.0' encoding='UTF-8'?>", b"<?xml a='<!'?>", b"<!-- ?> -->", b"<a b='c'/>"],
)
@given(middle=PIECES)
def test_a_sweep_finds_what_it_found_without_marks(start, middle):
    """Beside the way that takes words and telling attributes for granted."""
    data = start + b"<a>" + middle + b"</a>"
    whole, out = xml.joined(data), Reading(Limits())
    marks = {name for name, stands in PLAIN.items() if stands(whole)} | {"text", "telling"}
    if xml._is_simple(whole, marks):
        for quiet in (False, True):
            said = xml._sweep_quickly(whole, marks, always=frozenset(), quiet=quiet)
            assert xml.sweep(data, out, quiet=quiet) == said


ODD_SPACES = "\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2005\u200a\u2028\u2029\u202f\u205f\u3000"


@given(st.text(st.sampled_from("ab \t\n\u2030\ud800é€" + ODD_SPACES) | st.characters()))
def test_odd_gaps_are_those_that_splitting_would_change(text):
    """A cell is tidy if joining its words with single spaces gives the same cell."""
    cells = text.replace("\n", "\t").split("\t")
    assert tables._odd_gap(text) == any(" ".join(cell.split()) != cell for cell in cells)
    assert bool(tables._EMPTY_CELLS.within(text.encode("utf-8", "surrogatepass"))) == ("" in cells[1:-1])


LINES = st.sampled_from(
    ["Dear all,", "-- ", "--", "> Amara", "| Amara", " >> on", "On Monday, Sam wrote:", "On 3 May 2025 at 10:00 Sam", "Am Montag schrieb Sam:", "Le lundi Sam a écrit :",
     "-----Original Message-----", "________________________", "Begin forwarded message:", "From: Sam", "*FROM:* Sam", "Sent: Monday", "To: Amara", "Sent from my phone", "Get Outlook for iOS", "", "\t"]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=12), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_a_body_without_signs_of_others_is_its_senders(lines, end):
    text = end.join(lines)
    with mock.patch.object(thread, "_SIGNS", mock.Mock(within=lambda _: {"some"})):
        plainly = thread.blocks(text)
    assert thread.blocks(text) == plainly


@given(st.lists(st.text(st.sampled_from("ab \xa0\t\n\r\f\u2003") | st.characters(), max_size=20), max_size=4))
def test_the_lines_of_a_page_are_those_that_patterns_make(pieces):
    text = re.sub(r"[ \xa0]*\n[ \xa0]*", "\n", "".join(pieces))
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"\t\n+", "\t", text)).strip()
    assert html._lines(pieces) == text
    assert [html._SPACE.sub(" ", p) for p in pieces] == [re.sub(r"[ \t\r\n\f]+", " ", p) for p in pieces]


def test_nothing_stands_in_nothing():
    assert Marks(some=b"a").within(b"") == set()
