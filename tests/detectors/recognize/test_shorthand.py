"""Short forms of school offices, labels above and behind their values, lists typed into a mail; and dates, parts and orders that look like people's numbers."""

import pytest

from detectors.shorthand import in_full
from tests.support.people import body, kinds, table

FULL = [
    ("tchr ref:", "teacher reference :"), ("teachers' ref. no.", "teacher reference number"), ("p'port no", "passport number"), ("n.h.s. num", "nhs number"), ("d/o/b", "dob"), ("d.o.b.", "dob"),
    ("date of birth", "date of birth"), ("birth date", "dob"), ("a/c no", "account number"), ("natl ins no", "national insurance number"), ("n.i. no.", "ni number"), ("drv lic no", "driving licence number"),
    ("cert.no", "certificate number"), ("stud. ref", "student reference"), ("s/code", "sort code"), ("rhif pasbort", "number passport"), ("dyddiad geni", "dob"),
]  # fmt: skip

FOUND = [
    ("trn", "Tchr Ref: 1923685"), ("trn", "teachers ref no 1923685"), ("trn", "tch. ref 1923685"), ("trn", "T.R.N. 1923685"), ("trn", "Teacher ID 1923685"), ("trn", "Teach Ref RP 97/72745"),
    ("passport", "P'port No 539268413"), ("passport", "p/port 539268413"), ("passport", "ppt num: 539268413"), ("passport", "pport ab1234567"), ("passport", "Rhif pasbort 539268413"),
    ("ni-number", "Natl. Ins. number: ab123456c"), ("ni-number", "N/I no AB123456C"), ("ni-number", "P/roll: AB 12 34 56 C"), ("ni-number", "Rhif Yswiriant Gwladol AB 12 34 56 C"),
    ("dbs-number", "Cert. no 001542920179 (DBS)"), ("dbs-number", "Discl. No. 001542920179"), ("nhs-number", "Rhif GIG 999 000 0018"), ("nhs-number", "Health no. 9990000018"),
    ("date-of-birth", "Birthdate 14/05/2014"), ("date-of-birth", "bday is 14/05/2014"), ("date-of-birth", "D of B: 14.5.14"), ("date-of-birth", "Dyddiad geni: 14/05/2014"),
    ("card-number", "Barclaycard 4111111111111111 fuel"), ("card-number", "on the school debit one, 4111111111111111"), ("card-number", "amex 378282246310005"),
    ("card-number", "the card for the booking 4111111111111111, CVV by phone"), ("card-number", "card for the booking 4111-1111-1111-1111"), ("iban", "IBAN CY17 0020 0128 0000 0012 0052 7600 BIC to follow"), ("iban", "iban gb29nwbk60161331926819 thanks"), ("iban", "IBAN DE89 3704 0044 0532 0130 00 REF CHOIR"),
    ("bank-account", "mums bank is 40 36 95 account 30521909 for dinner money back"), ("bank-account", "please refund to 40 36 95 acct 30521909"),
    ("admission-number", "leaver 004213 adm no, CTF sent"), ("admission-number", "004213 (admission number)"), ("admission-number", "Pupil no. 004213"), ("admission-number", "student ID: 4213"), ("admission-number", "Admn No 004213"),
    ("nhs-number", "nhsno:9990000018"), ("nhs-number", "NHSNumber=9990000018"), ("upn", "UPN: N999 0001 23001"), ("upn", "N 999000123001 is her UPN"), ("trn", "teachers pension ref 99/12345"), ("trn", "TPS ref 99/12345"),
    ("passport", "pass-port no 539268413"), ("passport", "Passport: 123 456 789"), ("bank-account", "Barclays 40-36-95 30521909"), ("iban", "IBAN GB29-NWBK-6016-1331-9268-19"), ("card-number", "card no 4111.1111.1111.1111"),
    ("dbs-number", "update service ref 001542920179"), ("date-of-birth", "dob 030416"), ("date-of-birth", "DOB: 03042016"), ("date-of-birth", "DOB 2016/04/03"), ("date-of-birth", "D.O.B 3 / 4 / 2016"), ("phone", "00447700900123"),
    ("phone", "mum's mob 7700900123"),
    # a label alone in the line above
    ("nhs-number", "NHS number\n9990000018"), ("trn", "Teacher reference:\n  1923685"), ("date-of-birth", "Date of birth\n14/05/2014"), ("passport", "Passport number\r\n539268413"),
    ("admission-number", "Admission no.\n\n004213"), ("nhs-number", "NHS number (10 digits)\n9990000018"), ("trn", "TeacherRefNumber: 1923685"), ("admission-number", "Admission #: 004213"), ("date-of-birth", "Birthday\n14/05/2014"),
    # lists typed or pasted into the mail
    ("admission-number", "Child's name\tPd £\tAdm No.\nSam Jones\t4.50\t004213\nMo Khan\t\t009999"), ("trn", "Name, Post, Teacher ref\nA Moss, TA, 1923685"), ("nhs-number", "Name | Class | NHS No\nA B | 4B | 9990000018"),
    ("passport", "Name        P'port No    Expiry\nA Moss      539268413    2030\nB Wren      539268414    2031"), ("uln", "Pupil;Yr;ULN (10 digit)\nA B;11;9276308686"),
]  # fmt: skip

