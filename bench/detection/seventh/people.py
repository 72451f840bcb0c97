"""The seventh set's school: a Church of England primary with a nursery and the small high school of the same trust, in a mill town; the same seed gives the same people."""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from bench.detection.forms import plain_letters
from bench.detection.roll import Entry, Roll, first_of, namesakes, opened, posts
from bench.detection.sample import Adult, Child, School
from bench.detection.school import pairs, tokens
from bench.detection.seventh import figures

NAME, DOMAIN = "St Wilfrid's and Harclough High Church of England Trust", "stwilfrids-harclough.sch.uk"
NAMES = Path(__file__).parent / "names.toml"
# The classes of each year; the nursery is -1, Reception 0.
CLASSES = {-1: ("Nursery",), 0: ("RB", "RW"), **{y: (f"{y}B", f"{y}W") for y in range(1, 7)}, **{y: (f"{y}AI", f"{y}CU", f"{y}OS") for y in range(7, 12)}}  # fmt: skip
YEARS = (-1, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11)
# Title, forename, surname, role, how this person writes.
STAFF = (
    ("Mrs", "Christine", "Aldersley", "Executive Headteacher", "letter"), ("Mr", "Philip", "Bamforth", "Head of School, Primary", "chatty"), ("Mrs", "Shaheen", "Hussain", "Deputy Headteacher and DSL", "terse"), ("Mr", "Graham", "Catterall", "Headteacher, Harclough High", "letter"),
    ("Mrs", "Judith", "Dugdale", "School Business Manager", "letter"), ("Mrs", "Lesley", "Eckersall", "Primary Office", "system"), ("Miss", "Kirsty", "Fothersgill", "High School Reception", "terse"), ("Mrs", "Bernadette", "Walsh", "SENDCo, Primary", "list"),
    ("Mr", "Tariq", "Mahmood", "SENDCo, High School", "terse"), ("Mrs", "Janet", "Garstang", "Attendance Officer", "system"), ("Mr", "Barry", "Heyhurst", "Site Manager", "phone"), ("Ms", "Rachel", "Inchbald", "Pastoral Lead", "chatty"),
    ("Mr", "Dean", "Kellett", "Head of PE", "phone"), ("Miss", "Samina", "Khan", "Teacher, 4B", "chatty"), ("Mrs", "Gail", "Lonsdale", "Nursery Lead", "chatty"), ("Miss", "Amy", "Mossop", "Teacher, RW", "phone"),
    ("Mr", "Stephen", "Nuttall", "Exams and Data Manager", "list"), ("Mrs", "Yasmin", "Iqbal", "Family Support Worker", "phone"), ("Mr", "Jonathan", "Oldham-Price", "Teacher of Music", "chatty"), ("Mrs", "Pauline", "Pomfret", "Cook in Charge", "phone"),
    ("Dr", "Elaine", "Quarmby", "Teacher of Science", "letter"), ("Mr", "Wajid", "Rashid", "Network Manager", "list"), ("Mrs", "Tina", "Scholes", "Breakfast and After School Club", "phone"), ("Mrs", "Barbara", "Threlfall", "Clerk to the Trustees", "letter"),
    ("Mr", "Darren", "Unsworth", "Head of Year 7 and 8", "terse"), ("Mrs", "Nasreen", "Akhtar", "Bilingual Teaching Assistant", "chatty"), ("Mr", "Colin", "Varley", "Finance Officer", "list"), ("Miss", "Hannah", "Widdup", "Teacher, 1W", "phone"),
    ("Mrs", "Deborah", "Yewdale", "Head of English", "chatty"), ("Mr", "Owen", "Pryce", "Teacher of Geography", "terse"), ("Mrs", "Anita", "Patel", "Teacher, 6B", "list"), ("Mr", "Liam", "Cronshaw", "Teacher, 6W", "phone"),
    ("Mrs", "Helena", "Nowak", "EAL Assistant", "chatty"), ("Ms", "Fiona", "Brierley", "Librarian and Literacy", "chatty"), ("Mr", "Mark", "Tunnicliffe", "Careers and Work Experience", "letter"), ("Mrs", "Sheila", "Holroyd", "Midday Supervisor", "phone"),
    ("Miss", "Ellen", "Rawstron", "Teacher, 3W", "terse"), ("Mr", "Peter", "Lund", "Teacher, 5B", "chatty"), ("Mrs", "Rukhsana", "Bashir", "Teacher of Mathematics", "terse"), ("Mr", "Neville", "Crossland", "Teacher of Design and Technology", "phone"),
    ("Revd", "Susan", "Ainscough", "Chaplain", "chatty"), ("Mrs", "Maxine", "Denby", "Cover Manager", "terse"), ("Mrs", "Alison", "Birtwell", "HR and Payroll", "letter"), ("Miss", "Chloe", "Sagar", "Teacher, 2B", "phone"),
    ("Mr", "Robert", "Feather", "Teacher of History", "letter"), ("Mrs", "Wendy", "Hoyle", "Admissions and Transfers", "system"), ("Ms", "Leah", "Tordoff", "Teacher of Drama", "chatty"), ("Mr", "Sajid", "Mirza", "Teacher of Computing", "list"),
    ("Mrs", "Karen", "Ellison-Wright", "Trips and Visits Coordinator", "letter"), ("Mrs", "Moira", "Tempest", "School Counsellor", "terse"), ("Mr", "Ian", "Varey", "Minibus and Lettings", "phone"), ("Miss", "Zainab", "Lorgat", "Teacher of RE", "chatty"),
    ("Mrs", "Julie", "Snape", "Reprographics", "terse"), ("Mr", "Andrew", "Postlethwaite", "Head of Year 10 and 11", "list"),
)  # fmt: skip
GROWN = ("Joanne", "Stacey", "Craig", "Lindsay", "Gary", "Michelle", "Lee", "Kerry", "Wayne", "Nicola", "Tracey", "Damian", "Gemma", "Ryan")  # fmt: skip
# Both parts are ordinary words or a place.
ORDINARY = (("Daisy", "Hill"), ("Rose", "Grove"), ("Holly", "Bank"), ("Hope", "Park"), ("Will", "Read"), ("May", "Hall"))  # fmt: skip
FAMOUS = (("Charlie", "Brown"), ("Jack", "Frost"))
WELL_KNOWN = {"muhammad ali", "amir khan", "yusuf islam", "alice cooper", "henry cooper", "samuel jackson", "samuel johnson", "james taylor", "henry wood", "benjamin harrison", "joseph smith", "will smith", "william smith"}  # fmt: skip
HOSTS = ("gmail.com", "gmail.com", "gmail.com", "gmail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "icloud.com", "yahoo.co.uk", "yahoo.com", "live.co.uk", "msn.com", "sky.com", "talktalk.net", "btinternet.com", "harclough-motors.example")  # fmt: skip
TWINS = ("lancashire", "pakistani", "irish", "polish", "gujarati_muslim")


def build(rng: Random, size: int) -> School:
    children = _families(rng, _apart(ROLL.filled(rng, size)))
    staff = posts(STAFF, "t", lambda first, last: f"{first[0]}.{last.replace('-', '')}@{DOMAIN}")
    staff += namesakes(twins(children), "u", "Mx", f"ta{{}}@{DOMAIN}", "Teaching Assistant")
    return opened(rng, NAME, DOMAIN, children, staff, _guardians(children))


def twins(children: Sequence[Child]) -> list[Child]:
    """A teaching assistant is called as these pupils are."""
    simple = [c for c in children if c.forename.isalpha() and c.surname.isalpha() and not c.known and not c.former]  # fmt: skip
    return first_of(simple, TWINS)


def family(one: Child) -> tuple[str, str]:
    return one.culture, one.surname


def _apart(children: Sequence[Child]) -> list[Child]:
    """Nobody is called as somebody well known, and nobody's middle name and surname are another pupil's whole name."""
    staff = {frozenset((*tokens(first), *tokens(last))) for _, first, last, *_ in STAFF}
    kept: list[Child] = []
    for c in children:
        called = {plain_letters(f"{first} {c.surname}").lower() for first in (c.forename.split()[0], c.known)}
        inside = {frozenset((a, b)) for a in tokens(c.forename) for b in tokens(c.forename)} | {frozenset((a, b)) for a in tokens(c.surname) for b in tokens(c.surname)}  # fmt: skip
        clash = any(pairs(o) & inside for o in kept) or any(pairs(c) & {frozenset((a, b)) for a in tokens(o.forename) for b in tokens(o.forename)} for o in kept)  # fmt: skip
        if c.weak or not (called & WELL_KNOWN or clash or pairs(c) & staff):
            kept.append(c)
    return kept


def _families(rng: Random, children: list[Child]) -> list[Child]:
    """Some who share a surname are brothers and sisters; a few of them are twins, on one day and in one year."""
    homes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n, child in enumerate(children):
        if not child.weak:
            homes[family(child)].append(n)
    born_together = 0
    for there in homes.values():
        if len(there) > 1 and born_together < 6 and rng.random() < 0.2:
            a, b = there[:2]
            children[b] = replace(children[b], dob=children[a].dob, class_name=children[a].class_name)
            born_together += 1
    return children


def _guardians(children: Sequence[Child]) -> Callable[[Random, int, Child], Adult]:
    """One contact for each pupil; the second and third of a family have the first one's."""
    pools: dict[str, Any] = tomllib.loads(NAMES.read_text("utf-8"))
    first: dict[tuple[str, str], list[Adult]] = defaultdict(list)

    def parent(rng: Random, n: int, child: Child) -> Adult:
        there = first[family(child)]
        if there and not child.weak and len(there) % 3 and rng.random() < 0.7:
            adult = replace(there[-1], id=f"g{n}", child=child.id)
        else:
            pool = pools.get(child.culture, {})
            forename = rng.choice(pool.get("grown", GROWN))
            surname = rng.choice(pool["surnames"]) if pool and rng.random() < 0.2 else child.surname
            box = _box(rng, n, _letters(forename), _letters(surname))
            adult = Adult(id=f"g{n}", title=rng.choice(("Mr", "Mrs", "Ms", "Miss")), forename=forename, surname=surname, email=f"{box}@{rng.choice(HOSTS)}", child=child.id)  # fmt: skip
        there.append(adult)
        return adult

    return parent


def _box(rng: Random, n: int, first: str, last: str) -> str:
    """As people choose them; the number keeps them apart."""
    return rng.choice((f"{first}{last}{n}", f"{first}.{last}{n}", f"{last}{first[0]}{n}", f"{first}_{last}{n}", f"{first[0]}.{last}{n}", f"{first}{n}", f"{first}xx{n}", f"{n}{last}"))  # fmt: skip


def _letters(name: str) -> str:
    return "".join(c for c in plain_letters(name).lower() if "a" <= c <= "z")


def _entry(rng: Random, n: int, weak: bool) -> Entry:
    year = rng.choice(YEARS)
    month = rng.randrange(1, 13)
    born = 2021 - year - (month >= 9)
    return Entry(
        class_name=rng.choice(CLASSES[year]),
        dob=f"{born}-{month:02}-{rng.randrange(1, 29):02}",
        upn=figures.upn(rng, n, min(born + 4, 2025) % 100),
        admission=f"00{3100 + n * 4 + rng.randrange(4)}",
    )


ROLL = Roll(names=NAMES, prefix="h", words=ORDINARY + FAMOUS, entry=_entry, former=0.05)
