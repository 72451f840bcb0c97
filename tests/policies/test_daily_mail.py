"""Sixty short mails in the voices of a school: thirty that must not go as they are, thirty that must go, under the default policies."""

from datetime import UTC, datetime

import pytest

from detectors.recognize.ner import NamesFinder
from detectors.scan import scan
from policies import History, decide, facts, load_set
from policies.envelope import Envelope, Recipient
from policies.verdict import Action, Verdict
from tests.support.documents import XLSX, xlsx
from tests.support.mail import make_message
from tests.support.people import SCHOOL

TEACHER, PARENT, OTHER, OWN = (
    "s.green@example.sch.uk",
    "jo.t@btinternet.com",
    "mark.green@example.org",
    "sarahgreen84@gmail.com",
)
FIRM, STRANGER, COUNCIL, COLLEAGUE = (
    "sales@paper.example",
    "somebody@gmail.com",
    "sen@council.gov.uk",
    "k.dale@example.sch.uk",
)
SET = load_set("default")
SIGNED = "\n\nKind regards\n\nSarah Green\nDeputy head\nExample Primary School, 12 School Lane, Leeds LS1 4AP\nT: 01632 960100"
LIST = xlsx(
    [
        ("Report run 02/03/2026",),
        ("Surname", "Forename", "DOB", "UPN"),
        *(("Thompson", f"Child{n}", "14/05/2014", "") for n in range(6)),
    ]
)
TRIP = xlsx([("Coach", "Seats", "Price"), ("Monday", 49, 420), ("Friday", 33, 310)])

CAUGHT = [
    ("Amelia Thompson", "Late again today.", STRANGER), ("RE: thompson, amelia 4B", "ok thx", FIRM), ("lunch", "amelia thompson has an epipen, pls tell the kitchen" + SIGNED, FIRM),
    ("Quick one", "Hi, A.T. (4B) has her EHCP review Tuesday, can you come?", STRANGER), ("4B", "Millie Thompson is going to CAMHS, between us", OTHER),
    ("SIMS", "login sgreen pw Tiger-2024" + SIGNED, STRANGER), ("wifi", "The staff Wi-Fi password is Sunshine42", FIRM), ("worry", "I am worried about Amelia. Section 47 strategy meeting on Friday, don't tell mum.", STRANGER),
    ("update", "Jack Green was excluded for two days after the fight.\nPlease keep it quiet.", STRANGER), ("meds", "Amelia Thompson takes Ritalin 10 mg at 12" + SIGNED, OTHER),
    ("home", f"Parents can reach me at {OWN}, quicker than the office!", PARENT), ("at home", "sarahgreen84 at gmail dot com if you need me", PARENT),
    ("my number", "ring me on 07700 900456, it is my mobile", PARENT), ("for later", "Amelia Thompson, DOB 14/05/2014, reading age 7.04", OWN),
    ("bank", "Fatima Begum's mum would like the refund in 08-99-99, account 66374958", STRANGER), ("new starter", "Liam Brown, 12/05/2014, autism, starts Monday", STRANGER),
    ("transfer", "Dear colleague, Noah Singh was diagnosed with ADHD in May. He needs an EHCP." + SIGNED, STRANGER), ("", "UPN N999000123001 has been moved to foster care", STRANGER),
    ("Please help", "We agreed on Tuesday at the meeting with the family that Amelia (4B) would be\nreferred to social care next week.", STRANGER),
    ("hr", "Sarah Green's disciplinary hearing is on Friday, her NI is AB123456C", STRANGER), ("Whats app", "Join us: https://chat.whatsapp.com/Ab12Cd34Ef56", PARENT),
    ("oops", "you lot are a bunch of bastards", PARENT), ("fyi", "adm no 004213 is pregnant", STRANGER), ("phone list", "Aisha Rahman: mum 07700 900121\nKai Edwards: mum 07700 900122\nLeo Hughes: dad 07700 900123\nErin Murphy: mum 07700 900124\nNoah Singh: mum 07700 900125", FIRM),
    ("Names", "Amelia lives at 14 Orchard Rise, Leeds LS1 4AP\nAmelia Thompson, 4B", STRANGER), ("safeguarding", "CPOMS entry for Jack Green 5A: disclosure made about dad", STRANGER),
    ("Bot", "Notes: Amelia Thompson, autism", "meet@otter.ai"), ("Fwd: form", "Amelia Thompson, NHS no. 999 000 0018, asthma plan", FIRM),
    ("exam", "Zoë O’Brien – access arrangements, dyslexia", STRANGER), ("class list", "see attached", STRANGER),
]  # fmt: skip

