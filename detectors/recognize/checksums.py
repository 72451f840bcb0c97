"""Check digits and shapes of the numbers that British schools, health and tax use; pure functions on compact values."""

import re
from datetime import date
from functools import cache, lru_cache

from stdnum import luhn, numdb
from stdnum.gb import upn as stdnum_upn
from stdnum.iso7064 import mod_97_10

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_UCI_LETTERS = "ABCDEFGHKLMRTVWXY"


def compact(text: str) -> str:
    """A value without the signs that people put between its groups."""
    return re.sub(r"[\s./()-]", "", text).upper()


def upn(value: str) -> bool:
    """Unique pupil number, permanent or temporary. The kept library refuses new local authorities: only its sum is used."""
    if not re.fullmatch(r"[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]", value):
        return False
    if value[-1].isdigit():
        return bool(stdnum_upn.calc_check_digit(value[1:]) == value[0])
    digits = [int(c) for c in value[1:-1]] + [_UPN_LETTERS.index(value[-1])]
    return _UPN_LETTERS[sum(d * n for n, d in enumerate(digits, start=2)) % 23] == value[0]


def _mod11(value: str) -> int:
    return sum(int(c) * w for c, w in zip(value, range(10, 1, -1), strict=False)) % 11


def nhs(value: str) -> bool:
    """NHS number: ten digits, modulus 11. One random number in eleven passes."""
    if not re.fullmatch(r"\d{10}", value) or len(set(value)) == 1:
        return False
    return (11 - _mod11(value)) % 11 == int(value[9])


def uln(value: str) -> bool:
    """Unique learner number: ten digits whose sum never makes an NHS number as well."""
    if not re.fullmatch(r"[1-9]\d{9}", value):
        return False
    rest = _mod11(value)
    return rest != 0 and 10 - rest == int(value[9])


def uci(value: str) -> bool:
    """Unique candidate identifier of the examination boards."""
    if not re.fullmatch(r"\d{5}[\dA-Z]\d{6}[A-Z]", value):
        return False
    digits = [ord(c) - 64 if c.isalpha() else int(c) for c in value[:12]]
    return _UCI_LETTERS[sum(d * w for d, w in zip(digits, range(16, 4, -1), strict=True)) % 17] == value[12]


def nino(value: str) -> bool:
    """National insurance number: it has no check digit, but letters that are never used."""
    return bool(re.fullmatch(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]", value))


def driving_licence(value: str) -> bool:
    """Number of a British driving licence: the month and the day in it must exist."""
    found = re.fullmatch(r"[A-Z9]{5}\d(\d\d)(\d\d)\d[A-Z9]{2}[\dA-Z][A-Z]{2}", value)
    return bool(found) and 1 <= int(found[1]) % 50 <= 12 and 1 <= int(found[2]) <= 31  # type: ignore[index]


@cache
def _iban_lengths() -> dict[str, int]:
    """Letters of an account number by country, from the kept library's table."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    known = ((a + b, numdb.get("iban").info(a + b)[0][1].get("bban", "")) for a in letters for b in letters)
    return {country: 4 + sum(map(int, re.findall(r"\d+", bban))) for country, bban in known if bban}


def iban(value: str) -> bool:
    """International bank account number: its country's length, modulus 97."""
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z\d]{11,30}", value) or len(value) != _iban_lengths().get(
        value[:2]
    ):
        return False
    return bool(mod_97_10.is_valid(value[4:] + value[:4]))


def iban_first(value: str) -> bool:
    """An account number, perhaps with the next short word of the sentence behind it."""
    return iban(value[: _iban_lengths().get(value[:2], 0)])


def iban_end(text: str) -> int:
    """Where in a text the account number at its beginning ends."""
    left = _iban_lengths().get(text[:2].upper(), 0)
    return next(
        (m.end() for n, m in enumerate(re.finditer(r"[^\W_]", text), start=1) if n == left), len(text)
    )


def card(value: str) -> bool:
    """Payment card: known first digits, the right length, Luhn; never a book's ISBN."""
    if not re.fullmatch(r"\d{13,19}", value) or len(set(value)) == 1:
        return False
    known = re.match(r"4|5[1-5]|2[2-7]|3[47]|6011|65|64[4-9]|35|30[0-5]|36|38|50|5[6-8]|6[37]", value)
    return bool(known) and bool(luhn.is_valid(value))


def mrz(value: str) -> bool:
    """First or second line of a passport's machine-readable zone; the second has check digits (weights 7, 3, 1)."""
    if re.fullmatch(r"P[A-Z<][A-Z]{3}[A-Z<]{10,39}", value):
        return "<<" in value
    found = re.fullmatch(r"([A-Z\d<]{9})(\d)[A-Z<]{3}(\d{6})(\d)[MFX<](\d{6})(\d)[A-Z\d<]{14}[\d<]\d", value)
    return bool(found) and all(_mrz_digit(found[n]) == found[n + 1] for n in (1, 3, 5))  # type: ignore[index]


def _mrz_digit(text: str) -> str:
    values = [0 if c == "<" else int(c) if c.isdigit() else ord(c) - 55 for c in text]
    return str(sum(v * (7, 3, 1)[n % 3] for n, v in enumerate(values)) % 10)


_MONTHS = {
    m: n
    for n, m in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
DATE = (
    r"(?i:[0-3]?\d[/.-][01]?\d[/.-](?:19|20)?\d\d"
    r"|[0-3]?\d / [01]?\d / (?:19|20)?\d\d"
    r"|[0-3]?\d [01]?\d (?:19|20)\d\d"
    r"|(?:19|20)\d\d[/.-][01]\d[/.-][0-3]\d"
    r"|[0-3]?\d(?:st|nd|rd|th)?(?: of)?[ \-]{1,2}(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[,.]?[ \-]{1,2}(?:(?:19|20)\d\d|\d\d)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[ ]{1,2}[0-3]?\d(?:st|nd|rd|th)?,?[ ]{1,2}(?:19|20)\d\d)"
)


_USUAL = re.compile(
    r"[0-3][0-9]/[01][0-9]/(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]"
)  # nothing to work out


@lru_cache(maxsize=500)  # a date is checked, then told, and stands in the text and the HTML
def day(text: str, century_from: int = 2000) -> date | None:
    """The date that a British reader sees in these words: day before month; years of two digits from `century_from` on."""
    if _USUAL.fullmatch(text):
        year, month, dom = (text[6:], text[3:5], text[:2]) if text[2] == "/" else text.split("-")
        return _date(int(year), int(month), int(dom))
    return _worked_out(text.casefold(), century_from)


def _worked_out(low: str, century_from: int) -> date | None:
    if len(low) > 14 and re.fullmatch(r"\d(?:[\s/.-]+\d){7}", low):  # a figure in every box of a form
        low = re.sub(r"\D", "", low)
    month = next((n for m, n in _MONTHS.items() if m in low), 0)
    if re.fullmatch(r"\d{6}|\d{8}", low):  # 030416
        low = f"{low[:2]}/{low[2:4]}/{low[4:]}"
    numbers = [int(n) for n in re.findall(r"\d+", low)]
    if month and len(numbers) == 2:
        numbers.insert(1, month)
    if len(numbers) != 3:
        return None
    year, month, dom = numbers if numbers[0] > 31 else numbers[::-1]
    if year < 100:
        year += century_from if century_from + year <= century_from + 40 else century_from - 100
    return _date(year, month, dom)


def _date(year: int, month: int, dom: int) -> date | None:
    try:
        return date(year, month, dom)
    except ValueError:
        return None
