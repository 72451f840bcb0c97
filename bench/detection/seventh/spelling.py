"""How this trust's staff write a pupil's name: in full, doubtfully, and so that nobody is named in full."""

import re

from bench.detection import forms
from bench.detection.forms import Form, initials, plain_letters, whole
from bench.detection.sample import Child
from bench.detection.school import first_name, middle

SHORT = {"Samuel": "Sam", "Thomas": "Tom", "Benjamin": "Ben", "Joshua": "Josh", "Daniel": "Dan", "Alexander": "Alex", "Abigail": "Abbie", "Oliver": "Ollie", "Nathaniel": "Nat"}  # fmt: skip
OTHERWISE = {"Aisha": "Ayesha", "Fatima": "Fatimah", "Muhammad": "Mohammed", "Mohammed": "Muhammad", "Yusuf": "Yousuf", "Ayesha": "Aisha"}  # fmt: skip
FAMILY_FIRST = {"hong_kong", "vietnamese", "hungarian"}
REGISTERS = {
    "pakistani",
    "bangladeshi",
    "kerala",
    "tamil",
    "romanian",
    "slovak_roma",
    "eritrean",
}  # often taken over as a passport prints them


def _turned(c: Child) -> str:
    return f"{c.surname}, {first_name(c)}"


def _file(c: Child, ending: str) -> str:
    """What a scanner or a download is called: it becomes the subject when somebody presses "share"."""
    return re.sub(r"[' .-]+", "_", f"{first_name(c)}_{c.surname}_") + ending


def _ascii(c: Child) -> str:
    text = plain_letters(whole(c))
    return text if text.isascii() and not whole(c).isascii() else ""


def _changed(c: Child, old: str, new: str) -> str:
    return whole(c).replace(old, new) if old in whole(c) else ""


def _year(c: Child) -> str:
    found = re.match(r"\d+", c.class_name)
    return f"Y{found[0]}" if found else {"N": "Nursery", "R": "Rec"}[c.class_name[0]]


def _solid(c: Child) -> bool:
    """Two words of letters."""
    return whole(c).replace(" ", "", 1).isalpha()


def _camel(c: Child) -> str:
    plain = plain_letters(whole(c)).replace(" ", "", 1)
    return plain if _solid(c) and re.fullmatch(r"[A-Z][a-z]+[A-Z][a-z]+", plain) else ""


USUAL = tuple(f"plain, {n}" for n in range(1, 16))  # about half of all
SORTS = {  # forms that make other subjects than most
    **dict.fromkeys(("a scan's name", "a download's name", "camel case", "with a dot"), "documents"),
    **dict.fromkeys(("possessive", "possessive, curly"), "whose"),
}
FULL: dict[str, Form] = {
    **dict.fromkeys(USUAL, whole),
    **dict.fromkeys(("class behind", "class behind, again"), lambda c: f"{whole(c)} {c.class_name}"),
    "class in brackets": lambda c: f"{whole(c)} ({c.class_name})",
    "class in front": lambda c: f"{c.class_name} {whole(c)}",
    "class in front, dash": lambda c: f"{c.class_name} - {whole(c)}",
    "year in front": lambda c: f"{_year(c)} {whole(c)}",
    "year behind a comma": lambda c: f"{whole(c)}, {_year(c)}",
    "small": lambda c: whole(c).lower(),
    "small, with class": lambda c: f"{whole(c)} {c.class_name}".lower(),
    "shouted": lambda c: whole(c).upper(),
    "possessive": lambda c: f"{whole(c)}'s",
    "possessive, curly": lambda c: f"{whole(c)}’s",
    "register order": _turned,
    "register order, class": lambda c: f"{_turned(c)} {c.class_name}",
    "register order, shouted": lambda c: _turned(c).upper(),
    "surname shouted, comma": lambda c: f"{c.surname.upper()}, {first_name(c)}",
    "surname shouted, in front": lambda c: f"{c.surname.upper()} {first_name(c)}",
    "surname shouted, behind": lambda c: f"{first_name(c)} {c.surname.upper()}",
    "surname with forename in brackets": lambda c: f"{c.surname} ({first_name(c)})",
    "family name in front": lambda c: (
        f"{c.surname} {first_name(c)}" if c.culture in FAMILY_FIRST | REGISTERS else ""
    ),
    "all forenames": lambda c: f"{first_name(c)} {middle(c)} {c.surname}" if middle(c) else "",
    "all forenames, register order": lambda c: f"{_turned(c)} {middle(c)}" if middle(c) else "",
    "middle initial": lambda c: f"{first_name(c)} {middle(c)[0]}. {c.surname}" if middle(c) else "",
    "Md": lambda c: f"Md {middle(c)} {c.surname}" if c.forename.startswith("Mohammed ") else "",
    "everyday name": lambda c: f"{c.known} {c.surname}" if c.known else "",
    "everyday name, class": lambda c: f"{c.known} {c.surname} {c.class_name}" if c.known else "",
    "everyday name, register order": lambda c: f"{c.surname}, {c.known}" if c.known else "",
    "everyday name in brackets": lambda c: f"{first_name(c)} ({c.known}) {c.surname}" if c.known else "",
    "everyday name in quotes": lambda c: f'{first_name(c)} "{c.known}" {c.surname}' if c.known else "",
    "short form": lambda c: (
        f"{SHORT[first_name(c)]} {c.surname}" if first_name(c) in SHORT and not c.known else ""
    ),
    "earlier surname": lambda c: f"{first_name(c)} {c.former}" if c.former else "",
    "now and earlier": lambda c: f"{whole(c)} (previously {c.former})" if c.former else "",
    "no accents": _ascii,
    "no accents, small": lambda c: _ascii(c).lower(),
    "no accents, register order": lambda c: plain_letters(_turned(c)) if _ascii(c) else "",
    "curly apostrophe": lambda c: _changed(c, "'", "’"),
    "no apostrophe": lambda c: _changed(c, "'", ""),
    "O apart": lambda c: _changed(c, "O'", "O "),
    "hyphened surname apart": lambda c: (
        f"{first_name(c)} {c.surname.replace('-', ' ')}" if "-" in c.surname else ""
    ),
    "hyphened forename apart": lambda c: (
        f"{first_name(c).replace('-', ' ')} {c.surname}" if "-" in first_name(c) else ""
    ),
    "two forenames with a hyphen": forms.FULL["hyphened forename"],
    "two forenames in one": forms.FULL["joined forename"],
    "Mc apart": forms.FULL["Mc joined or spaced"],
    "St without its dot": lambda c: _changed(c, "St. ", "St "),
    "first of two surnames": lambda c: (
        f"{first_name(c)} {c.surname.split()[0]}" if c.culture == "spanish" else ""
    ),
    "a scan's name": lambda c: _file(c, f"{c.class_name}.pdf"),
    "a download's name": lambda c: _file(c, "2026.docx"),
    "camel case": _camel,
    "with a dot": lambda c: f"{first_name(c)}.{c.surname}".lower() if _solid(c) else "",
    "no-break space": forms.FULL["no-break space"],
    "two spaces": forms.FULL["two spaces"],
}


