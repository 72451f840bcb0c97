"""What stands around a value and decides what it is: the header of its column, the words beside it, and what speaks against it."""

import re
from functools import cache
from itertools import pairwise

from detectors.findings import Where
from detectors.recognize.checksums import day
from detectors.recognize.engine import Value
from detectors.recognize.fold import fold
from detectors.recognize.hits import Passage
from detectors.recognize.name_lists import lists
from detectors.recognize.patterns import THRESHOLD
from detectors.shorthand import in_full

CONTEXT = 60  # letters before a value in which a word counts
AFTER = 30
LABEL = 40  # letters of a line that is a label for the line below
OWN = 16  # letters before a label such as "ref", or after a value, in which its own word stands
LIVING = 1925  # whoever was born before is history
GROWN = 2000  # and whoever was born before this one is no pupil
SIGNATURE = 600  # letters below a closing in which an address is the writer's place of work
_STREETS = (
    "st|street|rd|road|ave|avenue|ln|lane|close|cl|drive|dr|way|court|ct|crescent|cres|terrace|terr|gardens|gdns|place|pl|square|sq|hill|grove|walk|"
    "row|park|mews|green|view|rise|mount|parade|croft|fold|heights|meadow|meadows|vale|boulevard|quay|wharf|brow|garth|gate|end|bank|cottages|"
    "villas|mansions|chase|dene|ridge|mead|orchard|common|wynd|brae|copse|spinney|drove|leys|field|fields|broadway|highway|estate|yard|wood|side|path"
)
_WELSH = r"(?:heol|ffordd|stryd|lon|maes|rhodfa|clos|cwrt|parc|bryn|allt|rhiw|teras|gerddi|llys)"
_HOUSE = re.compile(
    rf"(?<![\w:£])(?<!\d\.)(?<!room )(?<!unit )(?<!platform )\d{{1,4}}[a-z]?,? +(?:(?!(?:at|in|on|to|from|by|for|with) )[a-z'.-]+ +){{0,4}}(?:{_STREETS})\b|\b\d{{1,4}}[a-z]?,? +{_WELSH} [a-z]|\bflat \d|\b(?:house|cottage|farm)\b"
)
_LIVES = re.compile(
    r"\b(?:lives? (?:at|in)|living at|address|home postcode|moved to|moving to|resid(?:es|ing) at|stays? at|staying at)\b"
)
_VENUE = re.compile(rf"\b(?:school|academy|primary|college|nursery|council|trust|ltd|limited|office|hall|centre|center|theatre|museum|church|hospital|surgery|clinic|stadium|station|hotel|zoo|library|club|university|unit|depot|campus|car park|shop|store|outfitters|schoolwear|showroom|branch|cafe|restaurant|pub)\b(?! (?:{_STREETS}|house)\b)")  # fmt: skip
CLOSING = re.compile(
    r"\n[ \t]{0,9}(?:(?:with )?(?:kind|kindest|warm|best|many) (?:regards|wishes|thanks)|regards|yours(?: sincerely| faithfully| truly)?|"
    r"(?:many )?thanks in advance|diolch(?: / thanks)?|thanks|thank you|warmly|take care|speak soon|all the best|best|cheers|--)[,.!]?[ \t]{0,9}\r?\n"
)
_OTHER_NUMBER = re.compile(
    r"\b(?:order|purchase order|p\.?o\.?|invoice|inv|ref|reference|booking|ticket|serial|s/n|case|account|acct?|a/c|quote|quotation|job|asset|policy|customer|"
    r"centre|product|part|item|isbn(?:[ -]?1[03])?|ean|barcode|vat|charity|company|registration|reg|code|pin|id|meeting|membership|licence|license|urn|ukprn|laestab|dfe|"
    r"tracking|parcel|consignment|delivery|cat|sku|model|batch|receipt|transaction|payment|remittance|remit|ledger|gl|nominal|error|fault|version|build|budget|key|token)s?"
    r"(?: ?(?:no|nos|number|num|ref|id|code|key))?[.:#)]{0,2}[ \t#]{0,3}$"
)
_NUMBER = re.compile(r"\b(?:nos?|number|num|ref|reference|code)\b|[:#]")
_GOODS = re.compile(
    r"(?:order|purchase|invoice|inv|booking|ticket|serial|s/n|quot\w*|product|part|item|isbn|barcode|tracking|parcel|consignment|delivery|sku|batch|receipt|remit\w*|key|token)s?\b"
)
_FOR_SALE = re.compile(
    r"\b(?:qty|quantity|unit price|price|cost|sku|in stock|pack size)\b"
)  # headings of orders
_SORT = re.compile(r"\b(?:sort|sortcode|s/c|s\.c|sc|s/code|cod didoli)\b")
_BANK = re.compile(
    r"\b(?:sort ?codes?|s/c|sc|s\.c|s/code|bacs|acc(?:oun)?t?\.? ?(?:no|nos|number|num)|a/c|iban|cod didoli|rhif cyfrif|barclays|lloyds|natwest|hsbc|santander|nationwide|halifax|monzo|starling|tsb|rbs|revolut|bank (?:details|account))\b"
)
_PAID = re.compile(r"\b(?:bank|pay|paid|refund(?:s|ed)?|transfer(?:red)?|reimburse\w*|owed?)\b")
_PAIR = re.compile(  # both numbers, one right after the other
    r"(?:\d\d[ .-]?\d\d[ .-]?\d\d)[ ,/-]{1,3}(?:\d{8}|\d{4} \d{4})|(?:\d{8}|\d{4} \d{4})[ ,/-]{1,3}(?:\d\d[ .-]?\d\d[ .-]?\d\d)"
)
_PAID_TO = re.compile(
    r"\b(?:refund\w*|pay(?:ments?)?|transfer\w*|reimburse\w*)\b[^.!?\n]{0,40}\bto\b[^.!?\n\d]{0,12}(?=\d)|\baccount for the refund"
)
_ACCOUNT = re.compile(r"\b(?:account|acct?|a/c)(?: ?(?:no|number|is))?\b")
_LIMIT = re.compile(
    r"\b(?:by|before|after|until|till?|since|due|range|cut-? ?off(?: is| date)?|deadline|later than|earlier than|prior to|in time for|ending|week of|w/c)[ :]+(?:the )?(?:\w{2,9}day,? )?(?:the )?$"
)
_RANGE = re.compile(
    r"[ ]?(?:-|to|and|until|till)[ ]?(?:the )?(?:[0-3]?\d[ /.-](?:[01]?\d|[a-z]{3,9})[ /.-]|[0-3]?\d(?:st|nd|rd|th) |(?:19|20)\d\d-[01]\d-)"
)
_RANGE_BEFORE = re.compile(
    r"\d(?:st|nd|rd|th)?[ /.-](?:[01]?\d|[a-z]{3,9})[ /.-](?:19|20)?\d\d[ ]?(?:-|to|until)[ ]?$"
)
_BORN_AS = re.compile(r"\b(?:dob|date of birth|d\.ob)\W{0,3}(?:is )?$")
_HISTORY = re.compile(
    r"\b(?:king|queen|prince|princess|emperor|president|poet|composer|saint|scientist|inventor|explorer|artist|novelist|school (?:opened|was))\b"
)
_BETWEEN = re.compile(r"\b(?:between|from)\b")
_AND = re.compile(r"(?:\b(?:between|from)|\b(?:and|to|until)|-)[ :]*(?:the )?$")
_BIRTHDAY_IS = re.compile(r"\bbirthday(?: is| was|'s| falls)?(?: on)?(?: the)?[\s:=(,|-]*$")
_DIGIT = re.compile(r"\d(?![^()\n]{0,20}\))")  # but for "(10 digits)"
_TRIPLE = re.compile(r"(?<!\d)(\d\d)\D?(\d\d)\D?(\d\d)(?!\d)")
_SENTENCE = re.compile(r"[.!?;] +(?=[a-z]{3,} [a-z]{3})")
_SCHEDULE = re.compile(
    r"[.!?)] +(?:[a-z']+ +){0,6}(?:closes?|closing|opens?|deadline|due|ends?|starts?|begins?|book(?:ings?)?|return|reply|meet(?:ing)?|visit|trip|event|term|session|held|issued|expires?|valid|review|"
    r"appointment)\b[^.!?]*$"
)
_OTHER_PAPER = re.compile(
    r"\b(?:electric(?:al|ity)?|eicr|pat|gas|boiler|fire|calibration|insurance|liability|hygiene|energy|epc|display|lift|loler|first aid|swimming|exam(?:ination)?s?|iso|vat|origin|conformity|warranty|asbestos|legionella|water|equipment)\b"
)
_VETTING = re.compile(r"\b(?:enhanced|barred|disclosure)\b")
_OUR_SCHOOL = re.compile(
    r"\b(?:school|academy|primary|college|nursery|census|federation|site|governors?|purchase order|invoice|delivery)\b"
)
_TEACHING = re.compile(
    r"\b(?:teacher|teachers|qts|ect|nqt|trn|pension|supply|mr|mrs|miss|ms|dr|her|his|she|he|joins|joined|starts)\b"
)
_LISTED_FOR_SALE = re.compile(r"\b(?:qty|quantity|unit price|sku|in stock|pack size)\b")
_SCHOOLS = re.compile(r"\b(?:urn|ukprn|laestab|estab)\b|(?<![\d/])\d{3}/\d{4}(?!\d)")
_NUMBERED = re.compile(r"(?<![\w/.£-])\d{1,4}[A-Za-z]?,? (?:[A-Z][\w'’-]*,? ){1,6}$")
_NOT_HOUSE = re.compile(
    r"\b(?:year|yr|room|unit|stand|platform|gate|terminal|junction|grade|stage|ks|no|group|bus|route|class|set|section|page)s? \d{1,4}[a-z]?,? (?:\S+ ){1,6}$"
)


