"""The third set's school: an all-through academy in a large city, from the words of names.toml; the same seed gives the same people."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

from bench.detection.roll import Entry, Roll, first_of, guardians, namesakes, opened, posts
from bench.detection.sample import Child, School
from bench.detection.third import figures

NAME, DOMAIN = "Lammas Quay Academy", "lammasquay.sch.uk"
TREES = ("Rowan", "Larch", "Alder", "Hawthorn")
# Surnames that no pupil has.
STAFF = (
    ("Mr", "Howard", "Tranter", "headteacher"), ("Ms", "Denise", "Quarmby", "exams officer"), ("Mrs", "Pauline", "Shepley", "office manager"), ("Mr", "Duncan", "Ireland-Smythe", "head of sixth form"),
    ("Dr", "Moira", "Kelsall", "SENCO"), ("Miss", "Bernadette", "Yarwood", "attendance officer"), ("Mr", "Graham", "Lightowler", "IT technician"), ("Mrs", "Glenys", "Parfitt", "finance officer"),
    ("Ms", "Philippa", "Stobart", "HR adviser"), ("Mr", "Kenneth", "Ormerod", "site manager"), ("Mrs", "Rosemary", "Thackray", "librarian"), ("Mr", "Stuart", "Wolstenholme", "head of PE"),
    ("Ms", "Jacqueline", "Baddeley", "music coordinator"), ("Mrs", "Marion", "Scholes", "reception teacher"), ("Mr", "Leslie", "Haigh", "transport clerk"),
)  # fmt: skip
ADULTS = ("Denise", "Howard", "Marjorie", "Barry", "Glenda", "Roland", "Noreen", "Stewart", "Beverley", "Norman", "Pamela", "Vincent")  # fmt: skip
# Both parts are ordinary words or the name of a place.
ORDINARY = (("Daisy", "Lane"), ("Robin", "Wood"), ("Penny", "Black"), ("Holly", "Bush"), ("Ruby", "Stone"), ("Mark", "Hill"), ("Rose", "Garden"), ("Victoria", "Park"))  # fmt: skip
FAMOUS = (("Oliver", "Twist"), ("James", "Bond"))
HOSTS = ("gmail.com", "outlook.com", "btinternet.com", "yahoo.co.uk", "live.co.uk", "sky.com", "icloud.com", "talktalk.net", "proton.me")  # fmt: skip


def build(rng: Random, size: int) -> School:
    children = ROLL.filled(rng, size)
    staff = posts(STAFF, "s", lambda first, last: f"{first[0]}.{last}@{DOMAIN}")
    staff += namesakes(shared(children), "n", "Ms", f"ta{{}}@{DOMAIN}", "teaching assistant")
    return opened(rng, NAME, DOMAIN, children, staff, PARENTS)


def shared(children: Sequence[Child]) -> list[Child]:
    """The pupils whose name a teaching assistant has as well."""
    return first_of(children, ("english", "pakistani", "punjabi_sikh", "yoruba", "polish", "welsh"))


def _entry(rng: Random, n: int, weak: bool) -> Entry:
    year = rng.randrange(3, 12) if weak else rng.randrange(14)
    month = rng.randrange(1, 13)
    born = 2020 - year + (month < 9)
    return Entry(
        class_name=_class(rng, year),
        dob=f"{born}-{month:02}-{rng.randrange(1, 29):02}",
        upn=figures.upn(rng),
        admission=f"0{rng.randrange(1, 9)}{n:04}",
    )


def _class(rng: Random, year: int) -> str:
    if year == 0:
        return rng.choice(("RW", "RK"))
    if year <= 2:
        return rng.choice(TREES)
    return f"{year}{rng.choice('WK' if year <= 6 else 'DFQST')}"


ROLL = Roll(
    names=Path(__file__).parent / "names.toml", prefix="q", words=ORDINARY + FAMOUS, entry=_entry, former=0.05
)
PARENTS = guardians("p", ADULTS, ("Mr", "Mrs", "Ms", "Dr"), HOSTS, lambda name, n: (f"{name}.{n}", f"{name}x{n}", f"the{name}s{n}"))  # fmt: skip
