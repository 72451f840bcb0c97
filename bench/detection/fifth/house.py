"""The trust's house: its people, phrases, habits and the look of its lists."""

from collections.abc import Callable
from pathlib import Path

from bench.detection.fifth import fill, habits, spelling, trust
from bench.detection.forms import whole
from bench.detection.house import House, Layout
from bench.detection.sample import Adult, Child
from bench.detection.school import first_name

ELSEWHERE = {
    "firm": ("orders@brightpencil.example", "desk@leabyte.example", "bookings@marsh-coaches.example"),
    "school": ("admin@oakhanger-primary.sch.uk", "exams@riverbank.sch.uk"),
    "council": ("sen.transport@walthamley.gov.uk", "admissions@walthamley.gov.uk"),
    "venue": ("groups@lockside-museum.example", "visits@hayfield-cityfarm.example"),
}
BESIDE = {"upn": "uln", "uln": "uci", "uci": "date-of-birth", "date-of-birth": "upn", "nhs-number": "date-of-birth", "passport": "date-of-birth", "trn": "ni-number", "ni-number": "dbs-number", "dbs-number": "trn", "email-address": "phone", "phone": "email-address", "postcode": "phone", "admission-number": "date-of-birth"}  # fmt: skip
PUPILS: dict[tuple[str, ...], Callable[[Child], tuple[str, ...]]] = {
    ("Learner",): lambda c: (f"{c.surname}, {first_name(c)}",),
    ("Learner Name", "Provision"): lambda c: (whole(c), c.class_name),
    ("Family Name", "Given Name(s)", "Base"): lambda c: (c.surname, c.forename, c.class_name),
    ("Tutor Base", "Known As", "Surname"): lambda c: (c.class_name, c.known or first_name(c), c.surname),
    ("No.", "Student Full Name"): lambda c: (c.id[1:], whole(c)),
}
ADULTS: dict[tuple[str, ...], Callable[[Adult, str], tuple[str, ...]]] = {
    ("Colleague",): lambda a, _: (f"{a.forename} {a.surname}",),
    ("Title", "Surname", "Given Name", "Job"): lambda a, _: (a.title, a.surname, a.forename, a.role),
    ("Volunteer / Visitor", "Reason"): lambda a, reason: (f"{a.title} {a.surname}", reason),
    ("Payee", "Cost centre"): lambda a, _: (f"{a.surname}, {a.forename}", "LR-204"),
}
HOUSE = House(
    name="fifth",
    folder=Path(__file__).parent,
    writers=len(trust.STAFF),
    twins=trust.twins,
    elsewhere=ELSEWHERE,
    families=14,
    slot=fill.slot,
    value=fill.value,
    passport_foot=fill.passport_foot,
    letter=habits.letter,
    sealed=habits.sealed,
    typed=habits.mistyped,
    full=spelling.FULL,
    doubtful=spelling.DOUBTFUL,
    none=spelling.NONE,
    borrowed=("short form", "another spelling"),
    layout=Layout(
        pupils=PUPILS,
        adults=ADULTS,
        activities=("Reading", "Hydro pool", "Governor visit", "Music", "Bike repair"),
        beside=BESIDE,
        spare={
            "Route": ("R1", "R14", "walks", ""),
            "Key Stage": ("2", "3", "4", "5"),
            "Lunch": ("halal", "veg", "packed", "std"),
            "Photo": ("Y", "N"),
            "Site": ("Lea", "Wick", "P16"),
        },
        endings=("xlsx", "xlsx", "csv", "csv", "docx", "html", "txt", "pdf"),
        checkers=("GM", "IP", "AE", "TI"),
    ),
)