def score(passage: Passage, value: Value) -> tuple[float, str]:
    """Our own scoring: shape and check are done; now the header of the column, then the words beside the value."""
    shape = value.shape
    got, word = _by_words(passage, value)
    if word.startswith("the column"):
        return (0.0, "") if _of_schools(passage, value, word) else (got, word)
    if got < THRESHOLD and shape.kind not in _RAISED and passage.extract.where is not Where.FILENAME:
        return got, word  # it can only fall; labels of files alone ask how far
    if shape.kind in _JUDGED:
        return _JUDGED[shape.kind](passage, value, got, word)
    if shape.kind in _BARE and _other_number(passage, value):
        return 0.0, ""
    return got, word


def _by_words(passage: Passage, value: Value) -> tuple[float, str]:
    shape = value.shape
    if not shape.words and not shape.against:
        return shape.alone, ""
    heading = in_full(passage.heading(value.start))
    if word := _first_in(shape.words, heading):
        return shape.beside, f"the column “{word}”"
    lower = in_full(passage.lower_heading(value.start))
    if word := _first_in(shape.words, lower):
        return shape.beside, f"the column “{word}”"
    before, after = _around(passage, value)
    if word := _first_in(shape.words, before, after):
        return shape.beside, f"the word “{word.strip()}”"
    if _first_in(shape.against, before, heading, lower):
        return 0.0, ""
    return shape.alone, ""


