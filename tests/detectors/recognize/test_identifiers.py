"""Each identifier: values that are one, values that only look like one, and the words and columns that decide."""

import random
import re

import pytest

from detectors.recognize import checksums, identifiers
from detectors.recognize import engine as engine_module
from detectors.recognize.first_pass import looked
from detectors.recognize.hits import passage
from detectors.recognize.matcher import prepare
from detectors.recognize.patterns import SHAPES
from tests.support.people import SCHOOL, body, document, find, kinds, subject, table

FOUND = [
    ("upn", "N999000123001"),
    ("upn", "upn n/a; M99900012301A"),
    ("upn", "UPN: N999000123001, class 4B"),
    ("uci", "UCI 68199 0 01 2058 G"),
    ("uci", "999990240001R"),
    ("nhs-number", "NHS no. 999 000 0018"),
    ("nhs-number", "NHS number: 9990000018"),
    ("nhs-number", "patient 999-000-0018"),
    ("uln", "ULN 9276308686"),
    ("uln", "Unique learner number: 1000102504"),
    ("ni-number", "AB 12 34 56 C"),
    ("ni-number", "NI number AB123456C"),
    ("ni-number", "Code\tName\tPost\nAB123456C\tJo Marsh\tcook"),
    ("ni-number", "Jo Marsh AB123456C starts on Monday"),
    ("date-of-birth", "Amelia Thompson 14th May 14, at 14:15"),
    ("trn", "teacher reference 9999901"),
    ("trn", "TRN: 99/12345"),
    ("passport", "Passport no 123456789"),
    ("passport", "P<GBRSAMPLE<<JOHN<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
    ("driving-licence", "MORGA657054SM9IJ"),
    ("bank-account", "sort code 08-99-99, account 66374958"),
    ("bank-account", "Sort code: 10-79-99\nAccount no: 88837491"),
    ("iban", "GB29 NWBK 6016 1331 9268 19"),
    ("card-number", "4111 1111 1111 1111"),
    ("card-number", "card 4111111111111111"),
    ("dbs-number", "DBS certificate 001999999999"),
    ("date-of-birth", "DOB 14/05/2014"),
    ("date-of-birth", "born on 12th May 2014"),
    ("date-of-birth", "d.o.b. 14.5.14"),
    ("date-of-birth", "date of birth: 2014-05-14"),
    ("date-of-birth", "Date of birth 12 May 14"),
    ("date-of-birth", "Amelia Thompson 14/05/2014"),
    ("postcode", "12 High Street, Leeds LS1 4AP"),
    ("phone", "07700 900123"),
    ("phone", "call +44 (0)7700 900456"),
    ("phone", "020 7946 0123"),
    ("email-address", "sam.o'brien@example.org"),
    ("email-address", "sam at gmail dot com"),
    ("email-address", "sam (at) gmail.com"),
    ("admission-number", "Adm no 004213"),
    ("credentials", "The Wi-Fi password is Sunshine42"),
    ("credentials", "username: ajones\npassword: Welcome1"),
    ("credentials", "Mathletics log in: amelia4b password = purpletiger"),
    ("credentials", "Login: jsmith / Password1!"),
    ("password-words", "The password for the attached file is Blue-Table-9"),
    ("password-words", "The password is your child's date of birth"),
    ("whatsapp-invite", "https://chat.whatsapp.com/Ab12Cd34Ef56"),
    ("share-link", "https://school.sharepoint.com/:x:/g/personal/abc"),
    ("harm", "he wrote: kill yourself"),
    ("offensive-language", "you bastards"),
    ("chain-letter", "Send this to 10 people you know"),
]

NOT_FOUND = [
    ("upn", "A999000123001"),  # wrong letter
    ("upn", "order XN999000123001Z"),
    ("nhs-number", "9990000018"),  # ten digits without a word
    ("nhs-number", "order 9990000018"),
    ("nhs-number", "NHS 999 000 0019"),
    ("nhs-number", "NHS 1111111111"),
    ("uln", "invoice 9276308686"),
    ("uln", "ULN 9276308687"),
    ("ni-number", "QQ 12 34 56 A"),
    ("ni-number", "BG123456A"),
    ("ni-number", "serial AB123456C"),
    ("ni-number", "Please quote for sling AB123456C and clip MA123456B"),
    ("ni-number", "Two spares, AB123456C and MA123456B"),
    ("ni-number", "Cat. no. AB123456C"),
    ("ni-number", "Code\tDescription\tQty\tUnit\nAB123456C\tExercise book\t40\t8.30"),
    ("ni-number", "Order\tQty\tCat no\tPrice\n7275026139\t7\tAB123456C\t8.30"),
    ("date-of-birth", "Meeting for Amelia Thompson 14th May 14:15"),
    ("trn", "LAESTAB 999/1234, room 9999901"),
    ("passport", "order 123456789"),
    ("bank-account", "12-03-14"),
    ("iban", "GB29 NWBK 6016 1331 9268 18"),
    ("card-number", "4111 1111 1111 1112"),
    ("card-number", "ISBN 9780306406157"),
    ("card-number", "tracking 4111111111111111"),
    ("dbs-number", "order 001999999999"),
    ("date-of-birth", "The trip is on 14/05/2026"),
    ("date-of-birth", "Exam 8461/1H on 12 May 2026"),
    ("date-of-birth", "31/02/2014 DOB"),
    ("date-of-birth", "Amelia Thompson sits the test on 14/05/2026"),
    ("postcode", "Meet at the hall, LS1 4AP"),
    ("postcode", "room 4B, 10X2"),
    ("phone", "12345678"),
    ("phone", "Childline 0800 1111"),
    ("phone", "https://example.org/track?id=07700900123"),
    ("email-address", "look at the dots com pletely"),
    ("email-address", "we met at home dot matrix"),
    ("admission-number", "Adm no 004214"),
    ("credentials", "Please reset your password"),
    ("credentials", "Your password is required and must be changed"),
    ("credentials", "Join: https://zoom.us/j/1234567890 Meeting ID: 123 456 7890 Passcode: a8B9c7"),
    ("credentials", "The password for the attached file is Blue-Table-9"),
    ("share-link", "https://docs.example.org/page"),
    ("harm", "The risk assessment covers bombs in the war museum"),
    ("offensive-language", "Scunthorpe United visit Essex; Shitzu dogs"),
    ("chain-letter", "Forward the attached to Mr Green please"),
    ("chain-letter", "Fwd: Fwd: Fwd: minutes"),
]


@pytest.mark.parametrize(("kind", "text"), FOUND, ids=[f"{k}: {t[:40]!r}" for k, t in FOUND])
def test_found(kind, text):
    """The value is found, and nothing of it stands in the finding."""
    found = [f for f in find(body(text)) if f.kind == kind]
    assert found
    assert all(f.masked != text and len(f.masked) < 24 for f in found)


@pytest.mark.parametrize(("kind", "text"), NOT_FOUND, ids=[f"{k}: {t[:40]!r}" for k, t in NOT_FOUND])
def test_not_found(kind, text):
    """What only looks like it is left alone."""
    assert kind not in kinds(body(text))


def test_a_header_row_gives_its_word_to_the_whole_column():
    """The same ten digits are an NHS number, a learner number or nothing, by the header."""
    assert "nhs-number" in kinds(table(("Name", "NHS No"), [("A B", "9990000018")]))
    assert "nhs-number" not in kinds(table(("Name", "Invoice"), [("A B", "9990000018")]))
    assert "uln" in kinds(table(("Name", "ULN"), [("A B", "9276308686")]))
    assert "date-of-birth" in kinds(table(("Pupil", "D.O.B."), [("A B", "14/05/2014")]))
    assert "date-of-birth" not in kinds(table(("Trip", "Date"), [("Zoo", "14/05/2014")]))
    assert "trn" in kinds(table(("Teacher", "DfE number"), [("A B", "2111658")]))
    assert "trn" not in kinds(table(("Site", "DfE number", "URN"), [("Lea", "2111658", "148014")]))
    assert "admission-number" in kinds(table(("Adm No", "Mark"), [("004213", "7")]))
    assert "bank-account" in kinds(table(("Name", "Sort code", "Account"), [("A", "08-99-99", "66374958")]))
    assert "credentials" in kinds(table(("Pupil", "Username", "Password"), [("A", "a1", "sunny")]))


def test_places_are_rows_and_lines():
    (found,) = [
        f for f in find(table(("Name", "UPN"), [("x", ""), ("y", "N999000123001")])) if f.kind == "upn"
    ]
    assert (found.place, found.person) == ("sheet 1, row 3", "p1")
    (found,) = [f for f in find(body("a\nb\nN999000123001")) if f.kind == "upn"]
    assert found.place == "line 3"


def test_one_number_has_one_meaning():
    """A UPN is not a telephone number as well."""
    assert kinds(body("N999000123001")) == {"upn", "personal-data"}


def test_check_digits_against_worked_examples():
    """The published examples and their neighbours."""
    assert checksums.upn("N999000123001")
    assert checksums.upn("M99900012301A")
    assert not checksums.upn("N999000123002")
    assert checksums.uln("9276308686")
    assert checksums.nhs("9990000018")
    assert checksums.uci("681990012058G")
    assert checksums.uci("99999B240001Y")
    assert not checksums.uci("999990240002R")
    assert checksums.mrz("L898902C36UTO7408122F1204159ZE184226B<<<<<10")
    assert not checksums.mrz("L898902C35UTO7408122F1204159ZE184226B<<<<<10")


def test_no_number_is_both_learner_and_patient():
    """The two checks exclude each other by design."""
    numbers = random.Random(7)
    some = [f"{numbers.randrange(10**9, 10**10)}" for _ in range(5_000)]
    assert not [n for n in some if checksums.uln(n) and checksums.nhs(n)]
    assert 0.07 < sum(checksums.nhs(n) for n in some) / len(some) < 0.12


def test_ordinary_mail_never_reaches_the_engine():
    """The first pass opens no window where nothing can be."""
    text = (
        "Dear all,\n\nThe trip to the zoo is on Friday. Please bring a packed lunch and a coat.\n\nBest wishes\n"
        * 20
    )
    assert identifiers.candidates(looked(body(text))) == []


def test_windows_are_small_and_read_once(monkeypatch):
    """One candidate in a long text costs one short window and one call of the analyzer."""
    from detectors.recognize.engine import engine

    text = "The trip is on Friday. " * 5_000 + "UPN N999000123001 " + "Bring a coat. " * 5_000
    (window,) = identifiers.candidates(looked(body(text)))
    assert len(window.text) < 400
    before = engine().calls
    assert identifiers.read(looked(body(text)), prepare(SCHOOL).admissions)
    assert engine().calls == before + 1


def test_a_message_is_one_call_of_the_analyzer():
    """However many passages hold candidates, presidio's fixed price is paid once."""
    from detectors.recognize.engine import engine

    passages = [subject("UPN N999000123001"), body("born 14/05/2014"), document("mobile 07700 900123")]
    before = engine().calls
    kinds = {f.kind for f in find(*passages)}
    assert kinds >= {"upn", "date-of-birth", "phone"}
    assert engine().calls == before + 1


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s.kind)
def test_no_value_is_longer_than_what_is_read_of_it(shape):
    """A recognizer looks so far before the place where the first pass saw a value end."""
    if (reach := engine_module.REACH.get(shape.kind, engine_module.LONGEST)) > 0:
        assert re._parser.parse(shape.regex).getwidth()[1] <= reach


@pytest.mark.parametrize("before", ["", "x", "1", "- ", "07700 900123 and "])
@pytest.mark.parametrize("between", ["", " ", ", ", "1", "x", "-", "/"])
def test_values_side_by_side_are_those_of_the_whole_line(before, between):
    """What is read around each place is what a recognizer finds in the whole text."""
    samples = [
        "14/05/2014",
        "07700 900123",
        "9434765919",
        "AB123456C",
        "12-34-56 12345678",
        "sam@example.org",
    ]
    for first in samples:
        for second in samples:
            text = f"{before}{first}{between}{second} or so"
            quick, slow = identifiers.values([looked(body(text)), passage(body(text))])
            assert {(v.shape.kind, v.start, v.end) for v in quick} == {
                (v.shape.kind, v.start, v.end) for v in slow
            }


def test_the_engine_holds_our_table_and_nothing_else():
    """presidio's own recognizers are never loaded."""
    from detectors.recognize.engine import engine

    names = {r.name for r in engine().analyzer.registry.recognizers}
    assert len(names) == len(SHAPES)
    assert all(re.match(r"[A-Z-]+\.\d+$", n) for n in names)
