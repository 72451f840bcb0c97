"""OpenDocument texts, sheets, slides and drawings: body, headers, notes, comments, tracked changes, tables, hidden parts and properties."""

import re
from dataclasses import dataclass, field

from detectors.extract import opc, prose, xml
from detectors.extract.protection.odf import lock
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.tables import put_table
from detectors.findings import Protection, Read

_MANIFEST = "META-INF/manifest.xml"
_PLACES = {"content.xml": "", "styles.xml": "header and footer", "meta.xml": "properties"}
_MEDIA_TYPE = re.compile(rb"[\w.+/-]*\s*")
_UNSHOWN = ("style:", "fo:", "svg:font", "draw:style")
_SHOWN = frozenset({"style:num-prefix", "style:num-suffix"})  # around the numbers of a list
_REPEAT = 100  # an empty row or column repeated a million times is only space
_NAMED = frozenset(
    {
        "named-range",
        "named-expression",
        "database-range",
        "bookmark",
        "bookmark-start",
        "section",
        "text-input",
    }
)
_BLOCKS = frozenset({"p", "h"})
_ASIDES = frozenset({"annotation", "note-body", "tracked-changes", "creator", "title", "desc"})


def read(node: Node, out: Reading) -> None:
    """The manifest first: an encrypted document parses to nothing."""
    package = opc.open_package(node, out)
    manifest = package.take(_MANIFEST) if package.has(_MANIFEST) else b""
    protection, how = lock(manifest)
    if protection is not Protection.NONE:
        out.protect(node, protection, how)
    if protection in {Protection.STRONG, Protection.WEAK}:
        node.read, node.why = Read.NOT, "locked"
        node.facts["crypto"] = "odf"
        out.locked.append(node)
        return
    for name in sorted(n for n in package.names if n.rsplit("/", 1)[-1] in _PLACES):
        _story(package, name)
    if _MEDIA_TYPE.fullmatch(package.take("mimetype") if package.has("mimetype") else b"") is None:
        package.used.discard("mimetype")  # words stand in it
    package.used.discard(_MANIFEST)
    opc.finish(package)


def _story(package: opc.Package, name: str) -> None:
    folder, _, base = name.rpartition("/")
    place = _PLACES[base] or (f"embedded object {folder}" if folder else "")
    story = _Story(package.node, package.out, place)
    data = b""
    try:
        data = package.take(name)
        xml.walk(data, package.out, story.start, story.end, story.text)
        opc.remarks(package, data)
    except Unreadable as stop:
        opc.incomplete(package, stop, place, data)
    story.finish()


@dataclass(slots=True)
class _Table:
    """A sheet or a table while it goes by; each row knows its number, and whether it is hidden."""

    place: str
    hidden: bool
    rows: list[list[str]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    number: int = 0

    def row(self, a: xml.Attributes) -> None:
        seen = a.get("table:visibility", "visible") == "visible"
        self.rows.append([])
        self.places.append(f"{self.number + 1}{'' if seen else ' (hidden)'}")
        times = a.get("table:number-rows-repeated", "1")
        self.number += int(times) if times.isdigit() else 1


class _Story:
    """One XML file of the document while it goes by."""

    def __init__(self, node: Node, out: Reading, place: str) -> None:
        self.node, self.out, self.place = node, out, place
        self.main: list[str] = []
        self.asides: dict[str, list[str]] = {}
        self.links: list[str] = []
        self.stack: list[str] = []
        self.tables: list[_Table] = []
        self.style = ""
        self.hidden_styles: set[str] = set()
        self.cell: list[str] | None = None
        self.times = 1
        self.value = ""
        self.count = 0

    def start(self, tag: str, a: xml.Attributes) -> None:
        self.links.extend(
            xml.telling({k: v for k, v in a.items() if k in _SHOWN or not k.startswith(_UNSHOWN)})
        )
        if tag in _NAMED:
            self.links.append(next((v for k, v in a.items() if xml.local(k) == "name"), "").replace("_", " "))
        if tag in _ASIDES:
            self.stack.append(tag)
        if tag == "s":
            self._put(" " * min(_REPEAT, int(a.get("text:c", "1") or 1)))
        elif tag == "tab":
            self._put("\t")
        elif tag == "line-break":
            self._put("\n")
        else:
            self._part_of_table(tag, a)

    def _part_of_table(self, tag: str, a: xml.Attributes) -> None:
        if tag == "table":
            self.count += 1
            self.links.append(a.get("table:name", ""))
            hidden = a.get("table:style-name", "-") in self.hidden_styles
            self.tables.append(_Table(f"table {self.count}{' (hidden)' if hidden else ''}", hidden))
        elif tag == "table-row" and self.tables:
            self.tables[-1].row(a)
        elif tag == "style":
            self.style = a.get("style:name", "")
        elif tag == "table-properties" and a.get("table:display") == "false":
            self.hidden_styles.add(self.style)
        elif tag in {"table-cell", "covered-table-cell"} and self.tables:
            self.cell = []
            self.times = min(_REPEAT, int(a.get("table:number-columns-repeated", "1") or 1))
            self.value = a.get("office:date-value", "") or a.get("office:value", "")

    def end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._put("\n")
        elif tag in {"table-cell", "covered-table-cell"} and self.tables and self.cell is not None:
            text = "".join(self.cell).strip()
            if self.value and prose.longest(text) > 1:
                self.links.append(text)
            text = (
                self.value
                if self.value and ("-" in self.value or text in {"", "###"} or _exponent(text))
                else text
            )
            (self.tables[-1].rows[-1] if self.tables[-1].rows else self.main).extend([text] * self.times)
            self.cell, self.value = None, ""
        elif tag == "table" and self.tables:
            table = self.tables.pop()
            place = f"{self.place}, {table.place}" if self.place else table.place
            places = [f"{place}, row {row}" for row in table.places]
            put_table(self.node, self.out, table.rows, place, places=places, hidden=table.hidden)
        if self.stack and tag == self.stack[-1]:
            self.stack.pop()

    def text(self, text: str) -> None:
        if self.stack or text.strip() or self.main or self.cell:
            self._put(text)

    def _put(self, text: str) -> None:
        if self.stack:
            self.asides.setdefault(self.stack[-1], []).append(text)
        elif self.cell is not None:
            self.cell.append(text)
        else:
            self.main.append(text)

    def finish(self) -> None:
        names = {
            "annotation": "comment",
            "note-body": "footnote",
            "tracked-changes": "tracked change",
            "creator": "author",
            "title": "title",
            "desc": "alt text",
        }
        self.out.text(self.node, "".join(self.main), place=self.place, hidden=self.place == "properties")
        for tag, pieces in self.asides.items():
            self.out.text(self.node, "".join(pieces), place=names[tag], hidden=True)
        self.out.text(
            self.node,
            "\n".join(dict.fromkeys(v for v in self.links if len(v) > 2)),
            place="names, links and alt text",
            hidden=True,
        )


def _exponent(text: str) -> bool:
    return "E+" in text.upper() and text.replace(".", "").replace("+", "").upper().replace("E", "").isdigit()
