"""Word documents: paragraphs, tables, headers, notes, comments, tracked changes, hidden text, alt text and links. Runs are joined before anything is read."""

import re
from dataclasses import dataclass, field

from detectors.extract import opc, xml
from detectors.extract.protection.ooxml import lookalikes
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.tables import put_table

_STORIES = (
    ("word/header", "header"), ("word/footer", "footer"), ("word/footnotes", "footnote"), ("word/endnotes", "endnote"),
    ("word/comments", "comment"), ("word/glossary/document", "building block"),
)  # fmt: skip
_RARE = frozenset({"txbxContent", "framePr", "rubyBase", "sym"})
_SIGNS = re.compile(r"symbol|wing|webdings|dingbat", re.IGNORECASE)  # fonts whose letters are little pictures
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-", "softHyphen": ""}


def read(node: Node, out: Reading) -> None:
    """The main story first, then every other, then the rest of the package."""
    package = opc.open_package(node, out)
    for name in _mains(package):
        _story(package, name, "")
    for prefix, place in _STORIES:
        for name in package.matching(prefix):
            _story(package, name, place)
    lookalikes(package)
    opc.finish(package)


def _mains(package: opc.Package) -> list[str]:
    found = [
        t
        for kind, t, external in package.relations("").values()
        if kind == "officeDocument" and not external and package.has(t)
    ]
    return found or [n for n in package.names if n.startswith("word/document") and n.endswith(".xml")]


def _story(package: opc.Package, name: str, place: str) -> None:
    story = Story(package.node, package.out, place)
    data = b""
    try:
        data = package.take(name)
        xml.walk(data, package.out, story.start, story.end, story.text)
        opc.remarks(package, data)
    except Unreadable as stop:
        story.finish()
        opc.incomplete(package, stop, place, data)
        return
    story.finish()


@dataclass(slots=True)
class _Grid:
    rows: list[list[str]] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)


