"""How this trust's staff write a pupil's name: in full, doubtfully, and so that nobody is named in full."""

import re
import unicodedata

from bench.detection import forms
from bench.detection.forms import Form, initials, plain_letters, whole
from bench.detection.sample import Child
from bench.detection.school import first_name, middle

SHORT = {"Samuel": "Sam", "Jessica": "Jess", "Alexander": "Alex", "Nicholas": "Nick", "Victoria": "Vicky"}
SPELT = {"Mohammed": "Muhammad"}
SURNAME_FIRST = {"cantonese", "mandarin", "hakka_malaysian", "korean", "hungarian", "mongolian"}
KEYS = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "Ae", "ð": "d", "þ": "th", "Þ": "Th", "Ø": "O", "ø": "o"})
CAPITALS = str.maketrans("ABEHKMOPTX", "АВЕНКМОРТХ")  # Cyrillic


def _keyboard(c: Child) -> str:
    """The name in letters that every keyboard has."""
    text = plain_letters(whole(c).translate(KEYS))
    return text if text.isascii() and not whole(c).isascii() else ""


def _camel(c: Child) -> str:
    parts = [plain_letters(c.surname), plain_letters(first_name(c))]
    return "".join(parts) if all(re.fullmatch("[A-Z][a-z]{2,}", p) for p in parts) else ""


def _file(c: Child, mark: str) -> str:
    return re.sub(r"[ .]+", mark, f"{first_name(c)}{mark}{c.surname}".replace("'", ""))


def _swapped(old: str, new: str) -> Form:
    return lambda c: whole(c).replace(old, new) if old in whole(c) else ""


def _known(form: Form) -> Form:
    return lambda c: form(c) if c.known else ""


def _second(form: Form) -> Form:
    """For those who have a middle name."""
    return lambda c: form(c) if middle(c) else ""


def _foreign(c: Child) -> str:
    swapped = c.surname[0].translate(CAPITALS) + c.surname[1:]
    return f"{first_name(c)} {swapped}" if swapped != c.surname else ""


FULL: dict[str, Form] = {
    "as it is": whole,
    "as it is, again": whole,
    "without capitals": lambda c: whole(c).lower(),
    "in capitals": lambda c: whole(c).upper(),
    "surname in capitals": lambda c: f"{first_name(c)} {c.surname.upper()}",
    "surname in capitals, first": lambda c: f"{c.surname.upper()} {first_name(c)}",
    "surname in capitals, comma": lambda c: f"{c.surname.upper()}, {first_name(c)}",
    "comma": lambda c: f"{c.surname}, {first_name(c)}",
    "comma without space": lambda c: f"{c.surname},{first_name(c)}",
    "comma after a space": lambda c: f"{c.surname} , {first_name(c)}",
    "comma, without capitals": lambda c: f"{c.surname}, {first_name(c)}".lower(),
    "family name first": lambda c: f"{c.surname} {first_name(c)}" if c.culture in SURNAME_FIRST else "",
    "dash": lambda c: f"{c.surname} - {first_name(c)}",
    "surname in brackets": lambda c: f"{first_name(c)} ({c.surname})",
    "forename in square brackets": lambda c: f"{c.surname} [{first_name(c)}]",
    "whose": lambda c: f"{whole(c)}'s",
    "whose, in capitals": lambda c: f"{whole(c).upper()}'S",
    "whose, curly": lambda c: f"{whole(c)}’s",
    "class first": lambda c: f"{c.class_name} - {whole(c)}",
    "class in brackets": lambda c: f"{whole(c)} ({c.class_name})",
    "class in brackets before": lambda c: f"({c.class_name}) {c.surname}, {first_name(c)}",
    "class after an oblique": lambda c: f"{whole(c)}/{c.class_name}",
    "middle name": _second(lambda c: f"{first_name(c)} {middle(c)} {c.surname}"),
    "middle name, comma": _second(lambda c: f"{c.surname}, {first_name(c)} {middle(c)}"),
    "middle initial": _second(lambda c: f"{first_name(c)} {middle(c)[0]}. {c.surname}"),
    "middle initial, comma": _second(lambda c: f"{c.surname}, {first_name(c)} {middle(c)[0]}"),
    "called": _known(lambda c: f"{c.known} {c.surname}"),
    "called, comma": _known(lambda c: f"{c.surname}, {c.known}"),
    "called, then the legal name": _known(lambda c: f"{c.known} ({first_name(c)}) {c.surname}"),
    "called, in straight quotes": _known(lambda c: f'{first_name(c)} "{c.known}" {c.surname}'),
    "called, without capitals": _known(lambda c: f"{c.known} {c.surname}".lower()),
    "short form": lambda c: f"{SHORT[first_name(c)]} {c.surname}" if first_name(c) in SHORT else "",
    "former surname": lambda c: f"{first_name(c)} {c.former}" if c.former else "",
    "former surname, comma": lambda c: f"{c.former}, {first_name(c)}" if c.former else "",
    "formerly": lambda c: f"{whole(c)} (formerly {c.former})" if c.former else "",
    "keyboard letters": _keyboard,
    "keyboard letters, comma, without capitals": lambda c: (
        plain_letters(f"{c.surname}, {first_name(c)}".translate(KEYS)).lower() if _keyboard(c) else ""
    ),
    "loose marks": lambda c: unicodedata.normalize("NFD", whole(c)) if not whole(c).isascii() else "",
    "underscores": lambda c: _file(c, "_"),
    "dots": lambda c: _file(c, "."),
    "file of a review": lambda c: f"{_file(c, '_')}_Annual-Plan_2026.docx",
    "scanned file": lambda c: f"IMG_2026_{_file(c, '-')}.jpeg",
    "joined, surname first": _camel,
    "stars round it": lambda c: f"*** {whole(c)} ***",
    "pictures round it": lambda c: f"⭐ {whole(c)} 🎉",
    "curly apostrophe": _swapped("'", "’"),
    "turned apostrophe": _swapped("'", "‘"),
    "no apostrophe": _swapped("'", ""),
    "space for a surname's hyphen": lambda c: f"{first_name(c)} {c.surname.replace('-', ' ')}" if "-" in c.surname else "",
    "no-break hyphen": lambda c: f"{first_name(c)} {c.surname.replace('-', '‑')}" if "-" in c.surname else "",
    "forenames without hyphen": lambda c: f"{first_name(c).replace('-', ' ')} {c.surname}" if "-" in first_name(c) else "",
    "forenames with hyphen": lambda c: f"{first_name(c).replace(' ', '-')} {c.surname}" if c.joined and " " in first_name(c) else "",
    "forenames as one": lambda c: forms.FULL["joined forename"](c) if c.joined else "",
    "Saint": _swapped("St. ", "Saint "),
    "St without a dot": _swapped("St. ", "St "),
    "Mc apart": forms.FULL["Mc joined or spaced"],
    "word joiner": lambda c: f"{first_name(c)} \u2060{c.surname}",
    "zero-width non-joiner": lambda c: f"{first_name(c)} {c.surname[:2]}\u200c{c.surname[2:]}",
    "soft hyphen": forms.FULL["soft hyphen inside"],
    "no-break space": forms.FULL["no-break space"],
    "thin space": lambda c: f"{first_name(c)}\u2009{c.surname}",
    "two spaces": forms.FULL["two spaces"],
    "Cyrillic capital": _foreign,
    "Md for Mohammed": lambda c: f"Md {middle(c)} {c.surname}" if first_name(c) == "Mohammed" and middle(c) else "",
}  # fmt: skip


