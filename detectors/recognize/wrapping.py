"""Lines that a mail program, or the edge of a page, broke: which ends of lines are only spaces. It asks the look of the lines alone, never what stands in them."""

import re
from collections.abc import Sequence

SHORTEST = 45  # letters of a line that a program may have broken
LONGEST = 130  # in a text with longer lines none is broken
NEAR = 3  # lines to either side that tell how wide the text is
FULL = 0.85  # of that width is filled where the next word did not fit: letters of print differ
END = 12  # letters of a line in which its last word stands
_ITEM = re.compile(r"(?:\d{1,2}|[a-z])[.)] |o ")
_GOES_ON = re.compile(
    r"(?:[:,(]|\b(?:is|was|are|were|the|of|to|on|at|with|and|or|his|her|their|my|our|your|in|for|by|from|as|a|an|no\.?|nos\.?|number|ref\.?|num\.?|tel\.?|mob\.?))$",
    re.IGNORECASE,
)
_CUT = re.compile(r"\d\w{0,2}$")  # a number whose next group has a figure too, or is one letter
_BEGUN = re.compile(r"(?<![\d:./,£-])(?<!\d )\d{1,2}(?:st|nd|rd|th)?$")  # a day, or the number of a house
_WHOLE = re.compile(r"(?:\d[ -]?){10}$")
_COUNT = re.compile(r"\d{1,2} [a-z]")
_SHORT = re.compile(r"\b[A-Z]{2,6}$")  # "NHS"
_REST = re.compile(r"(?:No|Nos|Num|Number|Ref|Reference|ID|Code)\b")  # of a label
_STOPS = (".", "!", "?", ";")


def broken(lines: Sequence[str]) -> list[int]:
    """The numbers of the lines whose end is no end: the next line goes on."""
    long = list(map(len, lines))
    return [
        n
        for n, here in enumerate(long[:-1])
        if SHORTEST <= here <= LONGEST and long[n + 1] and _fills(lines, long, n) and _goes_on(lines, n)
    ]


def _fills(lines: Sequence[str], long: Sequence[int], n: int) -> bool:
    """Whether the first word of the next line had no room in this one."""
    width = max(long[n - NEAR if n > NEAR else 0 : n + NEAR + 2])
    if width > LONGEST or long[n] > FULL * width:
        return width <= LONGEST
    word = lines[n + 1].find(" ")
    return long[n] + 1 + (word if word >= 0 else long[n + 1]) > FULL * width


def _goes_on(lines: Sequence[str], n: int) -> bool:
    line, after = lines[n].rstrip(), lines[n + 1].rstrip()
    if (
        _listed(line)
        or _listed(after)
        or _ITEM.match(after)
        or line.count(",") > 1 < after.count(",") == line.count(",")
    ):
        return False  # fmt: skip
    if after[:1].islower() and not line.endswith(_STOPS):
        return True  # most do
    end, first = line[-END:], after.split(" ", 1)[0]
    if _WHOLE.search(line[-2 * END :]) and _COUNT.match(after):
        return False  # a telephone number, and "4 children" in the next line
    if _CUT.search(end) and (_has_figure(first) or len(first) == 1):
        return not _list(lines, n)
    if not (
        _GOES_ON.search(end)
        or _BEGUN.search(end)
        or _SHORT.search(end)
        or _REST.match(after)
        or after[:1] in "#="
    ):
        return not line.endswith(_STOPS) and _has_figure(first) and not _list(lines, n)
    return (after[:1].isalnum() or after[:1] in "(+£\"'#=") and not _list(lines, n)


def _listed(line: str) -> bool:
    """Whether a line has cells."""
    return "\t" in line or "|" in line or ("  " in line and "  " in line.lstrip())


def _has_figure(word: str) -> bool:
    return any(c.isdigit() for c in word)


def _list(lines: Sequence[str], n: int) -> bool:
    """Whether lines one below the other begin with a figure: days, prices, answers."""
    begin = [line[:1].isdigit() for line in lines[n : n + 3]]
    return begin[1] and (begin[0] or begin[2:] == [True])
