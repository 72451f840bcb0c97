"""The third set's school: an all-through academy in a large city, from the words of names.toml; the same seed gives the same people."""

import tomllib
from pathlib import Path
from random import Random
from typing import Any

from bench.detection.sample import Adult, Child, School
from bench.detection.school import pairs
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
    """No two pupils share a forename and a surname, in whatever order."""
    words: dict[str, Any] = tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf-8"))
    children: list[Child] = []
    taken: set[frozenset[str]] = set()
    for forename, surname in ORDINARY + FAMOUS:
        _add(children, taken, _child(rng, len(children), "ordinary words", forename, surname, weak=True))
    cultures = list(words)
    for attempt in range(size * 40):
        if len(children) >= size:
            break
        culture = cultures[attempt % len(cultures)]
        _add(children, taken, _named(rng, len(children), culture, words[culture]))
    parents = tuple(_parent(rng, n, child) for n, child in enumerate(children))
    return School(
        name=NAME,
        domain=DOMAIN,
        children=tuple(children),
        staff=(*_staff(), *_namesakes(children)),
        parents=parents,
        office=f"01632 960{rng.randrange(100, 999)}",
    )


def shared(children: tuple[Child, ...] | list[Child]) -> list[Child]:
    """The pupils whose name a teaching assistant has as well."""
    wanted = ("english", "pakistani", "punjabi_sikh", "yoruba", "polish", "welsh")
    return [next(c for c in children if c.culture == culture) for culture in wanted]


def _add(children: list[Child], taken: set[frozenset[str]], child: Child) -> None:
    mine = pairs(child)
    if not mine & taken and child.former != child.surname:
        taken |= mine
        children.append(child)


def _named(rng: Random, n: int, culture: str, pool: dict[str, Any]) -> Child:
    forename = rng.choice(pool["forenames"])
    return _child(
        rng,
        n,
        culture,
        forename,
        rng.choice(pool["surnames"]),
        known=pool.get("known", {}).get(forename, ""),
        former=rng.choice(pool["surnames"]) if rng.random() < 0.05 else "",
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
    year = rng.randrange(3, 12) if weak else rng.randrange(14)
    month = rng.randrange(1, 13)
    born = 2020 - year + (month < 9)
    return Child(
        id=f"q{n}", culture=culture, forename=forename, surname=surname, known=known, former=former, joined=joined, weak=weak, class_name=_class(rng, year),
        dob=f"{born}-{month:02}-{rng.randrange(1, 29):02}", upn=figures.upn(rng), admission=f"0{rng.randrange(1, 9)}{n:04}",
    )  # fmt: skip


def _class(rng: Random, year: int) -> str:
    if year == 0:
        return rng.choice(("RW", "RK"))
    if year <= 2:
        return rng.choice(TREES)
    return f"{year}{rng.choice('WK' if year <= 6 else 'DFQST')}"


def _staff() -> list[Adult]:
    return [
        Adult(id=f"s{n}", title=title, forename=first, surname=last, email=f"{first[0]}.{last}@{DOMAIN}".lower(), role=role)
        for n, (title, first, last, role) in enumerate(STAFF)
    ]  # fmt: skip


def _namesakes(children: list[Child]) -> list[Adult]:
    return [
        Adult(id=f"n{n}", title="Ms", forename=c.forename.split()[0], surname=c.surname, email=f"ta{n}@{DOMAIN}", role="teaching assistant")
        for n, c in enumerate(shared(children))
    ]  # fmt: skip


def _parent(rng: Random, n: int, child: Child) -> Adult:
    forename = rng.choice(ADULTS)
    local = rng.choice((f"{forename}.{n}", f"{forename}x{n}", f"the{forename}s{n}")).lower()
    return Adult(
        id=f"p{n}",
        title=rng.choice(("Mr", "Mrs", "Ms", "Dr")),
        forename=forename,
        surname=child.surname,
        email=f"{local}@{rng.choice(HOSTS)}",
        child=child.id,
    )
