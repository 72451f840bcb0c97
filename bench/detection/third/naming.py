"""The forms in which this school's staff write a pupil's name: full, doubtful, and none at all."""

import re
import unicodedata

from bench.detection import forms
from bench.detection.forms import Form, initials, plain_letters, whole
from bench.detection.sample import Child
from bench.detection.school import first_name, middle

# Short forms that need no list of the school's own.
SHORT = {"Abigail": "Abbie", "Zachary": "Zak", "Thomas": "Tom", "Elizabeth": "Lizzie", "Daniel": "Danny"}  # fmt: skip
SPELT = {"Mohammed": "Muhammad"}
FAMILY_FIRST = {"hong_kong", "mandarin", "vietnamese", "korean", "japanese", "hungarian_slovak"}


def _file(join: str, ending: str) -> Form:
    return lambda c: re.sub(r"[ ']", join, f"{first_name(c)}{join}{c.surname}") + ending


def _double_forename(c: Child, join: str) -> str:
    words = re.split("[ -]", first_name(c))
    return f"{join.join(words)} {c.surname}" if len(words) == 2 and c.joined else ""


def _greek(c: Child) -> str:
    changed = c.surname.replace("a", "α", 1).replace("o", "ο", 1)
    return f"{first_name(c)} {changed}" if changed != c.surname else ""


def _stuck(c: Child) -> str:
    parts = re.split("[ -]", first_name(c))
    return f"{parts[0]}{parts[1].lower()} {c.surname}" if len(parts) == 2 and c.joined else ""


def _camel(c: Child) -> str:
    parts = [plain_letters(first_name(c)), plain_letters(c.surname)]
    return "_".join(parts) if all(re.fullmatch("[A-Z][a-z]{2,}", p) for p in parts) else ""


FULL: dict[str, Form] = {
    "plain": whole,
    "plain again": whole,
    "small letters": lambda c: whole(c).lower(),
    "capitals": lambda c: whole(c).upper(),
    "surname, forename": lambda c: f"{c.surname}, {first_name(c)}",
    "surname,forename": lambda c: f"{c.surname},{first_name(c)}",
    "SURNAME forename": lambda c: f"{c.surname.upper()} {first_name(c)}",
    "forename SURNAME": lambda c: f"{first_name(c)} {c.surname.upper()}",
    "family name first": lambda c: f"{c.surname} {first_name(c)}" if c.culture in FAMILY_FIRST else "",
    "small letters, surname first": lambda c: f"{c.surname} {first_name(c)}".lower(),
    "possessive": lambda c: f"{whole(c)}'s",
    "curly possessive": lambda c: f"{whole(c)}’s",
    "bare possessive": lambda c: f"{whole(c)}'" if c.surname.endswith("s") else "",
    "class before": lambda c: f"{c.class_name} {whole(c)}",
    "class after": lambda c: f"{whole(c)} {c.class_name}",
    "class in square brackets": lambda c: f"{whole(c)} [{c.class_name}]",
    "middle name": lambda c: f"{first_name(c)} {middle(c)} {c.surname}" if middle(c) else "",
    "middle initial": lambda c: f"{first_name(c)} {middle(c)[0]} {c.surname}" if middle(c) else "",
    "all names in register order": lambda c: (
        f"{c.surname.upper()}, {first_name(c)} {middle(c)}" if middle(c) else ""
    ),
    "known as": lambda c: f"{c.known} {c.surname}" if c.known else "",
    "known as, surname first": lambda c: f"{c.surname}, {c.known}" if c.known else "",
    "known as in quotes": lambda c: f"{first_name(c)} “{c.known}” {c.surname}" if c.known else "",
    "aka": lambda c: f"{whole(c)} ({c.known})" if c.known else "",
    "short form": lambda c: f"{SHORT[first_name(c)]} {c.surname}" if first_name(c) in SHORT else "",
    "former surname": lambda c: f"{first_name(c)} {c.former}" if c.former else "",
    "without accents": lambda c: (
        plain_letters(whole(c)) if not whole(c).isascii() and plain_letters(whole(c)).isascii() else ""
    ),
    "small without accents": lambda c: (
        plain_letters(whole(c)).lower()
        if not whole(c).isascii() and plain_letters(whole(c)).isascii()
        else ""
    ),
    "decomposed": lambda c: unicodedata.normalize("NFD", whole(c)) if not whole(c).isascii() else "",
    "file with underscores": _file("_", "_v2.docx"),
    "file with dots": _file(".", ".pdf"),
    "file with hyphens": _file("-", "-scan.jpg"),
    "camel with underscore": _camel,
    "en dash": lambda c: f"{c.surname} – {first_name(c)}",
    "brackets": lambda c: f"{c.surname} ({first_name(c)})",
    "apostrophe typed as backtick": lambda c: whole(c).replace("'", "`") if "'" in c.surname else "",
    "apostrophe turned": lambda c: whole(c).replace("'", "’") if "'" in c.surname else "",
    "apostrophe left out": lambda c: whole(c).replace("'", "") if "'" in c.surname else "",
    "apostrophe as space": lambda c: whole(c).replace("'", " ") if "'" in c.surname else "",
    "Mc as two words": lambda c: f"{first_name(c)} Mc {c.surname[2:]}" if c.surname.startswith("Mc") else "",
    "double surname with space": lambda c: (
        f"{first_name(c)} {c.surname.replace('-', ' ')}" if "-" in c.surname else ""
    ),
    "two forenames, hyphen": lambda c: _double_forename(c, "-"),
    "two forenames, joined": _stuck,
    "zero-width joiner": lambda c: f"{first_name(c)}\u200d {c.surname}",
    "byte order mark inside": lambda c: f"{first_name(c)} {c.surname[:1]}\ufeff{c.surname[1:]}",
    "narrow no-break space": lambda c: f"{first_name(c)}\u202f{c.surname}",
    "three spaces": lambda c: f"{first_name(c)}   {c.surname}",
    "Greek letters": _greek,
    "Mohammed as Md": lambda c: (
        f"Md {middle(c)} {c.surname}" if first_name(c) == "Mohammed" and middle(c) else ""
    ),
}


