"""Figures drawn as SVG by pygal: no script, no link, nothing from elsewhere; each stands before the table of the same numbers."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pygal
from pygal import PluginImportFixer
from pygal.etree import etree
from pygal.style import Style

# Its finder of plug-ins, of which we use none, would be asked for every later import of the process, in a way that Python has given up.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, PluginImportFixer)]

# The palette of GOV.UK's analysis guidance, apart for those who see few colours, and dark enough beside white.
COLOURS = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
NAME = 24  # letters of a name beside a narrow plot
FEW = 6  # up to so many an axis names each whole number
_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#0b0c0c",
    foreground_strong="#0b0c0c",
    foreground_subtle="#b1b4b6",
    colors=COLOURS,
    opacity="1",
    opacity_hover="1",
    transition="0s",
    font_family="Helvetica, Arial, sans-serif",
    label_font_size=15,
    major_label_font_size=15,
    legend_font_size=15,
    value_font_size=14,
    no_data_font_size=20,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One set of numbers: what the plot draws, and what stands in the table behind it."""

    title: str
    rows: tuple[str, ...]  # what stands along the axis: weeks, policies
    columns: tuple[str, ...]
    numbers: tuple[tuple[int | None, ...], ...]  # by row
    unit: str = ""

    @property
    def empty(self) -> bool:
        return not any(number for row in self.numbers for number in row)

    @property
    def lines(self) -> list[tuple[str, tuple[int | None, ...]]]:
        """Rows with their names, for the page."""
        return list(zip(self.rows, self.numbers, strict=True))


def stacked(table: Table, *, narrow: bool) -> bytes:
    """A bar for each row, piled up from the columns."""
    chart = pygal.StackedBar(**_shape(table, narrow=narrow), **_dates(table, narrow=narrow))
    return _drawn(chart, table)


def lying(table: Table, *, narrow: bool) -> bytes:
    """Bars that lie, one for each row: long names stay readable; on a phone their middle is left out."""
    if narrow:
        table = replace(table, rows=tuple(map(_short, table.rows)))
    height = 120 + 42 * max(2, len(table.rows))
    chart = pygal.HorizontalBar(**_shape(table, narrow=narrow, height=height))
    return _drawn(chart, table)


def line(table: Table, *, narrow: bool) -> bytes:
    """A line for each column, with gaps where nothing is known."""
    own = {"allow_interruptions": True, "range": (0, 100)}
    chart = pygal.Line(**_shape(table, narrow=narrow), **_dates(table, narrow=narrow), **own)
    return _drawn(chart, table)


def _short(name: str) -> str:
    """Begin and end, which tell policies apart; the table beneath has the whole."""
    return name if len(name) <= NAME else f"{name[:7]}…{name[8 - NAME :]}"


def _dates(table: Table, *, narrow: bool) -> dict[str, object]:
    """As many names along the axis as stand beside each other."""
    every = -(-len(table.rows) // (5 if narrow else 14))
    return {"x_label_rotation": 35, "x_labels_major_every": every, "show_minor_x_labels": False}


def _shape(table: Table, *, narrow: bool, height: int = 380) -> dict[str, object]:
    return {
        "style": _STYLE,
        "js": (),
        "width": 430 if narrow else 860,
        "height": height,
        "explicit_size": True,
        "show_legend": len(table.columns) > 1,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": 1 if narrow else 2,
        "margin_bottom": 25,
        "dots_size": 5,
        "legend_box_size": 16,
        "print_values": False,
        "truncate_label": -1,
        "truncate_legend": -1,
        "pretty_print": False,
        "disable_xml_declaration": True,
        "no_data_text": "Nothing yet",
        "include_x_axis": True,
    }


def _drawn(chart: pygal.graph.graph.Graph, table: Table) -> bytes:
    chart.x_labels = list(table.rows)
    piled = isinstance(chart, pygal.StackedBar)
    highest = max(
        (sum(filter(None, row)) if piled else max(filter(None, row), default=0) for row in table.numbers),
        default=0,
    )
    if highest <= FEW and not table.unit:
        chart.y_labels = list(range(highest + 1))  # nobody reads half a message off an axis
    chart.value_formatter = lambda number: f"{number:,.0f}{table.unit}"
    for name, numbers in zip(table.columns, _by_column(table.numbers, len(table.columns)), strict=True):
        chart.add(name, list(numbers))
    tree = chart.render_tree()
    for above in tree.iter():
        for script in [below for below in above if str(below.tag).endswith("script")]:
            above.remove(script)
    drawn: bytes = etree.tostring(tree)
    return drawn


def _by_column(numbers: Sequence[Sequence[int | None]], columns: int) -> list[list[int | None]]:
    return [[row[n] for row in numbers] for n in range(columns)]
