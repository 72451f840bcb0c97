"""What the reading of names looks up in a directory: classes, first names, initials, surnames; made once for it."""

import re

from detectors.directory.people import Directory, Pupil
from detectors.recognize.fold import clean, fold
from detectors.recognize.forms import parts_of
from detectors.recognize.name_index import NameIndex
from detectors.recognize.name_rules import NameReader
from detectors.recognize.sensitive import Terms


def reader(directory: Directory, index: NameIndex, found: Terms) -> NameReader:
    """A reader for a directory: its school names and classes ready."""
    called_so = [re.findall(r"\w+", fold(clean(name))) for name in directory.school_names]
    school = tuple(re.compile(r"\b" + r"\W{1,3}".join(words) + r"\b") for words in called_so if words)
    classes = {
        p.id: re.sub(r"\s*\(.*", "", fold(clean(p.class_name))).strip()
        for p in directory.pupils
        if p.class_name
    }
    tables: tuple[dict[str, list[int]], ...] = ({}, {}, {})
    for number, pupil in enumerate(directory.pupils):
        _list(tables, number, pupil)
    by_forename, by_initials, by_surname = ({k: tuple(v) for k, v in t.items()} for t in tables)
    kept = {k: v for k, v in classes.items() if v}
    schools = {p.id: p.school for p in directory.pupils if p.school}
    several = schools if len(set(schools.values())) > 1 else {}
    first = frozenset(w for name in set(kept.values()) for w in re.findall(r"[^\W_]+", name)[:1])
    return NameReader(
        directory, index, found, school, kept, first, by_forename, by_initials, by_surname, several
    )


def _list(tables: tuple[dict[str, list[int]], ...], number: int, pupil: Pupil) -> None:
    """A pupil under the first forename, the initials and the surname, of the register and as known."""
    by_forename, by_initials, by_surname = tables
    last = re.sub(r"[^a-z]", "", fold(clean(pupil.preferred_surname or pupil.legal_surname)))
    if last:
        by_surname.setdefault(last, []).append(number)
    names = (pupil.legal_forename, pupil.preferred_forename)
    for called in {parts[0] for name in names for parts in parts_of(name)}:
        by_forename.setdefault(called, []).append(number)
        if last:
            by_initials.setdefault(called[0] + last[0], []).append(number)
