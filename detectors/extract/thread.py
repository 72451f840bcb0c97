"""What the sender wrote, the quoted thread and the signature of a plain-text body, told apart."""

import re
from dataclasses import dataclass, field

from detectors.extract.marks import Marks

_QUOTE = re.compile(r"[ \t]*(?:>|\|[ \t])")
_ORIGINAL = re.compile(
    r"[ \t]*(?:-{2,}[ \t]*(?:Original|Forwarded) (?:Message|message|Appointment)[ \t]*-{2,}|_{20,}|Begin forwarded message:|-{5,} Forwarded by .*)\s*$"
)
_WROTE = re.compile(r"[ \t]*(?:On|Le|Am)\b.{4,200}\b(?:wrote|a écrit|schrieb)[ \t]*:[ \t]*$")
_WROTE_START = re.compile(r"[ \t]*On [A-Z0-9].{4,160}$")
_FROM = re.compile(r"[ \t]*\*?From:\*?[ \t]", re.IGNORECASE)
_SENT = re.compile(r"[ \t]*\*?(?:Sent|Date|To|Subject):\*?", re.IGNORECASE)
# One of these stands in every text with more than own words: marked lines, lines and words above a thread, signatures.
_SIGNS = Marks(
    marked=rb"[>|]",
    drawn=rb"--|____",
    wrote=rb"wrote|crit|schrieb|Begin forwarded",
    sender=rb"[fF][rR][oO][mM]:",
    mobile=rb"Sent from my |Get Outlook for ",
)
_MOBILE = re.compile(r"Sent from my |Get Outlook for ")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; `line` is the number of the first, from 1."""

    kind: str  # "own", "quoted" or "signature"
    line: int
    text: str = field(repr=False)


def blocks(text: str) -> list[Block]:
    """A body in the order in which it stands."""
    if not _SIGNS.within(text.encode("utf-8", "surrogatepass")):
        return [Block("own", 1, text)]
    lines = text.split("\n")
    kinds = _kinds(lines)
    found: list[Block] = []
    start = 0
    for i in range(1, len(lines) + 1):
        if i == len(lines) or kinds[i] != kinds[start]:
            part = "\n".join(lines[start:i])
            if kinds[start] == "quoted":
                part = re.sub(r"(?m)^[ \t]*(?:>[ \t]?)+", "", part)
            found.append(Block(kinds[start], start + 1, part))
            start = i
    return found


def _kinds(lines: list[str]) -> list[str]:
    kinds, state = [], "own"
    for i, line in enumerate(lines):
        if state != "thread" and _begins_thread(lines, i):
            state = "thread"
        elif state == "own" and (line.rstrip("\r") in {"-- ", "--"} or _MOBILE.match(line)):
            state = "signature"
        quoted = state == "thread" or _QUOTE.match(line) or _introduces(lines, i)
        kinds.append("quoted" if quoted else state)
    return kinds


def _introduces(lines: list[str], i: int) -> bool:
    """Whether a line says who wrote the marked lines below it: "On Monday, Sam <sam@…> wrote:", on one line or two."""
    line, before, after = (lines[n].rstrip("\r") if 0 <= n < len(lines) else "" for n in (i, i - 1, i + 1))
    alone = _WROTE.match(line)
    first = _WROTE_START.match(line) and _WROTE.match(f"{line} {after.strip()}")
    second = _WROTE_START.match(before) and _WROTE.match(f"{before} {line.strip()}")
    return bool(alone or first or second) and any(x.lstrip().startswith(">") for x in lines[i + 1 : i + 6])


def _begins_thread(lines: list[str], i: int) -> bool:
    line = lines[i].rstrip("\r")
    following = lines[i + 1 : i + 5]
    if _ORIGINAL.match(line):
        return (
            any(_FROM.match(x) or _SENT.match(x) for x in lines[i + 1 : i + 8])
            or "riginal" in line
            or "orwarded" in line
        )
    if _WROTE.match(line):
        return not any(
            x.lstrip().startswith(">") for x in following
        )  # quoted lines are marked one by one: answers may stand between
    if _WROTE_START.match(line) and following and _WROTE.match(line + " " + following[0].strip()):
        return not any(x.lstrip().startswith(">") for x in following)
    return bool(_FROM.match(line)) and sum(bool(_SENT.match(x)) for x in following) >= 2


def unflow(text: str, *, delsp: bool) -> str:
    """format=flowed (RFC 3676): lines that end in a space run on. A name may stand across the break."""
    pieces: list[str] = []
    open_line = True  # before the first line stands no break
    for raw in text.split("\n"):
        line = raw.rstrip("\r")
        if not open_line or (pieces and line.startswith(">")):
            pieces.append("\n")
        open_line = line.endswith(" ") and line != "-- " and not line.startswith(">")
        words = line.removeprefix(" ")
        pieces.append(words[:-1] if open_line and delsp else words)
    return "".join(pieces)
