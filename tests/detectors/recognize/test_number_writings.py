"""Numbers as typesetters, forms, spreadsheets, telephones and other scripts write them; and what merely stands near their labels."""

import pytest

from detectors.recognize.fold import clean
from tests.support.people import body, kinds, table

FOUND = [
    ("nhs-number", "NHS number 943\u2011476\u20115919"),
    ("nhs-number", "NHS number 943.476.5919"),
    ("nhs-number", "NHS number 943  476  5919"),
    ("nhs-number", "NHS number: 9 4 3 4 7 6 5 9 1 9"),
    ("nhs-number", "NHS number\t9\t4\t3\t4\t7\t6\t5\t9\t1\t9"),
    ("nhs-number", "NHS number \u0669\u0664\u0663\u0664\u0667\u0666\u0665\u0669\u0661\u0669"),
    ("nhs-number", "NHS number \u096f\u096a\u0969\u096a\u096d\u096c\u096b\u096f\u0967\u096f"),
    ("nhs-number", "N H S number 943 476 5919"),
    ("nhs-number", "CHI number 943 476 5919"),
    ("nhs-number", "H&C number 943 476 5919"),
    ("upn", "N 9 9 9 0 0 0 1 2 3 0 0 1"),
    ("ni-number", "NI number A B 1 2 3 4 5 6 C"),
    ("ni-number", "NI: AB\u201312\u201334\u201356\u2013C"),
    ("ni-number", "NI: AB.12.34.56.C"),
    ("uln", "Rhif dysgwr unigryw: 927 630 8686"),
    ("uln", "Personal Learning Record 9276308686"),
    ("uln", "UniqueLearnerNumber: 9276308686"),
    ("trn", "TRA number 1923685"),
    ("date-of-birth", "DateOfBirth: 14/05/2014"),
    ("date-of-birth", "date-of-birth 14/05/2014"),
    ("date-of-birth", "Ganwyd 14/05/2014"),
    ("date-of-birth", "DOB 14\u201005\u20102014"),
    ("date-of-birth", "DOB 1 4 0 5 2 0 1 4"),
    ("date-of-birth", "Birthday | 14/05/2014"),
    ("date-of-birth", "The form asks for the date of birth. Her trip form has DOB 14/05/2014"),
    ("date-of-birth", "What is his date of birth? I have 14/05/2014 here"),
    ("dbs-number", "DBS certificate for the boiler engineer: 001542920179"),
    ("bank-account", "Cod didoli 40-36-95 Rhif cyfrif 87754695"),
    ("bank-account", "cod didoli 403695 rhif cyfrif 87754695"),
    ("bank-account", "S.C. 40 36 95 A.C. 87754695"),
    ("bank-account", "NatWest 403695 87754695"),
    ("bank-account", "Monzo 08 11 81 / 05232941"),
    ("bank-account", "bank: 20 58 17 - 16885113"),
    ("bank-account", "please refund the trip money to 60-38-34 12948910"),
    ("phone", "mobile no.07700 900408"),
    ("phone", "Mob: _0115 496 0683_"),
    ("email-address", "From: 'jo.doyle@gmail.com'"),
    ("admission-number", "Rhif derbyn: 004213"),
    ("admission-number", "SIMS ID 004213"),
    ("trn", "Her DfE number is 9999901, please add her to the school census"),
    ("dbs-number", "Certificate number 001542920179, enhanced, for the swimming coach"),
    ("admission-number", "Pupil ID | 004213"),
    ("postcode", "lives at 12 Orchard Rise, LS1  4AP"),
]  # fmt: skip
NOT_FOUND = [
    ("trn", "DfE number for the school: 6551234"),
    ("trn", "DfE number 5461796 for the census"),
    ("trn", "Please book two governors on the course. Purchase order 60371. DfE number 8885475."),
    ("phone", "ISBN-10 0173305087"),
    ("dbs-number", "Certificate no. 137454469554, electrical"),
    ("dbs-number", "Food hygiene certificate 907621947752"),
    ("dbs-number", "Insurance cert 514053255174"),
    ("postcode", "Meet at 14 The Square car park, DE15 9ZT"),
    ("postcode", "At 9.15 Mill Lane, DE11 7AB"),
    ("postcode", "Room 12 Park Road, LE4 5AB"),
    ("postcode", "Cluster meeting 21 May 2026 at Pingle Lane, DE11 0QA"),
    ("postcode", "from the shop, 14 High Street, Burton DE14 1JS"),
    ("date-of-birth", "31 years, and born every delay with a smile. Retirement tea 28/06/2026"),
    ("date-of-birth", "Give the name and date of birth, then choose times. Closes 22 June 2026 at noon."),
    ("ni-number", "Code Description Qty Unit price\n\nRL902863B Scoop 3 299.00"),
    ("credentials", "Teams ID 391 204 118 77, passcode Kp93sz."),
    ("nhs-number", "marks 9 4 3 4 7 6 5 9 1 9"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), FOUND, ids=[f"{k}: {t[:40]!a}" for k, t in FOUND])
