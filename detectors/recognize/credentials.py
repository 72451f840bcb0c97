"""Passwords and log-ins in the open: a telling word, then something that looks like a secret; meeting codes are none."""

import re

from detectors.recognize.hits import Hit, Passage

_WORD = r"(?:pass ?words?|passcodes?|pass ?phrase|pwd|pw|wi-?fi (?:key|code)|network key|security key|log-?in code|pin(?: number| code)?)"
GATES = {
    "log-in": r"\b(?:log-?in|log in|user ?name|user id|account)s?.?[:=]",
    "password": rf"\b{_WORD}\b",
    "password hint": rf"\b{_WORD}\b[^\n.:=]{{0,40}}\b(?:is|will be|are)\b",
}  # for the first pass: they match wherever the patterns below do
_VALUE = re.compile(
    rf"(?<!\w){_WORD}\b(?P<between>(?:(?![.!?;]\s)[^\n:=]){{0,40}}?)(?P<sign>\s?[:=]\s?|\bis\b:?\s?|\s[-–]\s|\t)[\"'“‘(]?(?P<value>[^\s\"'”’<>]{{4,40}})",
    re.IGNORECASE,
)
_TERSE = re.compile(
    r"(?<!\w)(?:pass ?word|passcode|pwd|pw)[ \t](?P<value>(?=\S{0,40}\d)(?=\S{0,40}[^\W\d_])[^\s\"'”’<>]{6,40})",
    re.IGNORECASE,
)
_HINT = re.compile(rf"(?<!\w){_WORD}\b[^\n.:=]{{0,40}}\b(?:is|will be|are)\b[^\n.]{{0,12}}\b(?:(?:your|his|her|their|the) (?:child'?s?|son'?s?|daughter'?s?|pupil'?s?|school'?s?|date|birthday|surname|postcode|dob|house|street|admission)|date of birth|dob|usual|same as)\b", re.IGNORECASE)  # fmt: skip
_PAIR = re.compile(r"(?<!\w)(?:log-?in|log in|user ?name|user id|account)s?\b\s?[:=]\s?[^\s/|,;]{2,60}\s?[/|,;]\s?(?P<value>[^\s\"'<>]{5,40})", re.IGNORECASE)  # fmt: skip
_FILE = re.compile(
    r"\b(?:file|document|attachment|attached|spreadsheet|workbook|zip|pdf|open it|report|encrypted|protected)\b"
)
_LOGIN = re.compile(r"\b(?:log ?-?in|username|user name|user id|account|wi-?fi|ssid|network|portal|sims|arbor|bromcom|mis|email|e-mail|website|site|app|ttrockstars|times ?tables|mathletics|purple mash|seesaw|google classroom|office 365|teams)\b")  # fmt: skip
_MEETING = re.compile(r"zoom\.us/|teams\.microsoft\.com/l/meetup|teams\.live\.com/meet|meet\.google\.com|webex\.com|(?:meeting|teams|zoom) (?:id|number)\b|join (?:the |our |by )?(?:zoom|teams|meeting|webinar|webex)")  # fmt: skip
_SYSTEM = re.compile(r"\b(?:user ?name|user id|wi-?fi|ssid|network|portal|sims|arbor|bromcom|cpoms|mis|ttrockstars|times ?tables|mathletics|purple mash|seesaw|google classroom|office 365)\b")  # fmt: skip
_MEETS = ("zoom", "teams", "meet", "webex", "webinar")  # one of them stands wherever that is found
_CALL = re.compile(r"\b(?:(?:conference|participant|host|access|attendee|dial[ -]?in|joining|meeting) (?:call|code|pin|id|number|details)|dial(?:ling)?(?: in)?|(?:tele|phone |audio )conference|conference (?:line|room|bridge)|join (?:the |by |our )?(?:call|phone|audio))\b")  # fmt: skip
_PUBLIC = re.compile(r"\b(?:kahoot!?|blooket|quizizz|quizlet(?: live)?|mentimeter|menti|slido|gimkit|socrative|nearpod|game|quiz|discount|promo|voucher|coupon|chip(?: and| &|/)?|parking|box office|booking) ?$")  # fmt: skip
_NOT_SECRET = frozenset(
    {
        "above", "also", "attached", "being", "below", "case", "case-sensitive", "change", "changed",
        "changes", "confidential", "correct", "different", "expired", "expires", "forgotten", "friday",
        "from", "going", "here", "http", "https", "incorrect", "lost", "manager", "monday", "must", "needed",
        "only", "phone", "please", "policies", "policy", "private", "protected", "protection", "reminder",
        "required", "required.", "reset", "resets", "safe", "same", "secure", "security", "sensitive", "sent",
        "separately", "shared", "should", "strong", "that", "their", "there", "this", "thursday", "tuesday",
        "unique", "update", "updated", "weak", "wednesday", "when", "will", "with", "wrong", "your",
    }
)  # fmt: skip


