"""Writes docs/reading-matrix.md from the corpus: `python -m tests.corpus.matrix`."""

from pathlib import Path

from tests.corpus.made import CONVERSIONS, DROPPED, MADE, Made

PAGE = Path(__file__).parents[2] / "docs" / "reading-matrix.md"


def columns(sources: dict[str, Made]) -> dict[str, set[str]]:
    """Format -> the places in which a needle is looked for and found."""
    found = {form: set(made.needles) for form, made in sources.items()}
    for form, other, drops in CONVERSIONS:
        found.setdefault(other, set()).update(set(sources[form].needles) - DROPPED[form] - drops)
    return found


def render(sources: dict[str, Made]) -> str:
    """The page."""
    found = columns(sources)
    places = sorted({place for places in found.values() for place in places})
    lines = [
        "# Where names are found",
        "",
        "Made from `tests/corpus` by `python -m tests.corpus.matrix`; a test keeps it true. A `•` means: a needle was put there by",
        "python-docx, openpyxl, python-pptx, reportlab, pikepdf or LibreOffice, and is found in every run of the tests.",
        "An empty cell means that the format has no such place, or that no program at hand could put a needle there.",
        "",
        "| place | " + " | ".join(found) + " |",
        "|---|" + "---|" * len(found),
    ]
    lines += [
        f"| {place} | " + " | ".join("•" if place in found[form] else "" for form in found) + " |"
        for place in places
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render({form: make() for form, make in MADE.items()}), encoding="utf-8")
