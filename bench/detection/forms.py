"""The forms in which a pupil's name is written, each with what the rules make of it: full, weak, or none at all."""

import re
import unicodedata
from collections.abc import Callable
from random import Random

from bench.detection.sample import Child
from bench.detection.school import first_name, middle

Form = Callable[[Child], str]
MAPPED = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "ø": "o", "đ": "d", "Đ": "D"})


def plain_letters(text: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKD", text.translate(MAPPED)) if not unicodedata.combining(c)
    )


def whole(child: Child) -> str:
    return f"{first_name(child)} {child.surname}"


def initials(child: Child) -> str:
    return f"{child.forename[0]}{child.surname.split()[-1][0]}".upper()


def _camel(child: Child) -> str:
    parts = (plain_letters(first_name(child)), plain_letters(child.surname))
    return "".join(parts) if all(re.fullmatch(r"[A-Z][a-z]+", p) for p in parts) else ""


def _initials(child: Child) -> str:
    return f"{child.forename[0]}.{child.surname.split()[-1][0].upper()}."


def _cyrillic(child: Child) -> str:
    first = first_name(child)
    changed = first.replace("a", "а", 1).replace("o", "о", 1).replace("e", "е", 1)
    return f"{changed} {child.surname}" if changed != first else ""


def _glued(child: Child) -> str:
    words = re.split(r"[ -]", first_name(child))
    return f"{words[0]}{''.join(w.lower() for w in words[1:])} {child.surname}" if len(words) > 1 else ""


def _edited(child: Child) -> str:
    """One letter left out of a long surname, after its third."""
    return (
        f"{first_name(child)} {child.surname[:3]}{child.surname[4:]}"
        if re.fullmatch(r"[A-Za-z]{7,}", child.surname) and child.surname[3] != child.surname[2]
        else ""
    )


def _half(child: Child) -> str:
    return f"{first_name(child)} {child.surname.split('-')[0]}" if child.culture == "double_barrelled" else ""


def _apostrophe(mark: str) -> Form:
    return lambda c: f"{first_name(c)} {c.surname.replace(chr(39), mark)}" if "'" in c.surname else ""


FULL: dict[str, Form] = {
    "as written": lambda c: f"{first_name(c)} {c.surname}",
    "surname, forename": lambda c: f"{c.surname}, {first_name(c)}",
    "SURNAME Forename": lambda c: f"{c.surname.upper()} {first_name(c)}",
    "SURNAME, Forename": lambda c: f"{c.surname.upper()}, {first_name(c)}",
    "ALL CAPITALS": lambda c: f"{first_name(c)} {c.surname}".upper(),
    "small letters": lambda c: f"{first_name(c)} {c.surname}".lower(),
    "surname forename": lambda c: f"{c.surname} {first_name(c)}",
    "possessive": lambda c: f"{first_name(c)} {c.surname}'s",
    "curly possessive": lambda c: f"{first_name(c)} {c.surname}’s",
    "with middle name": lambda c: f"{first_name(c)} {middle(c)} {c.surname}" if middle(c) else "",
    "with middle initial": lambda c: f"{first_name(c)} {middle(c)[0]}. {c.surname}" if middle(c) else "",
    "known as": lambda c: f"{c.known} {c.surname}" if c.known else "",
    "surname, known as": lambda c: f"{c.surname}, {c.known}" if c.known else "",
    "known as in brackets": lambda c: f"{first_name(c)} ({c.known}) {c.surname}" if c.known else "",
    "former surname": lambda c: f"{first_name(c)} {c.former}" if c.former else "",
    "without accents": lambda c: plain_letters(f"{first_name(c)} {c.surname}"),
    "decomposed accents": lambda c: unicodedata.normalize("NFD", f"{first_name(c)} {c.surname}"),
    "hyphen": lambda c: f"{first_name(c)}-{c.surname}",
    "underscore": lambda c: f"{first_name(c)}_{c.surname}".replace(" ", "_"),
    "dot": lambda c: f"{first_name(c)}.{c.surname}".replace(" ", "."),
    "camel case": _camel,
    "surname (forename)": lambda c: f"{c.surname} ({first_name(c)})",
    "curly apostrophe": _apostrophe("’"),
    "no apostrophe": _apostrophe(""),
    "apostrophe as space": _apostrophe(" "),
    "zero-width space": lambda c: f"{first_name(c)} \u200b{c.surname}",
    "soft hyphen inside": lambda c: f"{first_name(c)} {c.surname[:2]}\u00ad{c.surname[2:]}",
    "no-break space": lambda c: f"{first_name(c)}\u00a0{c.surname}",
    "two spaces": lambda c: f"{first_name(c)}  {c.surname}",
    "Cyrillic letters": _cyrillic,
    "joined forename": _glued,
    "hyphened forename": lambda c: (
        f"{first_name(c).replace(' ', '-')} {c.surname}" if " " in first_name(c) else ""
    ),
    "spaced forename": lambda c: (
        f"{first_name(c).replace('-', ' ')} {c.surname}" if "-" in first_name(c) else ""
    ),
    "spaced surname": lambda c: f"{first_name(c)} {c.surname.replace('-', ' ')}" if "-" in c.surname else "",
    "file name": lambda c: f"{first_name(c)}_{c.surname}_report.pdf".replace(" ", "_"),
    "with class": lambda c: f"{first_name(c)} {c.surname} ({c.class_name})",
    "Mc joined or spaced": lambda c: (
        f"{first_name(c)} Mc {c.surname[2:]}" if c.surname.startswith("Mc") else ""
    ),
}
WEAK: dict[str, Form] = {"half of a double surname": _half, "one letter off": _edited}
NONE: dict[str, Form] = {
    "initials": _initials,
    "initials and class": lambda c: f"{_initials(c).replace('.', '')} ({c.class_name})",
    "forename": first_name,
    "forename and class": lambda c: f"{first_name(c)} {c.class_name}",
    "forename and initial": lambda c: f"{first_name(c)} {c.surname.split()[-1][0].upper()}",
    "initial and surname": lambda c: f"{c.forename[0]}. {c.surname}",
    "surname, initial": lambda c: f"{c.surname}, {c.forename[0]}.",
    "title and surname": lambda c: f"Mrs {c.surname}",
    "title and name": lambda c: f"Mr {first_name(c)} {c.surname}",
    "family": lambda c: f"{c.surname} family",
}


def choose(rng: Random, forms: dict[str, Form], child: Child) -> tuple[str, str]:
    """A form that this child's name can take, with its text."""
    for name in rng.sample(list(forms), len(forms)):
        text = forms[name](child)
        if text:
            return name, text
    raise ValueError("no form fits")
