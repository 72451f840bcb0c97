"""Long base64 is looked at piece by piece: what is said of its lines is what the whole of it says."""

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from detectors.extract import transfer
from detectors.extract.message import Stretch

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
