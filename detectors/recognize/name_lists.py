"""The word lists that judge names: ordinary words, places and phrases, famous people, titles."""

from dataclasses import dataclass
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


@cache
def lists() -> NameLists:
    weak, context, famous = (terms.read(name) for name in ("weak_words", "name_context", "famous_names"))

    def section(of: dict[str, tuple[str, ...]], name: str) -> frozenset[str]:
        return frozenset(" ".join(of[name]).split())

    return NameLists(
        section(weak, "weak forenames"),
        section(weak, "weak surnames"),
        section(weak, "place forenames"),
        section(weak, "place surnames"),
        section(weak, "thing forenames"),
        section(weak, "thing surnames"),
        section(weak, "roads"),
        section(weak, "and these with names of flowers and places"),
        section(weak, "only things"),
        frozenset(p.strip() for p in " ".join(weak["phrases"]).split(";") if p.strip()),
        section(weak, "verbs"),
        section(weak, "ordinary"),
        section(weak, "first names"),
        section(weak, "towns"),
        frozenset(famous[""]),
        frozenset(n.strip() for n in "; ".join(famous["also children"]).split(";")),
        section(famous, "world"),
        section(famous, "world of those who are hardly ever children"),
        section(context, "adult titles"),
        section(context, "place words"),
        section(context, "articles") | section(context, "prepositions of place"),
        section(context, "before a thing"),
        section(context, "after a thing"),
        section(context, "streets"),
        section(context, "after a street's word, of a pupil"),
        section(context, "after a place's word, of the place"),
        section(context, "institutions"),
        section(context, "landscape"),
        section(context, "outings"),
        section(context, "after a road or a stop"),
        section(context, "callings"),
        section(context, "visits"),
        section(context, "posts"),
    )


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
