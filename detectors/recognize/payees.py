"""Whose bank account it is: a firm's or the school's own in an invoice is nobody's personal data, a person's for a refund is."""

import re
from collections.abc import Sequence

from detectors.recognize.hits import Hit, Passage
from detectors.recognize.sentences import sentence

ACCOUNTS = frozenset({"bank-account", "iban"})
NEAR = 250  # letters around the account in which an invoice says that it is one
_FIRM = re.compile(
    r"\b(?:invoices?|remittances?|remit|ltd|limited|llp|plc|cic|vat|payable|pay(?:ments?)? (?:to|by|is|of|terms|details|can|should|must|via|due)|please pay|by bacs|"
    r"bank transfer|our (?:bank|account|new bank)|school(?:'s)? (?:fund|account|bank)|quot(?:e|ing)|reference|account name|supplier|company|registered charity|donations?|sub-?total|net|pta)\b"
)
_TITLE = re.compile(
    r"\b(?:invoices?|remittance|statement|purchase order|quote|quotation|bill|receipt|new supplier|change of bank)\b"
)
_OWN = re.compile(
    r"\b(?:her|his|their|my|mum(?:'?s)?|dad(?:'?s)?|mother'?s|father'?s|parent'?s?|carer'?s?|family'?s|pupil'?s|child'?s|student'?s|refund(?:s|ed)?|reimburse\w*|expenses|"
    r"payroll|salary|wages|bursary|hardship|pay ?slip)\b"
)


def bills(passages: Sequence[Passage], titles: frozenset[str]) -> bool:
    """Whether the subject or the name of a file says that this is an invoice."""
    return any(p.extract.where in titles and _TITLE.search(p.folded) for p in passages)


def of_a_firm(passage: Passage, hit: Hit, *, bill: bool) -> bool:
    """Whether an account is a firm's or the school's."""
    left, right = sentence(passage, hit)
    heading = passage.heading(hit.start)
    if _OWN.search(passage.folded, min(left, max(0, hit.start - 60)), right) or _OWN.search(heading):
        return False
    if passage.extract.table is not None and passage.extract.table.header:
        return bool(_FIRM.search(" ".join(passage.extract.table.header).casefold()))
    return bill or bool(_FIRM.search(passage.folded, max(0, hit.start - NEAR), hit.end + NEAR))