def read(passage: Passage) -> list[Hit]:
    """Log-ins are `credentials`; words about the lock of a file are `password-words`; what may be either is both."""
    text, seen = passage.text, passage.seen
    found = [
        Hit(
            kind="credentials",
            start=m.start(),
            end=m.end(),
            value=m["value"],
            masked="…",
            score=0.8,
            why="a log-in stands in the text",
        )
        for m in seen.matches(_PAIR, text, "log-in", before=24, after=130)
        if any(c.isdigit() for c in m["value"]) and not _meeting(passage, m.start())
    ]
    if not seen.may("password"):
        return found
    for match in seen.matches(_VALUE, text, "password", before=24, after=160):
        if _secret(passage, match) and not _meeting(passage, match.start()) and not _shared(passage, match):
            found += _kinds(passage, match.start("value"), match.end("value"))
    for match in seen.matches(_TERSE, text, "password", before=24, after=160):
        if not _meeting(passage, match.start()):
            found += _kinds(passage, match.start("value"), match.end("value"))
    found += [
        Hit(
            kind="password-words",
            start=m.start(),
            end=m.end(),
            masked="…",
            score=0.7,
            why="it says how to find a password",
        )
        for m in seen.matches(_HINT, text, "password hint", before=90, after=60)
    ]
    return found + _columns(passage)


def _secret(passage: Passage, match: re.Match[str]) -> bool:
    value = match["value"].rstrip(".,;:!?)")
    if len(value) < 4 or value.casefold() in _NOT_SECRET:
        return False
    mixed = any(c.isdigit() for c in value) or any(not c.isalnum() for c in value.strip("-"))
    quoted = passage.text[match.start("value") - 1] in "\"'“‘"
    if match["sign"].strip() in {":", "="}:
        return mixed or quoted or value[:1].isupper() or len(value) >= 6
    return mixed or quoted or (value[1:].lower() != value[1:])


def _meeting(passage: Passage, at: int) -> bool:
    """Whether a password is that of a meeting, to which somebody invites near it: not one that its own line gives to a system of the school."""
    line = passage.folded[max(passage.folded.rfind("\n", 0, at) + 1, at - 60) : at]
    if _SYSTEM.search(line) and not any(word in line for word in _MEETS):
        return False
    near = passage.folded[max(0, at - 600) : at + 600]
    return any(word in near for word in _MEETS) and _MEETING.search(near) is not None


def _shared(passage: Passage, match: re.Match[str]) -> bool:
    """A code made to be given to many: of a telephone conference (figures alone), of a quiz, for a discount."""
    start, end = match.span()
    if _PUBLIC.search(passage.folded, max(0, start - 25), start):
        return True
    figures = match["value"].rstrip(".,;:!?)#").isdecimal()
    return figures and bool(_CALL.search(passage.folded, max(0, start - 150), end + 60))


def _kinds(passage: Passage, start: int, end: int) -> list[Hit]:
    around = passage.folded[max(0, start - 120) : end + 80]
    file, login = bool(_FILE.search(around)), bool(_LOGIN.search(around))
    kinds = [
        k for k, holds in (("credentials", login or not file), ("password-words", file or not login)) if holds
    ]
    return [
        Hit(
            kind=kind,
            start=start,
            end=end,
            value=passage.text[start:end],
            masked="…",
            score=0.8,
            why="a password stands in the text",
        )
        for kind in kinds
    ]


def _columns(passage: Passage) -> list[Hit]:
    """A table with a column of passwords: one hit per row that has one."""
    table = passage.extract.table
    if table is None or not any(
        re.fullmatch(rf"(?:\w+ )?{_WORD}", h.strip().casefold()) for h in table.header
    ):
        return []
    columns = [
        n for n, h in enumerate(table.header) if re.fullmatch(rf"(?:\w+ )?{_WORD}", h.strip().casefold())
    ]
    found = []
    for row, cells in enumerate(table.rows):
        if any(n < len(cells) and cells[n].strip() for n in columns):
            at = passage.starts[row + passage.first_row]
            found.append(
                Hit(kind="credentials", start=at, end=at, masked="…", score=0.9, why="a column of passwords")
            )
    return found
