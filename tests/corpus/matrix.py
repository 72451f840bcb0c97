"""Writes docs/reading-matrix.md from the corpus: `python -m tests.corpus.matrix`."""

from collections import Counter, defaultdict
from pathlib import Path

from tests.corpus.files import locked_files, needle_files
from tests.corpus.locks import quick
from tests.corpus.made import CONVERSIONS, DROPPED, MADE, Made

PAGE = Path(__file__).parents[2] / "docs" / "reading-matrix.md"
HAND = "by hand"
# Endings that are one format to whoever reads the page.
SAME = {"docm": "docx", "ott": "odt", "xlsm": "xlsx", "ppsx": "pptx", "jpg": "jpeg", "tif": "tiff", "gpg": "asc", "fodt": "flat ODF", "fods": "flat ODF", "fodp": "flat ODF"}  # fmt: skip


def format_of(name: str) -> str:
    """The format of a file, from its name."""
    ending = name.rsplit(".", 1)[-1]
    return SAME.get(ending, ending)


def columns(sources: dict[str, Made]) -> dict[str, set[str]]:
    """Format -> the places in which a needle is looked for and found, in our documents and LibreOffice's."""
    found = {form: set(made.needles) for form, made in sources.items()}
    for form, other, drops in CONVERSIONS:
        found.setdefault(other, set()).update(set(sources[form].needles) - DROPPED[form] - drops)
    return found


def programs() -> Counter[str]:
    """Files of the corpus by the program that wrote them; what our own code put together is `by hand`."""
    found = Counter(made.by for made in needle_files()) + Counter(locked.by for locked in locked_files())
    found["LibreOffice"] += len(CONVERSIONS)
    found[HAND] += len(MADE) + len(quick())
    return found


def render(sources: dict[str, Made]) -> str:
    """The page."""
    by = programs()
    others = by.total() - by[HAND]
    lines = [
        "# Where names are found",
        "",
        "Made from `tests/corpus` by `python -m tests.corpus.matrix`; a test keeps it true. A `•` means: a needle was put there and is",
        "found in every run of the tests. An empty cell means that the format has no such place, or that no program at hand could put a",
        "needle there. What is hidden and not found stands in [known-issues.md](known-issues.md).",
        "",
        f"The corpus has {by.total()} files with needles or locks. {others} of them were written by {len(by) - 1} other programs and libraries:",
        ", ".join(f"{name} {count}" for name, count in sorted(by.items(), key=lambda row: (-row[1], row[0])) if name != HAND)
        + f". {by[HAND]} were put together by our own code, from libraries or by hand.",
        "",
        "## Our own documents, and what LibreOffice makes of them",
        "",
        *_table(columns(sources)),
        "",
        "## Documents of other programs",
        "",
        "Places by format; the number says how many files have a needle there.",
        "",
        *_counted(),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _table(found: dict[str, set[str]]) -> list[str]:
    places = sorted({place for places in found.values() for place in places})
    head = ["| place | " + " | ".join(found) + " |", "|---|" + "---|" * len(found)]
    return head + [
        f"| {place} | " + " | ".join("•" if place in found[form] else "" for form in found) + " |"
        for place in places
    ]


def _counted() -> list[str]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    by: dict[str, set[str]] = defaultdict(set)
    for made in needle_files():
        form = format_of(made.name)
        found[form].update(made.needles.keys())
        by[form].add(made.by)
    rows = ["| format | written by | places |", "|---|---|---|"]
    return rows + [
        f"| {form} | {', '.join(sorted(by[form]))} | "
        + ", ".join(f"{place} {count}" if count > 1 else place for place, count in sorted(places.items()))
        + " |"
        for form, places in sorted(found.items())
    ]


if __name__ == "__main__":
    PAGE.write_text(render({form: make() for form, make in MADE.items()}), encoding="utf-8")
