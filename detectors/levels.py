"""The level of a part, P0 to P4: how much it says about how many people. Counts distinct people, never hits."""

from collections.abc import Iterable
from dataclasses import dataclass

MANY_NAMED = 10  # bare names from which a list is more than P1
MANY_PLAIN = 5  # people with ordinary data from which it is bulk
MANY_SENSITIVE = 2
TABLE_ROWS = 5  # rows of a table with a telling header from which it is bulk


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What one part says about one person."""

    id: str  # directory id, or "~" + fingerprint for somebody on no list
    sure: bool = True  # on a list, or named in a table; False: on no list, as read by the language model
    plain: bool = False  # with ordinary data: date of birth, address, telephone, attendance, grades
    sensitive: bool = False  # with a sensitive word in the same row, sentence or paragraph
    protection: bool = False  # with a strong safeguarding word


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The level and the people counted for it; `why` in one plain sentence without any value."""

    level: int
    people: tuple[str, ...] = ()
    why: str = ""


def level_of(
    people: Iterable[Person], *, telling_rows: int = 0, transfer_file: bool = False, published: bool = False
) -> Level:
    """`telling_rows`: data rows of the largest table whose header promises pupil data; `published`: names are public."""
    found = tuple(people)
    plain = sum(p.plain or p.sensitive for p in found)
    sensitive = sum(p.sensitive for p in found)
    plain_and_sure = sum((p.plain or p.sensitive) and p.sure for p in found)
    sure = sum(p.sensitive for p in found if p.sure)
    many = len(found) >= MANY_NAMED and not published
    rules = (
        (transfer_file, 4, "a file that moves pupils between schools"),
        (any(p.protection for p in found), 4, "child protection words about a person"),
        (telling_rows >= TABLE_ROWS, 4, f"a table of {telling_rows} rows of pupil data"),
        (sure >= MANY_SENSITIVE, 4, f"sensitive words about {sure} people"),
        (plain_and_sure >= MANY_PLAIN, 4, f"personal data of {plain_and_sure} people"),
        (sensitive > 0, 3, "sensitive words about a person"),
        (
            plain > 0,
            2,
            "personal data about a person" if plain == 1 else f"personal data about {plain} people",
        ),
        (many, 2, f"the names of {len(found)} people"),
        (bool(found), 1, "names a person" if len(found) == 1 else f"names {len(found)} people"),
    )
    ids = tuple(p.id for p in found)
    return next((Level(level=n, people=ids, why=why) for holds, n, why in rules if holds), Level(level=0))
