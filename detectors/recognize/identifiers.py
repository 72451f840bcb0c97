"""Identifiers in a passage: a cheap first pass opens windows, the engine reads them, and the words around each value decide."""

import re
from bisect import bisect_right
from collections.abc import Container, Mapping, Sequence

from detectors.recognize import admissions
from detectors.recognize.addresses import normalise_email, phone_in_text, spelled_addresses
from detectors.recognize.checksums import compact, day, iban_end
from detectors.recognize.engine import Value, Window, engine
from detectors.recognize.hits import Hit, Passage
from detectors.recognize.masks import mask_email, mask_number
from detectors.recognize.patterns import SHAPES, THRESHOLD, Shape
from detectors.recognize.surroundings import score

AROUND = 90  # letters of a window after a candidate, within its line
BEFORE = 250  # and before its end: no value that passes its check is longer
ACROSS = 80  # letters in which sort code and account number stand together
_STEP = 60  # without a first pass every place is a candidate
_ALL = range(len(SHAPES))
_OVER_LINES = frozenset(n for n in _ALL if SHAPES[n].kind == "bank-account")
_LINK = re.compile(r"https?://[^\s<>\"']{1,2000}", re.IGNORECASE)  # numbers in links are tracking
_MINUTES = re.compile(r":[0-5]\d(?!\d)")
_HELPLINE = re.compile(r"\+44(?:800|808|3\d\d|84\d|87\d|9)|\+44(?:111|999|101)$")


def values(passages: Sequence[Passage]) -> list[list[Value]]:
    """What has the form of an identifier, passage by passage; the engine is called once for all of them."""
    windows = [candidates(one) for one in passages]
    return engine().read(windows) if any(windows) else [[] for _ in windows]


def read(
    passage: Passage,
    numbers: Mapping[str, tuple[str, ...]],
    formed: Sequence[Value] | None = None,
    register: Container[tuple[str, str]] = (),
) -> list[Hit]:
    """Every identifier that the passage surely or likely holds; dates of birth also when only a name may confirm them. `numbers`: of admission; `formed`: its values, when they are known; `register`: kind and value of the pupils' own numbers, which count in links, too."""
    if formed is None:
        (formed,) = values([passage])
    links = [m.span() for m in _LINK.finditer(passage.text)] if "://" in passage.text else []
    found = [
        hit
        for v in formed
        if (hit := _hit(passage, v)) is not None
        and (not _inside(links, v.start) or (hit.kind, hit.value) in register)
    ]
    found += _spelled(passage)
    found += admissions.read(passage, numbers)
    return _longest(found)


def _inside(spans: list[tuple[int, int]], at: int) -> bool:
    n = bisect_right(spans, (at, 1 << 60)) - 1
    return n >= 0 and at < spans[n][1]


def candidates(passage: Passage) -> list[Window]:
    """The windows worth reading, each with the shapes that may stand in it; ordinary mail has few or none."""
    seen = passage.seen.shapes
    places = seen is not None
    if seen is None:
        seen = tuple((end, n) for end in range(_STEP, len(passage.text) + _STEP, _STEP) for n in _ALL)
    windows: list[tuple[int, int, dict[int, list[int]]]] = []
    for end, shape in seen:
        left, right = _lines(passage, min(end, len(passage.text)), shape)
        if windows and left <= windows[-1][1] and right - windows[-1][0] < 4_000:
            windows[-1] = (min(left, windows[-1][0]), max(right, windows[-1][1]), windows[-1][2])
        else:
            windows.append((left, right, {}))
        ends = windows[-1][2].setdefault(shape, [])
        if places:
            ends.append(end)
    return [Window(passage.text[left:right], left, ends) for left, right, ends in windows]


def _lines(passage: Passage, end: int, shape: int) -> tuple[int, int]:
    """The line of a value that ends here, or what of it is near; bank details may stand in more lines than one."""
    left, right = passage.line_span(max(0, end - 1))
    if shape in _OVER_LINES:
        left = passage.line_span(max(0, end - ACROSS))[0]
    return max(left, end - BEFORE), min(right, end + AROUND)


def _hit(passage: Passage, value: Value) -> Hit | None:
    shape, text = value.shape, passage.text[value.start : value.end]
    if shape.kind == "iban":
        text = text[: iban_end(text)]
    if shape.kind == "date-of-birth" and _MINUTES.match(passage.text, value.end):
        return None  # "14th July 14:15"
    got, word = score(passage, value)
    if got < THRESHOLD and (shape.kind != "date-of-birth" or not shape.alone):
        return None
    normal = _normal(shape, text)
    if not normal or (shape.kind == "phone" and _HELPLINE.match(normal)):
        return None
    return Hit(
        kind="date" if shape.kind == "date-of-birth" and got < THRESHOLD else shape.kind,
        start=value.start,
        end=value.start + len(text),
        value=normal,
        masked=mask_email(normal) if shape.kind == "email-address" else mask_number(text),
        score=got,
        tags=frozenset({"beside"}) if word else frozenset(),
        why=f"its form is right; {word} stands with it" if word else "its form is right",
    )


def _normal(shape: Shape, text: str) -> str:
    if shape.kind == "email-address":
        return normalise_email(text)
    if shape.kind == "phone":
        return phone_in_text(text)
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
        for start, end, address in spelled_addresses(passage.text, passage.seen)
        if (normal := normalise_email(address))
    ]


_SURER = {"upn": 9, "uci": 9, "iban": 8, "card-number": 7, "nhs-number": 6, "uln": 6, "bank-account": 6, "ni-number": 6, "driving-licence": 7,
          "passport": 5, "dbs-number": 5, "trn": 4, "phone": 3, "admission-number": 3, "email-address": 9}  # fmt: skip


def _longest(found: list[Hit]) -> list[Hit]:
    """Where values overlap, the surer one stays: a number has one meaning."""
    if len(found) < 2:
        return found
    order = sorted(found, key=lambda h: (-h.score, -_SURER.get(h.kind, 1), h.start - h.end))
    kept: dict[int, Hit] = {}
    taken: set[int] = set()
    for hit in order:
        cells = range(hit.start, hit.end)
        if taken.isdisjoint(cells):
            taken.update(cells)
            kept[hit.start] = hit
    return [kept[start] for start in sorted(kept)]
