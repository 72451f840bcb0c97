"""Lines that a mail program or a page broke are read as one; lists, headings and short lines are not."""

import textwrap

import pytest

from detectors.recognize.wrapping import broken
from tests.support.people import body, document, find, kinds

LETTER = "Thank you for your letter of last week about the forms which we still need from you, and {} which I found in the folder this morning before the bell went."
TOLD = [
    ("nhs-number", "the NHS number is 943 476 5919"),
    ("uln", "his learner number is 927 630 8686"),
    ("ni-number", "national insurance number AB 12 34 56 C"),
    ("trn", "the teacher reference no. 1923685"),
    ("passport", "her passport number is 539268413"),
    ("dbs-number", "DBS certificate number 001542920179"),
    ("bank-account", "the account is sort code 40 36 95 account number 87754695"),
    ("card-number", "card number 4111 1111 1111 1111"),
    ("iban", "IBAN GB29 NWBK 6016 1331 9268 19"),
    ("date-of-birth", "she was born on the 14th of May 2014"),
    ("date-of-birth", "date of birth: 14/05/2014"),
    ("phone", "her mother can be rung on 07700 900 123"),
    ("postcode", "they have moved to 12 Orchard Rise, Leeds LS1 4AP"),
    ("admission-number", "his admission number is 004213"),
]  # fmt: skip
LISTS = [
    ["Monday the 4th of May, Year 3 swimming at the baths", "12/05/2026 Year 4 swimming", "14/05/2026 Year 5"],
    ["Glue sticks for the art room, two hundred and fifty", "2. Paper for the printer"],
    ["Name                     NHS number            Form", "Doyle, Kezia  9434765919"],
    ["Doyle, Kezia, 14 May 2014, 12 Orchard Rise in Leeds", "Vass, Imogen, 2 June 2014, 2 High Street in Leeds"],
    ["This line is long enough, and it ends with a stop here.", "9434765919 is an order"],
    ["Amelia Green was seen by the nurse, NHS number 943 476 5919", "UPN A801200001012"],
    ["Amelia Green was collected by her grandmother at 15:30", "Ben Cole was collected by his father at 16:00"],
    ["You can ring the lady who helps in my class on 07700 900123", "4 children are still waiting"],
    ["Short line", "goes on"],
    ["a" * 140, "goes on in a text whose lines nobody broke"],
]  # fmt: skip


@pytest.mark.parametrize("width", range(60, 82, 3))
@pytest.mark.parametrize(("kind", "words"), TOLD)
@pytest.mark.parametrize("extract", [body, document])
def test_a_value_is_found_wherever_the_lines_were_broken(extract, kind, words, width):
    """Plain text is broken after some 76 letters, a page where its edge is: between a label and its value, and inside both."""
    assert kind in kinds(extract(textwrap.fill(LETTER.format(words), width, break_on_hyphens=False)))


@pytest.mark.parametrize("lines", LISTS)
def test_lists_and_whole_lines_are_left(lines):
    assert broken(lines) == []


def test_a_label_above_a_list_is_not_that_of_every_line():
    text = "Please have your NHS number to hand when you ring\nOrder 9434765919 has come, and order 9434765919 is late"
    assert "nhs-number" not in kinds(body(text))


def test_the_place_is_the_line_that_a_reader_counts():
    text = "Hello\n\n" + textwrap.fill(LETTER.format("the NHS number is 943 476 5919"), 72)
    (hit,) = [f for f in find(body(text)) if f.kind == "nhs-number"]
    assert hit.place == f"line {1 + text[: text.index('943')].count(chr(10))}"