def test_a_number_is_found_however_it_is_written(kind, text):
    assert kind in kinds(body(text))


@pytest.mark.parametrize(("kind", "text"), NOT_FOUND, ids=[f"{k}: {t[:40]!a}" for k, t in NOT_FOUND])
def test_what_stands_near_a_label_is_left_alone(kind, text):
    assert kind not in kinds(body(text))


@pytest.mark.parametrize("cell", ['="004213"', "'004213", "(004213)", "004213,"])
def test_the_signs_that_keep_zeros_are_no_part_of_an_admission_number(cell):
    assert "admission-number" in kinds(table(("Adno", "Mark"), [(cell, "7")]))


ROWS = [("Doyle", "Kezia", "9434765919", "9K"), ("Vass", "Imogen", "9434765919", "9K")]
HEADED = ("Surname", "Forename", "NHS No", "Reg")


@pytest.mark.parametrize(
    ("header", "above"),
    [
        (("Pupil", "Pupil", "Details", "Other"), [HEADED]),  # two rows of headings
        (("Pupil", "", "Details", ""), [HEADED]),
        ((), [("Trentholme", "", "", ""), ("Page 1", "", "", ""), HEADED]),  # a long title
        (
            ("Staff", "Room", "", ""),
            [("JE", "E4", "", ""), ("HD", "S7", "", ""), HEADED],
        ),  # two lists in one sheet
    ],
)
def test_a_lower_row_of_headings_names_its_columns(header, above):
    assert "nhs-number" in kinds(table(header, [*above, *ROWS]))


def test_an_admission_number_below_a_second_list_is_found():
    assert "admission-number" in kinds(table(("Staff", "Room"), [("JE", "E4"), ("Name", "Adm No"), ("A T", "004213")]))  # fmt: skip


@pytest.mark.parametrize("rule", ["-" * 30, "=== === ===", "--------+--------"])
def test_a_line_drawn_below_the_headings_is_none_of_them(rule):
    assert "nhs-number" in kinds(body(f"Name    NHS No      Form\n{rule}\nKezia   9434765919  9K\nImogen  9434765919  9K"))  # fmt: skip


@pytest.mark.parametrize("text", ["NHS No\n\n943 476 5919", "Date of birth\n\n14/05/2014"])
def test_a_label_and_its_value_may_be_two_paragraphs(text):
    """So does a form on a web page arrive."""
    assert kinds(body(text)) & {"nhs-number", "date-of-birth"}


@pytest.mark.parametrize("digits", ["\u0660\u0661\u0662", "\u0966\u0967\u0968", "\u09e6\u09e7\u09e8", "\uff10\uff11\uff12"])  # fmt: skip
def test_digits_of_every_script_are_figures(digits):
    assert clean(f"no {digits}\u00e9") == "no 012\u00e9"


def test_a_pupil_number_in_arabic_figures_does_not_end_the_reading():
    """The check of a kept library knows no figures but ours: it raised."""
    assert "upn" in kinds(
        body("UPN N\u0669\u0669\u0669\u0660\u0660\u0660\u0661\u0662\u0663\u0660\u0660\u0661")
    )
