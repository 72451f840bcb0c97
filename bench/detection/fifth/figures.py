"""Made-up numbers as this trust's staff write them: identifiers with right check characters, and look-alikes that are nobody's."""

from random import Random

from bench.detection import checks, numbers

STREETS = ("Malt Street", "Tanners Yard", "Osier Road", "Leabridge Parade", "Gibbon Mews", "Copper Mill Lane", "Navigation Terrace", "Wick Crescent", "Ropewalk Gardens", "Marshgate Way")  # fmt: skip
BLOCKS = ("Pankhurst House", "Attlee Court", "Seacole Point", "Bevan Tower")
OUTCODES = ("E17", "E5", "N16", "SE15", "EC2A", "W1T", "SW1V", "N1C", "IG11", "RM8", "CR0", "UB6")
BORN = ("{dd}/{mm}/{yyyy}", "{d}/{m}/{yy}", "{d}.{m}.{yyyy}", "{dd}.{mm}.{yy}", "{yyyy}-{mm}-{dd}", "{dd}-{mm}-{yyyy}", "{dd}-{mon}-{yyyy}", "{d} {month} {yyyy}", "{d}{th} {month} {yyyy}", "{d} {mon} {yy}", "{month} {d}, {yyyy}", "{dd} {mm} {yyyy}")  # fmt: skip
DAYS = ("{dd}/{mm}/{yyyy}", "{d}/{m}", "{d}/{m}/{yy}", "{d}.{m}.{yy}", "{d}{th} {month}", "{d} {mon}", "{yyyy}-{mm}-{dd}", "{d} {month} {yyyy}", "{dd}-{mm}-{yy}")  # fmt: skip


def upn(rng: Random) -> str:
    """London's authorities, old and new; one in six is temporary."""
    stem = f"{rng.choice((202, 204, 206, 211, 301, 306, 317, 320, 938, 943))}{rng.randrange(2000, 7999)}{rng.randrange(10, 26)}"
    return numbers.upn_from(rng, stem, temporary=6)


def not_upn(rng: Random) -> str:
    """A consignment of the shape, with a check letter that no UPN has."""
    return numbers.not_upn(rng, "CDGHKMNRTVX")


def uci(rng: Random) -> str:
    """A nought for a British board, now and then another board's letter; in groups, as certificates print it."""
    board = rng.choice("0000B")
    whole = checks.uci(
        f"{rng.randrange(10000, 79999)}{board}{rng.randrange(15, 27)}{rng.randrange(1, 9999):04}"
    )
    return rng.choice((whole, whole, f"{whole[:5]} {whole[5]} {whole[6:8]} {whole[8:12]} {whole[12]}"))


def ni(rng: Random) -> str:
    prefix = rng.choice("ABCEHJLMPRSTWX") + rng.choice("ABCEHJLMPRSTWX")
    figures, last = [numbers.digits(rng, 2) for _ in range(3)], rng.choice("ABCD")
    return rng.choice((f"{prefix}{''.join(figures)}{last}", f"{prefix} {' '.join(figures)} {last}", f"{prefix}{' '.join(['', *figures])} {last}"))  # fmt: skip


def trn(rng: Random) -> str:
    return rng.choice((*(str(rng.randrange(1000000, 4999999)) for _ in range(5)), f"RP {rng.randrange(76, 99)}/{numbers.digits(rng, 5)}"))  # fmt: skip


def bank(rng: Random) -> tuple[str, str]:
    pairs = [f"{rng.choice((1, 4, 9, 20, 30, 40, 60, 77)):02}", numbers.digits(rng, 2), numbers.digits(rng, 2)]  # fmt: skip
    return rng.choice(("-", "-", "-", " ", "")).join(pairs), str(rng.randrange(10000000, 99999999))


def iban(rng: Random) -> str:
    country, letters, count = rng.choice((("GB", "BARC", 14), ("GB", "MONZ", 14), ("PL", "", 24), ("NL", "ABNA", 10), ("LT", "", 16)))  # fmt: skip
    whole = checks.iban(country, letters + numbers.digits(rng, count))
    return rng.choice((whole, checks.in_fours(whole)))


def card(rng: Random) -> str:
    start = rng.choice(("4462", "4757", "5301", "5555", "3742"))
    whole = checks.luhn(start + numbers.digits(rng, 10 if start == "3742" else 11))
    if start == "3742":
        return rng.choice((whole, f"{whole[:4]} {whole[4:10]} {whole[10:]}"))
    return rng.choice((whole, checks.in_fours(whole), checks.in_fours(whole).replace(" ", "-")))


def dbs(rng: Random) -> str:
    return f"00{rng.randrange(1600000000, 1999999999)}"


def phone(rng: Random) -> str:
    """From the ranges that are kept for drama; none is the office's."""
    last = numbers.digits(rng, 3)
    return rng.choice((f"07700 900{last}", f"07700900{last}", f"07700 900 {last}", f"07700-900-{last}", f"+44 7700 900{last}", f"+447700900{last}", f"0044 7700 900{last}", f"020 7946 0{last}", f"(020) 7946 0{last}", f"028 9649 6{last}"))  # fmt: skip


def postcode(rng: Random) -> str:
    return f"{rng.choice(OUTCODES)} {numbers.inward(rng)}"


def home(rng: Random, *, row: bool) -> str:
    """In letters sometimes on lines of their own."""
    n, street, code = rng.randrange(1, 190), rng.choice(STREETS), postcode(rng)
    forms = (
        f"{n} {street}, London {code}", f"{n} {street}, {code}", f"{n}a {street}, London, {code}", f"Flat {rng.randrange(1, 60)}, {n} {street}, {code}",
        f"Flat {rng.randrange(1, 60)}, {rng.choice(BLOCKS)}, {street}, London {code}", f"{n} {street} {code}", f"{n} {street}, London, {code.replace(' ', '')}",
    )  # fmt: skip
    if not row and rng.random() < 0.15:
        return f"{n} {street}\nLondon\n{code}"
    return rng.choice(forms)


def birthday(rng: Random, iso: str) -> str:
    return checks.day(rng.choice(BORN), iso)


def day(rng: Random) -> str:
    return checks.day(rng.choice(DAYS), f"2026-{rng.randrange(5, 8):02}-{rng.randrange(1, 29):02}")
