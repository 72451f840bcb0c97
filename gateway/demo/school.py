"""A made-up school: sixty pupils, their contacts and the staff, the same at every run and nobody real."""

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

DOMAIN = "oakfield.example"
NAME = "Oakfield Primary School"
SEED = 2026

_FORENAMES = (
    "Amelia",
    "Oliver",
    "Isla",
    "Noah",
    "Zara",
    "Yusuf",
    "Freya",
    "Arthur",
    "Maryam",
    "Theo",
    "Ffion",
    "Kwame",
    "Niamh",
    "Jaspreet",
    "Leo",
    "Aisha",
    "Callum",
    "Saoirse",
    "Mateusz",
    "Priya",
    "Harvey",
    "Chloe",
    "Ibrahim",
    "Poppy",
    "Rhys",
    "Ayesha",
    "Felix",
    "Morag",
    "Tomasz",
    "Esme",
)
_SURNAMES = (
    "Ashdown",
    "Blackwood",
    "Chaudhry",
    "Driscoll",
    "Eastwood",
    "Fairweather",
    "Gallagher",
    "Hussain",
    "Iqbal",
    "Jankowski",
    "Kaur",
    "Llewellyn",
    "McAllister",
    "Nwosu",
    "O'Rourke",
    "Pemberton",
    "Quigley",
    "Rahman",
    "Stapleton",
    "Thackeray",
    "Underhill",
    "Vasquez",
    "Wetherby",
    "Yildiz",
)
_PARENTS = (
    "Laura",
    "Imran",
    "Siobhan",
    "David",
    "Grace",
    "Piotr",
    "Nadia",
    "Owen",
    "Harpreet",
    "Rachel",
    "Samuel",
    "Bronwen",
)


@dataclass(frozen=True, slots=True)
class Child:
    """One row of the pupils' list."""

    number: int
    forename: str
    surname: str
    born: str
    class_name: str
    upn: str

    @property
    def name(self) -> str:
        return f"{self.forename} {self.surname}"

    @property
    def initials(self) -> str:
        return f"{self.forename[0]}.{self.surname[0]}."


@dataclass(frozen=True, slots=True)
class Teacher:
    name: str
    role: str
    department: str = ""
    private: str = ""

    @property
    def address(self) -> str:
        forename, surname = self.name.lower().split()
        return f"{forename[0]}.{surname}@{DOMAIN}"


STAFF = (
    Teacher("Sarah Green", "teacher", "Key Stage 2", "sarahgreen84@gmail.com"),
    Teacher("Tom Barlow", "teacher", "Key Stage 2"),
    Teacher("Helen Marsh", "senco", "Inclusion", "helen.marsh@outlook.com"),
    Teacher("Ruth Adeyemi", "dpo", "Office"),
    Teacher("Daniel Frost", "dsl", "Inclusion"),
    Teacher("Joan Whitfield", "head"),
    Teacher("Peter Nolan", "it", "Office"),
    Teacher("Gareth Lomax", "teacher", "Key Stage 2"),
    Teacher("Wendy Carrick", "teacher", "Key Stage 2"),
    Teacher("Victor Oduya", "teacher", "Key Stage 2"),
    Teacher("Paula Setton", "teaching assistant", "Inclusion"),
    Teacher("Eileen Tranter", "teaching assistant", "Inclusion"),
    Teacher("Moira Dunstable", "speech therapist", "Inclusion"),
)
TEACHER, SENCO, DPO, DSL, IT = STAFF[0], STAFF[2], STAFF[3], STAFF[4], STAFF[6]


def upn(number: int) -> str:
    """A unique pupil number of a school that does not exist, with its true check letter."""
    digits = f"201000020{number:03d}"
    total = sum(int(d) * w for d, w in zip(digits, range(2, 14), strict=True))
    return "ABCDEFGHJKLMNPQRTUVWXYZ"[total % 23] + digits


def pupils() -> list[Child]:
    """Sixty children in six classes; no two share a name."""
    dice = random.Random(SEED)  # noqa: S311 - made-up children, no secret
    names = [(f, s) for f in _FORENAMES for s in _SURNAMES]
    return [
        Child(
            n,
            forename,
            surname,
            f"20{13 + n % 6}-{1 + n % 12:02d}-{1 + n * 7 % 28:02d}",
            f"{1 + n % 6}A",
            upn(n),
        )
        for n, (forename, surname) in enumerate(dice.sample(names, 60), 1)
    ]


def parent_address(child: Child, parent: str) -> str:
    surname = child.surname.lower().replace("'", "")
    return f"{parent.lower()}.{surname}{child.number}@parents.example"


def contacts(children: Sequence[Child]) -> list[tuple[str, ...]]:
    """One or two contacts a child; one of them by a court order none."""
    rows: list[tuple[str, ...]] = []
    for child in children:
        for n in range(1 + child.number % 2):
            parent = _PARENTS[(child.number * 5 + n * 7) % len(_PARENTS)]
            barred = "yes" if child.number == 7 and n == 1 else ""
            rows.append(
                (
                    str(child.number),
                    parent,
                    child.surname,
                    parent_address(child, parent),
                    "",
                    "parent",
                    barred,
                )
            )
    return rows


def write(folder: Path) -> list[Child]:
    """The three lists as files, as an information system exports them."""
    children = pupils()
    _csv(
        folder / "pupils.csv",
        "id,upn,legal_forename,middle_names,legal_surname,preferred_forename,preferred_surname,dob,class",
        ((c.number, c.upn, c.forename, "", c.surname, "", "", c.born, c.class_name) for c in children),
    )
    _csv(
        folder / "staff.csv",
        "id,forename,surname,work_email,personal_email,personal_phone,role,department",
        (
            (n, *t.name.split(), t.address, t.private, "", t.role, t.department)
            for n, t in enumerate(STAFF, 1)
        ),
    )
    _csv(
        folder / "contacts.csv",
        "pupil_id,forename,surname,email,phone,relationship,no_contact",
        contacts(children),
    )
    return children


def _csv(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
