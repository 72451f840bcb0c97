"""Made-up identifiers with right check characters, and the numbers of school life that are none."""

from random import Random

from bench.detection import checks


def digits(rng: Random, count: int) -> str:
    return "".join(str(rng.randrange(10)) for _ in range(count))


def upn(rng: Random) -> str:
    tail = f"{rng.choice((201, 301, 838, 873, 938, 999))}{rng.randrange(2000, 7999)}{rng.randrange(10, 24)}{rng.randrange(1, 999):03}"
    return checks.upn(tail)


def temporary_upn(rng: Random) -> str:
    tail = f"{rng.choice((301, 873, 999))}{rng.randrange(2000, 7999)}{rng.randrange(10, 24)}{rng.randrange(99):02}"
    return checks.upn(tail + checks.UPN[rng.randrange(23)])


def upn_from(rng: Random, stem: str, *, temporary: int, figures: int = 1000, spare: int = 100) -> str:
    """A pupil's number whose authority, school and year are `stem`; one in `temporary` is a temporary number."""
    if rng.randrange(temporary):
        return checks.upn(f"{stem}{rng.randrange(1, figures):03}")
    return checks.upn(f"{stem}{rng.randrange(spare):02}{rng.choice(checks.UPN)}")


def not_upn(rng: Random, letters: str) -> str:
    """A code of a UPN's shape, with a check letter that no UPN with these figures has."""
    tail = digits(rng, 12)
    return rng.choice(checks.not_upn(tail, letters)) + tail


def _mod11(stem: str) -> int:
    return sum(int(d) * w for d, w in zip(stem, range(10, 1, -1), strict=True)) % 11


def nhs(rng: Random) -> str:
    while True:
        stem = str(rng.choice((4, 6, 7, 9))) + digits(rng, 8)
        check = (11 - _mod11(stem)) % 11
        if check < 10:
            number = f"{stem}{check}"
            return rng.choice(
                (
                    number,
                    f"{number[:3]} {number[3:6]} {number[6:]}",
                    f"{number[:3]}-{number[3:6]}-{number[6:]}",
                )
            )


def uln(rng: Random) -> str:
    while True:
        stem = str(rng.randrange(1, 10)) + digits(rng, 8)
        if _mod11(stem):
            return f"{stem}{10 - _mod11(stem)}"


def uci(rng: Random) -> str:
    return checks.uci(f"{rng.randrange(10000, 79999)}0{rng.randrange(10, 26)}{rng.randrange(1, 9999):04}")


def ni(rng: Random) -> str:
    prefix = rng.choice(("AB", "CE", "JK", "PX", "SW", "LR", "HG", "TM"))
    pairs = [digits(rng, 2) for _ in range(3)]
    return rng.choice((" ", "")).join((prefix, *pairs, rng.choice("ABCD")))


def trn(rng: Random) -> str:
    return str(rng.randrange(1000000, 4999999))


def passport(rng: Random) -> str:
    return str(rng.randrange(500000000, 599999999))


def licence(rng: Random, surname: str = "MORGAN") -> str:
    month = rng.randrange(1, 13) + rng.choice((0, 50))
    decade, year = rng.randrange(5, 10), rng.randrange(10)
    stem = "".join(c for c in surname.upper() if "A" <= c <= "Z")[:5].ljust(5, "9")
    return f"{stem}{decade}{month:02}{rng.randrange(1, 29):02}{year}{rng.choice('ABCDEJLMRS')}{rng.choice('9JMT')}{rng.randrange(10)}{rng.choice('ABCDEFGHJK')}{rng.choice('ABCDEFGHJK')}"


def bank(rng: Random) -> tuple[str, str]:
    return f"{rng.choice((20, 30, 40, 60, 8))}".zfill(
        2
    ) + f"-{rng.randrange(10, 99)}-{rng.randrange(10, 99)}", str(rng.randrange(10000000, 99999999))


def iban(rng: Random) -> str:
    whole = checks.iban("GB", rng.choice(("NWBK", "BARC", "LOYD", "MIDL")) + digits(rng, 14))
    return rng.choice((whole, checks.in_fours(whole)))


def card(rng: Random) -> str:
    stem = rng.choice(("4", "52", "53")) + digits(rng, 15)
    number = checks.luhn(stem[:15])
    return rng.choice((" ", "-")).join(number[i : i + 4] for i in range(0, 16, 4))


def dbs(rng: Random) -> str:
    return "00" + str(rng.randrange(1400000000, 1899999999))


def mobile(rng: Random) -> str:
    tail = f"7700 900{digits(rng, 3)}"
    return rng.choice((f"0{tail}", f"+44 {tail}", f"0{tail}".replace(" ", ""), f"07700 {tail[5:]}"))


def inward(rng: Random) -> str:
    """The second half of a postcode."""
    return f"{rng.randrange(1, 10)}{rng.choice('ABDEFGHJLN')}{rng.choice('PQRSTUWXYZ')}"


def home(rng: Random, streets: list[str]) -> str:
    end = inward(rng)
    return f"{rng.randrange(1, 140)} {rng.choice(streets)}, {rng.choice(('LE', 'NG', 'S', 'BD', 'CF', 'EH', 'N'))}{rng.randrange(1, 20)} {end}"


def venue_postcode(rng: Random) -> str:
    return f"{rng.choice(('LE', 'NG', 'S', 'BD', 'CF'))}{rng.randrange(1, 20)} {rng.randrange(1, 10)}{rng.choice('ABDEFG')}{rng.choice('PQRSTU')}"


def isbn(rng: Random) -> str:
    stem = "978" + digits(rng, 9)
    check = -sum(int(d) * (1 + 2 * (i % 2)) for i, d in enumerate(stem)) % 10
    return rng.choice((f"{stem}{check}", f"978-{stem[3]}-{stem[4:7]}-{stem[7:]}-{check}"))


def ten(rng: Random) -> str:
    """Ten digits; every third passes the check of an NHS number or a ULN on purpose."""
    return rng.choice(
        (
            lambda: str(rng.randrange(10**9, 10**10)),
            lambda: nhs(rng).replace(" ", "").replace("-", ""),
            lambda: uln(rng),
        )
    )()


def meeting(rng: Random) -> str:
    number = rng.choice((ten(rng), str(rng.randrange(8 * 10**10, 9 * 10**10))))
    return (
        f"{number[:3]} {number[3:6]} {number[6:]}"
        if len(number) == 10
        else f"{number[:3]} {number[3:7]} {number[7:]}"
    )


def key(rng: Random) -> str:
    return "-".join("".join(rng.choice("BCDFGHJKMPQRTVWXY2346789") for _ in range(5)) for _ in range(5))


def guid(rng: Random) -> str:
    return "-".join("".join(rng.choice("0123456789abcdef") for _ in range(n)) for n in (8, 4, 4, 4, 12))
