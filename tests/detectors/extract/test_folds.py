"""Lines that run on are one line again, in one pass, as if each were joined to the next until none is left."""

import re

from hypothesis import given
from hypothesis import strategies as st

from detectors.extract.cards import unfolded
from detectors.extract.thread import unflow
from tests.corpus.reading import read_file, text

CARD = st.sampled_from(["ENCODING=QUOTED-PRINTABLE", "Encoding=Quoted-Printable:a", "=", "a", " ", "\t", "\r", "\n", "\r\n", "=\r\n", "=\n ", "=\r\n\t", "==\r\n"])  # fmt: skip
FLOW = st.sampled_from(["a", " ", "b \n", " c\n", "> d \n", "-- \n", "\n", "\r\n", "e \r\n"])
FOLD = re.compile(r"(?m)(^[^\r\n]*ENCODING=QUOTED-PRINTABLE[^\r\n]*)=\r?\n[ \t]?", re.IGNORECASE)


@given(st.lists(CARD, max_size=20).map("".join))
def test_folds_of_quoted_printable_are_undone_until_none_is_left(card):
    joined = card
    while (again := FOLD.sub(r"\1", joined)) != joined:
        joined = again
    assert "".join(unfolded(card.split("\n"))) == joined


@given(st.lists(FLOW, max_size=20).map("".join))
def test_lines_that_flow_on_are_joined_to_the_line_before(body):
    lines: list[str] = []
    goes_on = False
    for line in (raw.rstrip("\r") for raw in body.split("\n")):
        if goes_on and not line.startswith(">"):
            lines[-1] += line.removeprefix(" ")
        else:
            lines.append(line.removeprefix(" "))
        goes_on = line.endswith(" ") and line != "-- " and not line.startswith(">")
    assert unflow(body, delsp=False) == "\n".join(lines)


def test_a_note_of_three_hundred_lines_is_one_note():
    """Beyond the two hundredth a name stood in pieces."""
    note = "a=\r\n " * 300 + "Qu=\r\n ill"
    card = f"BEGIN:VCARD\r\nNOTE;ENCODING=QUOTED-PRINTABLE:{note}\r\nEND:VCARD\r\n"
    assert "Quill" in text(read_file("a.vcf", card.encode()))
