"""The comprehensive's house: its people, phrases, habits and the look of its lists."""

from collections.abc import Callable
from pathlib import Path

from bench.detection.forms import whole
from bench.detection.house import House, Layout
from bench.detection.sample import Adult, Child
from bench.detection.school import first_name
from bench.detection.sixth import fill, habits, people, spelling

ELSEWHERE = {
    "firm": ("accounts@midshire-stationery.example", "support@classnet.example", "orders@trentvale-catering.example", "hire@harlows-coaches.example"),
    "school": ("office@pingle-lane.sch.uk", "pe@granville-high.sch.uk", "exams@st-modwens.sch.uk"),
    "council": ("admissions@mercia-county.gov.uk", "governor.support@mercia-county.gov.uk", "school.transport@mercia-county.gov.uk"),
    "venue": ("bookings@colliery-museum.example", "education@hallgates-park.example", "groups@forest-lodge.example"),
}  # fmt: skip
BESIDE = {"upn": "date-of-birth", "uln": "upn", "uci": "uln", "date-of-birth": "admission-number", "admission-number": "upn", "nhs-number": "date-of-birth", "passport": "date-of-birth", "ni-number": "trn", "trn": "dbs-number", "dbs-number": "ni-number", "email-address": "phone", "phone": "email-address", "postcode": "phone"}  # fmt: skip
PUPILS: dict[tuple[str, ...], Callable[[Child], tuple[str, ...]]] = {
    ("Surname", "Forename", "Reg"): lambda c: (c.surname, first_name(c), c.class_name),
    ("Legal Surname", "Legal Forename", "Preferred Forename"): lambda c: (c.surname, c.forename, c.known or first_name(c)),
    ("Student", "Form"): lambda c: (whole(c), c.class_name),
    ("Name",): lambda c: (whole(c),),
    ("Pupil Name", "Tutor Group"): lambda c: (f"{c.surname}, {first_name(c)}", c.class_name),
}  # fmt: skip
ADULTS: dict[tuple[str, ...], Callable[[Adult, str], tuple[str, ...]]] = {
    ("Name",): lambda a, _: (f"{a.forename} {a.surname}",),
    ("Surname", "Forename", "Post"): lambda a, _: (a.surname, a.forename, a.role),
    ("Employee", "Role"): lambda a, _: (f"{a.title} {a.forename} {a.surname}", a.role),
    ("Claimant", "Claim for"): lambda a, reason: (f"{a.forename[0]} {a.surname}", reason),
}
HOUSE = House(
    name="sixth",
    folder=Path(__file__).parent,
    writers=len(people.STAFF),
    twins=people.twins,
    elsewhere=ELSEWHERE,
    families=18,
    slot=fill.slot,
    value=fill.value,
    passport_foot=fill.passport_foot,
    letter=habits.letter,
    sealed=habits.sealed,
    typed=habits.hurried,
    full=spelling.FULL,
    doubtful=spelling.DOUBTFUL,
    none=spelling.NONE,
    borrowed=("short form", "another spelling"),
    layout=Layout(
        pupils=PUPILS,
        adults=ADULTS,
        activities=("Mileage", "Refreshments", "Course fee", "Open evening", "Exam invigilation"),
        beside=BESIDE,
        spare={
            "Yr": ("7", "8", "9", "10", "11"),
            "House": ("Brindley", "Darwin", "Seward", "Wedgwood"),
            "Set": ("1", "2", "3a", "3b"),
            "Band": ("X", "Y"),
            "Paid": ("Y", "N", ""),
        },
        endings=("xlsx", "xlsx", "xlsx", "csv", "csv", "docx", "pdf", "html", "txt"),
        checkers=("JE", "HD", "DG", "PQ"),
    ),
)
