"""How this federation's staff write a pupil's name: in full, doubtfully, and so that nobody is named in full."""

import re
import unicodedata

from bench.detection import forms
from bench.detection.forms import Form, initials, plain_letters, whole
from bench.detection.sample import Child
from bench.detection.school import first_name, middle

SHORT = {"Matthew": "Matt", "Rebecca": "Becky", "Benjamin": "Ben", "Katherine": "Katie", "Joshua": "Josh"}
SPELT = {"Mohammed": "Mohamed", "Ayesha": "Aisha"}
SURNAME_FIRST = {"hong_kong", "vietnamese_thai", "nepali_gurkha", "romanian_bulgarian"}


def _between(mark: str) -> Form:
    return lambda c: f"{first_name(c)}{mark}{c.surname}"


def _swapped(old: str, new: str, among: str) -> Form:
    """The surname or forename with something written otherwise, where it has it."""

    def form(c: Child) -> str:
        text = whole(c) if among == "both" else c.surname
        if old not in text:
            return ""
        return text.replace(old, new) if among == "both" else f"{first_name(c)} {text.replace(old, new)}"

    return form


def _file_name(mark: str, before: str, after: str) -> Form:
    return lambda c: before + re.sub(r"[ ']", mark, f"{c.surname}{mark}{first_name(c)}") + after


def _bare(c: Child) -> str:
    """The name in letters that every keyboard has."""
    text = plain_letters(whole(c))
    return text if text.isascii() and not whole(c).isascii() else ""


def _run_together(c: Child) -> str:
    parts = [plain_letters(first_name(c)), plain_letters(c.surname)]
    return "".join(parts) if all(re.fullmatch("[A-Z][a-z]{2,}", p) for p in parts) else ""


def _cyrillic(c: Child) -> str:
    if not re.search("[aeopc]", first_name(c)):
        return ""
    return f"{first_name(c).translate(str.maketrans('aeopc', 'аеорс'))} {c.surname}"


def _forenames(c: Child) -> list[str]:
    return re.split("[ -]", first_name(c)) if c.joined else []


