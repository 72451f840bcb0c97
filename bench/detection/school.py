"""A made-up school from the words of names.toml: pupils of all cultures, staff, parents; written and read as the product's own CSV files."""

import csv
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench.detection.numbers import temporary_upn, upn
from bench.detection.sample import Adult, Child, School
from detectors.directory import Directory, DirectoryPaths, load
from detectors.fingerprints import Fingerprints

HERE = Path(__file__).parent
PREFIXES = {"ap", "al", "el", "bin", "ibn", "ní", "ó", "mac", "da", "de", "do", "dos", "abd"}
ADULTS = [
    "Karen",
    "Nigel",
    "Deborah",
    "Trevor",
    "Lorraine",
    "Malcolm",
    "Yvonne",
    "Clive",
    "Maureen",
    "Gareth",
    "Sandra",
    "Desmond",
]
STAFF = [
    "Ashdown",
    "Birtwistle",
    "Cowperthwaite",
    "Dunstable",
    "Eastwood",
    "Furnival",
    "Gilchrist",
    "Haverstock",
    "Inskip",
    "Jessop",
    "Kettering",
    "Lomax",
]
WEAK = [
    ("Will", "Field"),
    ("Grace", "Rose"),
    ("Summer", "May"),
    ("Art", "Price"),
    ("Max", "Power"),
    ("Paris", "Young"),
    ("Harry", "Potter"),
]


def tokens(text: str) -> set[str]:
    folded = "".join(
        c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c)
    )
    return {t for t in re.split(r"[\s'’-]+", folded) if t not in PREFIXES and len(t) > 1}


def pairs(child: Child) -> set[frozenset[str]]:
    first = tokens(f"{child.forename} {child.known}")
    last = tokens(f"{child.surname} {child.former}")
    return {frozenset((a, b)) for a in first for b in last} | {frozenset((a,)) for a in first & last}


def build(which: str, name: str, domain: str, classes: list[str], rng: Random, size: int) -> School:
    """The same seed gives the same school. No two pupils share a forename and a surname in any order."""
    words = tomllib.loads((HERE / "names.toml").read_text("utf-8"))[which]
    children: list[Child] = []
    taken: set[frozenset[str]] = set()
    for forename, surname in WEAK:
        admit(children, taken, _child(rng, "ordinary words", forename, surname, classes, weak=True))
    for _ in range(size * 30):
        if len(children) >= size:
            break
        culture = rng.choice(list(words))
        pool = words[culture]
        forename = rng.choice(pool["forenames"])
        known = pool.get("known", {}).get(forename, "") if rng.random() < 0.8 else ""
        former = rng.choice(pool["surnames"]) if rng.random() < 0.06 else ""
        child = _child(
            rng,
            culture,
            forename,
            rng.choice(pool["surnames"]),
            classes,
            known=known,
            former=former,
            joined=pool.get("joined", False),
        )
        admit(children, taken, child)
    parents = tuple(_parent(rng, n, child) for n, child in enumerate(children))
    staff = [
        Adult(
            id=f"s{n}",
            title=rng.choice(("Mr", "Mrs", "Ms", "Miss", "Dr")),
            forename=rng.choice(ADULTS),
            surname=s,
            email=f"{s.lower()}{n}@{domain}",
            role=rng.choice(("teacher", "office", "SENCO")),
        )
        for n, s in enumerate(STAFF)
    ]
    for n, child in enumerate(namesakes(children)):
        staff.append(
            Adult(
                id=f"n{n}",
                title="Ms",
                forename=child.forename.split()[0],
                surname=child.surname,
                email=f"namesake{n}@{domain}",
                role="teaching assistant",
            )
        )
    return School(
        name=name,
        domain=domain,
        children=tuple(children),
        staff=tuple(staff),
        parents=parents,
        office=f"01632 960{rng.randrange(100, 999)}",
    )


def namesakes(children: Iterable[Child]) -> list[Child]:
    """The pupils whose name a member of staff has as well."""
    return [c for c in children if c.culture in ("english", "south_asian_muslim", "sikh", "polish")][:8:2]


def admit(children: list[Child], taken: set[frozenset[str]], child: Child) -> None:
    """On the roll, unless the name is another pupil's in some order."""
    mine = pairs(child)
    if not mine & taken and child.former != child.surname:
        taken |= mine
        children.append(child)


def _child(
    rng: Random,
    culture: str,
    forename: str,
    surname: str,
    classes: list[str],
    *,
    known: str = "",
    former: str = "",
    joined: bool = False,
    weak: bool = False,
) -> Child:
    return Child(
        id=f"c{rng.randrange(10**9)}", culture=culture, forename=forename, surname=surname, known=known, former=former, joined=joined, weak=weak,
        class_name=rng.choice(classes), dob=f"{rng.randrange(2009, 2020)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
        upn=temporary_upn(rng) if rng.random() < 0.1 else upn(rng), admission=f"00{rng.randrange(1000, 9999)}",
    )  # fmt: skip


def _parent(rng: Random, n: int, child: Child) -> Adult:
    host = rng.choice(
        ("gmail.com", "btinternet.com", "hotmail.co.uk", "icloud.com", "example.org", "yahoo.co.uk")
    )
    forename = rng.choice(ADULTS)
    return Adult(
        id=f"a{n}",
        title=rng.choice(("Mr", "Mrs", "Ms")),
        forename=forename,
        surname=child.surname,
        email=f"{forename.lower()}.home{n}@{host}",
        child=child.id,
    )


def first_name(child: Child) -> str:
    return child.forename if child.joined else child.forename.split()[0]


def middle(child: Child) -> str:
    return "" if child.joined else " ".join(child.forename.split()[1:])


def directory(school: School) -> Directory:
    """Through the product's own reader of CSV files."""
    with TemporaryDirectory() as folder:
        paths = {kind: Path(folder) / f"{kind}.csv" for kind in ("pupils", "staff", "contacts")}
        _write(paths["pupils"], ["id", "upn", "legal_forename", "middle_names", "legal_surname", "preferred_forename", "former_surname", "dob", "class", "admission_number"],
               ((c.id, c.upn, first_name(c), middle(c), c.surname, c.known, c.former, c.dob, c.class_name, c.admission) for c in school.children))  # fmt: skip
        _write(
            paths["staff"],
            ["id", "forename", "surname", "work_email", "role"],
            ((a.id, a.forename, a.surname, a.email, a.role) for a in school.staff),
        )
        _write(
            paths["contacts"],
            ["pupil_id", "forename", "surname", "email", "relationship"],
            ((a.child, a.forename, a.surname, a.email, "parent") for a in school.parents),
        )
        files = DirectoryPaths(
            pupils=(paths["pupils"],), staff=(paths["staff"],), contacts=(paths["contacts"],)
        )
        return load(
            files, (school.name,), (school.domain,), Fingerprints(b"bench" * 8), today=date(2026, 3, 2)
        )


def _write(path: Path, header: list[str], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
