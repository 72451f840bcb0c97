"""PowerPoint: slides in order with their tables, notes, comments, hidden slides, alt text and links; then the rest of the package."""

from detectors.extract import opc, xml
from detectors.extract.protection.ooxml import lookalikes
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.tables import put_table

_STORIES = (
    ("ppt/notesSlides/notesSlide", "notes"),
    ("ppt/comments/", "comment"),
    ("ppt/slideMasters/slideMaster", "slide master"),
    ("ppt/slideLayouts/slideLayout", "slide layout"),
    ("ppt/handoutMasters/", "handout master"),
    ("ppt/notesMasters/", "notes master"),
)


def read(node: Node, out: Reading) -> None:
    """Slides first."""
    package = opc.open_package(node, out)
    for number, name in enumerate(package.matching("ppt/slides/slide"), 1):
        _part(package, name, f"slide {number}", hidden=False)
    for prefix, place in _STORIES:
        for number, name in enumerate(package.matching(prefix), 1):
            _part(package, name, f"{place} {number}", hidden=True)
    lookalikes(package)
    opc.finish(package)


def _part(package: opc.Package, name: str, place: str, *, hidden: bool) -> None:
    slide = _Slide()
    data = b""
    try:
        data = package.take(name)
        xml.walk(data, package.out, slide.start, slide.end, slide.text)
        opc.remarks(package, data)
    except Unreadable as stop:
        opc.incomplete(package, stop, place, data)
    hidden = hidden or slide.hidden
    place += " (hidden)" if slide.hidden else ""
    package.out.text(package.node, "".join(slide.main), place=place, hidden=hidden)
    for number, rows in enumerate(slide.tables, 1):
        put_table(package.node, package.out, rows, f"{place}, table {number}", hidden=hidden)
    package.out.text(
        package.node,
        "\n".join(dict.fromkeys(slide.asides)),
        place=f"{place}, alt text and names",
        hidden=True,
    )


class _Slide:
    """One slide while its XML goes by. a:t are runs, a:p paragraphs."""

    def __init__(self) -> None:
        self.main: list[str] = []
        self.asides: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.cell: list[str] | None = None
        self.open = False
        self.hidden = False

    def start(self, tag: str, attributes: xml.Attributes) -> None:
        if tag == "sld" and attributes.get("show") in {"0", "false"}:
            self.hidden = True
        self.asides.extend(xml.telling(attributes))
        if tag in {"t", "text"}:
            self.open = True
        elif tag == "br":
            self._put("\n")
        elif tag == "tbl":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag == "tc":
            self.cell = []

    def end(self, tag: str) -> None:
        if tag in {"t", "text"}:
            self.open = False
            if tag == "text":
                self._put("\n")
        elif tag == "p":
            self._put("\n")
        elif tag == "tc" and self.cell is not None:
            (self.tables[-1][-1] if self.tables and self.tables[-1] else self.main).append("".join(self.cell))
            self.cell = None

    def text(self, text: str) -> None:
        if self.open:
            self._put(text)
        elif xml.says(text):
            self.asides.append(text)

    def _put(self, text: str) -> None:
        (self.main if self.cell is None else self.cell).append(text)