FULL: dict[str, Form] = {
    "whole": whole,
    "whole, typed small": lambda c: whole(c).lower(),
    "shouted": lambda c: whole(c).upper(),
    "register order": lambda c: f"{c.surname}, {first_name(c)}",
    "register order, small": lambda c: f"{c.surname}, {first_name(c)}".lower(),
    "register order, shouted surname": lambda c: f"{c.surname.upper()}, {first_name(c)}",
    "shouted surname first": lambda c: f"{c.surname.upper()} {first_name(c)}",
    "surname first by custom": lambda c: f"{c.surname} {first_name(c)}" if c.culture in SURNAME_FIRST else "",
    "register order with middle name": lambda c: (
        f"{c.surname}, {first_name(c)} {middle(c)}" if middle(c) else ""
    ),
    "with middle name": lambda c: f"{first_name(c)} {middle(c)} {c.surname}" if middle(c) else "",
    "with middle initial and dot": lambda c: (
        f"{first_name(c)} {middle(c)[0]}. {c.surname}" if middle(c) else ""
    ),
    "owner": lambda c: f"{whole(c)}'s",
    "owner, curly": lambda c: f"{whole(c)}’s",
    "owner ending in s": lambda c: f"{whole(c)}’" if c.surname.endswith("s") else "",
    "class in round brackets": lambda c: f"{whole(c)} ({c.class_name})",
    "class, colon": lambda c: f"{c.class_name}: {whole(c)}",
    "class after a comma": lambda c: f"{whole(c)}, {c.class_name}",
    "register order and class": lambda c: f"{c.surname}, {first_name(c)} ({c.class_name})",
    "called": lambda c: f"{c.known} {c.surname}" if c.known else "",
    "called, register order": lambda c: f"{c.surname.upper()}, {c.known}" if c.known else "",
    "called, in brackets": lambda c: f"{first_name(c)} ({c.known}) {c.surname}" if c.known else "",
    "called, small": lambda c: f"{c.known} {c.surname}".lower() if c.known else "",
    "everyday short form": lambda c: f"{SHORT[first_name(c)]} {c.surname}" if first_name(c) in SHORT else "",
    "earlier surname": lambda c: f"{first_name(c)} {c.former}" if c.former else "",
    "both surnames": lambda c: f"{first_name(c)} {c.surname} (was {c.former})" if c.former else "",
    "keyboard letters": _bare,
    "keyboard letters, shouted": lambda c: _bare(c).upper(),
    "loose marks": lambda c: unicodedata.normalize("NFD", whole(c)) if not whole(c).isascii() else "",
    "hyphen between": _between("-"),
    "dot between": _between("."),
    "underscore between": lambda c: whole(c).replace(" ", "_"),
    "slash-free file name": _file_name("_", "", "_2026.xlsx"),
    "scanned file name": _file_name("-", "scan-", ".pdf"),
    "run together": _run_together,
    "photograph's name": lambda c: f"{_run_together(c)}.jpg" if _run_together(c) else "",
    "brackets round the forename": lambda c: f"{c.surname} ({first_name(c)})",
    "quotation marks": lambda c: f"“{whole(c)}”",
    "stars": lambda c: f"**{whole(c)}**",
    "curly apostrophe": _swapped("'", "’", "surname"),
    "accent for apostrophe": _swapped("'", "´", "surname"),
    "no apostrophe": _swapped("'", "", "surname"),
    "space for apostrophe": _swapped("O'", "O ", "surname"),
    "space for the surname's hyphen": _swapped("-", " ", "surname"),
    "long hyphen in the surname": _swapped("-", "‐", "surname"),
    "St with a dot": _swapped("St ", "St. ", "surname"),
    "Saint": _swapped("St ", "Saint ", "surname"),
    "Mc apart": lambda c: f"{first_name(c)} Mc {c.surname[2:]}" if c.surname.startswith("Mc") else "",
    "particle in capitals": lambda c: (
        f"{first_name(c)} {c.surname[0].upper()}{c.surname[1:]}" if c.surname[0].islower() else ""
    ),
    "al without hyphen": lambda c: (
        f"{first_name(c)} {c.surname.replace('-', ' ')}" if c.surname.startswith("al-") else ""
    ),
    "forenames hyphened": lambda c: (
        f"{'-'.join(_forenames(c))} {c.surname}" if len(_forenames(c)) > 1 else ""
    ),
    "forenames as one": lambda c: (
        f"{_forenames(c)[0]}{_forenames(c)[1].lower()} {c.surname}" if len(_forenames(c)) > 1 else ""
    ),
    "zero-width space": lambda c: f"{first_name(c)} \u200b{c.surname}",
    "soft hyphen": lambda c: f"{first_name(c)} {c.surname[:3]}\u00ad{c.surname[3:]}",
    "no-break space": lambda c: f"{first_name(c)}\u00a0{c.surname}",
    "two spaces": lambda c: f"{first_name(c)}  {c.surname}",
    "Cyrillic letters": _cyrillic,
    "full-width letters": lambda c: (
        "".join(chr(ord(x) + 0xFEE0) if x.isalpha() else x for x in whole(c)) if whole(c).isascii() else ""
    ),
    "Md for Mohammed": lambda c: (
        f"Md {middle(c)} {c.surname}" if first_name(c) == "Mohammed" and middle(c) else ""
    ),
}


def _slip(c: Child) -> str:
    """A letter doubled in a long surname."""
    s = c.surname
    return f"{first_name(c)} {s[:4]}{s[3:]}" if re.fullmatch("[A-Z][a-z]{7,}", s) else ""


DOUBTFUL: dict[str, Form] = {
    "first half of a double surname": lambda c: (
        f"{first_name(c)} {c.surname.split('-')[0]}" if c.culture == "double_barrelled" else ""
    ),
    "a letter doubled": _slip,
    "Mac where Mc is right": lambda c: (
        f"{first_name(c)} Mac{c.surname[2:]}" if re.match("Mc[A-Z]", c.surname) else ""
    ),
    "spelling of the family": lambda c: (
        f"{SPELT[first_name(c)]} {c.surname}" if first_name(c) in SPELT and not c.known else ""
    ),
    "spaced out": lambda c: " ".join(whole(c).replace(" ", "")) if whole(c).isascii() else "",
}

NONE: dict[str, Form] = {
    "initials": initials,
    "dotted initials": lambda c: f"{'.'.join(initials(c))}.",
    "initials and class": lambda c: f"{initials(c)} ({c.class_name})",
    "initials with an oblique": lambda c: "/".join(initials(c)),
    "forename": first_name,
    "forename, class": lambda c: f"{first_name(c)} ({c.class_name})",
    **{case: forms.NONE[case] for case in ("forename and initial", "initial and surname")},
    "surname and initial": lambda c: f"{c.surname}, {c.forename[0]}",
    "family": forms.NONE["family"],
    "children": lambda c: f"the {c.surname} children",
    "Mrs": forms.NONE["title and surname"],
    "Mr and Mrs": lambda c: f"Mr and Mrs {c.surname}",
    "grown-up with forename": lambda c: f"Mrs {whole(c)}",
    "Dr": lambda c: f"Dr {whole(c)}",
}
