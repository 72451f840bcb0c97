"""Made-up numbers as this federation writes them: identifiers with right check characters, and look-alikes that are nobody's."""

from random import Random

from bench.detection import checks, numbers

ROADS = ("Trenchard Close", "Wellington Road", "Back Lane", "Chapel Bank", "Mafeking Terrace", "Beckside", "Catterick Avenue", "Mill Garth", "Town End", "Quarry Hill")  # fmt: skip
COTTAGES = ("Rook Cottage", "High Ing Farm", "The Old Smithy", "Low Barn", "Lapwing House")
VILLAGES = ("Skelbeck", "Over Garsby", "Marrick Green", "Low Thorsby", "Hallikeld")
OUTCODES = ("DL", "YO", "HG", "LA", "BD", "TS", "CA")
DAYS = ("{dd}/{mm}/{yyyy}", "{d}/{m}/{yyyy}", "{d}/{m}/{yy}", "{d}.{m}.{yy}", "{dd}.{mm}.{yyyy}", "{yyyy}-{mm}-{dd}", "{dd}-{mon}-{yy}", "{d} {month} {yyyy}", "{d}{th} {month} {yyyy}", "{d} {mon} {yyyy}", "{d}{th} of {month} {yyyy}")  # fmt: skip


def upn(rng: Random) -> str:
    """English authorities of garrison towns, Wales and old service schools; one in seven is temporary."""
    stem = f"{rng.choice((815, 816, 841, 865, 850, 702, 677, 679, 942, 840))}{rng.randrange(2000, 5999)}{rng.randrange(13, 26)}"
    return numbers.upn_from(rng, stem, temporary=7)


def not_upn(rng: Random) -> str:
    """A stock code of the shape, with a check letter that no UPN has."""
    return numbers.not_upn(rng, "BDFGJLMPRTW")


def uci(rng: Random) -> str:
    return checks.uci(f"{rng.randrange(10000, 79999)}0{rng.randrange(16, 27)}{rng.randrange(1, 9999):04}")


def ni(rng: Random) -> str:
    prefix = rng.choice("ABCEHJLMPRSWX") + rng.choice("ABCEHJLMPRSWXYZ")
    parts = [prefix, *(numbers.digits(rng, 2) for _ in range(3)), rng.choice("ABCD")]
    return rng.choice((" ".join(parts), "".join(parts), f"{prefix} {''.join(parts[1:4])} {parts[4]}"))


def trn(rng: Random) -> str:
    return rng.choice((str(rng.randrange(1200000, 4999999)), str(rng.randrange(1200000, 4999999)), f"RP {rng.randrange(75, 99)}/{numbers.digits(rng, 5)}"))  # fmt: skip


def mrz(rng: Random, surname: str, forename: str, dob: str) -> str:
    """Both lines of a passport's foot."""
    number, until = (
        str(rng.randrange(500000000, 589999999)),
        f"29{rng.randrange(1, 10):02}1{rng.randrange(10)}",
    )
    return checks.passport_foot(surname, forename, number, dob[2:].replace("-", ""), rng.choice("FM"), until)


def licence(rng: Random, surname: str) -> str:
    return numbers.licence(rng, surname)


def bank(rng: Random) -> tuple[str, str]:
    code = [
        f"{rng.choice((5, 7, 11, 16, 23, 56, 70, 82)):02}",
        numbers.digits(rng, 2),
        numbers.digits(rng, 2),
    ]
    return rng.choice("-- ").join(code), str(rng.randrange(10000000, 99999999))


def iban(rng: Random) -> str:
    country, account = rng.choice((("GB", rng.choice(("TSBS", "CPBK", "YORB", "MIDL")) + numbers.digits(rng, 14)), ("DE", numbers.digits(rng, 18)), ("CY", numbers.digits(rng, 24))))  # fmt: skip
    whole = checks.iban(country, account)
    return rng.choice((whole, checks.in_fours(whole)))


def card(rng: Random) -> str:
    start = rng.choice(("4929", "4659", "5356", "5434", "2221", "2720"))
    whole = checks.luhn(start + numbers.digits(rng, 11))
    return rng.choice((whole, checks.in_fours(whole)))


def dbs(rng: Random) -> str:
    return f"00{rng.randrange(1500000000, 1999999999)}"


def phone(rng: Random) -> str:
    """From the ranges that are kept for drama; none is the office's."""
    last = numbers.digits(rng, 3)
    return rng.choice((f"07700 900{last}", f"07700900{last}", f"07700-900-{last}", f"+44 7700 900{last}", f"(0191) 498 0{last}", f"0113 496 0{last}", f"0114 4960{last}", f"020 7946 0{last}"))  # fmt: skip


def postcode(rng: Random) -> str:
    return f"{rng.choice(OUTCODES)}{rng.randrange(1, 30)} {numbers.inward(rng)}"


def home(rng: Random, *, named: bool = False) -> str:
    """`named`: a farm or a cottage without a number may stand there as well."""
    code, village = postcode(rng), rng.choice(VILLAGES)
    if named and rng.random() < 0.25:
        return f"{rng.choice(COTTAGES)}, {village}, {code}"
    number, road = rng.randrange(1, 90), rng.choice(ROADS)
    return rng.choice((f"{number} {road}, {village}, {code}", f"{number} {road}, {code}", f"{number}b {road}, {village} {code}", f"{number} {road} {village} {code}", f"SFA {number} {road}, {code}"))  # fmt: skip


def date(rng: Random, day: str) -> str:
    return checks.day(rng.choice(DAYS), day)
