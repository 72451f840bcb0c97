"""The table of identifier recognizers: shape, check, and the words that must stand near. To add one: a row, a case, a line in the docs."""

from collections.abc import Callable
from dataclasses import dataclass

from detectors.recognize import checksums
from detectors.recognize.addresses import EMAIL, is_phone


@dataclass(frozen=True, slots=True)
class Shape:
    """One identifier. `alone`: score of a value that passes its check without any word near; `beside`: with one."""

    kind: str
    regex: str
    check: Callable[[str], bool] | None
    words: tuple[
        str, ...
    ]  # context, folded and in full (see `shorthand`); also matched against the column's header
    alone: float
    beside: float
    against: tuple[str, ...] = ()  # words that say it is something else


_NOT_DIGIT = r"(?<![\dA-Za-z])(?<!\d[.,/-])"
_END = r"(?![\dA-Za-z])"
# The same for the first pass, which knows no look-around; all that is not ASCII ends a word there.
BOUNDED = ((_NOT_DIGIT, r"(?:^|[^.,/\-]|(?:^|\D)[.,/\-])\b"), (_END, r"\b"))
_BOX = r"[ \t]{1,3}"  # forms have a box for every letter and figure
_BOXED = rf"{_NOT_DIGIT}\d(?:{_BOX}\d){{9}}{_END}"
# British numbers in their usual groups: complete, whatever figures follow ("07700 900123 4 children").
_AS_USUAL = r"(?:\(?0|\+44 ?(?:\(0\) ?)?)(?:2\d\)?[ .-]?\d{4}[ .-]?\d{4}|[1-9]\d\d\)?[ .-]?\d{3}[ .-]?\d{4}|[1-9]\d{3}\)?[ .-]?\d{3}[ .-]?\d{3})"
_ORDER = ("order", "invoice", "reference", "serial", "product", "part", "parts", "isbn", "ticket", "licence key", "meeting id",
          "tracking", "booking", "flight", "charity", "vat", "room", "model", "item", "sku", "stock", "catalogue", "voucher", "batch", "barcode")  # fmt: skip

_GOODS = (
    *_ORDER,
    "quote",
    "spare",
    "spares",
    "plate",
    "plates",
    "asset",
    "cartridge",
    "toner",
    "filter",
    "bulb",
    "warranty",
    "qty",
    "unit price",
)

_DASH = "[-\u2010\u2013.]"  # between the pairs of a sort code
_SORT = rf"(?:\d\d{_DASH}\d\d{_DASH}\d\d|\d\d \d\d \d\d|\d{{6}})"
_ACCOUNT = r"(?:\d{8}|\d{4} \d{4})"
_BANK = ("sort code", "sort", "account", "bacs", "bank", "banks", "banking", "expenses", "barclays", "lloyds", "natwest", "hsbc", "santander", "nationwide", "halifax",
         "monzo", "starling", "tsb", "rbs", "revolut")  # fmt: skip
_CARD = ("card", "cards", "pan", "barclaycard", "bankcard", "debit", "credit", "expiry", "expires", "exp", "cvv", "cvc", "security code", "visa", "mastercard", "maestro", "amex",
         "american express")  # fmt: skip