def _first_in(words: tuple[str, ...], *texts: str) -> str:
    """The first of the words that stands in one of the texts; "" for none."""
    together = "\n".join(texts)
    if not together:
        return ""
    for word in words:
        if word.strip() in together and any(word_in(word, text) for text in texts):
            return word
    return ""


def _around(passage: Passage, value: Value) -> tuple[str, str]:
    """The words before and after a value in its line, in full; a label alone in the line above belongs to a value that begins its own."""
    left, right = passage.line_span(value.start)
    before = passage.folded[max(left, value.start - CONTEXT) : value.start]
    if passage.extract.table is None and left and not before.strip(" \t>*-•:"):
        end = (
            left - 1 if passage.folded[left - 2 : left] == "\n\n" else left
        )  # an empty line between: a form on a web page
        above = passage.line_span(end - 1)[0]
        label = passage.folded[above:end]
        if len(label) <= LABEL and not _DIGIT.search(label):
            before = label.rstrip() + " "
    return in_full(before), in_full(passage.folded[value.end : min(right, value.end + AFTER)])


def _other_number(passage: Passage, value: Value) -> bool:
    """Whether a label right before a bare number calls it something else: "order no.", not "DBS ref" or "passport no."."""
    left = passage.line_span(value.start)[0]
    before = passage.folded[max(left, value.start - CONTEXT) : value.start]
    label = _OTHER_NUMBER.search(before)
    if label is None:
        return False
    if value.shape.kind == "card-number" and not _NUMBER.search(label[0]):
        return False  # "the card for the booking 4111…"
    if _GOODS.match(label[0]):
        return True
    begin = before.rfind(" ", 0, max(0, label.start() - OWN)) + 1
    own = re.split(r"[,;]|[.!?] ", in_full(before[begin:]))[-1]
    after = in_full(passage.folded[value.end : value.end + OWN])
    return not any(word_in(w, own) or word_in(w, after) for w in value.shape.words)


