"""The sixth set's school: a Midlands comprehensive with a sixth form and its infant school; the same seed gives the same people."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from random import Random

from bench.detection.forms import plain_letters
from bench.detection.roll import Entry, Roll, namesakes, opened, posts
from bench.detection.sample import Adult, Child, School
from bench.detection.sixth import figures

NAME, DOMAIN = "Trentholme Academy with Ferry Lane Infants", "trentholme.sch.uk"
# A class and the year it is in; 0 is Reception.
CLASSES = (("RW", 0), ("1G", 1), ("2J", 2), ("7E", 7), ("7N", 7), ("7S", 7), ("8W", 8), ("8H", 8), ("9K", 9), ("9P", 9), ("10D", 10), ("10M", 10), ("11C", 11), ("11F", 11), ("12A", 12), ("13B", 13))  # fmt: skip
# Surnames that no pupil has: title, forename, surname, role, how this person writes.
STAFF = (
    ("Mrs", "Gillian", "Ackroyd", "Headteacher's PA", "letter"), ("Mr", "Adrian", "Boothroyd", "Head of PE", "phone"), ("Miss", "Leanne", "Crabtree", "Teacher of Geography", "friendly"), ("Mr", "Howard", "Dransfield", "Examinations Officer", "notice"),
    ("Mrs", "Julie", "Eccles", "Attendance and Admissions", "short"), ("Dr", "Vernon", "Fothergill", "Assistant Head, Sixth Form", "letter"), ("Mrs", "Denise", "Gathercole", "Finance Assistant", "short"), ("Mr", "Stuart", "Halfpenny", "IT Technician", "helpdesk"),
    ("Mrs", "Lynne", "Isherwood", "Head of Ferry Lane Infants", "friendly"), ("Mr", "Raymond", "Jowett", "Premises Manager", "phone"), ("Ms", "Helen", "Kellaway", "Clerk to the Governing Board", "letter"), ("Mr", "Ian", "Lockwood", "Head of Year 9", "short"),
    ("Mrs", "Susan", "Micklethwaite", "Librarian", "friendly"), ("Ms", "Tracey", "Netherwood", "Cover Supervisor", "phone"), ("Mr", "Keith", "Openshaw", "Catering Manager", "notice"), ("Mrs", "Paula", "Quarmby", "Reception and Reprographics", "friendly"),
    ("Mr", "Neil", "Ramsbottom", "Teacher of Science", "short"), ("Mrs", "Angela", "Sowerby", "Teacher of English", "letter"),
)  # fmt: skip
GROWN = ("Dawn", "Tracy", "Wayne", "Darren", "Lisa", "Nigel", "Joanne", "Craig", "Donna", "Gavin", "Sharon", "Lee", "Michelle", "Carl", "Nicola", "Shane")  # fmt: skip
# Both parts are ordinary words or a place.
ORDINARY = (("Summer", "Fair"), ("Poppy", "Day"), ("Hope", "Valley"), ("Art", "Block"), ("May", "Bank"), ("Will", "Power"), ("Ashley", "Road"), ("Holly", "Lodge"))  # fmt: skip
FAMOUS = (("Oliver", "Twist"), ("Billy", "Elliot"))
HOSTS = ("gmail.com", "gmail.com", "gmail.com", "hotmail.co.uk", "hotmail.com", "outlook.com", "yahoo.co.uk", "icloud.com", "live.co.uk", "btinternet.com", "sky.com", "talktalk.net", "meadow-joinery.example")  # fmt: skip
TWINS = ("english", "irish", "pakistani", "punjabi_sikh", "jamaican", "polish")
NAMES = Path(__file__).parent / "names.toml"


def build(rng: Random, size: int) -> School:
    children = ROLL.filled(rng, size)
    staff = posts(STAFF, "t", lambda first, last: f"{first[0]}.{last}@{DOMAIN}")
    staff += namesakes(twins(children), "u", "Mx", f"teaching.assistant{{}}@{DOMAIN}", "Teaching Assistant")
    grown = {culture: pool.get("grown", GROWN) for culture, pool in tomllib.loads(NAMES.read_text("utf-8")).items()}  # fmt: skip
    return opened(rng, NAME, DOMAIN, children, staff, lambda r, n, child: _parent(r, n, child, grown.get(child.culture, GROWN)))  # fmt: skip


def twins(children: Sequence[Child]) -> list[Child]:
    """One pupil of each of some cultures, with a single forename: a teaching assistant is called exactly so."""
    return [next(c for c in children if c.culture == culture and c.forename.isalpha() and c.surname.isalpha() and not c.known and not c.former) for culture in TWINS]  # fmt: skip


def _parent(rng: Random, n: int, child: Child, forenames: Sequence[str]) -> Adult:
    """Of the child's surname, with an address as people choose them."""
    forename = rng.choice(forenames)
    first, last = (_letters(name) for name in (forename, child.surname))
    box = rng.choice((f"{first}.{last}{n}", f"{first}{last}{n}", f"{first[0]}{last}{n}", f"{first}_{n}", f"{last}family{n}"))  # fmt: skip
    return Adult(id=f"g{n}", title=rng.choice(("Mr", "Mrs", "Ms", "Miss")), forename=forename, surname=child.surname, email=f"{box}@{rng.choice(HOSTS)}", child=child.id)  # fmt: skip


def _letters(name: str) -> str:
    return "".join(c for c in plain_letters(name).lower() if "a" <= c <= "z")


def _entry(rng: Random, n: int, weak: bool) -> Entry:
    label, year = rng.choice(CLASSES)
    month = rng.randrange(1, 13)
    return Entry(
        class_name=label,
        dob=f"{2021 - year - (month >= 9)}-{month:02}-{rng.randrange(1, 29):02}",
        upn=figures.upn(rng),
        admission=f"00{5200 + n * 3 + rng.randrange(3)}",
    )


ROLL = Roll(names=NAMES, prefix="p", words=ORDINARY + FAMOUS, entry=_entry, former=0.06)
