"""HTML: visible text with its tables, the hidden places, and the quoted thread. `<b>Jo</b>hn` stays one word."""

import re
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import unquote, unquote_to_bytes

from selectolax.lexbor import LexborHTMLParser, LexborNode

from detectors.extract import html_attributes, html_source, html_styles
from detectors.extract.charsets import readings
from detectors.extract.html_attributes import MUTE
from detectors.extract.html_shape import refusal
from detectors.extract.marks import Marks
from detectors.extract.reading import Node, Reading
from detectors.extract.tables import put_table
from detectors.extract.transfer import DATA_LINK, is_file, unbase64
from detectors.findings import Where
from detectors.sniff import sniff

_BLOCK = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "textarea",
        "tfoot",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_CELL = frozenset({"td", "th"})
_IN_TABLE = _CELL | {"caption"}
_LEFT = (_BLOCK - {"br"}) | _CELL  # at whose end something is to be done
_SILENT = frozenset({"script", "style", "template", "rt", "rp"})
_RAW = frozenset({"iframe", "noembed", "noframes", "xmp"})  # of which a parser takes the tags for text
_QUOTE_IDS = re.compile(
    r"divRplyFwdMsg|appendonsend|x_divRplyFwdMsg|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container",
    re.IGNORECASE,
)
# Outlook on a desk draws this line above "From: … Sent: …"
_QUOTE_STYLE = re.compile(r"border-top\s*:\s*solid\s+#(?:E1E1E1|B5C4DF)", re.IGNORECASE)
_QUOTE_CLASSES = re.compile(
    r"\b(?:gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote|OutlookMessageHeader|gmail_attr)\b"
)
_OF_SHEETS = frozenset(
    {"type", "media", "title", "id", "nonce", "lang", "dir"}
)  # attributes of a style that shows nothing
_PAGE = 1_000_000  # letters of a body that somebody may be shown as its sender formatted it
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,40})", re.IGNORECASE)
_LINKS = Marks(packed=rb";[bB][aA][sS][eE]64,")
_DATA = re.compile(DATA_LINK.encode() + rb"(?P<data>[A-Za-z0-9+/=\s%]{16,})", re.IGNORECASE)
# What a program shows, beside files that a person could open.
_SHOWN = frozenset({"png", "jpeg", "gif", "webp", "bmp", "tiff", "heic", "avif", "svg", "txt", "html", "xml", "csv", "json", "rpmsg"})  # fmt: skip
_VALUE = re.compile(rb"\bvalue\s*=\s*[\"'](?P<data>[A-Za-z0-9+/=\s]{100,})[\"']")
_ESCAPED = re.compile(r"\\[nrt]")
_LONG = 300  # letters: a cell with more is a piece of the page
_SPACE = re.compile(r"[\t\r\n\f][ \t\r\n\f]*| [ \t\r\n\f]+")  # all white space but single spaces


def read(node: Node, out: Reading) -> None:
    """Everything that somebody who opens the source could read."""
    found = _CHARSET.search(node.data[:4096])
    declared = node.facts.get("charset", "") or (found[1].decode() if found else "")
    texts = readings(node.data, declared)
    _carried(node, out)
    if why := refusal(node.data, out.limits.html_depth):
        out.text(node, html_source.said(texts[0]))
        out.partly(node, "too-deep", f"{why}: read without its structure")
        return
    if node.role is Where.BODY and len(texts[0]) <= _PAGE:
        out.pages[node.path] = texts[0]
    for text in texts:
        _page(text, node, out)


def _page(text: str, node: Node, out: Reading) -> None:
    root = LexborHTMLParser(text).root
    if root is None:
        return
    walk = _Walk(node, out)
    walk.asides += html_source.asides(text)
    walk.run(root)
    hidden = html_styles.hiding(walk.sheets)
    if hidden or walk.above:
        shown = html_styles.shown(root, hidden, _BLOCK | _CELL)
        out.text(node, _lines([_SPACE.sub(" ", shown)]), place="as its styles show it", hidden=True)


def _carried(node: Node, out: Reading) -> None:
    """Files that lie whole inside a link, a picture's address or the field of a form, as Microsoft's encrypted messages do."""
    links = _DATA.finditer(node.data) if _LINKS.within(node.data) else ()
    values = _VALUE.finditer(node.data) if b"value" in node.data else ()
    for match in chain(links, values):
        inner = unbase64(unquote_to_bytes(match["data"]))
        if is_file(inner) or sniff(inner) in _SHOWN:
            out.unpacked(len(inner))
            out.child(node, inner, hidden=True)


