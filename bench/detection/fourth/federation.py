"""The fourth set's schools: a rural federation of two village primaries and a nursery near a garrison; the same seed gives the same people."""

import tomllib
from pathlib import Path
from random import Random
from typing import Any

from bench.detection.fourth import figures
from bench.detection.sample import Adult, Child, School
from bench.detection.school import pairs

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
    """No two pupils share a forename and a surname, in whatever order."""
    pools: dict[str, Any] = tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf-8"))
    children: list[Child] = []
    taken: set[frozenset[str]] = set()
    for forename, surname in ORDINARY + FAMOUS:
        _admit(children, taken, _child(rng, len(children), "ordinary words", forename, surname, weak=True))
    cultures = list(pools)
    for turn in range(size * 30):
        if len(children) == size:
            break
        culture = cultures[turn % len(cultures)]
        _admit(children, taken, _drawn(rng, len(children), culture, pools[culture]))
    return School(
        name=NAME,
        domain=DOMAIN,
        children=tuple(children),
        staff=(*_staff(), *_namesakes(children)),
        parents=tuple(_parent(rng, n, child) for n, child in enumerate(children)),
        office=f"01632 960{rng.randrange(100, 999)}",
    )


def twins(children: tuple[Child, ...] | list[Child]) -> list[Child]:
    """The pupils whose forename and surname a student teacher has as well."""
    return [next(c for c in children if c.culture == culture) for culture in TWINS]


def _admit(children: list[Child], taken: set[frozenset[str]], child: Child) -> None:
    mine = pairs(child)
    if not mine & taken and child.former != child.surname:
        taken |= mine
        children.append(child)


def _drawn(rng: Random, n: int, culture: str, pool: dict[str, Any]) -> Child:
    forename, surname = rng.choice(pool["forenames"]), rng.choice(pool["surnames"])
    return _child(
        rng,
        n,
        culture,
        forename,
        surname,
        known=pool.get("known", {}).get(forename, ""),
        former=rng.choice(pool["surnames"]) if rng.random() < 0.07 else "",
        joined=pool.get("joined", False),
    )


def _child(
    rng: Random,
    n: int,
    culture: str,
    forename: str,
    surname: str,
    *,
    known: str = "",
    former: str = "",
    joined: bool = False,
    weak: bool = False,
) -> Child:
    age = rng.randrange(2 if weak else 0, 8)  # 0 is the nursery
    month = rng.randrange(1, 13)
    return Child(
        id=f"k{n}", culture=culture, forename=forename, surname=surname, known=known, former=former, joined=joined, weak=weak, class_name=rng.choice(CLASSES[age]),
        dob=f"{2022 - age - (month >= 9)}-{month:02}-{rng.randrange(1, 29):02}", upn=figures.upn(rng), admission=f"00{3000 + 7 * n}",
    )  # fmt: skip


def _staff() -> list[Adult]:
    return [
        Adult(id=f"t{n}", title=title, forename=first, surname=last, email=f"{last}{first[0]}@{DOMAIN}".lower(), role=role)
        for n, (title, first, last, role, _) in enumerate(STAFF)
    ]  # fmt: skip


def _namesakes(children: list[Child]) -> list[Adult]:
    return [
        Adult(id=f"m{n}", title="Mr", forename=c.forename.split()[0], surname=c.surname, email=f"student{n}@{DOMAIN}", role="student teacher")
        for n, c in enumerate(twins(children))
    ]  # fmt: skip


def _parent(rng: Random, n: int, child: Child) -> Adult:
    forename = rng.choice(GROWN)
    local = rng.choice((f"{forename}{n}dale", f"{forename[0]}.beck{n}", f"{n}{forename}")).lower()
    return Adult(
        id=f"g{n}",
        title=rng.choice(("Mr", "Mrs", "Ms", "Cpl", "Sgt")),
        forename=forename,
        surname=child.surname,
        email=f"{local}@{rng.choice(HOSTS)}",
        child=child.id,
    )
