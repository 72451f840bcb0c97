"""Identifiers in a passage: a cheap first pass opens windows, the engine reads them, and the words around each value decide."""

import re
from bisect import bisect_right
from functools import cache

from detectors.directory.people import Directory
from detectors.recognize.addresses import normalise_email, normalise_phone, spelled_addresses
from detectors.recognize.checksums import compact, day
from detectors.recognize.engine import Value, Window, engine
from detectors.recognize.hits import Hit, Passage
from detectors.recognize.masks import mask_email, mask_number
from detectors.recognize.patterns import SHAPES, THRESHOLD, Shape

AROUND = 90  # letters of a window after a candidate, within its line
BEFORE = 250  # and before its end: no value that passes its check is longer
ACROSS = 80  # letters in which sort code and account number stand together
_STEP = 60  # without a first pass every place is a candidate
CONTEXT = 60  # letters before a value in which a word counts
AFTER = 30
_ALL = range(len(SHAPES))
_OVER_LINES = frozenset(n for n in _ALL if SHAPES[n].kind == "bank-account")
_LINK = re.compile(r"https?://[^\s<>\"']{1,2000}", re.IGNORECASE)  # numbers in links are tracking
_HOUSE = re.compile(r"\b\d{1,4}[a-z]?,? +(?:[a-z'.-]+ +){1,4}(?:st|street|rd|road|ave|avenue|ln|lane|close|drive|dr|way|court|crescent|terrace|gardens|place|square|hill|grove|walk|row|park|mews|green|view)\b|\bflat \d|\b(?:house|cottage|farm)\b")  # fmt: skip
_ADMISSION = re.compile(r"\badm(?:ission)?s?(?: ?(?:no|number|num))?[.:#]? {0,2}([a-z]{0,2}\d{3,8})\b")
_HELPLINE = re.compile(r"\+44(?:800|808|3\d\d|84\d|87\d|9)|\+44(?:111|999|101)$")


def read(passage: Passage, directory: Directory) -> list[Hit]:
    """Every identifier that the passage surely or likely holds; dates of birth also when only a name may confirm them."""
    windows = candidates(passage)
    links = [m.span() for m in _LINK.finditer(passage.text)] if "://" in passage.text else []
    values = [v for v in (engine().read(windows) if windows else []) if not _inside(links, v.start)]
    found = [hit for value in values if (hit := _hit(passage, value)) is not None]
    found += _spelled(passage)
    found += _admission_numbers(passage, directory)
    return _longest(found)


def _inside(spans: list[tuple[int, int]], at: int) -> bool:
    n = bisect_right(spans, (at, 1 << 60)) - 1
    return n >= 0 and at < spans[n][1]


def candidates(passage: Passage) -> list[Window]:
    """The windows worth reading, each with the shapes that may stand in it; ordinary mail has few or none."""
    seen = passage.seen.shapes
    if seen is None:
        seen = tuple((end, n) for end in range(_STEP, len(passage.text) + _STEP, _STEP) for n in _ALL)
    windows: list[tuple[int, int, set[int]]] = []
    for end, shape in seen:
        left, right = _lines(passage, min(end, len(passage.text)), shape)
        if windows and left <= windows[-1][1] and right - windows[-1][0] < 4_000:
            windows[-1][2].add(shape)
            windows[-1] = (min(left, windows[-1][0]), max(right, windows[-1][1]), windows[-1][2])
        else:
            windows.append((left, right, {shape}))
    return [Window(passage.text[left:right], left, frozenset(shapes)) for left, right, shapes in windows]


def _lines(passage: Passage, end: int, shape: int) -> tuple[int, int]:
    """The line of a value that ends here, or what of it is near; bank details may stand in more lines than one."""
    left, right = passage.line_span(max(0, end - 1))
    if shape in _OVER_LINES:
        left = passage.line_span(max(0, end - ACROSS))[0]
    return max(left, end - BEFORE), min(right, end + AROUND)


def score(passage: Passage, value: Value) -> tuple[float, str]:
    """Our own scoring: shape and check are done; now the header of the column, then the words beside the value."""
    shape, heading = value.shape, passage.heading(value.start)
    line_start, line_end = passage.line_span(value.start)
    for word in shape.words:
        if _word_in(word, heading):
            return shape.beside, f"the column “{word}”"
    floor = line_start if passage.extract.table else max(0, line_start - CONTEXT)
    before = passage.folded[max(floor, value.start - CONTEXT) : value.start]
    after = passage.folded[value.end : min(line_end, value.end + AFTER)]
    for word in shape.words:
        if _word_in(word, before) or _word_in(word, after):
            return shape.beside, f"the word “{word.strip()}”"
    if any(_word_in(word, before) or _word_in(word, heading) for word in shape.against):
        return 0.0, ""
    return shape.alone, ""


