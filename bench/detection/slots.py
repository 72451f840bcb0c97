"""What fills the templates: people, places, days, numbers, each by its placeholder."""

from collections.abc import Callable, Sequence
from random import Random

from bench.detection import checks, numbers
from bench.detection.sample import Adult, Child, School
from bench.detection.school import first_name

STREETS = [
    "Rowan Close",
    "Mill Lane",
    "Canal Street",
    "Orchard Way",
    "Station Road",
    "Thornhill Avenue",
    "Beck View",
    "Priory Gardens",
]
PLACES = [
    "Chatsworth",
    "Whitby",
    "the Science Museum",
    "Warwick Castle",
    "Eureka",
    "Sherwood Pines",
    "Cadbury World",
]
TOPICS = [
    "pottery",
    "the Romans",
    "football",
    "volcanoes",
    "ukulele",
    "coding",
    "rounders",
    "the water cycle",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
SAINTS = ["Thomas", "Mary", "Oswald", "Cuthbert"]


def sender(school: School, rng: Random) -> Adult:
    """A member of staff who writes."""
    return rng.choice([a for a in school.staff if a.id.startswith("s")])


def slot(name: str, child: Child, school: School, rng: Random) -> str:
    """The words of one placeholder."""
    made: dict[str, Callable[[], str]] = {
        "first": lambda: first_name(child), "full": lambda: f"{first_name(child)} {child.surname}", "name": lambda: f"{first_name(child)} {child.surname}",
        "initials": lambda: f"{child.forename[0]}.{child.surname.split()[-1][0].upper()}.", "class": lambda: child.class_name, "surname": lambda: child.surname,
        "staff": lambda: rng.choice(school.staff[:6]).surname, "staff2": lambda: rng.choice(school.staff[6:12]).surname,
        "saint": lambda: rng.choice(SAINTS), "street": lambda: rng.choice(STREETS), "place": lambda: rng.choice(PLACES), "topic": lambda: rng.choice(TOPICS),
        "day": lambda: rng.choice(DAYS), "date": lambda: rng.choice((f"{rng.randrange(1, 29)}/0{rng.randrange(3, 8)}/2026", f"{rng.randrange(1, 29)} June 2026", f"{rng.randrange(10, 29)}.06.26")),
        "n": lambda: str(rng.randrange(2, 7)), "score": lambda: f"{rng.randrange(6)}-{rng.randrange(6)}", "office": lambda: school.office,
        "isbn": lambda: numbers.isbn(rng), "ten": lambda: numbers.ten(rng), "meeting": lambda: numbers.meeting(rng), "eleven": lambda: str(rng.randrange(8 * 10**10, 9 * 10**10)),
        "nine": lambda: str(rng.randrange(10**8, 10**9)), "seven": lambda: str(rng.randrange(10**6, 10**7)), "seven2": lambda: f"{rng.randrange(10000, 99999)}", "five": lambda: f"{rng.randrange(10000, 99999)}",
        "key": lambda: numbers.key(rng), "guid": lambda: numbers.guid(rng), "booking": lambda: "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ23456789") for _ in range(6)),
        "urn": lambda: str(rng.randrange(100000, 149999)), "laestab": lambda: f"{rng.randrange(300, 940)}/{rng.randrange(2000, 7000)}", "venue": lambda: numbers.venue_postcode(rng),
        "thirteen": lambda: f"{rng.choice('BCDFG')}{rng.randrange(10**11, 10**12)}", "pupilcount": lambda: str(rng.randrange(180, 1400)),
    }  # fmt: skip
    return made[name]()


def value(kind: str, child: Child, school: School, rng: Random, dates: Sequence[str]) -> dict[str, str]:
    """A value of a kind, under the names that the sentences use."""
    if kind == "bank-account":
        first, second = numbers.bank(rng)
        return {"v1": first, "v2": second}
    made: dict[str, Callable[[], str]] = {
        "upn": lambda: child.upn, "uln": lambda: numbers.uln(rng), "uci": lambda: numbers.uci(rng), "nhs-number": lambda: numbers.nhs(rng), "ni-number": lambda: numbers.ni(rng),
        "trn": lambda: numbers.trn(rng), "passport": lambda: numbers.passport(rng), "driving-licence": lambda: numbers.licence(rng, sender(school, rng).surname), "iban": lambda: numbers.iban(rng),
        "card-number": lambda: numbers.card(rng), "dbs-number": lambda: numbers.dbs(rng), "admission-number": lambda: child.admission, "date-of-birth": lambda: birthday(child, rng, dates),
        "postcode": lambda: numbers.home(rng, STREETS), "phone": lambda: numbers.mobile(rng), "email-address": lambda: next(p.email for p in school.parents if p.child == child.id),
    }  # fmt: skip
    return {"v": made[kind]()}


def birthday(child: Child, rng: Random, dates: Sequence[str]) -> str:
    return checks.day(rng.choice(dates), child.dob)
