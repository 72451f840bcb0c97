"""What the words beside a name make of it: a grown-up, a place, a firm, first names in a row, or somebody whom books and films are about."""

import re

from detectors.directory.people import Pupil
from detectors.recognize.fold import words as words_of
from detectors.recognize.forms import has_short_form, is_forename, words_of_names
from detectors.recognize.name_index import NameIndex
from detectors.recognize.name_lists import NameLists, lists
from detectors.recognize.name_words import SHORT_TEXT, Seen, Words

_AFTER_TITLE = re.compile(r"\.?[ \t\xa0]{0,2}|\.")
_FIRM = re.compile(
    r" (?:[A-Z][\w&'-]{0,20} ){0,2}(?:& (?:[Ss]ons?|[Dd]aughters?|Co|Bros|[Pp]artners)|and (?:Sons|Daughters|Co)|L(?:td|TD)|Limited(?! [A-Z])|plc|PLC|LLP)\b"
)
_HONOURS = re.compile(
    r",? (?:MP|MSP|MBE|OBE|CBE|QC|KC|JP|BSc|PhD|QTS|NPQH)\b|, (?:DSL|SENDCo|SENCO|SENCo|HLTA)(?=[ \t]*(?:$|[\n,;)|]))"
)
_POST_ENDS = re.compile(r"[ \t]*(?:$|[\n),;|])| (?:of|at) ")
_LIST = re.compile(r"[ \t]{0,2}[,/&+][ \t]{0,2}(?:(?:and|or)[ \t])?|[ \t](?:and|or)[ \t]|-(?=\S)")
_CALLS = frozenset({"visit", "visits"})  # of a nurse at a child's home, or of a class at a castle
_OF_A_CLASS = frozenset({"school", "class", "year", "our", "the", "trip", "residential"})
_ROOM = re.compile(r" \d")
_SMALL = frozenset({"mr", "mrs", "ms", "mx", "dr", "miss"})  # titles that people write in small letters, too


def titled(words: Words, seen: Seen) -> bool:
    """A title before the name, or before the forename in "Thompson, Mrs Amelia"."""
    before = seen.first - 1
    if before >= 1 and words.words[before] == "d" and words.words[before - 1] == "rev":  # Rev'd
        before -= 1
    if before < 0 or words.words[before] not in lists().adult_titles:
        return False
    if words.capital(seen.first) and not words.capital(before) and words.words[before] not in _SMALL:
        return False  # "msg fr Amelia Thompson"
    return before < seen.first - 1 or _AFTER_TITLE.fullmatch(words.gap(before)) is not None


def working(words: Words, seen: Seen) -> str:
    """Words that say the name is a grown-up's or a firm's: "author Jack Green", "Jack Green MP", "Jack Green & Sons"."""
    known, text = lists(), words.passage.text
    end = words.span(seen.last - 1)[1]
    before = words.words[max(0, seen.first - 3) : seen.first]
    gap = words.gap(seen.first - 1) if seen.first else ""
    joined = seen.reversed or words.gap(min(seen.forename[1], seen.surname[1]) - 1) == "-"
    if before[-1:] == ["miss"] and gap == " " and seen.forename != seen.surname and joined:
        return "a word before or after it is a grown-up's"  # "Miss Green, Oscar is late", "Miss Cole-Davies"
    called = before[-1:] and before[-1] in known.callings and gap in {" ", ": "}
    if before[-1:] == ["sister"]:  # a nun or a nurse; a child has one, too
        called = gap == " " and words.capital(seen.first - 1)
    visits = len(before) > 1 and before[-1] in known.visits and before[-2] in known.callings
    if called or visits or _HONOURS.match(text, end):
        return "a word before or after it is a grown-up's"
    after = words.words[seen.last] if seen.last < len(words.words) else ""
    ended = after in known.posts and _POST_ENDS.match(text, words.span(seen.last)[1])
    if ended and words.gap(seen.last - 1).strip() in {",", "("}:  # not "Amelia Thompson, head bump"
        return "a word before or after it is a grown-up's"
    return "it may be a firm" if _FIRM.match(text, end) else ""


def of_a_place(words: Words, seen: Seen) -> bool:
    """A word of places with its capital behind the name: "Jack Green Park"; not "Jack Green Hospital Appointment"."""
    known, after = lists(), seen.last
    if seen.first and _saint(words, seen):
        return True
    word = words.behind(after - 1)
    if word not in known.place_words or not words.capital(after):
        return False
    if word not in known.streets:
        while words.behind(after) in known.institutions:
            after += 1
    following = words.behind(after)
    if not following and _ROOM.match(words.passage.text, words.span(after)[1]):
        return False
    if word in known.streets:
        return following not in known.after_streets
    return not following or following in known.after_places


def _saint(words: Words, seen: Seen) -> bool:
    """A church, a school or a day of a saint's: "St James Park"."""
    before = seen.first - 1
    if words.words[before] not in {"st", "saint", "sts"} or words.gap(before) not in {" ", ". ", "."}:
        return False
    start = words.span(before)[0]
    return not words.passage.text[max(0, start - 1) : start].isdigit()


