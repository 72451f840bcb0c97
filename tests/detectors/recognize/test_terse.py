"""Numbers as school staff type them in haste, and the many figures of school mail that are no such numbers."""

import pytest

from tests.support.people import body, document, kinds, table

FOUND = [
    ("bank-account", "s/c 40-36-95 a/c 87754695"),
    ("bank-account", "S/C 40-36-95, A/C 87754695"),
    ("bank-account", "sc 40-36-95 acc 87754695"),
    ("bank-account", "sort 403695 account 87754695"),
    ("bank-account", "Sort code 40 36 95\nAcc no. 87754695"),
    ("bank-account", "sort code: 40\u201336\u201395, account number: 8775 4695"),
    ("bank-account", "acc no 87754695 sort code 403695"),
    ("bank-account", "bank details 40-36-95 / 87754695"),
    ("bank-account", "BACS 40-36-95 87754695"),
    ("bank-account", "refund to 87754695, 40-36-95 (sort code)"),
    ("admission-number", "adm. no. 004213"),
    ("admission-number", "adm no: 4213"),
    ("admission-number", "adm 004213"),
    ("admission-number", "Adm# 004213"),
    ("admission-number", "ADNO 004213"),
    ("admission-number", "the admission number on SIMS is 004213"),
    ("admission-number", "Admission No. (Arbor): 004213"),
    ("admission-number", "admission ref 004213"),
    ("admission-number", "004213 is her admission number"),
    ("upn", "upn n999000123001"),
    ("uln", "ULN 927 630 8686"),
    ("ni-number", "NI AB-12-34-56-C"),
    ("ni-number", "nat ins ab123456c"),
    ("trn", "teacher number 9999901"),
    ("trn", "DfE ref 99/12345"),
    ("passport", "passport AB1234567"),
    ("passport", "Indian passport K1234567"),
    ("dbs-number", "DBS 0019 9999 9999"),
    ("nhs-number", "NHS# 999 000 0018"),
    ("nhs-number", "nhs 9990000018"),
    ("date-of-birth", "dob 14 05 2014"),
    ("date-of-birth", "D.O.B 14-5-14"),
    ("date-of-birth", "d/o/b 14.05.2014"),
    ("date-of-birth", "b. 14/05/2014"),
    ("phone", "mob 07700900123"),
    ("phone", "mum 07700 900 123"),
    ("phone", "(01632) 960123"),
    ("phone", "01632-960-123"),
    ("phone", "0044 7700 900123"),
    ("phone", "order form: ring 01632 960123"),
    ("postcode", "they have moved to 12 Orchard Rise, LS1 4AP"),
    ("postcode", "deliver to 132 Station Road, N9 6GS"),
    ("postcode", "lives at Flat 2, Mill House, LS1 4AP"),
    ("postcode", "home postcode LS1 4AP"),
    ("bank-account", "Expenses to my new account please - 35390762, s/code 306514"),
    ("bank-account", "Payroll change: sort 30-07-13 account 83463080 from next month"),
    ("bank-account", "sort code 03-05-26, account 98183510"),
    ("nhs-number", "N.H.S. number 999-000-0018"),
    ("uci", "uci=999990240001r"),
    ("postcode", "taxi from 160 Heol y Bont, Govan, LS6 5DW at 9:50"),
    ("postcode", "home visit, 45 Ffordd Las LS13 6LW, nobody in"),
    ("postcode", "collect from 7 Broadmead, Leeds LS1 4AP"),
    ("trn", "DfE number 1234567 of the new teacher"),
    ("credentials", "SIMS login jgreen pw Tiger123"),
    ("credentials", "Arbor username: jgreen, password Tiger-123"),
    ("credentials", "quiz on Friday. Mathletics password: purpletiger9"),
]  # fmt: skip

NOT_FOUND = [
    ("phone", "Exported 02.03.2026"),
    ("phone", "02-03-2026"),
    ("phone", "05-41-12 on aggregate"),
    ("phone", "0.1234567890"),
    ("phone", "01 02 03 04 05 06"),
    ("phone", "09.30 10.45 11.15 12.30"),
    ("phone", "PO 0012345678"),
    ("phone", "order no. 0123456789"),
    ("phone", "Invoice: 0161234567"),
    ("phone", "company number 01234567"),
    ("phone", "access code 0123456789"),
    ("phone", "Serial 01234567890"),
    ("phone", "parcel no 01234567890"),
    ("phone", "barcode 0123456789012"),
    ("bank-account", "12-03-14 to 13-03-14, order 12345678"),
    ("bank-account", "Remit 12-03-14, invoice 12345678"),
    ("bank-account", "account 123456, invoice 12345678"),
    ("bank-account", "cost centre 10-45-20, ledger 44101234"),
    ("bank-account", "No bins on 03-05-26 (bank holiday). Next sort and collect 02-07-26, account with you 98183510"),
    ("trn", "DfE no. 519/3669 (also written 6792291), URN 141765, UKPRN 1003190870"),
    ("postcode", "Year 6 Leeds LS1 4AP"),
    ("ni-number", "A made-up one looks like QQ 12 34 56 A"),
    ("admission-number", "004213 people came; admission is free"),
    ("admission-number", "admission £4, order 004213 of tickets"),
    ("admission-number", "Admissions 2026"),
    ("nhs-number", "case 999 000 0018"),
    ("passport", "K1234567 is the part"),
    ("postcode", "Meet outside the Town Hall, 12 Church Lane, LS1 4AP"),
    ("postcode", "Unit 4, Mill Road Depot, LS1 4AP"),
    ("postcode", "See you.\n\nKind regards\nSarah Green\n12 School Lane\nLeeds LS1 4AP"),
    ("credentials", "Dial +44 330 088 5830, access code 6738356138#, pin 13857#. Agenda: setting, calculators"),
    ("credentials", "Dial in on 0330 088 5830. PIN: 138571"),
    ("credentials", "Kahoot game pin: 8812345"),
    ("credentials", "Discount code SPRING26, promo pin: 8812"),
    ("credentials", "Please share no password. Agenda: minutes, cake"),
    ("credentials", "conference line 0330 088 5830, passcode is 445566"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), FOUND, ids=[f"{k}: {t[:40]!r}" for k, t in FOUND])
def test_a_terse_value_is_found(kind, text):
    assert kind in kinds(body(text))


@pytest.mark.parametrize(("kind", "text"), NOT_FOUND, ids=[f"{k}: {t[:40]!r}" for k, t in NOT_FOUND])
def test_other_figures_are_left_alone(kind, text):
    assert kind not in kinds(body(text))


def test_spreadsheets_drop_the_zeros_of_admission_numbers():
    assert "admission-number" in kinds(table(("Adno", "Mark"), [("4213", "7")]))


def test_an_address_below_a_closing_in_a_document_counts():
    """Only the writer of the mail signs it; a letter in a file may be anybody's."""
    assert "postcode" in kinds(
        document("See you.\n\nKind regards\nSarah Green\n12 Orchard Lane\nLeeds LS1 4AP")
    )
