"""The academy's house: its people, phrases and habits."""

from pathlib import Path

from bench.detection.house import House
from bench.detection.third import academy, letters, naming, slots

ELSEWHERE = {
    "firm": ("accounts@inkandpaper.example", "service.desk@quaysys.example", "hello@northern-coaches.example"),
    "school": ("admin@ysgol-y-bont.sch.uk", "exams@stmungos.sch.uk"),
    "council": ("pupil.services@salfordcity.gov.uk", "transport@lothian-council.gov.uk"),
    "venue": ("bookings@tall-ships-museum.example", "groups@theatr-y-cei.example"),
}  # fmt: skip
HOUSE = House(
    name="third",
    folder=Path(__file__).parent,
    writers=len(academy.STAFF),
    twins=academy.shared,
    elsewhere=ELSEWHERE,
    families=15,
    slot=slots.slot,
    value=slots.value,
    letter=letters.written,
    sealed=letters.raw,
    full=naming.FULL,
    doubtful=naming.DOUBTFUL,
    none=naming.NONE,
    borrowed=("short form", "another spelling"),
    passport_foot=slots.passport_foot,
)
