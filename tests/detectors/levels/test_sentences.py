"""Whom a telling word is about: sentences go on over wrapped lines, and what is said to everybody is about nobody."""

import pytest

from tests.support.people import body, document, level, subject, table

ABOUT = [
    ("a wrapped line", 3, "We met on Tuesday and agreed that from next week on Amelia (4B) will be\nreferred to CAMHS for a first meeting."),
    ("a wrapped line in small letters", 3, "we think that amelia's friend Amelia 4B is to be\nassessed for autism"),
    ("he and she", 3, "Amelia (4B) joined us in May.\nShe has autism and likes trains."),
    ("fields of a form", 3, "Name: Amelia 4B\nNeed: autism"),
    ("a heading", 3, "Amelia 4B:\nEHCP review on Tuesday"),
    ("words of the same line", 3, "Amelia 4B is new. EHCP in place."),
    ("a first name and a meeting", 4, "I worry about Amelia.\nThe strategy meeting about her is on Friday."),
    ("two words, the second of protection", 4, "Amelia 4B has autism, and there is a strategy meeting about Amelia on Friday."),
    ("a full name, all of the family", 4, "Amelia Thompson starts on Monday. The children of the family are on a child protection plan."),
    ("a full name in the line before", 3, "Amelia Thompson, 4B\nDiagnosed with autism"),
    ("a list below a colon", 4, "The following pupils have epilepsy:\n\nAmelia Thompson\nJack Green"),
    ("a list below a colon, with bullets", 4, "Children on medication:\n- Amelia Thompson\n- Jack Green"),
    ("to miss a child is no title", 4, "We will miss Amelia 4B: strategy meeting, s.47"),
    ("a team behind a name", 2, "Amelia Thompson attendance, with Amelia Thompson, Attendance Team"),
    ("a member of staff by calling, in a sentence", 2, "Amelia Thompson in 4B has been referred to the attendance officer."),
]  # fmt: skip

NOT_ABOUT = [
    ("what the writer is called at work", 1, "Could you put aside a blazer for Amelia Thompson?\n\nMrs Janet Garstang\nAttendance Officer\nExample School"),
    ("the same in one line", 1, "A blazer for Amelia Thompson, please.\nJ Garstang | Attendance & Welfare Officer | Example School"),
    ("medicines of everybody", 0, "Amelia 4B won the cross-country.\nMedication forms are due on Friday."),
    ("a training", 0, "Well done to Amelia in 4B.\nChild protection training for staff is on Friday."),
    ("a system", 0, "Thanks to Amelia for the card.\nCPOMS is down today."),
    ("a full name and all pupils", 1, "Amelia Thompson was star of the week. Pupils with an EHCP have a new room."),
    ("a colon, and the list is of something else", 1, "Forms for pupils with epilepsy:\n\n- the pink one\n- the blue one\n\nAmelia Thompson won the race."),
    ("a heading of a newsletter", 0, "Star of the week: Amelia 4B\n\nAutism awareness week starts on Monday."),
]  # fmt: skip

OWN_ACCOUNT = [
    "Amelia Thompson is due a refund: sort code 08-99-99, account 66374958.",
    "Amelia Thompson's mum banks with 08-99-99 66374958.",
    "Expenses for Sarah Green: sort code 08-99-99, account 66374958",
    "Please put her bursary (Amelia Thompson) into sort code 08-99-99, account 66374958",
]
FIRMS_ACCOUNT = [
    "Please find our invoice for Sarah Green.\n\nPayment by BACS: Riverside Music Ltd, sort code 08-99-99, account 66374958.\nTotal £240.00 inc. VAT",
    "Please pay £45 to the school account, sort code 08-99-99, account 66374958, quoting Amelia Thompson as the reference.",
    "Lessons for Amelia Thompson, spring term: £120, payable to Riverside Music, 08-99-99 66374958.",
    "Sarah Green asked for our new bank details.\nAccount name: Riverside Music\nSort code 08-99-99\nAccount 66374958",
]


@pytest.mark.parametrize(("name", "expected", "text"), ABOUT, ids=[c[0] for c in ABOUT])
def test_what_is_said_of_somebody_counts(name, expected, text):
    """Names in full and in part, in the sentence and beside it."""
    assert level(body(text)) == expected


@pytest.mark.parametrize(("name", "expected", "text"), NOT_ABOUT, ids=[c[0] for c in NOT_ABOUT])
def test_what_is_said_to_everybody_does_not(name, expected, text):
    """A newsletter puts one child's prize beside all children's medicines."""
    assert level(body(text)) == expected


def test_a_subject_for_everybody_is_not_about_whom_the_body_names():
    assert level(subject("Child protection training"), body("Amelia Thompson waits at reception.")) == 1
    assert level(subject("Child protection meeting"), body("Amelia Thompson, 10 o'clock")) == 4


@pytest.mark.parametrize("text", OWN_ACCOUNT)
def test_a_persons_account_is_personal(text):
    assert level(body(text)) == 2


@pytest.mark.parametrize("text", FIRMS_ACCOUNT)
def test_a_firms_account_and_the_schools_are_not(text):
    """Names in an invoice are names alone."""
    assert level(body(text)) <= 1


def test_the_subject_says_that_it_is_an_invoice():
    text = "Riverside Music\nbank 08-99-99 66374958\nAmelia Thompson, flute"
    assert level(subject("Invoice 4411"), body(text)) == 1
    assert level(subject("Flute"), body(text)) == 2


def test_accounts_in_tables_follow_the_header():
    """A list for payroll is about people, a list of suppliers is not."""
    staff = table(("Name", "Sort code", "Account"), [("Sarah Green", "08-99-99", "66374958")])
    firms = table(
        ("Supplier", "Contact", "Sort code", "Account"), [("Acme", "Sarah Green", "08-99-99", "66374958")]
    )
    assert level(staff) == 2
    assert level(firms) == 0


def test_a_letter_in_a_file_is_read_alike():
    assert level(document("Amelia (4B) joined us in May.\nShe has autism and likes trains.")) == 3


@pytest.mark.parametrize(
    "head",
    ["On Mon, 2 Mar 2026 at 15:49, Sarah Green <s.green@example.sch.uk> wrote:", "From: Sarah Green", "Subject: x\nFrom: Sarah Green <s.green@example.sch.uk>"],
)  # fmt: skip
def test_who_wrote_is_not_written_about(head):
    """The head of a quoted mail, or a name alone below the text, tells whose words they are."""
    assert level(body(f"{head}\nWe looked at a sample payslip in class.")) == 0
    assert level(body("We looked at a sample payslip in class.\n\nSarah Green\nDeputy head\n")) == 0
    assert level(body("The payslip of Sarah Green is wrong.")) == 3
