"""Passwords that anybody would try: name and birthday of the pupil whom the message names, its postcodes, the school, a year."""

import re
from itertools import islice, zip_longest

from detectors.directory.people import Directory, Pupil

MOST = 14
_POSTCODE = re.compile(r"\b([A-Za-z]{1,2}\d[A-Za-z\d]?) ?(\d[A-Za-z]{2})\b")
_YEAR = re.compile(r"\b20[0-4]\d\b")
_PUPILS = 3
_EACH = 2  # postcodes and years of a message that are tried


def obvious(directory: Directory, words: str) -> tuple[str, ...]:
    """The likeliest first; few, for each try costs time."""
    text = words.casefold()
    named = islice((pupil for pupil in directory.pupils if _named(pupil, text)), _PUPILS)
    turns = zip_longest(*(_of(pupil) for pupil in named), fillvalue="")  # the likeliest of each pupil first
    found = [word for turn in turns for word in turn if word][: MOST - 2 * _EACH]
    codes = dict.fromkeys(a + b for a, b in _POSTCODE.findall(words))
    found += [form for code in list(codes)[:_EACH] for form in (code.upper(), code.lower())]
    years = list(dict.fromkeys(_YEAR.findall(words)))[:_EACH]
    for school in directory.school_names:
        parts = re.findall(r"\w+", school)
        if parts:
            found += [parts[0], *(parts[0] + year for year in years), parts[0].lower(), "".join(parts)]
    return tuple(dict.fromkeys(w for w in found if len(w) >= 3))[:MOST]


def _named(pupil: Pupil, text: str) -> bool:
    surname, forename = pupil.legal_surname.casefold(), pupil.legal_forename.casefold()
    return (
        bool(surname)
        and surname in text
        and (forename in text or pupil.preferred_forename.casefold() in text)
    )


def _of(pupil: Pupil) -> list[str]:
    forename, surname, dob = pupil.legal_forename, pupil.legal_surname, pupil.dob
    found = [forename, surname, pupil.preferred_forename]
    if dob is not None:
        found += [dob.strftime("%d%m%Y"), dob.strftime("%d%m%y"), f"{forename}{dob.year}"]
    found += [forename + surname, forename.lower()]
    if dob is not None:
        found += [dob.strftime("%d/%m/%Y"), dob.strftime("%Y-%m-%d")]
    return found
