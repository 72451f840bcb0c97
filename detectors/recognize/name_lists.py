"""The word lists that judge names: ordinary words, places and phrases, famous people, titles."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache

from detectors import terms
from detectors.directory.people import Directory
from detectors.recognize.forms import forenames, surnames


@dataclass(frozen=True, slots=True)
class NameLists:
    """The word lists that judge names."""

    weak_forenames: frozenset[str]
    weak_surnames: frozenset[str]
    place_forenames: frozenset[str]
    place_surnames: frozenset[str]
    thing_forenames: frozenset[str]
    thing_surnames: frozenset[str]
    roads: frozenset[str]  # surnames that are hardly ever anybody's
    flowers: frozenset[str]  # and towns: names first, so a surname must be a thing and nothing else
    things: frozenset[str]
    phrases: frozenset[str]
    verbs: frozenset[str]
    ordinary: frozenset[str]
    first_names: frozenset[str]  # of the ordinary words those that are mostly a child's
    towns: frozenset[str]  # and of these what is a place as well
    famous: frozenset[str]  # hardly ever a child
    namesakes: frozenset[str]  # famous, and children are called so
    world: frozenset[str]  # words beside those whom books and films know
    wide_world: frozenset[str]  # and beside the famous alone
    adult_titles: frozenset[str]
    place_words: frozenset[str]
    before_places: frozenset[str]
    before_things: frozenset[str]  # also said before names
    after_things: frozenset[str]
    streets: frozenset[str]
    after_streets: frozenset[str]
    after_places: frozenset[str]
    institutions: frozenset[str]
    landscape: frozenset[str]  # surnames that places have as well
    outings: frozenset[str]
    after_roads: frozenset[str]
    callings: frozenset[str]  # before a name: a grown-up's
    visits: frozenset[str]
    posts: frozenset[str]  # behind a name and a comma

    def words(self, pair: tuple[str, str]) -> bool:
        """Whether both are words of every day as well, be the name a usual one: Daisy Hill."""
        return all(
            any(name in some for some in (self.ordinary, self.thing_forenames, self.flowers, self.things))
            for name in pair
        )

    def word(self, forename: str) -> bool:
        """Whether a forename is a word of every day as well."""
        return any(forename in some for some in (self.ordinary, self.weak_forenames, self.verbs, self.things))

    def thing(self, surname: str) -> bool:
        """Whether a surname is a word for a thing, which many are, or only some trade of long ago: Moss, not Walker."""
        return any(
            surname in some
            for some in (
                self.things, self.thing_surnames, self.thing_forenames, self.weak_surnames, self.place_surnames, self.flowers, self.roads,
            )
        )  # fmt: skip

    def weak(self, pair: tuple[str, str]) -> bool:
        """Whether forename and surname together are as likely words, a place or a phrase."""
        return (
            (pair[0] in self.weak_forenames and pair[1] in self.weak_surnames)
            or (pair[0] in self.place_forenames and pair[1] in self.place_surnames)
            or (
                pair[0] in self.thing_forenames and (pair[1] in self.thing_surnames or pair[1] in self.things)
            )
            or (pair[0] in self.flowers and pair[1] in self.things)
            or pair[1] in self.roads
            or " ".join(pair) in self.phrases
        )


_TITLES = {
    "flowers": "and these with names of flowers and places",
    "things": "only things",
    "wide_world": "world of those who are hardly ever children",
    "before_things": "before a thing",
    "after_things": "after a thing",
    "after_streets": "after a street's word, of a pupil",
    "after_places": "after a place's word, of the place",
    "after_roads": "after a road or a stop",
}  # of the sections that have another name than their field


@cache
def lists() -> NameLists:
    """All of them, read once."""
    sections = {**terms.read("weak_words"), **terms.read("name_context"), **terms.read("famous_names")}
    own = {
        "phrases": _phrases(sections["phrases"]),
        "famous": frozenset(sections[""]),
        "namesakes": _phrases(sections["also children"]),
        "before_places": _words(sections["articles"]) | _words(sections["prepositions of place"]),
    }
    names = [field.name for field in fields(NameLists) if field.name not in own]
    plain = {name: _words(sections[_TITLES.get(name, name.replace("_", " "))]) for name in names}
    return NameLists(**own, **plain)


def _words(lines: Sequence[str]) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


def _phrases(lines: Sequence[str]) -> frozenset[str]:
    return frozenset(phrase for line in lines for p in line.split(";") if (phrase := p.strip()))


def weak_names(directory: Directory) -> list[str]:
    """The ids of pupils whose names are ordinary words, places or famous: told to the officer at every import."""
    known = lists()
    return [
        pupil.id
        for pupil in directory.pupils
        if any(
            known.weak((f.key, s.key)) or f"{f.key} {s.key}" in known.famous
            for s in surnames(pupil)
            for f in forenames(pupil, s.key)
            if not (f.weak or s.weak)
        )
    ]