def _typed(c: Child) -> str:
    s = c.surname
    return f"{first_name(c)} {s[:4]}{s[5:]}" if re.fullmatch("[A-Z][a-z]{7,}", s) and s[4] != s[3] else ""


def _mac(c: Child) -> str:
    return f"{first_name(c)} Mac{c.surname[2:]}" if re.match("Mc[A-Z]", c.surname) else ""


def _spelt(c: Child) -> str:
    first = first_name(c)
    return f"{SPELT[first]} {c.surname}" if first in SPELT and not c.known else ""


DOUBTFUL: dict[str, Form] = {
    "one half of a double surname": lambda c: (
        f"{first_name(c)} {c.surname.split('-')[-1]}" if c.culture == "double_barrelled" else ""
    ),
    "a letter missing": _typed,
    "Mac for Mc": _mac,
    "another spelling": _spelt,
    "letters apart": lambda c: " ".join(whole(c).replace(" ", "")) if whole(c).isascii() else "",
}


NONE: dict[str, Form] = {
    "initials in small letters": lambda c: initials(c).lower(),
    "initials, dots": lambda c: ".".join(initials(c)) + ".",
    "initials and class": lambda c: f"{initials(c)} {c.class_name}",
    "forename only": first_name,
    "forename and year": lambda c: f"{first_name(c)} in {c.class_name}",
    "forename and first letter": lambda c: f"{first_name(c)} {c.surname.split()[-1][0].upper()}.",
    "first letter and surname": lambda c: f"{c.forename[0]} {c.surname}",
    "surname only": lambda c: c.surname,
    "Mrs": forms.NONE["title and surname"],
    "Mr with forename": lambda c: f"Mr {whole(c)}",
    "Dr with initial": lambda c: f"Dr {c.forename[0]} {c.surname}",
    "Mr & Mrs": lambda c: f"Mr & Mrs {c.surname}",
    "the family": lambda c: f"the {c.surname}s",
}
