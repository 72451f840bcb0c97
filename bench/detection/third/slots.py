"""What fills the academy's templates: people, days, places, and numbers that are nobody's; or the value of an identifier."""

from collections.abc import Callable
from random import Random

from bench.detection import numbers
from bench.detection.forms import initials, plain_letters, whole
from bench.detection.sample import Adult, Child, School
from bench.detection.school import first_name
from bench.detection.third import academy, figures

PLACES = ("the Lowry", "Big Pit", "New Lanark", "Conwy Castle", "Jodrell Bank", "Techniquest", "Dynamic Earth", "Quarry Bank")  # fmt: skip
TEAMS = ("St Mungo's", "Ysgol y Bont", "Ordsall High", "Kersal Grange", "Linlithgow", "Trinity")
TOPICS = ("fractions", "the Vikings", "Macbeth", "glaciers", "photosynthesis", "Eid crafts", "Welsh poetry", "Python loops", "Hinduism", "Ramadan", "World War I")  # fmt: skip
DAYS = ("Mon", "Tuesday", "weds", "Thursday", "Fri", "Friday")


def adult(school: School, rng: Random) -> Adult:
    return rng.choice(school.staff[: len(academy.STAFF)])


def day(rng: Random) -> str:
    d, m = rng.randrange(1, 29), rng.randrange(3, 8)
    month = ("March", "April", "May", "June", "July")[m - 3]
    return rng.choice(
        (f"{d}/{m}", f"{d}/{m}/26", f"{d:02}/{m:02}/2026", f"{d} {month}", f"{d}.{m}.26", f"2026-{m:02}-{d:02}", f"{d} {month[:3]} 26", f"{d:02}-{m:02}-26")
    )  # fmt: skip


def slot(name: str, child: Child, school: School, rng: Random) -> str:
    def some(alphabet: str, count: int) -> str:
        return "".join(rng.choice(alphabet) for _ in range(count))

    capitals, figures_ = "BCDFGHJKLMNPRTVWXZ", "0123456789"
    made: dict[str, Callable[[], str]] = {
        "first": lambda: first_name(child), "full": lambda: whole(child), "class": lambda: child.class_name, "letters": lambda: initials(child),
        "surname": lambda: child.surname, "staff": lambda: adult(school, rng).surname, "staff2": lambda: adult(school, rng).surname, "office": lambda: school.office,
        "place": lambda: rng.choice(PLACES), "team": lambda: rng.choice(TEAMS), "topic": lambda: rng.choice(TOPICS), "day": lambda: rng.choice(DAYS), "date": lambda: day(rng), "date2": lambda: day(rng), "date3": lambda: day(rng),
        "dashed": lambda: f"{rng.randrange(1, 29):02}-0{rng.randrange(3, 8)}-26", "time": lambda: f"{rng.randrange(8, 18)}{rng.choice(':.')}{rng.choice(('00', '05', '15', '20', '35', '45', '50'))}",
        "year": lambda: str(rng.randrange(1, 14)), "n": lambda: str(rng.randrange(2, 9)), "nn": lambda: str(rng.randrange(11, 98)), "nnn": lambda: str(rng.randrange(100, 999)), "money": lambda: f"{rng.randrange(2, 900)}.{some(figures_, 2)}",
        "ext": lambda: str(rng.randrange(200, 4999)), "score": lambda: f"{rng.randrange(45)}-{rng.randrange(45)}", "isbn": lambda: numbers.isbn(rng), "ten": lambda: numbers.ten(rng), "ten2": lambda: numbers.ten(rng),
        "meeting": lambda: numbers.meeting(rng), "eleven": lambda: str(rng.randrange(8 * 10**10, 9 * 10**10)), "six": lambda: some("123456789", 6), "seven": lambda: str(rng.randrange(10**6, 10**7)),
        "eight": lambda: str(rng.randrange(10**7, 10**8)), "nine": lambda: str(rng.randrange(10**8, 10**9)), "twelve": lambda: f"00{some(figures_, 10)}", "sixteen": lambda: rng.choice("4569") + some(figures_, 15),
        "thirteen": lambda: figures.order_ref(rng), "product": lambda: f"{some('CEHJKLMP', 2)}{some(figures_, 6)}{rng.choice('ABCD')}", "serial": lambda: rng.choice((f"5CD{some(figures_, 4)}{some(capitals, 3)}", f"PF{some(capitals + figures_, 6)}", f"C02{some(capitals + figures_, 9)}")),
        "asset": lambda: f"LQ-{some(figures_, 5)}", "cost": lambda: f"{rng.choice('EIRS')}{some(figures_, 2)}-{some(figures_, 4)}", "booking": lambda: some(capitals + "23456789", 6), "key": lambda: numbers.key(rng), "guid": lambda: numbers.guid(rng),
        "urn": lambda: str(rng.randrange(100000, 149999)), "laestab": lambda: f"{rng.randrange(301, 940)}/{rng.randrange(2000, 7000)}", "laestab7": lambda: f"{rng.randrange(301, 940)}{rng.randrange(2000, 7000)}", "venue": lambda: figures.postcode(rng),
        "lotto": lambda: " ".join(f"{x:02}" for x in sorted(rng.sample(range(1, 60), 6))), "flight": lambda: f"{rng.choice(('EZY', 'LS', 'BA', 'FR'))}{rng.randrange(100, 9999)}", "plate": lambda: f"{some(capitals, 2)}{rng.choice(('19', '23', '74'))} {some(capitals, 3)}",
        "room": lambda: rng.choice((f"{rng.randrange(1, 12)}{rng.choice('ABX')}", f"S{rng.randrange(1, 20)}", f"10X{rng.randrange(1, 5)}", f"H{rng.randrange(100, 240)}")), "paper": lambda: rng.choice(("8464/B/1F", "1MA1/2H", "4PH1 1P", "J277/01", "3720UB0-1", "C812 76/11", "7182/2")),
        "base64": lambda: some("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 44), "seat": lambda: f"{rng.choice('ABCDEFGH')}{rng.randrange(1, 24)}", "reading": lambda: f"{rng.randrange(5, 16)}.{rng.randrange(12):02}",
    }  # fmt: skip
    return made[name]()


def value(
    kind: str, child: Child, school: School, rng: Random, *, beside: Adult | None = None
) -> tuple[str, ...]:
    """An identifier's words: two for a bank account; `beside` is the grown-up in whose row it stands."""
    if kind == "bank-account":
        return figures.bank(rng)
    made: dict[str, Callable[[], str]] = {
        "upn": lambda: child.upn, "uln": lambda: numbers.uln(rng), "uci": lambda: figures.uci(rng), "nhs-number": lambda: numbers.nhs(rng), "ni-number": lambda: figures.ni(rng), "trn": lambda: figures.trn(rng),
        "passport": lambda: numbers.passport(rng), "driving-licence": lambda: figures.licence(rng, (beside or adult(school, rng)).surname), "iban": lambda: figures.iban(rng), "card-number": lambda: figures.card(rng), "dbs-number": lambda: figures.dbs(rng),
        "admission-number": lambda: child.admission, "date-of-birth": lambda: figures.birthday(rng, child.dob), "postcode": lambda: figures.home(rng), "phone": lambda: figures.phone(rng),
        "email-address": lambda: next(p.email for p in school.parents if p.child == child.id),
    }  # fmt: skip
    return (made[kind](),)


def passport_foot(child: Child, rng: Random) -> str:
    return figures.mrz(rng, plain_letters(child.surname), plain_letters(first_name(child)))