def _left_out(c: Child) -> str:
    """The last letter but two of a long surname is missing."""
    s = c.surname
    return f"{first_name(c)} {s[:-3]}{s[-2:]}" if re.fullmatch("[A-Z][a-z]{6,}", s) and s[-3] not in (s[-2], s[-4]) else ""  # fmt: skip


def _crossed(c: Child) -> str:
    """A letter for its neighbour on the keys."""
    s = c.surname
    return f"{first_name(c)} {s[:3]}{s[3:].replace('e', 'r', 1)}" if re.fullmatch("[A-Z][a-z]{6,}", s) and "e" in s[3:] else ""  # fmt: skip


DOUBTFUL: dict[str, Form] = {
    "first half of a double surname": lambda c: (
        f"{first_name(c)} {c.surname.split('-')[0]}" if c.culture == "double_barrelled" else ""
    ),
    "second half of a double surname": lambda c: (
        f"{first_name(c)} {c.surname.split('-')[1]}" if c.culture == "double_barrelled" else ""
    ),
    "a letter left out": _left_out,
    "a letter hit beside": _crossed,
    "Mac for Mc": lambda c: f"{first_name(c)} Mac{c.surname[2:]}" if re.match("Mc[A-Z]", c.surname) else "",
    "another spelling": lambda c: (
        f"{OTHERWISE[first_name(c)]} {c.surname}"
        if first_name(c) in OTHERWISE and " " not in c.surname
        else ""
    ),
}
LOOSE: dict[str, Form] = {  # the rules leave these open
    "possessive without its apostrophe": lambda c: (
        f"{whole(c)}s" if _solid(c) and c.surname[-1] != "s" else ""
    ),
    "second of two surnames": lambda c: (
        f"{first_name(c)} {c.surname.split()[-1]}" if c.culture == "portuguese" and " " in c.surname else ""
    ),
    "run together, small": lambda c: plain_letters(whole(c)).replace(" ", "").lower() if _solid(c) else "",
}
NONE: dict[str, Form] = {
    "initials": initials,
    "initials and class": lambda c: f"{initials(c)} {c.class_name}",
    "initials, class in brackets": lambda c: f"{initials(c)} ({c.class_name})",
    "dotted initials": forms.NONE["initials"],
    "forename": lambda c: c.known or first_name(c),
    "forename and class": lambda c: f"{c.known or first_name(c)} {c.class_name}",
    "forename, class in brackets": lambda c: f"{c.known or first_name(c)} ({c.class_name})",
    "forename and initial": lambda c: f"{c.known or first_name(c)} {c.surname.split()[-1][0].upper()}",
    "initial and surname": lambda c: f"{c.forename[0]} {c.surname}",
    "surname, initial": lambda c: f"{c.surname}, {c.forename[0]}",
    "Mrs": lambda c: f"Mrs {c.surname}",
    "Mr and Mrs": lambda c: f"Mr & Mrs {c.surname}",
    "Mr with the whole name": lambda c: f"Mr {whole(c)}",
    "family": lambda c: f"{c.surname} family",
    "class only": lambda c: c.class_name,
}
