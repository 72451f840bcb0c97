"""The check characters of identifiers, and days as people write them: what every set's made-up numbers end in."""

import calendar

UPN = "ABCDEFGHJKLMNPQRTUVWXYZ"
UCI = "ABCDEFGHKLMRTVWXY"


def upn(tail: str) -> str:
    """Twelve figures, or eleven and the letter of a temporary number, with the check letter before them."""
    values = (int(c) if c.isdigit() else UPN.index(c) for c in tail)
    return UPN[sum(v * place for place, v in enumerate(values, 2)) % 23] + tail


def not_upn(tail: str, among: str) -> list[str]:
    """The letters that no UPN with these figures has."""
    return [c for c in among if c != upn(tail)[0]]


def uci(stem: str) -> str:
    """The board's letter in the sixth place counts by its place in the alphabet."""
    values = (ord(c) - 64 if c.isalpha() else int(c) for c in stem)
    return stem + UCI[sum(v * w for v, w in zip(values, range(16, 4, -1), strict=True)) % 17]


def luhn(stem: str) -> str:
    total = sum(sum(divmod(int(d) * (2 - n % 2), 10)) for n, d in enumerate(reversed(stem)))
    return f"{stem}{-total % 10}"


def iban(country: str, account: str) -> str:
    numeric = "".join(str(int(c, 36)) for c in f"{account}{country}00")
    return f"{country}{98 - int(numeric) % 97:02}{account}"


def in_fours(whole: str) -> str:
    return " ".join(whole[n : n + 4] for n in range(0, len(whole), 4))


def passport_foot(surname: str, forename: str, number: str, born: str, sex: str, until: str) -> str:
    """Both machine-read lines of a British passport, with all five check digits."""

    def checked(part: str) -> str:
        total = sum((0 if c == "<" else int(c, 36)) * (7, 3, 1)[n % 3] for n, c in enumerate(part))
        return f"{part}{total % 10}"

    holder = "<<".join("".join(c for c in p.upper() if "A" <= c <= "Z") for p in (surname, forename))
    number, born, until, spare = (checked(part) for part in (number, born, until, "<" * 14))
    last = checked(number + born + until + spare)[-1]
    return f"{f'P<GBR{holder}'[:44].ljust(44, '<')}\n{number}GBR{born}{sex}{until}{spare}{last}"


def day(form: str, iso: str) -> str:
    """`form` may hold d, dd, th, m, mm, mon, month, yy and yyyy in braces."""
    year, month, number = iso.split("-")
    word = calendar.month_name[int(month)]
    th = {1: "st", 2: "nd", 3: "rd"}.get(int(number) % 10, "th") if not 10 < int(number) < 14 else "th"
    return form.format(d=int(number), dd=number, th=th, m=int(month), mm=month, mon=word[:3], month=word, yy=year[2:], yyyy=year)  # fmt: skip
