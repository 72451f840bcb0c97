"""What fills this trust's templates: people, days, places, and numbers that are nobody's; or the value of an identifier."""

from collections.abc import Callable
from random import Random

from bench.detection import checks, numbers
from bench.detection.fifth import figures, trust
from bench.detection.forms import initials, plain_letters, whole
from bench.detection.lookalikes import lookalike, some
from bench.detection.sample import Adult, Child, School
from bench.detection.school import first_name

PLACES = ("Kew Gardens", "the Horniman", "Epping Forest", "the Golden Hinde", "Mudchute Farm", "HMS Belfast", "the Transport Museum", "Walthamstow Wetlands")  # fmt: skip
TEAMS = ("Phoenix Place", "Oakhanger", "Riverbank", "Harbour PRU", "Ridgeway Free")
THEMES = ("the Blitz", "volcanoes", "Windrush", "friction", "An Inspector Calls", "Diwali", "ratio", "Black history", "Easter", "money skills", "Judaism", "the circus")  # fmt: skip
WEEK = ("Mon", "Tuesday", "Weds", "Thursday", "Fri", "Friday")


def staff(school: School, rng: Random) -> Adult:
    return rng.choice(school.staff[: len(trust.STAFF)])


def slot(name: str, child: Child, school: School, rng: Random) -> str:
    """The words of one placeholder."""
    made: dict[str, Callable[[], str]] = {
        "first": lambda: first_name(child), "full": lambda: whole(child), "class": lambda: child.class_name, "initials": lambda: initials(child), "surname": lambda: child.surname,
        "staff": lambda: staff(school, rng).surname, "staff2": lambda: staff(school, rng).surname, "office": lambda: school.office, "place": lambda: rng.choice(PLACES), "team": lambda: rng.choice(TEAMS),
        "theme": lambda: rng.choice(THEMES), "day": lambda: rng.choice(WEEK), "date": lambda: figures.day(rng), "date2": lambda: figures.day(rng), "date3": lambda: figures.day(rng), "dashes": lambda: f"{rng.randrange(1, 29):02}-{rng.randrange(1, 13):02}-{rng.randrange(24, 27)}",
        "time": lambda: f"{rng.randrange(8, 17)}{rng.choice('.:')}{rng.choice(('00', '05', '15', '30', '40', '55'))}", "year": lambda: str(rng.randrange(1, 14)), "pounds": lambda: f"{rng.randrange(1, 900)}.{some(rng, '0123456789', 2)}", "score": lambda: f"{rng.randrange(9)}-{rng.randrange(9)}",
        "thirteen": lambda: figures.not_upn(rng), "part": lambda: f"{some(rng, 'ABCEHJLMPRST', 2)}{rng.randrange(100000, 999999)}{rng.choice('ABCD')}", "booking": lambda: some(rng, "BCDFGHJKLMNPQRTVWXZ3456789", 6), "serial": lambda: rng.choice((f"5CG{some(rng, '0123456789', 4)}{some(rng, 'BCDFGH', 3)}", f"DMPX{some(rng, '0123456789BCDFGHJK', 8)}", f"S/N {rng.randrange(10**7, 10**8)}")),
        "laestab": lambda: f"{rng.choice((202, 211, 320))}/{rng.randrange(1100, 7999)}", "laestab7": lambda: f"{rng.choice((202, 211, 320))}{rng.randrange(1100, 7999)}", "outcode": lambda: figures.postcode(rng), "road": lambda: rng.choice(figures.STREETS), "house": lambda: str(rng.randrange(1, 90)),
        "plate": lambda: f"{some(rng, 'BDGKLY', 2)}{rng.choice(('19', '70', '24'))} {some(rng, 'LMNPRTVX', 3)}", "flight": lambda: f"{rng.choice(('BA', 'U2', 'W6', 'VY'))}{rng.randrange(1000, 9999)}", "paper": lambda: rng.choice(("8700/2", "1SC0/1BF", "J351/01", "C700U20-1", "FS Maths L1", "8461/2H")), "phone": lambda: figures.phone(rng), "room": lambda: rng.choice(("G04", "S2", "B12A", "2.07", "Sensory 1", "K3")),
    }  # fmt: skip
    return made[name]() if name in made else lookalike(name, rng)


def value(kind: str, child: Child, school: School, rng: Random, *, beside: Adult | None = None) -> tuple[str, ...]:  # fmt: skip
    """An identifier's words: two for a bank account; `beside` is the grown-up in whose row it stands."""
    if kind == "bank-account":
        return figures.bank(rng)
    made: dict[str, Callable[[], str]] = {
        "upn": lambda: child.upn if beside or rng.random() < 0.7 else figures.upn(rng), "uln": lambda: numbers.uln(rng), "uci": lambda: figures.uci(rng), "nhs-number": lambda: numbers.nhs(rng), "ni-number": lambda: figures.ni(rng),
        "trn": lambda: figures.trn(rng), "passport": lambda: numbers.passport(rng), "driving-licence": lambda: numbers.licence(rng, (beside or staff(school, rng)).surname), "iban": lambda: figures.iban(rng), "card-number": lambda: figures.card(rng),
        "dbs-number": lambda: figures.dbs(rng), "admission-number": lambda: child.admission, "date-of-birth": lambda: figures.birthday(rng, child.dob), "postcode": lambda: figures.home(rng, row=beside is not None), "phone": lambda: figures.phone(rng),
        "email-address": lambda: next(p.email for p in school.parents if p.child == child.id),
    }  # fmt: skip
    return (made[kind](),)


def passport_foot(child: Child, rng: Random) -> str:
    number, until = numbers.passport(rng), f"3{rng.randrange(1, 5)}0{rng.randrange(1, 10)}2{rng.randrange(9)}"
    return checks.passport_foot(plain_letters(child.surname), plain_letters(first_name(child)), number, child.dob[2:].replace("-", ""), rng.choice("FM"), until)  # fmt: skip