def of_a_thing(words: Words, seen: Seen, *, weak: bool) -> bool:
    """Whether the words beside a pair of words speak of a place or a thing: "at Hazel Brook", "the joy bell", "Heather Moor walk"."""
    known = lists()
    before = words.words[seen.first - 1] if seen.first and words.gap(seen.first - 1) == " " else ""
    after = words.behind(seen.last - 1)
    return before in known.before_places or (
        weak and (before in known.before_things or after in known.after_things)
    )


def visited(words: Words, seen: Seen) -> bool:
    """Whether somebody goes to a name that ends like a place's, or a bus stops there: "Trip to Kelham Hall", "Ashley Lane junction"."""
    known, at = lists(), seen.first
    if seen.reversed or words.words[seen.last - 1] not in known.landscape:
        return False
    after = words.behind(seen.last - 1)
    behind = words.words[seen.last : seen.last + 3]
    if behind in (["bus", "stop"], ["closed"]):  # and nothing more: "Jack Green closed case" is a child's
        return True
    if after in known.after_roads:
        return True
    before = words.words[max(0, at - 4) : at]
    if not before or words.gap(at - 1) != " " or "home" in before:
        return False
    if before[-1] in {"the", "a"}:
        before = before[:-1]
    near = before[-1:] and before[-1] in known.before_places
    return bool(near) or (
        len(before) > 1
        and before[-1] in {"to", "in", "from", "on"}
        and before[-2] in known.outings
        and (before[-2] not in _CALLS or len(before) < 3 or before[-3] in _OF_A_CLASS)
    )


def in_a_list(words: Words, seen: Seen) -> bool:
    """A list of words, such as "Will, Grace, May, Summer", is not surnames first."""
    before = seen.first > 0 and "," in words.gap(seen.first - 1)
    after = seen.last < len(words.words) and "," in words.gap(seen.last - 1)
    return before or after


def first_names(words: Words, seen: Seen, index: NameIndex) -> bool:
    """Two of several first names in a row: "Jack/Thomas", "Lewis, Ryan and Taylor"."""
    surname = words.words[seen.surname[1] - 1]
    if words.passage.extract.where not in SHORT_TEXT or seen.joint or not index.is_forename(surname):
        return False
    inner = words.gap(min(seen.forename[1], seen.surname[1]) - 1) if seen.forename != seen.surname else ""
    if inner.strip() in {"/", "+", "&", ","} and not seen.reversed and inner != ", ":
        return True
    return inner.strip() in {",", "/"} and (
        _another(words, index, seen.last, seen.last - 1)
        or _another(words, index, seen.first - 1, seen.first - 1)
    )


def _another(words: Words, index: NameIndex, at: int, gap: int) -> bool:
    """Whether another first name of the list stands at a word, with nothing but a comma or "and" between."""
    step = 1 if at > gap else -1
    if 0 <= at < len(words.words) and words.words[at] in {"and", "or"}:
        at += step
    if not 0 <= at < len(words.words):
        return False
    between = words.written(gap, at) if step > 0 else words.written(at, gap + 1)
    return bool(_LIST.fullmatch(between)) and words.capital(at) and index.is_forename(words.words[at])


def of_a_longer_name(words: Words, seen: Seen, pupil: Pupil, index: NameIndex) -> bool:
    """Whether a name goes on to either side and is somebody else's: "Joe Evans-Smith", "Lucy-Mae Smith", "Robert Louis Stevenson"."""
    if seen.reversed or seen.joint or words.passage.extract.where not in SHORT_TEXT:
        return False
    own = words_of_names(
        pupil.legal_forename,
        pupil.middle_names,
        pupil.preferred_forename,
        pupil.legal_surname,
        pupil.preferred_surname,
        pupil.former_surname,
    )
    before, after = seen.first - 1, seen.last
    if before >= 0 and words.words[before] not in own and words.capital(before):
        gap, word = words.gap(before), words.words[before]
        if gap == "-" and index.is_forename(word):
            return True
        begins = before == 0 or words.gap(before - 1) != " " or not words.capital(before - 1)
        plain = has_short_form(word) and not lists().word(word) and word not in index.surname_keys
        if gap == " " and plain and begins and has_short_form(words.words[seen.first]):
            return True
    if after >= len(words.words) or words.gap(after - 1) not in {"-", " "} or not words.capital(after):
        return False
    if words.words[after] not in index.surname_keys or words.words[after] in own:
        return False
    return words.gap(after - 1) == "-" or (
        is_forename(words.words[after - 1]) and not lists().thing(words.words[after])
    )


def in_its_world(words: Words, seen: Seen, known: NameLists, *, famous: bool) -> bool:
    """Whether the line has a word of the world from which a name is known: a book, a film, a shop."""
    start, end = words.span(seen.first)[0], words.span(seen.last - 1)[1]
    left, right = words.passage.line_span(start)
    line = (
        words.passage.folded[max(left, start - 80) : start]
        + " "
        + words.passage.folded[end : min(right, end + 80)]
    )
    beside = words_of(line)
    return not known.world.isdisjoint(beside) or (famous and not known.wide_world.isdisjoint(beside))
