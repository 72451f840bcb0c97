"""The first set: a primary school that writes letters in plain text. Causes of misses are looked for here, and here alone."""

from random import Random

from bench.detection.compose import Composer, Style, samples
from bench.detection.sample import Adult, Sample, School
from bench.detection.school import build

SEED = 20260302
COUNTS = {"named": 1000, "siblings": 40, "doubtful": 400, "identifiers": 800, "traps": 400, "ordinary": 1000}
CLASSES = ["RA", "RB", "1A", "1B", "2A", "2B", "3A", "3B", "4A", "4B", "5A", "5B", "6A", "6B", "6C"]


def corpus() -> tuple[School, list[Sample]]:
    rng = Random(SEED)
    school = build("first", "Borchester Primary School", "borchester.sch.uk", CLASSES, rng, 600)
    return school, list(samples(Composer.of("first", school, STYLE, rng), COUNTS))


def _body(rng: Random, words: str, sender: Adult, school: School) -> str:
    greeting = rng.choice(("Good morning,", "Dear all,", "Hello,", "Dear colleague,", ""))
    signed = f"Kind regards\n\n{sender.title} {sender.forename} {sender.surname}\n{sender.role.capitalize()}\n{school.name}\nTel. {school.office} | {sender.email}\nRegistered charity 1123456"
    return f"{greeting}\n\n{words}\n\n{signed}\n"


def _no_html(rng: Random, text: str) -> str:
    return ""


STYLE = Style(
    body=_body,
    html=_no_html,
    file=lambda rng, ending: f"{rng.choice(('list', 'return', 'details', 'spring data'))}.{ending}",
    intro=lambda rng: rng.choice(("Details as asked.", "For the return.", "Please check.")),
    heads=(("Surname", "Forename", "Class"), ("Name", "Class"), ("Pupil",)),
    endings=("csv", "csv", "txt", "html", "xlsx", "docx"),
    signature=frozenset({("body", "phone"), ("body", "email-address")}),
    dates=(
        "{dd}/{mm}/{yyyy}",
        "{d} {month} {yyyy}",
        "{dd}.{mm}.{yyyy}",
        "{yyyy}-{mm}-{dd}",
        "{dd}/{mm}/{yy}",
        "{d} {mon} {yy}",
    ),
    tabled=0.4,
)
