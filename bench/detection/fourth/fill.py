"""What fills this federation's templates: people, days, places, and numbers that are nobody's; or the value of an identifier."""

from collections.abc import Callable
from random import Random

from bench.detection import numbers
from bench.detection.forms import initials, plain_letters, whole
from bench.detection.fourth import federation, figures
from bench.detection.lookalikes import figure, lookalike, some
from bench.detection.sample import Adult, Child, School
from bench.detection.school import first_name

VENUES = ("Bolton Castle", "Thirsk leisure pool", "Malham Tarn field centre", "the Wensleydale railway", "Beningbrough Hall", "Eden Camp", "Aysgarth Falls", "Locomotion")  # fmt: skip
RIVALS = ("Brompton", "Hackforth", "Bedale", "Crakehall", "Spennithorne", "Leyburn")
THEMES = ("the Stone Age", "rivers", "Anglo-Saxons", "electricity", "habitats", "Divali", "Sikhism", "the Great Fire", "Kenya", "forces and magnets", "Easter", "times tables")  # fmt: skip
WEEK = ("Mon", "Tues", "Wednesday", "Thurs", "Friday", "Weds")


def staff(school: School, rng: Random) -> Adult:
    return rng.choice(school.staff[: len(federation.STAFF)])


def day(rng: Random) -> str:
    return figures.date(rng, f"2026-{rng.randrange(4, 8):02}-{rng.randrange(1, 29):02}")


def slot(name: str, child: Child, school: School, rng: Random) -> str:
    """The words for a placeholder; digits of no person never begin with a nought unless their kind does."""

    made: dict[str, Callable[[], str]] = {
        "first": lambda: first_name(child), "full": lambda: whole(child), "class": lambda: child.class_name, "initials": lambda: initials(child), "surname": lambda: child.surname,
        "staff": lambda: staff(school, rng).surname, "staff2": lambda: staff(school, rng).surname, "office": lambda: school.office, "place": lambda: rng.choice(VENUES), "rival": lambda: rng.choice(RIVALS),
        "theme": lambda: rng.choice(THEMES), "day": lambda: rng.choice(WEEK), "date": lambda: day(rng), "date2": lambda: day(rng), "date3": lambda: day(rng), "dashes": lambda: f"{rng.randrange(1, 29):02}-{rng.randrange(1, 13):02}-{rng.randrange(24, 27)}",
        "time": lambda: f"{rng.randrange(8, 17)}{rng.choice('.:')}{rng.choice(('00', '10', '25', '30', '40', '50'))}", "year": lambda: str(rng.randrange(1, 7)), "pounds": lambda: f"{rng.randrange(1, 700)}.{some(rng, '0123456789', 2)}",
        "score": lambda: f"{rng.randrange(12)}-{rng.randrange(12)}",
        "thirteen": lambda: figures.not_upn(rng), "part": lambda: f"{some(rng, 'ABCEHJLMPRST', 2)}{figure(rng, 6)}{rng.choice('ABCD')}", "serial": lambda: rng.choice((f"SN{figure(rng, 8)}", f"{some(rng, 'FGHJKL', 3)}{figure(rng, 4)}{some(rng, 'XYZW', 2)}", f"R9-{some(rng, '0123456789ABCDEF', 7)}")),
        "tag": lambda: f"SDF{figure(rng, 4)}", "ledger": lambda: f"{rng.choice('ELK')}{figure(rng, 2)}/{figure(rng, 4)}", "booking": lambda: some(rng, "BCDFGHJKLMNPQRTVWXZ3456789", 6),
        "laestab": lambda: f"815/{rng.randrange(2000, 5999)}", "laestab7": lambda: f"815{rng.randrange(2000, 5999)}", "outcode": lambda: figures.postcode(rng), "road": lambda: rng.choice(figures.ROADS), "house": lambda: str(rng.randrange(1, 60)),
        "plate": lambda: f"{some(rng, 'BCDFGHJK', 2)}{rng.choice(('68', '21', '73'))} {some(rng, 'LMNPRTVX', 3)}", "flight": lambda: f"{rng.choice(('ZZ', 'RR', 'LS', 'EZY'))}{figure(rng, 4)}", "grid": lambda: f"SE {figure(rng, 3)} {figure(rng, 3)}",
        "phone": lambda: figures.phone(rng),
    }  # fmt: skip
    return made[name]() if name in made else lookalike(name, rng)


def value(kind: str, child: Child, school: School, rng: Random, *, beside: Adult | None = None) -> tuple[str, ...]:  # fmt: skip
    """An identifier's words: two for a bank account; `beside` is the grown-up in whose row it stands."""
    row = beside is not None
    if kind == "bank-account":
        return figures.bank(rng)
    made: dict[str, Callable[[], str]] = {
        "upn": lambda: child.upn if row or rng.random() < 0.75 else figures.upn(rng), "uln": lambda: numbers.uln(rng), "uci": lambda: figures.uci(rng), "nhs-number": lambda: numbers.nhs(rng), "ni-number": lambda: figures.ni(rng), "trn": lambda: figures.trn(rng),
        "passport": lambda: numbers.passport(rng), "driving-licence": lambda: figures.licence(rng, (beside or staff(school, rng)).surname), "iban": lambda: figures.iban(rng), "card-number": lambda: figures.card(rng), "dbs-number": lambda: figures.dbs(rng), "admission-number": lambda: child.admission,
        "date-of-birth": lambda: figures.date(rng, child.dob), "postcode": lambda: figures.home(rng, named=row), "phone": lambda: figures.phone(rng), "email-address": lambda: next(p.email for p in school.parents if p.child == child.id),
    }  # fmt: skip
    return (made[kind](),)


def passport_foot(child: Child, rng: Random) -> str:
    return figures.mrz(rng, plain_letters(child.surname), plain_letters(first_name(child)), child.dob)