SHAPES: tuple[Shape, ...] = (
    Shape("upn", rf"{_NOT_DIGIT}[A-HJ-NP-RT-Za-hj-np-rt-z] ?\d{{3}} ?\d{{4}} ?\d\d ?\d\d[\dA-HJ-NP-RT-Za-hj-np-rt-z]{_END}|{_NOT_DIGIT}[A-HJ-NP-RT-Z](?:{_BOX}\d){{11}}{_BOX}[\dA-HJ-NP-RT-Z]{_END}", checksums.upn, ("upn", "unique pupil number"), 0.95, 1.0),
    Shape("uci", rf"{_NOT_DIGIT}\d{{5}} ?[\dA-Za-z] ?\d\d ?\d{{4}} ?[A-Za-z]{_END}", checksums.uci, ("uci", "candidate", "centre", "entries"), 0.85, 1.0),
    Shape("nhs-number", rf"{_NOT_DIGIT}\d{{3}}[ .-]{{0,3}}\d{{3}}[ .-]{{0,3}}\d{{4}}{_END}|{_BOXED}", checksums.nhs, ("nhs", "patient", "hospital number", "health number", "health and care number", "health care number", "h&c number", "chi number", "health service number", "gig"), 0.2, 1.0, _ORDER),
    Shape("uln", rf"{_NOT_DIGIT}[1-9]\d{{2}}[ .-]{{0,3}}\d{{3}}[ .-]{{0,3}}\d{{4}}{_END}|{_BOXED}", checksums.uln, ("uln", "learner", "lrs"), 0.2, 1.0, _ORDER),
    Shape("ni-number", rf"{_NOT_DIGIT}[A-Za-z]{{2}}[ ./-]{{0,3}}\d\d[ ./-]{{0,3}}\d\d[ ./-]{{0,3}}\d\d[ ./-]{{0,3}}[A-Da-d]{_END}|{_NOT_DIGIT}[A-Z]{_BOX}[A-Z](?:{_BOX}\d){{6}}{_BOX}[A-D]{_END}", checksums.nino, ("ni", "national insurance", "payroll", "p45", "p60", "p46", "p11d", "hmrc", "paye", "tax code", "starter checklist", "payslip", "pension", "salary", "universal credit"), 0.6, 1.0, _GOODS),
    Shape("trn", rf"{_NOT_DIGIT}(?:RP ?)?(?:\d{{7}}|\d\d/\d{{5}}){_END}", None, ("trn", "teacher reference", "teacher number", "teacher id", "teacher pension", "teacher pensions", "dfe number", "dfe reference", "dfes number", "dcsf number", "gtc", "gtce", "qts", "npq", "tps", "tp number", "pension reference", "tra number"), 0.1, 0.9, ("urn", "laestab", "phone", "telephone", "school number")),
    Shape("passport", rf"{_NOT_DIGIT}(?:\d{{9}}|\d{{3}} \d{{3}} \d{{3}}|[A-Za-z]{{2}}\d{{7}}|[A-Za-z]\d{{7,8}}){_END}", None, ("passport", "travel document", "travel doc"), 0.1, 0.9),
    Shape("passport", r"(?<![\w<])(?:P[A-Z<][A-Z]{3}[A-Z<]{10,39}|[A-Z\d<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z\d<]{14}[\d<]\d)(?![\w<])", checksums.mrz, ("passport",), 0.95, 1.0),
    Shape("driving-licence", rf"{_NOT_DIGIT}[A-Za-z9]{{5}} ?\d[0156]\d[0-3]\d\d ?[A-Za-z9]{{2}}[\dA-Za-z] ?[A-Za-z]{{2}}{_END}", checksums.driving_licence, ("licence", "dvla", "minibus", "driver", "driving", "d1"), 0.85, 1.0),
    Shape("bank-account", rf"{_NOT_DIGIT}{_SORT}(?:\D{{1,60}}?){_ACCOUNT}{_END}|{_NOT_DIGIT}{_ACCOUNT}(?:\D{{1,60}}?){_SORT}{_END}", None, _BANK, 0.3, 0.95, (*_ORDER, "urn", "ledger", "telephone", "phone")),
    Shape("iban", rf"{_NOT_DIGIT}[A-Za-z]{{2}}\d\d(?:[ -]?[A-Za-z\d]{{4}}){{2,7}}(?:[ -]?[A-Za-z\d]{{1,3}})?{_END}", checksums.iban_first, ("iban", "supplier"), 0.97, 1.0),
    Shape("card-number", rf"{_NOT_DIGIT}\d{{4}}(?:[ .-]\d{{4}}){{3}}{_END}|{_NOT_DIGIT}3[47]\d\d[ -]\d{{6}}[ -]\d{{5}}{_END}", checksums.card, _CARD, 0.85, 1.0),
    Shape("card-number", rf"{_NOT_DIGIT}\d{{13,19}}{_END}", checksums.card, _CARD, 0.3, 0.95, _ORDER),
    Shape("dbs-number", rf"{_NOT_DIGIT}(?:\d{{12}}|\d{{4}} \d{{4}} \d{{4}}){_END}", None, ("dbs", "crb", "disclosure", "certificate", "barred list", "update service"), 0.1, 0.9, ("order", "serial", "tracking")),
    Shape("date-of-birth", rf"{_NOT_DIGIT}{checksums.DATE}{_END}", lambda v: checksums.day(v) is not None, ("dob", "born", "date of birth", "birthday", "b. ", "d.ob"), 0.3, 1.0),
    Shape("date-of-birth", rf"{_NOT_DIGIT}[0-3]\d[01]\d(?:(?:19|20)\d\d|\d\d){_END}|{_NOT_DIGIT}[0-3]{_BOX}\d{_BOX}(?:[/.-]{_BOX})?[01]{_BOX}\d{_BOX}(?:[/.-]{_BOX})?[12](?:{_BOX}\d){{3}}{_END}", lambda v: checksums.day(v) is not None, ("dob", "date of birth", "d.ob"), 0.0, 1.0),
    Shape("postcode", rf"{_NOT_DIGIT}(?:[A-Za-z]{{1,2}}\d[A-Za-z\d]?) {{0,2}}\d[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{{2}}{_END}", None, ("postcode", "address", "lives at", "home"), 0.3, 0.8),
    Shape("phone", rf"(?<![\dA-Za-z/+-])(?<!\d\.)(?:{_AS_USUAL}{_END}(?!\.\d)|(?:\+\d{{1,3}}[ .-]?(?:\(0\)[ ]?)?|\(?0)\d(?:[ .()-]{{0,2}}\d){{6,12}}{_END})", is_phone, ("mobile", "phone", "telephone", "ring", "call", "text", "whatsapp", "emergency contact", "contact", "number"), 0.6, 1.0),
    Shape("phone", rf"{_NOT_DIGIT}7[1-57-9]\d\d ?\d{{3}} ?\d{{3}}{_END}", is_phone, ("mobile", "phone", "telephone", "ring", "call", "text", "whatsapp", "emergency contact", "contact number"), 0.0, 0.9, _ORDER),
    Shape("email-address", EMAIL.pattern, None, (), 1.0, 1.0),
)  # fmt: skip

THRESHOLD = 0.5  # below it a value is shape only