@cache
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(word.strip())}(?![^\W_])")


def word_in(word: str, text: str) -> bool:
    """Whether a whole word or phrase stands in folded text."""
    return word.strip() in text and bool(_pattern(word).search(text))


def _postcode(passage: Passage, value: Value, _got: float, _word: str) -> tuple[float, str]:
    """A postcode is personal in a column of addresses, with a house before it, or where somebody lives; else it is a place."""
    before = passage.folded[max(0, value.start - 100) : value.start]
    if _LIVES.search(before[-CONTEXT:]):
        return 0.8, "where somebody lives"
    house = _HOUSE.search(before) or (
        _NUMBERED.search(passage.text[max(0, value.start - 100) : value.start])
        and not _NOT_HOUSE.search(before)
    )
    if not house or _VENUE.search(before) or in_signature(passage, value.start):
        return 0.0, ""
    return 0.8, "the house"


def in_signature(passage: Passage, at: int) -> bool:
    """Whether a place stands below "Kind regards": what is there is the writer's, and the school's."""
    if passage.extract.where is not Where.BODY or passage.extract.table is not None:
        return False
    return CLOSING.search(passage.folded, max(0, at - SIGNATURE), at) is not None


def _of_schools(passage: Passage, value: Value, word: str) -> bool:
    """Whether a column of DfE numbers stands beside those of schools: a list of sites names no teacher."""
    return "dfe" in word and _SCHOOLS.search(fold(" ".join(passage.headings(value.start)))) is not None


def _trn(passage: Passage, value: Value, got: float, word: str) -> tuple[float, str]:
    """Seven figures beside "DfE number" and the school's other numbers are the school's own."""
    near = max(0, value.start - CONTEXT), value.end + AFTER
    schools = "dfe" in word and (_SCHOOLS.search(passage.folded, *near) or _of_our_school(passage, value))
    return (0.0, "") if schools or _other_number(passage, value) else (got, word)


def _of_our_school(passage: Passage, value: Value) -> bool:
    """Whether the words beside a "DfE number" speak of a school, and of no teacher."""
    line = " ".join(_around(passage, value))
    return _OUR_SCHOOL.search(line) is not None and not _TEACHING.search(line)


def _dbs(passage: Passage, value: Value, got: float, word: str) -> tuple[float, str]:
    """The number of a certificate is a disclosure's unless it certifies a boiler or an insurance."""
    near = " ".join(_around(passage, value))
    other = word == "the word “certificate”" and _OTHER_PAPER.search(near) and not _VETTING.search(near)
    return (0.0, "") if other or _other_number(passage, value) else (got, word)


def _ni_number(passage: Passage, value: Value, got: float, word: str) -> tuple[float, str]:
    """It has no check digit: without a word beside it, it is one only in capitals, and where nobody speaks of parts and models."""
    if word:
        return (0.0, "") if _other_number(passage, value) else (got, word)
    left, right = passage.line_span(value.start)
    line = in_full(passage.folded[max(left, value.start - 2 * CONTEXT) : min(right, value.end + 2 * CONTEXT)])
    small = not passage.text[value.start : value.end].isupper()
    return (
        (0.0, "")
        if small
        or _other_number(passage, value)
        or any(word_in(w, line) for w in value.shape.against)
        or _FOR_SALE.search(fold(" ".join(passage.headings(value.start))))
        or _LISTED_FOR_SALE.search(passage.folded, max(0, value.start - SIGNATURE), value.start)
        else (got, word)
    )


