"""Made-up numbers as this school's staff write them: identifiers with right check characters, and look-alikes that are nobody's."""

from random import Random

from bench.detection import checks, numbers

AREAS = ("M", "CF", "EH", "G", "LS", "B", "NP", "SE", "L", "BS")
STREETS = ("Tinworth Court", "Larkspur Row", "Gasholder Street", "Heol y Bont", "Kirkgate", "Wynd Road", "Cobden Terrace", "Ffordd Las", "Saltmarket Lane", "Pear Tree Drive")  # fmt: skip
TOWNS = ("Salford", "Cardiff", "Leith", "Govan", "Leeds", "Newport", "Bootle")
DATES = ("{d}/{m}/{yy}", "{dd}/{mm}/{yyyy}", "{d}.{m}.{yyyy}", "{d}{th} {month} {yyyy}", "{d} {mon} {yy}", "{dd}-{mon}-{yyyy}", "{yyyy}-{mm}-{dd}", "{dd}/{mm}/{yy}", "{d} {month} {yyyy}", "{dd}.{mm}.{yy}")  # fmt: skip


def upn(rng: Random) -> str:
    """English, Welsh and new authorities; one in eight is temporary."""
    area = rng.choice((213, 330, 352, 383, 660, 669, 681, 839, 941))
    stem = f"{area}{rng.randrange(2000, 7999)}{rng.randrange(11, 26)}"
    if rng.random() < 0.125:
        last = checks.UPN[rng.randrange(23)]
        return checks.upn(f"{stem}{rng.randrange(100):02}{last}")
    return checks.upn(f"{stem}{rng.randrange(1, 1000):03}")


def order_ref(rng: Random) -> str:
    """A letter and twelve digits like a UPN, with another check letter."""
    tail = f"{rng.randrange(10**11, 10**12)}"
    return rng.choice(checks.not_upn(tail, "BCDFGHKPTVW")) + tail


def uci(rng: Random) -> str:
    """Two boards' forms: a nought, or the letter B counted as 2."""
    board = rng.choice("000B")
    return checks.uci(
        f"{rng.randrange(10000, 79999)}{board}{rng.randrange(14, 26)}{rng.randrange(1, 9999):04}"
    )


def ni(rng: Random) -> str:
    prefix = rng.choice("ACEHJKLMPRSWX") + rng.choice("ACEHJKLMPRSWX")
    groups = (prefix, *(numbers.digits(rng, 2) for _ in range(3)), rng.choice("ABCD"))
    return rng.choice(("", "", " ")).join(groups)


def trn(rng: Random) -> str:
    old = f"{rng.randrange(70, 99)}/{numbers.digits(rng, 5)}"
    return rng.choice((*(str(rng.randrange(1100000, 4899999)) for _ in range(6)), old, f"RP {old}"))


def mrz(rng: Random, surname: str, forename: str) -> str:
    """The two lines at the foot of a passport's page."""
    number = str(rng.randrange(500000000, 599999999))
    born = f"{rng.randrange(10, 19)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    until = f"3{rng.randrange(4)}0{rng.randrange(1, 10)}1{rng.randrange(9)}"
    return checks.passport_foot(surname, forename, number, born, "M", until)


def licence(rng: Random, surname: str) -> str:
    whole = numbers.licence(rng, surname)
    return rng.choice((whole, whole, f"{whole[:5]} {whole[5:11]} {whole[11:]}"))


def bank(rng: Random) -> tuple[str, str]:
    pairs = [f"{rng.choice((20, 30, 40, 60, 9, 77, 83)):02}", numbers.digits(rng, 2), numbers.digits(rng, 2)]
    account = str(rng.randrange(10000000, 99999999))
    return rng.choice(("-", "-", "-", " ", "")).join(pairs), account


def iban(rng: Random) -> str:
    country, length = rng.choice((("GB", 14), ("GB", 14), ("DE", 18), ("IE", 14)))
    letters = {"GB": ("HBUK", "ABBY", "RBOS", "BUKB"), "IE": ("AIBK", "BOFI"), "DE": ("",)}[country]
    account = rng.choice(letters) + numbers.digits(rng, length)
    whole = checks.iban(country, account)
    return rng.choice((whole, checks.in_fours(whole)))


def card(rng: Random) -> str:
    stem, groups = rng.choice((("4", (4, 4, 4, 4)), ("51", (4, 4, 4, 4)), ("55", (4, 4, 4, 4)), ("37", (4, 6, 5))))  # fmt: skip
    stem += numbers.digits(rng, sum(groups) - 1 - len(stem))
    number, parts = checks.luhn(stem), []
    for size in groups:
        parts.append(number[:size])
        number = number[size:]
    return rng.choice((" ", "", "-")).join(parts)


def dbs(rng: Random) -> str:
    return f"001{rng.randrange(500000000, 999999999)}"


def phone(rng: Random) -> str:
    """From the ranges that are kept for drama."""
    last = numbers.digits(rng, 3)
    return rng.choice(
        (
            f"07700 900{last}", f"07700900{last}", f"07700 900 {last}", f"+447700900{last}", f"+44 (0)7700 900{last}", f"0161 496 0{last}", f"029 2018 0{last}", f"0131 496 0{last}",
        )
    )  # fmt: skip


def postcode(rng: Random) -> str:
    end = numbers.inward(rng)
    return f"{rng.choice(AREAS)}{rng.randrange(1, 20)} {end}"


def home(rng: Random) -> str:
    number, street, code = rng.randrange(1, 180), rng.choice(STREETS), postcode(rng)
    return rng.choice(
        (
            f"{number} {street}, {rng.choice(TOWNS)} {code}", f"{number} {street} {code}", f"Flat {rng.randrange(1, 30)}, {number} {street}, {code}",
            f"{number}a {street}, {code.replace(' ', '')}", f"{number} {street}, {rng.choice(TOWNS)}, {code}",
        )
    )  # fmt: skip


def birthday(rng: Random, dob: str) -> str:
    return checks.day(rng.choice(DATES), dob)