class Story:
    """One story of a document while its XML goes by."""

    def __init__(self, node: Node, out: Reading, place: str) -> None:
        self.node, self.out, self.place = node, out, place
        self.main: list[str] = []
        self.gone: list[str] = []
        self.unseen: list[str] = []
        self.field: list[str] = []
        self.asides: list[str] = []
        self.grids: list[_Grid] = []
        self.open: list[str] | None = None  # where text goes: None outside w:t and its kin
        self.vanish = False
        self.in_run = False
        self.deleted = 0
        self.tables = 0
        self.boxes: list[tuple[list[str], int]] = []  # open text boxes: where they stand in which text
        self.later: list[str] = []  # what boxes said that stand inside a paragraph
        self.large = False  # the paragraph is the first letter of the next one
        self.stray: list[str] = []  # outside w:t and its kin

    def start(self, tag: str, attributes: xml.Attributes) -> None:  # noqa: C901 - one branch for each element of the format
        if attributes and tag not in {
            "p",
            "r",
            "rFonts",
            "lang",
            "sectPr",
            "tcW",
            "tblW",
            "color",
            "sz",
            "spacing",
        }:
            self._attributes(tag, attributes)
        if tag == "r":
            self.in_run, self.vanish = True, False
        elif tag in {"vanish", "webHidden", "specVanish"}:
            self.vanish = self.vanish or (
                self.in_run and attributes.get("w:val", "1") not in {"0", "false", "off"}
            )
        elif tag in {"t", "delText"}:
            self.open = (
                self.gone
                if tag == "delText" or self.deleted
                else self.unseen
                if self.vanish
                else self._into()
            )
        elif tag in {"instrText", "delInstrText"}:
            self.open = self.field
        elif tag in _RARE:
            self._rarely(tag, attributes)
        elif tag in _BREAKS and self.in_run:
            self._into().append(_BREAKS[tag])
        elif tag in {"del", "moveFrom"}:
            self.deleted += 1
        elif tag == "tbl":
            self.grids.append(_Grid())
        elif tag == "tr" and self.grids:
            self.grids[-1].rows.append([])
        elif tag == "tc" and self.grids:
            self.grids[-1].cells.append([])

    def _rarely(self, tag: str, attributes: xml.Attributes) -> None:
        into = self._into()
        if tag == "txbxContent":
            self.boxes.append((into, len(into)))
        elif tag == "framePr":
            self.large = any(xml.local(k) == "dropCap" and v != "none" for k, v in attributes.items())
        elif tag == "sym":
            into.append(_sign(attributes))
        else:  # what a reading is written above stands behind it
            into.append(" ")

    def end(self, tag: str) -> None:
        if tag in {"t", "delText", "instrText", "delInstrText"}:
            self.open = None
        elif tag == "r":
            self.in_run = self.vanish = False
        elif tag == "p":
            self._paragraph()
        elif tag in {"del", "moveFrom"}:
            self.deleted = max(0, self.deleted - 1)
        elif tag == "tc" and self.grids and self.grids[-1].cells:
            cell = "".join(self.grids[-1].cells.pop())
            (self.grids[-1].rows[-1] if self.grids[-1].rows else self.main).append(cell)
        elif tag == "tbl" and self.grids:
            self._table(self.grids.pop())
        elif tag == "txbxContent" and self.boxes:
            into, begin = self.boxes.pop()
            self.later += into[begin:]
            del into[begin:]

    def text(self, text: str) -> None:
        if self.open is not None:
            self.open.append(text)
        elif xml.says(text):
            self.stray.append(text)

    def finish(self) -> None:
        """Put what was gathered; the main text keeps the place of the story."""
        at = f", {self.place}" if self.place else ""
        while self.grids:
            self._table(self.grids.pop())
        self.main += self.later
        self.out.text(self.node, "".join(self.main), place=self.place, hidden=self.place == "comment")
        self.out.text(self.node, "".join(self.gone), place=f"tracked change, deleted{at}", hidden=True)
        self.out.text(self.node, "".join(self.unseen), place=f"hidden text{at}", hidden=True)
        self.out.text(self.node, "".join(self.field), place=f"field code{at}", hidden=True)
        self.out.text(self.node, "\n".join(self.stray), place=f"outside its paragraphs{at}", hidden=True)
        self.out.text(
            self.node,
            "\n".join(dict.fromkeys(self.asides)),
            place=f"alt text, authors and names{at}",
            hidden=True,
        )

    def _into(self) -> list[str]:
        return self.grids[-1].cells[-1] if self.grids and self.grids[-1].cells else self.main

    def _paragraph(self) -> None:
        into = self._into()
        if not self.large:
            into.append("\n")
        if self.later and not self.boxes:
            into += self.later
            self.later = []
        self.large = False
        for other in (self.gone, self.unseen, self.field):
            if other and other[-1] != "\n":
                other.append("\n")

    def _table(self, grid: _Grid) -> None:
        if self.grids and self.grids[-1].cells:  # a table in a cell is text of that cell
            self.grids[-1].cells[-1].append("\n".join("\t".join(r) for r in grid.rows))
            return
        self.tables += 1
        put_table(
            self.node,
            self.out,
            grid.rows,
            f"{self.place + ', ' if self.place else ''}table {self.tables}",
            hidden=self.place == "comment",
        )

    def _attributes(self, tag: str, attributes: xml.Attributes) -> None:
        if tag == "bookmarkStart":
            self.asides.append(attributes.get("w:name", "").replace("_", " "))
            return
        if tag in {
            "alias",
            "tag",
            "docPart",
            "dataBinding",
            "text",
            "listItem",
            "listEntry",
            "statusText",
            "helpText",
            "default",
        }:
            self.asides.extend(v for v in attributes.values() if len(v) > 2)
            return
        self.asides.extend(xml.telling(attributes))


def _sign(attributes: xml.Attributes) -> str:
    """A letter by its number in a font, as "Insert symbol" sets it."""
    number = attributes.get("w:char", "")
    if _SIGNS.search(attributes.get("w:font", "")) or re.fullmatch(r"[0-9A-Fa-f]{1,4}", number) is None:
        return ""
    code = int(number, 16)
    letter = chr(code & 0xFF if 0xF000 <= code <= 0xF0FF else code)
    return letter if letter.isprintable() else ""