PASSED = [
    ("Friday", "Dear parents, swimming is on Friday. Please bring a towel." + SIGNED, PARENT), ("Medication forms", "Medication forms for all children are due back on Friday." + SIGNED, PARENT),
    ("Newsletter 12", "Star of the week: Amelia in 4B!\n\nAutism awareness week starts on Monday.\n\nCPOMS training for staff: Tuesday.", STRANGER), ("Order 0123456789", "32 x ISBN 9780306406157, order 9990000018, invoice to finance." + SIGNED, FIRM),
    ("Invoice 4411", "Please pay Riverside Music Ltd, sort code 08-99-99, account 66374958. Contact: Sarah Green." + SIGNED, FIRM), ("4B trip", "£12 by BACS to the school account, sort code 08-99-99, account 66374958, please.", PARENT),
    ("Well done", "Amelia was star of the day. You can be proud." + SIGNED, PARENT), ("Amelia 4B", "She forgot her coat.", PARENT), ("maths", "Amelia Thompson earned a merit in maths today.", PARENT),
    ("Teams", "Join: https://zoom.us/j/1234567890 Meeting ID: 123 456 7890 Passcode: a8B9c7", PARENT), ("Phone-in", "Dial 0330 088 5830, access code 6738356138#, pin 13857#. Agenda: cake", COUNCIL),
    ("Quiz night", "Kahoot game pin 8812345, doors 6.30. Raffle in aid of the cancer appeal." + SIGNED, PARENT), ("Fixtures", "U11 v Hill Road 12-10, 05-41-12 on aggregate. Bus at 3.15 from the gate.", "pe@hill.sch.uk"),
    ("Exported 02.03.2026", "8461/1H and 1MA1/3H as agreed, room 10X2." + SIGNED, COUNCIL), ("Census", "DfE no. 519/3669 (also written 6792291), URN 141765. Roll 341, SEN K 19, EAL 22.", COUNCIL),
    ("Wear it pink", "Mrs Claire Watson speaks about breast cancer in assembly." + SIGNED, PARENT), ("Vacancy", "Teaching assistant, enhanced DBS check needed." + SIGNED, COUNCIL), ("Cover", "Amelia Thompson and Jack Green are in B2 for P3. EHCP reviews moved.", COLLEAGUE),
    ("Victoria Park fun run", "Meet at the Town Hall, 12 Church Lane, Leeds LS1 4AP at 10.", FIRM), ("Will Field trip money be back?", "We do not know yet.", COLLEAGUE), ("Mr Thompson", "He is away on Tuesday; Mrs Khan covers." + SIGNED, PARENT),
    ("policy", "Our safeguarding policy covers child protection, neglect and FGM in general. See the website." + SIGNED, STRANGER), ("Helplines", "Childline 0800 1111, Samaritans 116 123. You are not alone.", PARENT),
    ("your question", "Thank you for your message from jo.t@btinternet.com. Ring the office on 01632 960100." + SIGNED, PARENT), ("Reading", "Harry Potter is back in the library, and Jack Frost.", PARENT),
    ("lost", "A blue coat, size 8, no name. In the hall until Friday.", PARENT), ("Password rules", "Passwords must be changed every term. Never share your password with anybody." + SIGNED, STRANGER),
    ("parking", "No parking on the zigzags. Residents of 14 Orchard Rise have complained to the council." + SIGNED, PARENT), ("Coaches", "Prices attached.", FIRM), ("Re: visit", "Speakers: Dr Emily Stone (Leeds General) on epilepsy, 12/05/2026 in the hall." + SIGNED, FIRM),
]  # fmt: skip


@pytest.fixture(scope="module")
def finder() -> NamesFinder:
    return NamesFinder()


def judged(finder: NamesFinder, subject: str, body: str, to: str) -> Verdict:
    file = {"class list": (("list.xlsx", XLSX, LIST),), "Coaches": (("prices.xlsx", XLSX, TRIP),)}.get(
        subject, ()
    )
    raw = make_message(
        subject=subject,
        sender=f"Sarah Green <{TEACHER}>",
        to=to,
        body=body.replace("\n", "\r\n"),
        attach=file,
    )
    envelope = Envelope(id="x", mail_from=TEACHER, recipients=(Recipient(address=to),), received_at=datetime(2026, 3, 2, 9, tzinfo=UTC))  # fmt: skip
    return decide(facts(envelope, scan(raw, SCHOOL, nlp=finder), SCHOOL, History.empty()), SET)


@pytest.mark.slow
@pytest.mark.parametrize(("subject", "body", "to"), CAUGHT, ids=[f"{s}: {b[:30]}" for s, b, _ in CAUGHT])
def test_it_does_not_go_as_it_is(finder, subject, body, to):
    """Asked about, held or refused."""
    assert judged(finder, subject, body, to).would >= Action.ASK


@pytest.mark.slow
@pytest.mark.parametrize(("subject", "body", "to"), PASSED, ids=[f"{s}: {b[:30]}" for s, b, _ in PASSED])
def test_it_goes(finder, subject, body, to):
    """Each false hold costs a teacher's trust."""
    verdict = judged(finder, subject, body, to)
    assert verdict.would < Action.ASK, [h.policy for h in verdict.hits]
