"""What fills this school's templates: people, days, places, and numbers that are nobody's; or the value of an identifier."""

from collections.abc import Callable
from random import Random

from bench.detection import checks, numbers
from bench.detection.forms import initials, plain_letters, whole
from bench.detection.lookalikes import lookalike, some
from bench.detection.sample import Adult, Child, School
from bench.detection.school import first_name
from bench.detection.sixth import figures, people

PLACES = ("Drayton Manor", "Twycross Zoo", "the Black Country Museum", "Chatsworth", "Carsington Water", "the National Memorial Arboretum", "Warwick Castle", "the Space Centre", "Calke Abbey", "Conkers")  # fmt: skip
TEAMS = (
    "Paulet",
    "Granville",
    "Abbot Beyne",
    "Pingle",
    "William Allitt",
    "Bishop Vesey",
    "Rawlett",
    "Wilnecote",
)
TOPICS = ("rivers", "the Tudors", "cells", "quadratics", "Of Mice and Men", "the Cold War", "forces", "Blood Brothers", "plate tectonics", "Islam", "coding in Python", "Weimar Germany", "food chains", "The Gruffalo")  # fmt: skip
PAPERS = ("8300/1H", "8700/1", "1MA1/2F", "J560/05", "8035/1", "9MA0/02", "8464/B/1F", "1HI0/11", "8658/LF", "7402/1")  # fmt: skip
ROOMS = ("E4", "S7", "M2", "the hall", "the library", "T11", "H3", "the gym", "Room 14", "the LRC", "Lab 2")
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Mon", "Weds", "Thurs")


def writer(school: School, rng: Random) -> Adult:
    return rng.choice(school.staff[: len(people.STAFF)])


def _colleague(school: School, rng: Random) -> str:
    one = writer(school, rng)
    return f"{one.title} {one.surname}"


def slot(name: str, child: Child, school: School, rng: Random) -> str:
    """The words of one placeholder."""
    made: dict[str, Callable[[], str]] = {
        "first": lambda: child.known or first_name(child), "full": lambda: whole(child), "full2": lambda: whole(rng.choice(school.children)), "class": lambda: child.class_name, "initials": lambda: initials(child), "surname": lambda: child.surname,
        "staff": lambda: _colleague(school, rng), "staff2": lambda: _colleague(school, rng), "office": lambda: school.office, "place": lambda: rng.choice(PLACES), "team": lambda: rng.choice(TEAMS), "topic": lambda: rng.choice(TOPICS),
        "day": lambda: rng.choice(WEEK), "date": lambda: figures.day(rng), "date2": lambda: figures.day(rng), "date3": lambda: figures.day(rng), "dashes": lambda: f"{rng.randrange(1, 29):02}-{rng.randrange(1, 13):02}-{rng.randrange(24, 27)}",
        "time": lambda: rng.choice((f"{rng.randrange(8, 12)}.{rng.choice(('00', '15', '30', '45'))}am", f"{rng.randrange(1, 7)}.{rng.choice(('00', '15', '30'))}pm", f"{rng.randrange(8, 17):02}:{rng.choice(('00', '10', '25', '40'))}")),
        "year": lambda: str(rng.randrange(7, 14)), "pounds": lambda: f"{rng.randrange(3, 600)}.{rng.choice(('00', '50', '99', '20'))}", "score": lambda: f"{rng.randrange(7)}-{rng.randrange(7)}", "paper": lambda: rng.choice(PAPERS), "room": lambda: rng.choice(ROOMS),
        "notupn": lambda: _consignment(rng), "part": lambda: f"{some(rng, 'ABCEHJLMPRST', 2)}{numbers.digits(rng, 6)}{rng.choice('ABCD')}", "booking": lambda: some(rng, "BCDFGHJKLMNPQRTVWXZ3456789", 6),
        "serial": lambda: rng.choice((f"PF{some(rng, '0123456789BCDFGHJK', 6)}", f"5CD{numbers.digits(rng, 4)}{some(rng, 'BCDFGH', 3)}")), "laestab": lambda: f"830/{rng.randrange(4000, 5999)}", "laestab7": lambda: f"830{rng.randrange(4000, 5999)}", "outcode": lambda: figures.postcode(rng),
        "road": lambda: rng.choice(figures.STREETS), "house": lambda: str(rng.randrange(1, 90)), "plate": lambda: f"{some(rng, 'BFV', 1)}{some(rng, 'DJKNTX', 1)}{rng.choice(('18', '21', '73'))} {some(rng, 'LMNPRTVX', 3)}", "flight": lambda: f"{rng.choice(('FR', 'LS', 'BE'))}{rng.randrange(1000, 9999)}", "desk": lambda: f"0115 496 0{numbers.digits(rng, 3)}",
    }  # fmt: skip
    return made[name]() if name in made else lookalike(name, rng)


def _consignment(rng: Random) -> str:
    """Of a UPN's shape, with a check letter that no UPN has."""
    tail = numbers.digits(rng, 12)
    return rng.choice(checks.not_upn(tail, "CDGHJKMRT")) + tail


def value(kind: str, child: Child, school: School, rng: Random, *, beside: Adult | None = None) -> tuple[str, ...]:  # fmt: skip
    """An identifier's words: two for a bank account; `beside` is the grown-up in whose row it stands."""
    if kind == "bank-account":
        return figures.bank(rng)
    made: dict[str, Callable[[], str]] = {
        "upn": lambda: child.upn, "uln": lambda: numbers.uln(rng), "uci": lambda: figures.uci(rng), "nhs-number": lambda: numbers.nhs(rng), "ni-number": lambda: figures.ni(rng), "trn": lambda: numbers.trn(rng),
        "passport": lambda: numbers.passport(rng), "driving-licence": lambda: numbers.licence(rng, (beside or writer(school, rng)).surname), "iban": lambda: figures.iban(rng), "card-number": lambda: figures.card(rng), "dbs-number": lambda: figures.dbs(rng),
        "admission-number": lambda: child.admission, "date-of-birth": lambda: figures.birthday(rng, child.dob), "postcode": lambda: figures.home(rng), "phone": lambda: figures.phone(rng), "email-address": lambda: next(p.email for p in school.parents if p.child == child.id),
    }  # fmt: skip
    return (made[kind](),)


def passport_foot(child: Child, rng: Random) -> str:
    number, until = (
        numbers.passport(rng),
        f"{rng.randrange(28, 35)}0{rng.randrange(1, 10)}1{rng.randrange(9)}",
    )
    return checks.passport_foot(plain_letters(child.surname), plain_letters(first_name(child)), number, child.dob[2:].replace("-", ""), rng.choice("FM"), until)  # fmt: skip
