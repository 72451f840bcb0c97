"""Long base64 is looked at piece by piece: what is said of its lines is what the whole of it says."""

import binascii
from unittest.mock import patch

import pybase64
from hypothesis import given
from hypothesis import strategies as st

from detectors.extract import transfer
from detectors.extract.message import LINES as LONG
from detectors.extract.message import Part, Stretch, parse

LINES = st.lists(st.text("AB=+ \t\x1c\udcff", max_size=9), max_size=12).flatmap(
    lambda lines: st.lists(
        st.sampled_from(["\n", "\r\n", "\n\n"]), min_size=len(lines), max_size=len(lines)
    ).map(lambda ends: "".join(a + b for a, b in zip(lines, ends, strict=True)))
)


@given(LINES, st.text("AB=", max_size=5), st.integers(1, 8))
def test_pieces_say_what_the_whole_says(lines: str, last: str, size: int) -> None:
    """No line is cut or lost, and only the very last one may be uneven."""
    text = (lines + last).encode("utf-8", "surrogateescape")
    whole, stands = text.split(), Stretch(b"--\n" + text + b"\n--", 3, 3 + len(text))
    with patch.object(transfer, "PIECE", size):
        assert [line for piece in transfer.pieces(stands) for line in piece.split()] == whole
        assert transfer.uneven(stands) == any(len(line) % 4 for line in whole[:-1])


@given(st.binary(max_size=60) | st.text("AB+/=\r\n \t", max_size=60).map(str.encode))
def test_padding_in_the_middle_is_seen(raw: bytes) -> None:
    """The quick way is taken for the same content as ever: without padding but at the end."""
    end = raw.find(b"=")
    assert (end < 0 or not raw[end:].strip(b"=\r\n \t")) == (b"=" not in raw.rstrip(b"=\r\n \t"))


@given(
    st.one_of(st.binary(max_size=200), st.text("ABz09+/-_\r\n \t\0é", max_size=200).map(str.encode)),
    st.text("= \r\n\t", max_size=6),
)
def test_the_quick_decoder_says_what_the_standard_library_says(letters: bytes, end: str) -> None:
    """Where padding stands at the end alone, and nowhere else is it asked."""

    def said(decode, raw):
        try:
            return decode(raw)
        except binascii.Error:
            return "error"

    raw = letters.replace(b"=", b"") + end.encode()
    assert said(pybase64.b64decode, memoryview(raw)) == said(binascii.a2b_base64, raw)


@given(st.integers(60, 76), st.text("AB=\r\n ", max_size=30), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_lines_that_were_counted_while_parsing_say_the_same(
    length: int, last: str, end: str, closed: bool
) -> None:
    """Lines of an odd length are seen, and so is an odd one behind many even ones."""
    lines = ("A" * length + end) * (LONG + 3) + last + (f"{end}--b--{end}" if closed else "")
    part = parse(f"Content-Transfer-Encoding: base64{end}{end}{lines}".encode())
    assert isinstance(part, Part)
    stands = part.stretch
    assert stands is not None
    assert (stands.even is not None) == (length % 4 == 0)
    assert transfer.uneven(stands) == transfer.uneven(Stretch(stands.data, stands.start, stands.stop))
