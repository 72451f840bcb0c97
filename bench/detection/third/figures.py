"""Made-up numbers as this school's staff write them: identifiers with right check characters, and look-alikes that are nobody's."""

import calendar
from random import Random

from bench.detection import numbers

AREAS = ("M", "CF", "EH", "G", "LS", "B", "NP", "SE", "L", "BS")
STREETS = ("Tinworth Court", "Larkspur Row", "Gasholder Street", "Heol y Bont", "Kirkgate", "Wynd Road", "Cobden Terrace", "Ffordd Las", "Saltmarket Lane", "Pear Tree Drive")  # fmt: skip
TOWNS = ("Salford", "Cardiff", "Leith", "Govan", "Leeds", "Newport", "Bootle")
DATES = ("{d}/{m}/{yy}", "{dd}/{mm}/{yyyy}", "{d}.{m}.{yyyy}", "{d}{th} {month} {yyyy}", "{d} {mon} {yy}", "{dd}-{mon}-{yyyy}", "{yyyy}-{mm}-{dd}", "{dd}/{mm}/{yy}", "{d} {month} {yyyy}", "{dd}.{mm}.{yy}")  # fmt: skip


def upn(rng: Random) -> str:
    """English, Welsh and new authorities; one in eight is temporary."""
    area = rng.choice((213, 330, 352, 383, 660, 669, 681, 839, 941))
    stem = f"{area}{rng.randrange(2000, 7999)}{rng.randrange(11, 26)}"
    if rng.random() < 0.125:
        last = rng.randrange(23)
        serial = f"{rng.randrange(100):02}"
        total = _weighed(stem + serial) + 13 * last
        return f"{numbers.UPN[total % 23]}{stem}{serial}{numbers.UPN[last]}"
    serial = f"{rng.randrange(1, 1000):03}"
    return f"{numbers.UPN[_weighed(stem + serial) % 23]}{stem}{serial}"


def _weighed(figures: str) -> int:
    return sum(int(d) * place for place, d in enumerate(figures, 2))


def order_ref(rng: Random) -> str:
    """A letter and twelve digits like a UPN, with another check letter."""
    tail = f"{rng.randrange(10**11, 10**12)}"
    wrong = [c for c in "BCDFGHKPTVW" if c != numbers.UPN[_weighed(tail) % 23]]
    return rng.choice(wrong) + tail


def uci(rng: Random) -> str:
    """Two boards' forms: a nought, or the letter B counted as 2."""
    board = rng.choice("000B")
    stem = f"{rng.randrange(10000, 79999)}{board}{rng.randrange(14, 26)}{rng.randrange(1, 9999):04}"
    values = [2 if c == "B" else int(c) for c in stem]
    total = sum(v * w for v, w in zip(values, range(16, 4, -1), strict=True))
    return stem + numbers.UCI[total % 17]


def ni(rng: Random) -> str:
    prefix = rng.choice("ACEHJKLMPRSWX") + rng.choice("ACEHJKLMPRSWX")
    groups = (prefix, *(numbers.digits(rng, 2) for _ in range(3)), rng.choice("ABCD"))
    return rng.choice(("", "", " ")).join(groups)


def trn(rng: Random) -> str:
    old = f"{rng.randrange(70, 99)}/{numbers.digits(rng, 5)}"
    return rng.choice((*(str(rng.randrange(1100000, 4899999)) for _ in range(6)), old, f"RP {old}"))


def mrz(rng: Random, surname: str, forename: str) -> str:
    """The two lines at the foot of a passport's page."""

    def check(figures: str) -> str:
        values = (0 if c == "<" else int(c, 36) for c in figures)
        return str(sum(v * (7, 3, 1)[n % 3] for n, v in enumerate(values)) % 10)

    number, born, until, rest = (
        str(rng.randrange(500000000, 599999999)),
        f"{rng.randrange(10, 19)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}",
        f"3{rng.randrange(4)}0{rng.randrange(1, 10)}1{rng.randrange(9)}",
        "<" * 14,
    )
    names = "<<".join("".join(c for c in part.upper() if "A" <= c <= "Z") for part in (surname, forename))
    first = f"P<GBR{names}"[:44].ljust(44, "<")
    parts = (number + check(number), "GBR", born + check(born), "M", until + check(until), rest + check(rest))
    whole = parts[0] + parts[2] + parts[4] + parts[5]
    return f"{first}\n{''.join(parts)}{check(whole)}"


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
    numeric = "".join(str(int(c, 36)) for c in f"{account}{country}00")
    whole = f"{country}{98 - int(numeric) % 97:02}{account}"
    return rng.choice((whole, " ".join(whole[i : i + 4] for i in range(0, len(whole), 4))))


def card(rng: Random) -> str:
    stem, groups = rng.choice((("4", (4, 4, 4, 4)), ("51", (4, 4, 4, 4)), ("55", (4, 4, 4, 4)), ("37", (4, 6, 5))))  # fmt: skip
    stem += numbers.digits(rng, sum(groups) - 1 - len(stem))
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(stem)))
    number, parts = f"{stem}{-total % 10}", []
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
    inward = f"{rng.randrange(1, 10)}{rng.choice('ABDEFGHJLN')}{rng.choice('PQRSTUWXYZ')}"
    return f"{rng.choice(AREAS)}{rng.randrange(1, 20)} {inward}"


def home(rng: Random) -> str:
    number, street, code = rng.randrange(1, 180), rng.choice(STREETS), postcode(rng)
    return rng.choice(
        (
            f"{number} {street}, {rng.choice(TOWNS)} {code}", f"{number} {street} {code}", f"Flat {rng.randrange(1, 30)}, {number} {street}, {code}",
            f"{number}a {street}, {code.replace(' ', '')}", f"{number} {street}, {rng.choice(TOWNS)}, {code}",
        )
    )  # fmt: skip


def birthday(rng: Random, dob: str) -> str:
    year, month, day = dob.split("-")
    word, last = calendar.month_name[int(month)], int(day) % 10
    return rng.choice(DATES).format(
        d=int(day), dd=day, m=int(month), mm=month, yyyy=year, yy=year[2:], month=word, mon=word[:3],
        th="th" if day in ("11", "12", "13") else {1: "st", 2: "nd", 3: "rd"}.get(last, "th"),
    )  # fmt: skip
