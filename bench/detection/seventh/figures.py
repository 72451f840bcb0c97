"""Made-up numbers as this trust's offices write them: identifiers with right check characters, days and homes."""

from random import Random

from bench.detection import checks, numbers

STREETS = ("Albion Street", "Back Lane", "Bobbin Close", "Chapel Brow", "Clough Bottom", "Factory Fold", "Gisburn Road", "Hebden Terrace", "Lower Mill Street", "Moor View", "Piece Fields", "Shuttle Row", "Tenterfield Street", "Weavers Court")  # fmt: skip
TOWNS = (("Harclough", "BB12"), ("Burnley", "BB11"), ("Nelson", "BB9"), ("Todmorden", "OL14"), ("Rochdale", "OL16"), ("Blackburn", "BB1"), ("Halifax", "HX1"), ("Bury", "BL9"), ("Keighley", "BD21"))  # fmt: skip
BORN = ("{dd}/{mm}/{yyyy}", "{dd}/{mm}/{yyyy}", "{dd}/{mm}/{yyyy}", "{dd}/{mm}/{yyyy}", "{d}/{m}/{yy}", "{dd}/{mm}/{yy}", "{dd}.{mm}.{yyyy}", "{dd}.{mm}.{yy}", "{d} {month} {yyyy}", "{d}{th} {month} {yyyy}", "{dd} {mon} {yyyy}", "{yyyy}-{mm}-{dd}", "{dd}-{mm}-{yyyy}", "{dd}-{mon}-{yyyy}")  # fmt: skip
DAYS = ("{d} {month}", "{d}{th} {month}", "{d}{th} {mon}", "{d}/{m}", "{dd}/{mm}/{yy}", "{dd}/{mm}/{yyyy}", "{d} {month} {yyyy}")  # fmt: skip
OWN = (("888", "3517"), ("888", "4683"))  # the primary's and the high school's own
OTHERS = ("888", "889", "350", "353", "354", "380", "381")


def upn(rng: Random, n: int, started: int) -> str:
    """Most were given here; one in eighteen is temporary. The number on the roll keeps them apart."""
    area, school = rng.choice(OWN) if rng.random() < 0.75 else (rng.choice(OTHERS), str(rng.randrange(2001, 5999)))  # fmt: skip
    stem = f"{area}{school}{started:02}"
    if n % 18 == 11:
        return checks.upn(f"{stem}{n // 18:02}{rng.choice(checks.UPN)}")
    return checks.upn(f"{stem}{n:03}")


def uci(rng: Random) -> str:
    return checks.uci(f"{rng.choice((41217, 41217, 41217, 41305, 48116))}0{rng.randrange(20, 27)}{rng.randrange(1, 400):04}")  # fmt: skip


def ni(rng: Random) -> str:
    """In pairs, in one piece or as payroll prints it."""
    pairs = [numbers.digits(rng, 2) for _ in range(3)]
    letters = rng.choice(("JA", "NR", "PB", "SH", "WL", "YE", "ZX", "EC", "LB", "KM"))
    return rng.choice((" ", "", "")).join((letters, *pairs, rng.choice("ABCD")))


def bank(rng: Random) -> tuple[str, str]:
    code = (rng.choice(("01", "05", "11", "16", "20", "30", "40", "77")), numbers.digits(rng, 2), numbers.digits(rng, 2))  # fmt: skip
    return rng.choice(("-", "-", "-", "-", " ", "")).join(code), numbers.digits(rng, 8)


def iban(rng: Random) -> str:
    country, code, count = rng.choice((("GB", "BARC", 14), ("GB", "YORK", 14), ("GB", "NWBK", 14), ("IE", "AIBK", 14), ("PL", "", 24), ("ES", "", 20)))  # fmt: skip
    whole = checks.iban(country, code + numbers.digits(rng, count))
    return rng.choice((whole, checks.in_fours(whole)))


def card(rng: Random) -> str:
    whole = checks.luhn(rng.choice(("4462", "4929", "5301", "5457")) + numbers.digits(rng, 11))
    return rng.choice((whole, checks.in_fours(whole), "-".join(checks.in_fours(whole).split())))


def phone(rng: Random) -> str:
    """From the ranges kept for drama; none is the office's."""
    last = numbers.digits(rng, 3)
    mobile = (f"07700 900{last}", f"07700 900{last}", f"07700900{last}", f"07700 900 {last}", f"+447700900{last}", f"+44 7700 900{last}")  # fmt: skip
    return rng.choice((*mobile, *mobile, f"0161 496 0{last}", f"0161 4960{last}", f"0113 496 0{last}"))


def postcode(rng: Random, outward: str = "") -> str:
    return f"{outward or rng.choice(TOWNS)[1]} {numbers.inward(rng)}"


def home(rng: Random) -> str:
    (town, outward), street = rng.choice(TOWNS), rng.choice(STREETS)
    number, code = rng.randrange(2, 190), postcode(rng, outward)
    shapes = (f"{number} {street}, {town}, {code}", f"{number} {street}, {town} {code}", f"{number} {street} {town} {code}", f"{number} {street}, {town}, Lancs, {code}", f"{number} {street} {code}", f"Apt {rng.randrange(1, 30)}, {number} {street}, {town}, {code}")  # fmt: skip
    return rng.choice((*shapes, shapes[0].replace(code, code.replace(" ", ""))))


def birthday(rng: Random, iso: str) -> str:
    return checks.day(rng.choice(BORN), iso)


def day(rng: Random) -> str:
    """A school day of the spring or the summer term."""
    return checks.day(rng.choice(DAYS), f"2026-{rng.choice((2, 3, 3, 3, 4, 5, 6, 7)):02}-{rng.randrange(1, 29):02}")  # fmt: skip