class _Walk:
    """One pass over the tree, keeping what is open around the current text."""

    def __init__(self, node: Node, out: Reading) -> None:
        self.node, self.out = node, out
        self.own: list[str] = []
        self.quoted: list[str] = []
        self.hidden: list[str] = []
        self.asides: list[str] = []
        self.grids: list[_Grid] = []
        self.sheets: list[str] = []  # style sheets that hide something
        self.thread = self.above = False  # a thread has begun; something stands above words
        self.styles: dict[str, tuple[bool, bool]] = {}  # known so far: whether they hide, and begin a thread

    def run(self, root: LexborNode) -> None:
        stack: list[tuple[LexborNode, bool, bool, bool]] = [(root, False, False, False)]
        while stack:
            item, hidden, quoted, leaving = stack.pop()
            tag = item.tag or ""
            if leaving:
                self._leave(tag, hidden=hidden, quoted=quoted)
            elif tag == "-text":
                self._into(hidden=hidden, quoted=quoted).append(_SPACE.sub(" ", item.text_content or ""))
            elif tag == "-comment":
                continue
            elif tag in _SILENT:
                self._silent(item, tag)
            else:
                if tag in _RAW:
                    self.asides.append(html_source.said(item.text(deep=False) or ""))
                hidden, quoted = self._enter(item, tag, hidden=hidden, quoted=quoted)
                if tag in _LEFT:
                    stack.append((item, hidden, quoted, True))
                stack.extend(
                    (child, hidden, quoted, False) for child in reversed(list(item.iter(include_text=True)))
                )
        self._emit()

    def _enter(self, item: LexborNode, tag: str, *, hidden: bool, quoted: bool) -> tuple[bool, bool]:
        attributes = item.attributes
        if attributes:
            if not MUTE.issuperset(attributes):
                self.asides += html_attributes.words(attributes, tag)
            hides, begins = self._style(attributes.get("style") or "")
            if hides or "hidden" in attributes or (tag == "input" and attributes.get("type") == "hidden"):
                hidden = True
            if begins or _QUOTE_IDS.search(f"{attributes.get('id') or ''} {attributes.get('name') or ''}"):
                self.thread = True
            quoted = quoted or bool(_QUOTE_CLASSES.search(attributes.get("class") or ""))
        quoted = (
            quoted
            or self.thread
            or (tag == "blockquote" and (attributes.get("type") == "cite" or bool(attributes.get("cite"))))
        )
        into = self._into(hidden=hidden, quoted=quoted)
        if tag == "table":
            if self.grids:  # those around it were told when it was opened
                self.grids[-1].nested = True
            self.grids.append(_Grid(into, len(into)))
        elif self.grids and tag == "tr":
            self.grids[-1].rows.append([])
        elif self.grids and tag in _IN_TABLE:
            self.grids[-1].cell = len(into)
        if tag in _BLOCK:
            into.append("\n")
        return hidden, quoted

    def _style(self, style: str) -> tuple[bool, bool]:
        """Whether it hides, and whether it is the line above a thread. Most elements of a mail share a few styles."""
        if style not in self.styles:
            self.styles[style] = (
                html_styles.HIDES.search(style) is not None,
                _QUOTE_STYLE.search(style) is not None,
            )
        return self.styles[style]

    def _leave(self, tag: str, *, hidden: bool, quoted: bool) -> None:
        into = self._into(hidden=hidden, quoted=quoted)
        if tag in _CELL:
            if self.grids and self.grids[-1].rows and into is self.grids[-1].into:
                self.grids[-1].put_cell()
            into.append("\t")
        elif tag == "caption" and self.grids and into is self.grids[-1].into:
            self.grids[-1].captions += into[self.grids[-1].cell :]
        elif tag == "table" and self.grids:
            self._table(self.grids.pop(), hidden=hidden, quoted=quoted)
        if tag in _BLOCK:
            into.append("\n")

    def _table(self, grid: "_Grid", *, hidden: bool, quoted: bool) -> None:
        """A grid of short cells is a table of its own; any other table only lays out the page."""
        rows = [row for row in grid.rows if row]
        if grid.nested or hidden or quoted or len(rows) < 2 or max(len(r) for r in rows) < 2:
            return
        grid.into[grid.start :] = grid.captions
        put_table(self.node, self.out, rows, "table")

    def _into(self, *, hidden: bool, quoted: bool) -> list[str]:
        return self.hidden if hidden else self.quoted if quoted or self.thread else self.own

    def _silent(self, item: LexborNode, tag: str) -> None:
        self.asides += html_attributes.words(item.attributes, tag)
        said = item.text(deep=True) or ""
        if tag == "style":
            marks = html_styles.look(said)
            self.sheets += [said] if "hides" in marks else []
            shown = "sheets" in marks or not _OF_SHEETS.issuperset(item.attributes)
            self.asides += [said] if shown else html_styles.words(said)
        elif tag == "script":
            self.asides.append(unquote(_ESCAPED.sub(" ", said)))
        else:
            self.above = self.above or tag != "template"
            self.asides.append(html_source.said(item.html or ""))

    def _emit(self) -> None:
        self.out.text(self.node, _lines(self.own))
        self.out.text(self.node, _lines(self.quoted), place="quoted thread", quoted=True)
        self.out.text(self.node, _lines(self.hidden), place="hidden text", hidden=True)
        asides = "\n".join(dict.fromkeys(a for a in self.asides if len(a) > 2))
        self.out.text(self.node, asides, place="links, titles and comments", hidden=True)


@dataclass(slots=True)
class _Grid:
    """A table that is open, and where its text began."""

    into: list[str]
    start: int
    rows: list[list[str]] = field(default_factory=list)
    cell: int = 0
    nested: bool = False  # or otherwise none of short cells
    captions: list[str] = field(default_factory=list)  # which stand in no cell

    def put_cell(self) -> None:
        """The text since its cell began, but not once it is known that this table only lays out the page."""
        length = 0
        for at in range(self.cell, 0 if self.nested else len(self.into)):
            length += len(self.into[at])
            if length > _LONG:
                self.nested = True
                return
        if not self.nested:
            self.rows[-1].append("".join(self.into[self.cell :]))


def _lines(pieces: list[str]) -> str:
    text = "\n".join(line.strip(" \xa0") for line in "".join(pieces).split("\n"))
    if "\t\n" in text:
        text = re.sub(r"\t\n+", "\t", text)
    if "\n\n\n" in text:
        text = re.sub(r"\n{3,}", "\n\n", text)
    return text.strip()