@cache
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(word.strip())}(?![^\W_])")


def _word_in(word: str, text: str) -> bool:
    return word.strip() in text and bool(_pattern(word).search(text))


def _hit(passage: Passage, value: Value) -> Hit | None:
    shape, text = value.shape, passage.text[value.start : value.end]
    got, word = score(passage, value)
    if shape.kind == "postcode":
        got, word = _postcode(passage, value, got, word)
    if got < THRESHOLD and shape.kind != "date-of-birth":
        return None
    normal = _normal(shape, text)
    if not normal or (shape.kind == "phone" and _HELPLINE.match(normal)):
        return None
    return Hit(
        kind="date" if shape.kind == "date-of-birth" and got < THRESHOLD else shape.kind,
        start=value.start,
        end=value.end,
        value=normal,
        masked=mask_email(normal) if shape.kind == "email-address" else mask_number(text),
        score=got,
        tags=frozenset({"beside"}) if word else frozenset(),
        why=f"its form is right; {word} stands with it" if word else "its form is right",
    )


def _postcode(passage: Passage, value: Value, got: float, word: str) -> tuple[float, str]:
    """A postcode is personal with a house before it or in a column of addresses; else it is a place."""
    if word.startswith("the column"):
        return got, word
    before = passage.folded[max(0, value.start - 100) : value.start]
    return (0.8, "the house") if _HOUSE.search(before) else (0.0, "")


def _normal(shape: Shape, text: str) -> str:
    if shape.kind == "email-address":
        return normalise_email(text)
    if shape.kind == "phone":
        return normalise_phone(text)
    if shape.kind == "date-of-birth":
        found = day(text)
        return found.isoformat() if found else ""
    return re.sub(r"[^\dA-Z]", "", compact(text)) if shape.kind == "bank-account" else compact(text)


def _spelled(passage: Passage) -> list[Hit]:
    return [
        Hit(
            kind="email-address",
            start=start,
            end=end,
            value=normal,
            masked=mask_email(normal),
            score=0.9,
            tags=frozenset({"spelled"}),
            why="an address written out in words",
        )
        for start, end, address in (spelled_addresses(passage.text) if passage.seen.may("spelled") else ())
        if (normal := normalise_email(address))
    ]


def _admission_numbers(passage: Passage, directory: Directory) -> list[Hit]:
    if "adm" not in passage.folded:
        return []
    known = {p.admission_number.casefold(): p.id for p in directory.pupils if p.admission_number}
    spans = [m.span(1) for m in _ADMISSION.finditer(passage.folded)]
    table = passage.extract.table
    if table is not None and any("adm" in h.casefold() for h in table.header):
        cells = re.finditer(r"[^\t\n]+", passage.folded)
        spans += [
            m.span()
            for m in cells
            if _word_in("adm", passage.heading(m.start())) or "admission" in passage.heading(m.start())
        ]
    return [
        Hit(kind="admission-number", start=s, end=e, value=passage.folded[s:e], masked="…", people=(known[passage.folded[s:e]],),
            score=0.9, why="it is a pupil's admission number")
        for s, e in spans
        if passage.folded[s:e] in known
    ]  # fmt: skip


_SURER = {"upn": 9, "uci": 9, "iban": 8, "card-number": 7, "nhs-number": 6, "uln": 6, "bank-account": 6, "ni-number": 6, "driving-licence": 7,
          "passport": 5, "dbs-number": 5, "trn": 4, "phone": 3, "admission-number": 3, "email-address": 9}  # fmt: skip


def _longest(found: list[Hit]) -> list[Hit]:
    """Where values overlap, the surer one stays: a number has one meaning."""
    order = sorted(found, key=lambda h: (-h.score, -_SURER.get(h.kind, 1), h.start - h.end))
    kept: dict[int, Hit] = {}
    taken: set[int] = set()
    for hit in order:
        cells = range(hit.start, hit.end)
        if taken.isdisjoint(cells):
            taken.update(cells)
            kept[hit.start] = hit
    return [kept[start] for start in sorted(kept)]