def _birth(passage: Passage, value: Value, got: float, word: str) -> tuple[float, str]:
    """A day by which, before which or between which something is, and a day of history, is nobody's date of birth."""
    left = passage.line_span(value.start)[0]
    before = passage.folded[max(left, value.start - CONTEXT) : value.start]
    between = _BETWEEN.search(before) and _AND.search(before)
    ranged = _RANGE.match(passage.folded, value.end) or _RANGE_BEFORE.search(before)
    if ranged or between or _LIMIT.search(before):
        return 0.0, ""
    if passage.text[value.start : value.end].isdigit() and not _BORN_AS.search(in_full(before)):
        return 0.0, ""
    if word and (
        _scheduled(passage, value, before) or (word == "the word “born”" and _born_elsewhere(before))
    ):
        return value.shape.alone, ""  # "… and date of birth. Closes 3 May 2026"
    told = word in {"the word “born”", "the word “birthday”"}
    if told and (_year(passage, value) < LIVING or _HISTORY.search(before) or _famous(passage, value)):
        return 0.0, ""
    if word == "the word “birthday”" and not _BIRTHDAY_IS.search(_around(passage, value)[0]):
        return value.shape.alone, ""
    return got, word


def _scheduled(passage: Passage, value: Value, before: str) -> bool:
    """Whether a new sentence about an event, without a label of birth, stands between the label and the day."""
    found = _SCHEDULE.search(before)
    if found is None:
        return False
    near = f"{in_full(before[found.start() :])} {_around(passage, value)[1]}"
    return not any(word_in(word, near) for word in value.shape.words)


def _born_elsewhere(before: str) -> bool:
    """Whether somebody was born in a sentence before this one: "born with a smile. Retirement tea 28/06/2026"."""
    *earlier, own = _SENTENCE.split(before)
    return "born" not in own and any("born" in piece for piece in earlier)


def _year(passage: Passage, value: Value) -> int:
    found = day(passage.text[value.start : value.end])
    return found.year if found else 0


def _famous(passage: Passage, value: Value) -> bool:
    """Whether the line tells of somebody whom everybody knows."""
    words = re.findall(r"[^\W\d_]+", passage.folded[passage.line_span(value.start)[0] : value.start])[-40:]
    names = {f"{a} {b}" for a, b in pairwise(words)}
    grown = _year(passage, value) < GROWN
    return not names.isdisjoint(lists().famous) or (grown and not names.isdisjoint(lists().namesakes))


def _phone(passage: Passage, value: Value, got: float, word: str) -> tuple[float, str]:
    """What a label calls an order, an invoice or a code is no telephone number; a mobile is, unless it is said outright."""
    left = passage.line_span(value.start)[0]
    label = passage.folded[max(left, value.start - 30) : value.start]
    return (0.0, "") if _OTHER_NUMBER.search(label) else (got, word)


def _bank(passage: Passage, value: Value, got: float, word: str) -> tuple[float, str]:
    """The words may stand between the two numbers; six figures in one run need the word "sort"."""
    inside = passage.folded[value.start : value.end]
    around = passage.folded[max(0, value.start - CONTEXT) : value.start] + inside
    if not word:
        word = next((f"the word “{w}”" for w in value.shape.words if word_in(w, in_full(inside))), "")
        got = value.shape.beside if word else got
    triple = _TRIPLE.search(inside)
    named = _BANK.search(around) or re.search(
        r"\bsort\W{0,3}$", passage.folded[: value.start + triple.start()][-12:] if triple else ""
    )
    if triple and 1 <= int(triple[1]) <= 31 and 1 <= int(triple[2]) <= 12 and not named:
        return 0.0, ""  # as likely a date
    if _PAIR.fullmatch(inside) and (word or _PAID_TO.search(around)):
        return max(got, value.shape.beside), word or "words of a payment"
    plain = re.search(r"(?<!\d)\d{6}(?!\d)|\d\d[ .]\d\d[ .]\d\d", inside)
    paid = plain and " " in plain[0] and _PAID.search(around) and _ACCOUNT.search(inside)
    return (0.0, "") if plain and not (paid or _SORT.search(around)) else (got, word)


_RAISED = frozenset({"postcode", "bank-account"})  # by more than words
_BARE = frozenset({"nhs-number", "uln", "passport", "card-number"})  # figures alone, or without a check
_JUDGED = {
    "postcode": _postcode,
    "trn": _trn,
    "dbs-number": _dbs,
    "ni-number": _ni_number,
    "date-of-birth": _birth,
    "phone": _phone,
    "bank-account": _bank,
}
