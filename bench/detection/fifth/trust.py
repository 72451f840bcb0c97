"""The fifth set's school: a London trust of a special school, a pupil referral unit and a sixth form; the same seed gives the same people."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

from bench.detection.fifth import figures
from bench.detection.roll import Entry, Roll, first_of, guardians, namesakes, opened, posts
from bench.detection.sample import Child, School

NAME, DOMAIN = "Lea Reach Learning Trust", "leareach.sch.uk"
CLASSES = ("Acorn", "Willow", "Otter 1", "Otter 2", "KS2-N", "KS3-A", "KS3-B", "7R", "KS4-C", "10T", "11V", "P16-1", "Y13S")  # fmt: skip
# Surnames that no pupil has: title, forename, surname, role, how this person writes.
STAFF = (
    ("Ms", "Corinne", "Abelwhite", "SENCo", "bulleted"), ("Mr", "Lionel", "Bagshawe", "attendance officer", "thumbed"), ("Mrs", "Wendy", "Cattermole", "catering manager", "thumbed"), ("Mr", "Dermot", "Dearlove", "transport coordinator", "shouted"),
    ("Miss", "Audrey", "Entwhistle", "exams officer", "formal"), ("Mrs", "Sylvia", "Fanshawe", "clerk to the governors", "formal"), ("Mr", "Barnaby", "Gooderham", "educational visits coordinator", "chatty"), ("Ms", "Ottilie", "Hepplewhite", "peripatetic music lead", "chatty"),
    ("Mrs", "Trudy", "Inchbald", "PTA secretary", "emoji"), ("Dr", "Marcus", "Jellicoe", "executive principal", "terse"), ("Mr", "Spencer", "Kitchingman", "head of the referral unit", "terse"), ("Ms", "Rowan", "Lidgett", "network manager", "ticket"),
    ("Mrs", "Glynis", "Mossop", "finance manager", "formal"), ("Mr", "Cedric", "Nunnerley", "site supervisor", "shouted"), ("Ms", "Paulette", "Oddie", "family liaison worker", "bilingual"), ("Mrs", "Ingrid", "Pilbeam", "receptionist", "emoji"),
)  # fmt: skip
GROWN = ("Corinne", "Lionel", "Glynis", "Dermot", "Estelle", "Clement", "Audrey", "Rupert", "Ingrid", "Cedric", "Sylvia", "Ambrose")  # fmt: skip
# Both parts are ordinary words, or a place.
ORDINARY = (("Jasmine", "Rice"), ("Crystal", "Palace"), ("Mark", "Book"), ("Olive", "Branch"), ("Dawn", "Chorus"), ("Ivy", "Lodge"), ("Sandy", "Beach"), ("Grant", "Letter"))  # fmt: skip
FAMOUS = (("Peter", "Pan"), ("Jane", "Eyre"))
HOSTS = ("gmail.com", "hotmail.co.uk", "outlook.com", "yahoo.co.uk", "icloud.com", "aol.com", "googlemail.com", "protonmail.com", "mail.ru", "wp.pl", "e17homes.example")  # fmt: skip
TWINS = ("london_english", "somali", "punjabi_sikh", "yoruba", "polish", "cantonese", "jamaican")


def build(rng: Random, size: int) -> School:
    children = ROLL.filled(rng, size)
    staff = posts(STAFF, "w", lambda first, last: f"{first}.{last}@{DOMAIN}")
    staff += namesakes(
        twins(children), "y", "Mx", f"learning.support{{}}@{DOMAIN}", "learning support assistant"
    )
    return opened(rng, NAME, DOMAIN, children, staff, PARENTS)


def twins(children: Sequence[Child]) -> list[Child]:
    """The pupils whose forename and surname a learning support assistant has as well."""
    return first_of(children, TWINS)


def _entry(rng: Random, n: int, weak: bool) -> Entry:
    step = rng.randrange(5, 11) if weak else rng.randrange(len(CLASSES))
    month = rng.randrange(1, 13)
    born = 2020 - step - (month >= 9)
    return Entry(
        class_name=CLASSES[step],
        dob=f"{born}-{month:02}-{rng.randrange(1, 29):02}",
        upn=figures.upn(rng),
        admission=f"{rng.choice('12')}{n:03}{rng.randrange(10, 99)}",
    )


ROLL = Roll(
    names=Path(__file__).parent / "names.toml", prefix="v", words=ORDINARY + FAMOUS, entry=_entry, former=0.06
)
PARENTS = guardians("h", GROWN, ("Mr", "Mrs", "Ms", "Miss"), HOSTS, lambda name, n: (f"{name}.e{n}", f"mrs_{name}{n}", f"{n}{name[:4]}home", f"{name}-{n}"))  # fmt: skip
