"""How this school's staff write a pupil's name: in full, doubtfully, and so that nobody is named in full."""

import re

from bench.detection import forms
from bench.detection.forms import Form, initials, plain_letters, whole
from bench.detection.sample import Child
from bench.detection.school import first_name, middle

SHORT = {"Samuel": "Sam", "Thomas": "Tom", "Daniel": "Dan", "Joshua": "Josh", "Benjamin": "Ben", "Jessica": "Jess"}  # fmt: skip
OTHERWISE = {"Mohammed": "Muhammad", "Aisha": "Ayesha", "Yousef": "Yusuf"}
FAMILY_FIRST = {"hong_kong", "vietnamese"}


def _turned(c: Child) -> str:
    return f"{c.surname}, {first_name(c)}"


def _ascii(c: Child) -> str:
    text = plain_letters(whole(c))
    return text if text.isascii() and not whole(c).isascii() else ""


def _swapped(old: str, new: str) -> Form:
    return lambda c: whole(c).replace(old, new) if old in whole(c) else ""


def _scan(c: Child) -> str:
    """The file's name, which became the subject when somebody pressed "share"."""
    words = re.sub(r"[' .-]+", "_", f"{c.surname}_{first_name(c)}")
    return f"{words}_{c.class_name}.pdf"


USUAL = tuple(f"as it is, {n}" for n in range(1, 13))  # about half of all
FULL: dict[str, Form] = {
    **dict.fromkeys(USUAL, whole),
    "class after it": lambda c: f"{whole(c)} {c.class_name}",
    "class in brackets": lambda c: f"{whole(c)} ({c.class_name})",
    "class after a dash": lambda c: f"{whole(c)} - {c.class_name}",
    "class before it": lambda c: f"{c.class_name} {whole(c)}",
    "year before it": lambda c: f"Yr {re.sub('[A-Z]+', '', c.class_name) or 'R'} {whole(c)}",
    "small letters": lambda c: whole(c).lower(),
    "capitals": lambda c: whole(c).upper(),
    "whose": lambda c: f"{whole(c)}'s",
    "whose, curly": lambda c: f"{whole(c)}’s",
    "turned": _turned,
    "turned, with class": lambda c: f"{_turned(c)} ({c.class_name})",
    "turned, surname in capitals": lambda c: f"{c.surname.upper()}, {first_name(c)}",
    "surname in capitals, first": lambda c: f"{c.surname.upper()} {first_name(c)}",
    "surname in capitals, last": lambda c: f"{first_name(c)} {c.surname.upper()}",
    "family name first": lambda c: f"{c.surname} {first_name(c)}" if c.culture in FAMILY_FIRST else "",
    "middle name": lambda c: f"{first_name(c)} {middle(c)} {c.surname}" if middle(c) else "",
    "middle name, turned": lambda c: f"{_turned(c)} {middle(c)}" if middle(c) else "",
    "middle initial": lambda c: f"{first_name(c)} {middle(c)[0]} {c.surname}" if middle(c) else "",
    "called": lambda c: f"{c.known} {c.surname}" if c.known else "",
    "called, turned": lambda c: f"{c.surname}, {c.known}" if c.known else "",
    "called, in brackets": lambda c: f"{first_name(c)} ({c.known}) {c.surname}" if c.known else "",
    "short form": lambda c: (
        f"{SHORT[first_name(c)]} {c.surname}" if first_name(c) in SHORT and not c.known else ""
    ),
    "former surname": lambda c: f"{first_name(c)} {c.former}" if c.former else "",
    "now and before": lambda c: f"{whole(c)} (was {c.former})" if c.former else "",
    "no accents": _ascii,
    "no accents, turned, small": lambda c: plain_letters(_turned(c)).lower() if _ascii(c) else "",
    "curly apostrophe": _swapped("'", "’"),
    "no apostrophe": _swapped("'", ""),
    "space for the apostrophe": _swapped("O'", "O "),
    "surname without its hyphen": lambda c: (
        f"{first_name(c)} {c.surname.replace('-', ' ')}" if "-" in c.surname else ""
    ),
    "forename without its hyphen": lambda c: (
        f"{first_name(c).replace('-', ' ')} {c.surname}" if "-" in first_name(c) else ""
    ),
    "forename with a hyphen": forms.FULL["hyphened forename"],
    "forename as one word": forms.FULL["joined forename"],
    "Mc apart": forms.FULL["Mc joined or spaced"],
    "St without its dot": _swapped("St. ", "St "),
    "scanned form": _scan,
    "dots": lambda c: (
        f"{first_name(c)}.{c.surname}".lower() if whole(c).replace(" ", "", 1).isalpha() else ""
    ),
    "no-break space": forms.FULL["no-break space"],
    "two spaces": forms.FULL["two spaces"],
}


def _missing(c: Child) -> str:
    """The fifth letter of a long surname left out."""
    s = c.surname
    return f"{first_name(c)} {s[:4]}{s[5:]}" if re.fullmatch("[A-Z][a-z]{7,}", s) and s[4] not in (s[3], s[5]) else ""  # fmt: skip


def _single(c: Child) -> str:
    """A double consonant typed once."""
    found = re.search(r"([lnrst])\1", c.surname)
    long = re.fullmatch("[A-Z][a-z]{6,}", c.surname)
    return f"{first_name(c)} {c.surname[: found.start()]}{c.surname[found.start() + 1 :]}" if found and long else ""  # fmt: skip


DOUBTFUL: dict[str, Form] = {
    "first half of a double surname": lambda c: (
        f"{first_name(c)} {c.surname.split('-')[0]}" if c.culture == "double_barrelled" else ""
    ),
    "a letter missing": _missing,
    "one letter of two": _single,
    "Mac for Mc": lambda c: f"{first_name(c)} Mac{c.surname[2:]}" if re.match("Mc[A-Z]", c.surname) else "",
    "another spelling": lambda c: (
        f"{OTHERWISE[first_name(c)]} {c.surname}" if first_name(c) in OTHERWISE and not c.known else ""
    ),
}
NONE: dict[str, Form] = {
    "initials": initials,
    "initials and class": lambda c: f"{initials(c)} {c.class_name}",
    "initials, class in brackets": lambda c: f"{initials(c)} ({c.class_name})",
    "dotted initials": forms.NONE["initials"],
    "forename": first_name,
    "forename and class": lambda c: f"{first_name(c)} {c.class_name}",
    "forename and initial": lambda c: f"{first_name(c)} {c.surname.split()[-1][0].upper()}",
    "initial and surname": lambda c: f"{c.forename[0]} {c.surname}",
    "surname, initial": lambda c: f"{c.surname}, {c.forename[0]}",
    "Mr and surname": lambda c: f"Mr {c.surname}",
    "Mr and Mrs with surname": lambda c: f"Mr and Mrs {c.surname}",
    "Mrs with the whole name": lambda c: f"Mrs {whole(c)}",
    "family": lambda c: f"{c.surname} family",
}
