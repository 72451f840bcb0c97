"""Passwords that anybody would try: the school, and the name and birthday of the pupil whom the message names."""

import re

from detectors.directory.people import Directory, Pupil

MOST = 10


def obvious(directory: Directory, words: str) -> tuple[str, ...]:
    """The likeliest first; few, for each try costs time."""
    text = words.casefold()
    found: list[str] = []
    for pupil in directory.pupils:
        if len(found) >= MOST:
            break
        if _named(pupil, text):
            found += _of(pupil)
    for school in directory.school_names:
        parts = re.findall(r"\w+", school)
        found += [parts[0], parts[0].lower(), "".join(parts)] if parts else []
    return tuple(dict.fromkeys(w for w in found if len(w) >= 3))[:MOST]


def _named(pupil: Pupil, text: str) -> bool:
    surname, forename = pupil.legal_surname.casefold(), pupil.legal_forename.casefold()
    return (
        bool(surname)
        and surname in text
        and (forename in text or pupil.preferred_forename.casefold() in text)
    )


def _of(pupil: Pupil) -> list[str]:
    found = [
        pupil.legal_forename,
        pupil.legal_surname,
        pupil.legal_forename + pupil.legal_surname,
        pupil.legal_forename.lower(),
    ]
    if pupil.dob is not None:
        found += [pupil.dob.strftime(form) for form in ("%d%m%Y", "%d%m%y", "%d/%m/%Y", "%Y-%m-%d")]
    return found
