"""The federation's house: its people, phrases, habits and the look of its lists."""

from collections.abc import Callable
from pathlib import Path

from bench.detection.fourth import federation, fill, habits, spelling
from bench.detection.house import House, Layout
from bench.detection.sample import Adult, Child
from bench.detection.school import first_name

ELSEWHERE = {
    "firm": ("sales@daleprint.example", "office@hallikeld-coaches.example", "support@beckbroadband.example"),
    "school": ("office@wensley-secondary.sch.uk", "admissions@prince-rupert-base.sch.uk"),
    "council": ("admissions@northdale.gov.uk", "attendance@northdale.gov.uk"),
    "venue": ("groups@tarnfields.example", "bookings@dalespool.example"),
}  # fmt: skip
BESIDE = {"upn": "date-of-birth", "date-of-birth": "nhs-number", "nhs-number": "date-of-birth", "passport": "date-of-birth", "trn": "dbs-number", "ni-number": "trn", "email-address": "phone", "phone": "postcode", "postcode": "phone", "admission-number": "upn", "uln": "upn"}  # fmt: skip
ACTIVITIES = ("Swimming", "Reading", "Minibus", "Gardening", "Forest school", "Bikeability")
SPARE = {"Site": ("G", "S"), "Sess": ("am", "pm", "all day"), "Ticked": ("✓", "", "x"), "Pd £": ("4.50", "0.00", "12.25"), "Lane": ("1", "2", "3")}  # fmt: skip


def _called(child: Child) -> str:
    return child.known or first_name(child)


PUPILS: dict[tuple[str, ...], Callable[[Child], tuple[str, ...]]] = {
    ("Legal S/name", "Legal F/name"): lambda c: (c.surname, first_name(c)),
    ("Child's name",): lambda c: (f"{_called(c)} {c.surname}",),
    ("Cls", "Pupil"): lambda c: (c.class_name, f"{_called(c)} {c.surname}"),
    ("Pupil (Surname, Forename)", "Yr"): lambda c: (f"{c.surname}, {first_name(c)}", c.class_name),
    ("Forename", "Surname", "Class"): lambda c: (_called(c), c.surname, c.class_name),
}
ADULTS: dict[tuple[str, ...], Callable[[Adult, str], tuple[str, ...]]] = {
    ("Emp. name",): lambda a, _: (f"{a.surname} {a.forename[0]} {a.title}",),
    ("Helper", "Activity"): lambda a, doing: (f"{a.forename} {a.surname}", doing),
    ("S/name", "Init", "Post"): lambda a, _: (a.surname, a.forename[0], a.role),
    ("Payee",): lambda a, _: (f"{a.title} {a.forename[0]} {a.surname}",),
}
HOUSE = House(
    name="fourth",
    folder=Path(__file__).parent,
    writers=len(federation.STAFF),
    twins=federation.twins,
    elsewhere=ELSEWHERE,
    families=12,
    slot=fill.slot,
    value=fill.value,
    letter=habits.letter,
    sealed=habits.raw,
    typed=habits.mistyped,
    full=spelling.FULL,
    doubtful=spelling.DOUBTFUL,
    none=spelling.NONE,
    borrowed=("everyday short form", "spelling of the family"),
    passport_foot=fill.passport_foot,
    layout=Layout(
        pupils=PUPILS,
        adults=ADULTS,
        activities=ACTIVITIES,
        beside=BESIDE,
        spare=SPARE,
        checkers=("LE", "GS", "NB"),
        endings=("xlsx", "xlsx", "xlsx", "csv", "csv", "docx", "html", "pdf"),
    ),
)
