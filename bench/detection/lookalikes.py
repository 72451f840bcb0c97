"""Numbers of school life that are no person's, by the placeholder that asks for them; a third of the ten-figure ones pass a check on purpose."""

from collections.abc import Callable
from random import Random

from bench.detection import numbers

FIGURES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "eleven": 11, "fourteen": 14, "sixteen": 16}  # fmt: skip


def some(rng: Random, alphabet: str, count: int) -> str:
    return "".join(rng.choice(alphabet) for _ in range(count))


def figure(rng: Random, count: int) -> str:
    """So many figures, of which the first is no nought."""
    return str(rng.randrange(10 ** (count - 1), 10**count))


def lookalike(name: str, rng: Random) -> str:
    if name in FIGURES:
        return figure(rng, FIGURES[name])
    made: dict[str, Callable[[Random], str]] = {
        "isbn": numbers.isbn, "ten": numbers.ten, "ten2": numbers.ten, "meeting": numbers.meeting, "key": numbers.key, "guid": numbers.guid,
        "twelve": lambda r: f"00{figure(r, 10)}", "urn": lambda r: str(r.randrange(120000, 149999)), "ukprn": lambda r: f"100{figure(r, 5)}",
        "age": lambda r: f"{r.randrange(5, 13)}.{r.randrange(12):02}", "base": lambda r: some(r, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 48),
    }  # fmt: skip
    return made[name](rng)