def _missed(c: Child) -> str:
    """The last letter but one of a long surname left out."""
    s = c.surname
    return f"{first_name(c)} {s[:-2]}{s[-1]}" if re.fullmatch("[A-Z][a-z]{7,}", s) and len(set(s[-3:])) == 3 else ""  # fmt: skip


DOUBTFUL: dict[str, Form] = {
    "second half of a double surname": lambda c: (
        f"{first_name(c)} {c.surname.split('-')[1]}" if c.culture == "double_barrelled" else ""
    ),
    "a letter left out": _missed,
    "Mac for Mc": lambda c: f"{first_name(c)} Mac{c.surname[2:]}" if re.match("Mc[A-Z]", c.surname) else "",
    "another spelling": lambda c: (
        f"{SPELT[first_name(c)]} {c.surname}" if first_name(c) in SPELT and not c.known else ""
    ),
    "letter by letter": lambda c: " ".join(whole(c).replace(" ", "")) if whole(c).isascii() else "",
}
NONE: dict[str, Form] = {
    "initials": initials,
    "initials without capitals": lambda c: initials(c).lower(),
    "initials and class": lambda c: f"{initials(c)} - {c.class_name}",
    "initials in brackets": lambda c: f"({initials(c)})",
    "dotted initials": lambda c: f"{'. '.join(initials(c))}.",
    "forename": first_name,
    "forename, class in brackets": lambda c: f"{first_name(c)} ({c.class_name})",
    **{case: forms.NONE[case] for case in ("forename and initial", "initial and surname", "family")},
    "surname and initial, capitals": lambda c: f"{c.surname.upper()} {c.forename[0]}",
    "surname's household": lambda c: f"{c.surname} household",
    "Miss and surname": lambda c: f"Miss {c.surname}",
    "Mr and Mrs with surname": lambda c: f"Mr & Mrs {c.surname}",
    "Ms with the whole name": lambda c: f"Ms {whole(c)}",
    "Dr with initial": lambda c: f"Dr {c.forename[0]}. {c.surname}",
}
