"""Made-up numbers as this school's staff write them: identifiers with right check characters, days and homes."""

from random import Random

from bench.detection import checks, numbers

STREETS = ("Ferry Lane", "Colliery Row", "Bretby View", "Swarkestone Road", "Hob Hill", "Wharf Street", "Repton Close", "Maltings Drive", "St Werburgh's Way", "Pinfold Avenue", "Gresley Terrace", "Canal Side")  # fmt: skip
TOWNS = (("Burton upon Trent", "DE14"), ("Swadlincote", "DE11"), ("Derby", "DE23"), ("Nottingham", "NG7"), ("Leicester", "LE4"), ("Walsall", "WS2"), ("Birmingham", "B13"), ("Stoke-on-Trent", "ST4"))  # fmt: skip
BORN = ("{dd}/{mm}/{yyyy}", "{dd}/{mm}/{yyyy}", "{dd}/{mm}/{yyyy}", "{d}/{m}/{yyyy}", "{dd}/{mm}/{yy}", "{dd}.{mm}.{yyyy}", "{yyyy}-{mm}-{dd}", "{dd}-{mm}-{yyyy}", "{d} {month} {yyyy}", "{d}{th} {month} {yyyy}", "{d} {mon} {yyyy}")  # fmt: skip
DAYS = ("{d}{th} {month}", "{d} {month}", "{d} {month} {yyyy}", "{dd}/{mm}/{yyyy}", "{d}/{m}/{yy}", "{d}/{m}", "{d}{th} {mon}")  # fmt: skip
AUTHORITIES = (830, 831, 860, 891, 892, 855, 856, 330, 335)


def upn(rng: Random) -> str:
    """Of the Midlands' authorities; one in fifteen is temporary."""
    stem = f"{rng.choice(AUTHORITIES)}{rng.randrange(2000, 6999)}{rng.randrange(12, 26)}"
    return numbers.upn_from(rng, stem, temporary=15, figures=400, spare=60)


def uci(rng: Random) -> str:
    return checks.uci(f"{rng.randrange(22000, 24999)}0{rng.randrange(19, 27)}{rng.randrange(1, 999):04}")


def ni(rng: Random) -> str:
    letters = rng.choice("ABCEHJLMNPRSTWX") + rng.choice("ABCEHJLMPRSTWX")
    pairs = [numbers.digits(rng, 2) for _ in range(3)]
    return rng.choice(("", " ")).join((letters, *pairs, rng.choice("ABCD")))


def bank(rng: Random) -> tuple[str, str]:
    code = [rng.choice(("20", "30", "40", "60", "77", "08", "09", "16")), numbers.digits(rng, 2), numbers.digits(rng, 2)]  # fmt: skip
    return rng.choice(("-", "-", "-", " ")).join(code), numbers.digits(rng, 8)


def iban(rng: Random) -> str:
    country, bank, count = rng.choice((("GB", "HBUK", 14), ("GB", "LOYD", 14), ("PL", "", 24), ("RO", "BTRL", 16), ("DE", "", 18)))  # fmt: skip
    whole = checks.iban(country, bank + numbers.digits(rng, count))
    return rng.choice((whole, checks.in_fours(whole)))


def card(rng: Random) -> str:
    whole = checks.luhn(rng.choice(("4751", "4658", "5434", "5186")) + numbers.digits(rng, 11))
    return rng.choice((whole, checks.in_fours(whole), checks.in_fours(whole)))


def dbs(rng: Random) -> str:
    return f"001{rng.randrange(600000000, 899999999)}"


def phone(rng: Random) -> str:
    """From the ranges kept for drama; none is the office's."""
    last = numbers.digits(rng, 3)
    return rng.choice((f"07700 900{last}", f"07700 900{last}", f"07700900{last}", f"07700 900 {last}", f"+44 7700 900{last}", f"0115 496 0{last}", f"0116 496 0{last}", f"0121 496 0{last}", f"(0121) 496 0{last}"))  # fmt: skip


def postcode(rng: Random, outward: str = "") -> str:
    return f"{outward or rng.choice(TOWNS)[1]} {numbers.inward(rng)}"


def home(rng: Random) -> str:
    (town, outward), street = rng.choice(TOWNS), rng.choice(STREETS)
    number, code = rng.randrange(1, 160), postcode(rng, outward)
    return rng.choice((f"{number} {street}, {town}, {code}", f"{number} {street}, {town} {code}", f"{number} {street}, {code}", f"{number}a {street}, {town}, {code}", f"Flat {rng.randrange(1, 20)}, {number} {street}, {town} {code}"))  # fmt: skip


def birthday(rng: Random, iso: str) -> str:
    return checks.day(rng.choice(BORN), iso)


def day(rng: Random) -> str:
    """A school day of a summer term, or of the autumn before it."""
    month = rng.choice((4, 5, 5, 6, 6, 6, 7, 7))
    return checks.day(rng.choice(DAYS), f"2026-{month:02}-{rng.randrange(1, 29):02}")