NOT_FOUND = [
    ("date-of-birth", "Florence Nightingale was born on 12 May 1820. Find one more birthday by 13/04/2026."), ("date-of-birth", "Please send dates of birth by 13/04/2026"), ("date-of-birth", "date of birth forms due 12 May 2026"),
    ("date-of-birth", "children born between 01/09/2021 and 31/08/2022 may apply"), ("date-of-birth", "born on or after 1 September 2021"), ("date-of-birth", "born before 31/08/2018"), ("date-of-birth", "birthday party on 13/04/2026"),
    ("date-of-birth", "Roald Dahl was born on 13 September 1916"), ("date-of-birth", "Rosa Parks, born 4 February 1930"), ("date-of-birth", "Birthday assembly: 13/04/2026"),
    ("ni-number", "Element part HT849154D or TS264000B, whichever fits the old range."), ("ni-number", "Stock code AB123456C"), ("ni-number", "bulbs, cat no AB123456C"), ("ni-number", "the key is ab123456c"), ("ni-number", "Payroll software, licence key AB123456C"),
    ("passport", "Passport to the world week. Order 123456789 of gold card has come"), ("passport", "pretend passports, booking ref 123456789"), ("dbs-number", "DBS team, ticket 001542920179"), ("trn", "Teacher planners, order no 1234567"),
    ("nhs-number", "NHS posters, order number 9990000018"), ("iban", "CY17 0020 0128 0000 0012 0052 7601 BIC"), ("bank-account", "Meter readings 12 34 56 account 30521909"), ("admission-number", "004213 people, admission free"),
    ("admission-number", "NOR 004213 adm no 004999"), ("trn", "Name, Post, Invoice\nA Moss, TA, 1923685"), ("nhs-number", "Name | Class | Order\nA B | 4B | 9990000018"), ("card-number", "card order no. 4111111111111111"),
    ("trn", "The TRN service is down (error 1234567)"), ("date-of-birth", "The King's birthday 14/11/1948"), ("date-of-birth", "Nursery intake: born 01/09/2022 to 31/08/2023"), ("date-of-birth", "DOB range 01/09/2015 - 31/08/2016"),
    ("date-of-birth", "dob cut-off 31/08/2016"), ("date-of-birth", "dobs, then meters 120514 and 030416"), ("phone", "7700900123 stars"), ("phone", "order 7700900123"),
    ("upn", "N 999 0001 23 002"), ("nhs-number", "NHS week begins\nMonday, 9990000018 tins"),
]  # fmt: skip


@pytest.mark.parametrize(("short", "whole"), FULL)
def test_short_forms_are_read_in_full(short, whole):
    assert in_full(short).strip() == whole


@pytest.mark.parametrize(
    "words", ["there is no news", "art and pe", "the reading", "insert", "a nation", "teaching"]
)
def test_words_are_left_as_they_are(words):
    """But for a "no" that might be a number's: it only counts beside figures."""
    assert in_full(words).replace("number", "no") == words


@pytest.mark.parametrize(("kind", "text"), FOUND, ids=[f"{k}: {t[:40]!r}" for k, t in FOUND])
def test_a_value_is_found_whatever_its_label_looks_like(kind, text):
    assert kind in kinds(body(text))


@pytest.mark.parametrize(("kind", "text"), NOT_FOUND, ids=[f"{k}: {t[:40]!r}" for k, t in NOT_FOUND])
def test_what_its_label_calls_something_else_is_left_alone(kind, text):
    assert kind not in kinds(body(text))


@pytest.mark.parametrize(
    ("kind", "heading", "value"),
    [("trn", "Tchr Ref", "1923685"), ("passport", "P'port No", "539268413"), ("passport", "Travel Doc. No", "539268413"), ("admission-number", "Pupil No.", "004213"), ("ni-number", "Nat. Ins. No", "AB123456C"),
     ("dbs-number", "Discl. cert.", "001542920179"), ("nhs-number", "N.H.S. (10 digits)", "9990000018"), ("date-of-birth", "B'date", "14/05/2014"), ("date-of-birth", "DoB", "14/05/2014"), ("trn", "DfE Ref", "1923685"), ("admission-number", "Admin No", "004213"), ("driving-licence", "Lic. no.", "MORGA657054SM9IJ")],
)  # fmt: skip
def test_a_short_heading_names_its_column(kind, heading, value):
    assert kind in kinds(table(("Name", heading), [("A Moss", value)]))
