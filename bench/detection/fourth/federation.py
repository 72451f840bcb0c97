"""The fourth set's schools: a rural federation of two village primaries and a nursery near a garrison; the same seed gives the same people."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

from bench.detection.fourth import figures
from bench.detection.roll import Entry, Roll, first_of, guardians, namesakes, opened, posts
from bench.detection.sample import Child, School

NAME, DOMAIN = "Skelbeck Dale Federation", "skelbeckdale.sch.uk"
CLASSES = (("Nursery", "Wrens"), ("Wrens",), ("Larks",), ("Larks", "Y1/2"), ("Swifts", "3/4"), ("Swifts", "3/4"), ("Herons", "5/6"), ("Herons", "5/6"))  # fmt: skip
# Surnames that no pupil has: title, forename, surname, role, how this person writes.
STAFF = (
    ("Mrs", "Hilary", "Ackroyd", "executive headteacher", "telegram"), ("Mr", "Nigel", "Brumfitt", "federation bursar", "clipped"), ("Mrs", "Jocelyn", "Duckworth", "SENCO", "bullets"), ("Mrs", "Lynda", "Earnshaw", "school secretary", "merged letter"),
    ("Mrs", "Doreen", "Fothergill", "lunchtime supervisor", "thumbs"), ("Mr", "Alistair", "Greenhalgh", "clerk to the governors", "numbered"), ("Miss", "Verity", "Illingworth", "EYFS lead", "chatty"), ("Mr", "Craig", "Jagger", "minibus and premises", "thumbs"),
    ("Ms", "Rosalind", "Kitching", "family support worker", "bullets"), ("Mrs", "Maxine", "Longbottom", "breakfast club leader", "thumbs"), ("Mr", "Tristram", "Murgatroyd", "Year 6 teacher", "chatty"), ("Mrs", "Bettina", "Northrop", "attendance officer", "clipped"),
    ("Ms", "Philomena", "Oldroyd", "music teacher", "chatty"), ("Mrs", "Gaynor", "Sugden", "admin assistant", "merged letter"),
)  # fmt: skip
GROWN = ("Hilary", "Nigel", "Lynda", "Maxine", "Gordon", "Muriel", "Gaynor", "Derek", "Bettina", "Craig", "Janice", "Terence")  # fmt: skip
# Both parts are ordinary words, or a place.
ORDINARY = (("Hazel", "Brook"), ("Poppy", "Field"), ("April", "Day"), ("Heather", "Moor"), ("Faith", "Church"), ("Joy", "Bell"), ("Chester", "Street"), ("Sonny", "Bright"))  # fmt: skip
FAMOUS = (("Tom", "Sawyer"), ("Robin", "Hood"))
HOSTS = ("gmail.com", "hotmail.com", "btopenworld.com", "yahoo.com", "plus.net", "me.com", "virginmedia.com", "live.co.uk", "dalesfarm.example")  # fmt: skip
TWINS = ("dales_english", "nepali_gurkha", "scottish", "ghanaian", "lithuanian_latvian", "sikh")


def build(rng: Random, size: int) -> School:
    children = ROLL.filled(rng, size)
    staff = posts(STAFF, "t", lambda first, last: f"{last}{first[0]}@{DOMAIN}")
    staff += namesakes(twins(children), "m", "Mr", f"student{{}}@{DOMAIN}", "student teacher")
    return opened(rng, NAME, DOMAIN, children, staff, PARENTS)


def twins(children: Sequence[Child]) -> list[Child]:
    """The pupils whose forename and surname a student teacher has as well."""
    return first_of(children, TWINS)


def _entry(rng: Random, n: int, weak: bool) -> Entry:
    age = rng.randrange(2 if weak else 0, 8)  # 0 is the nursery
    month = rng.randrange(1, 13)
    return Entry(
        class_name=rng.choice(CLASSES[age]),
        dob=f"{2022 - age - (month >= 9)}-{month:02}-{rng.randrange(1, 29):02}",
        upn=figures.upn(rng),
        admission=f"00{3000 + 7 * n}",
    )


ROLL = Roll(
    names=Path(__file__).parent / "names.toml", prefix="k", words=ORDINARY + FAMOUS, entry=_entry, former=0.07
)
PARENTS = guardians("g", GROWN, ("Mr", "Mrs", "Ms", "Cpl", "Sgt"), HOSTS, lambda name, n: (f"{name}{n}dale", f"{name[0]}.beck{n}", f"{n}{name}"))  # fmt: skip
