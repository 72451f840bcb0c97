"""The trust's house: its people, phrases, habits and the look of its lists."""

from collections.abc import Callable
from pathlib import Path

from bench.detection.forms import initials, whole
from bench.detection.house import House, Layout
from bench.detection.sample import Adult, Child
from bench.detection.school import first_name, middle
from bench.detection.seventh import fill, habits, people, spelling

ELSEWHERE = {
    "firm": ("orders@pennine-print.example", "office@calder-coaches.example", "helpdesk@brightlane-it.example", "accounts@irwell-catering.example", "hello@ribble-photography.example"),
    "school": ("office@marsden-heights.sch.uk", "pe@unity-harclough.sch.uk", "admin@christchurch-harclough.sch.uk", "exams@colne-primet.sch.uk"),
    "council": ("admissions@eastpennine.gov.uk", "pupil.attendance@eastpennine.gov.uk", "governor.services@eastpennine.gov.uk", "sen.team@eastpennine.gov.uk"),
    "nhs": ("school.nursing@eastpennine.nhs.uk", "immunisations@eastpennine.nhs.uk", "speech.therapy@eastpennine.nhs.uk"),
    "venue": ("education@helmshore-looms.example", "bookings@moorside-lodge.example", "groups@harclough-leisure.example"),
    "pta": ("friendsofstwilfrids@gmail.com", "harcloughhighpta@outlook.com"),
    "governor": ("revcanonlittler@gmail.com", "m.birkbeck.trustee@outlook.com", "dpickersgill1958@btinternet.com"),
}  # fmt: skip
BESIDE = {"upn": "admission-number", "uln": "uci", "uci": "date-of-birth", "date-of-birth": "upn", "admission-number": "date-of-birth", "nhs-number": "date-of-birth", "passport": "date-of-birth", "ni-number": "bank-account", "trn": "ni-number", "dbs-number": "trn", "email-address": "phone", "phone": "postcode", "postcode": "email-address"}  # fmt: skip


def _called(c: Child) -> str:
    return c.known or first_name(c)


PUPILS: dict[tuple[str, ...], Callable[[Child], tuple[str, ...]]] = {
    ("Legal Last Name", "Legal First Name", "Middle Name", "Form"): lambda c: (c.surname, first_name(c), middle(c), c.class_name),
    ("Student Name", "Reg Form"): lambda c: (f"{c.surname}, {_called(c)}", c.class_name),
    ("First name", "Last name"): lambda c: (_called(c), c.surname),
    ("Pupil",): lambda c: (whole(c),),
    ("Child", "Initials", "Class"): lambda c: (whole(c), initials(c), c.class_name),
    ("Class", "Name"): lambda c: (c.class_name, f"{_called(c)} {c.surname}"),
}  # fmt: skip
ADULTS: dict[tuple[str, ...], Callable[[Adult, str], tuple[str, ...]]] = {
    ("Staff member",): lambda a, _: (f"{a.forename} {a.surname}",),
    ("Title", "First name", "Last name"): lambda a, _: (a.title, a.forename, a.surname),
    ("Name", "Payment for"): lambda a, reason: (f"{a.title} {a.surname}", reason),
    ("Employee name", "Job title"): lambda a, _: (f"{a.surname}, {a.forename}", a.role),
}
HOUSE = House(
    name="seventh",
    folder=Path(__file__).parent,
    writers=len(people.STAFF),
    twins=people.twins,
    elsewhere=ELSEWHERE,
    families=15,
    slot=fill.slot,
    value=fill.value,
    passport_foot=fill.passport_foot,
    letter=habits.letter,
    sealed=habits.sealed,
    typed=habits.as_typed,
    full=spelling.FULL,
    doubtful=spelling.DOUBTFUL,
    none=spelling.NONE,
    borrowed=("short form", "another spelling", "Md"),
    layout=Layout(
        pupils=PUPILS,
        adults=ADULTS,
        activities=("Travel claim", "Supply", "Overtime", "Course", "Petty cash", "Peripatetic lessons"),
        beside=BESIDE,
        spare={
            "NC Year": ("R", "1", "2", "5", "7", "10"),
            "House": ("Aidan", "Cuthbert", "Oswald"),
            "Lunch": ("School", "Packed", "Home"),
            "Sessions": ("am", "pm", "FT"),
            "Consent": ("Yes", "No", ""),
            "Set": ("X1", "X2", "Y1", "Y3"),
        },
        endings=("xlsx", "xlsx", "xlsx", "csv", "csv", "csv", "docx", "html", "txt", "pdf"),
        checkers=("WH", "LE", "SN", "JG"),
    ),
)
