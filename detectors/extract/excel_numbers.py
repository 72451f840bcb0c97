"""Numbers of a workbook as a person sees them: serial dates as dates, whole numbers without a fraction."""

import re
from datetime import date, datetime, timedelta

from detectors.extract.xlsx_xml import last_end

_BUILT_IN = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NUMFMT = re.compile(rb"<(?:\w+:)?numFmt\b[^<>]*>")
_ID = re.compile(rb"\bnumFmtId=\"(\d{1,6})\"")
_CODE = re.compile(rb"\bformatCode=\"([^\"]*)\"")
_XFS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_XF = re.compile(rb"<(?:\w+:)?xf\b[^<>]*>")
_LITERAL = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.|_.|\*.|&quot;.*?&quot;|(?P<open>\[[\s\S]*)")
_IN_OPEN = re.compile(r"\"[^\"]*\"|\\.|_.|\*.|&quot;.*?&quot;")


def is_date_format(code: str) -> bool:
    """Whether a number format shows days, months or years."""
    return re.search(r"[dyDY]|m{3}|[mM][/.\- ]", _LITERAL.sub(_letters, code)) is not None


def _letters(literal: re.Match[str]) -> str:
    """Nothing of a literal; a bracket that nothing closes is none, nor is any behind it."""
    return "[" + _IN_OPEN.sub("", literal["open"][1:]) if literal["open"] else ""


def date_formats(styles: bytes) -> list[bool]:
    """For each cell style of styles.xml, whether it shows a date."""
    own: dict[int, bool] = {}
    for tag in _NUMFMT.findall(styles):
        number, code = _ID.search(tag), _CODE.search(tag)
        if number and code:
            own[int(number[1])] = is_date_format(code[1].decode("utf-8", "replace"))
    block = _XFS.search(styles, 0, last_end(styles, b"cellXfs"))
    found = []
    for tag in _XF.findall(block[0] if block else b""):
        number = _ID.search(tag)
        which = int(number[1]) if number else 0
        found.append(own.get(which, which in _BUILT_IN and which not in {18, 19, 20, 21, 45, 46, 47}))
    return found


def shown(value: str, *, date: bool = False, epoch_1904: bool = False) -> str:
    """The number as text: 40611 with a date format is 2011-03-09, 9434765919.0 is 9434765919."""
    if date:
        try:
            return serial_date(float(value), epoch_1904=epoch_1904)
        except (ValueError, OverflowError):
            return value
    if value.isdigit():
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    if number.is_integer() and abs(number) < 1e16:
        return str(int(number))
    return value


def serial_date(serial: float, *, epoch_1904: bool = False) -> str:
    """A day as ISO 8601; the time only where there is one."""
    start = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a day on the calendar, in no zone
    moment = start + timedelta(days=serial)
    if serial == int(serial):
        return date(moment.year, moment.month, moment.day).isoformat()
    return moment.replace(microsecond=0).isoformat(sep=" ")
