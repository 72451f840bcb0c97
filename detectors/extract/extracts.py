"""What extractors hand to recognizers: text with the place where it stands, and tables as tables. Holds raw values: never printed, never stored."""

from dataclasses import dataclass, field

from detectors.findings import Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells as text. `places` names the place of each row in words: "sheet 1, row 7"."""

    header: tuple[str, ...] = field(
        default=(), repr=False
    )  # the first row when it reads like a heading, else ()
    rows: tuple[tuple[str, ...], ...] = field(default=(), repr=False)  # without the header row
    places: tuple[str, ...] = ()  # one per row of `rows`


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """A stretch of text of one part. With a table, `text` is its rendering: tabs between cells, a line per row, header first."""

    part: str  # Part.path
    where: Where
    place: str = (
        ""  # "" for the body; "Reply-To", "page 3", "sheet 1", "sheet 2 (hidden)", "comment", "signature", …
    )
    text: str = field(repr=False)
    quoted: bool = False  # stands in the quoted thread
    hidden: bool = False  # a reader of the document does not see it at once
    table: Table | None = field(default=None, repr=False)
