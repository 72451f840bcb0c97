"""Office packages (docx, xlsx, pptx and their kin): open within budgets, sweep every part that no reader knows, hand on what is embedded."""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from detectors.extract import carried, labels, prose, xml
from detectors.extract.archive_zip import beginning, beside, bounded, open_zip
from detectors.extract.marks import Marks
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sweep import strings
from detectors.extract.transfer import is_file
from detectors.findings import Read
from detectors.sniff import sniff

_XML = (".xml", ".vml")
_MARKUP = re.compile(rb"\s*<\?xml ")
_MOST_RELATIONS = 5_000_000  # bytes
# What Word keeps among the settings of a document: variables, and where a letter to many takes its names from.
_VARIABLES = frozenset({"docVar", "query", "mailSubject", "addressFieldName"})
# Asked for first, byte for byte, whatever the charset.
_VARIABLE = re.compile(rb"docVar|query|mailSubject|addressFieldName|\0")
_LINKED = re.compile(rb"External|[&\0]")
_THUMBNAIL = re.compile(r"docProps/thumbnail\.\w+|(?:Thumbnails|ObjectReplacements)/.*")
_DOCUMENTS = frozenset({"txt", "csv", "html", "json", "xml", "eml", "rtf", "pdf", "zip", "docx", "xlsx", "pptx", "png", "jpeg", "uu", "pem", "pgp", "ics", "vcf"})  # fmt: skip
# What a list shows before its lines, and a number format around its numbers.
# Each begins with a word that is sought many times as fast as a pattern.
_LABELS = (
    re.compile(rb"lvlText\b[^<>]*?\bval=\"([^\"]{4,})\""),
    re.compile(rb"formatCode=\"([^\"]{4,})\""),
    re.compile(rb"customStyle=\"\w+\"[^<>]*>\s*<(?:\w+:)?name\s[^<>]*?\bval=\"([^\"]{4,})\""),
    re.compile(rb"<cellStyle\s[^<>]*?\bname=\"([^\"]{4,})\""),
)
_LINKED_STYLE = " Char"  # so Word ends the names that it makes itself
_LABELLED = ("numbering.xml", "styles.xml", "settings.xml")
_SETTING = re.compile(rb"val=\"([^\"]{4,})\"")
_QUIET = ("theme/", "styles.xml", "settings.xml", "webSettings.xml", "fontTable.xml", "viewProps.xml", "presProps.xml", "tableStyles.xml", "stylesWithEffects.xml", "numbering.xml")  # fmt: skip
_PLACES = (
    ("docProps/", "properties"), ("customXml/", "custom XML"), ("comments", "comment"), ("person", "authors"), ("people", "authors"),
    ("charts/", "chart"), ("diagrams/", "diagram"), ("glossary/", "building block"), ("pivotCache/", "pivot cache"),
    ("externalLinks/", "cache of a linked file"), ("drawings/", "drawing"), ("_rels/", "link"), ("notesSlides/", "notes"),
    ("slideMasters/", "slide master"), ("slideLayouts/", "slide layout"), ("connections", "connection"), ("queryTables/", "query"),
    ("header", "header"), ("footer", "footer"), ("footnotes", "footnote"), ("endnotes", "endnote"), ("threadedComments", "comment"),
    ("ctrlProps/", "form control"), ("tables/", "table name"), ("slicer", "slicer"), ("tags/", "tag"), ("metadata", "metadata"),
)  # fmt: skip


@dataclass(slots=True)
class Package:
    """The open package; `used` are the parts that a reader has taken."""

    archive: zipfile.ZipFile
    node: Node
    out: Reading
    names: dict[str, zipfile.ZipInfo]
    used: set[str] = field(default_factory=set)
    folded: dict[str, str] = field(default_factory=dict)

    def real(self, name: str) -> str:
        """The name as the archive has it: large and small letters are one, and signs may be written as %20."""
        if name in self.names:
            return name
        self.folded = self.folded or {n.casefold(): n for n in reversed(self.names)}
        return self.folded.get(name.casefold()) or self.folded.get(unquote(name).casefold(), name)

    def has(self, name: str) -> bool:
        return self.real(name) in self.names

    def take(self, name: str) -> bytes:
        """The bytes of a part, charged to the budget."""
        name = self.real(name)
        self.used.add(name)
        self.out.check_time()
        info = self.names[name]
        room = min(self.out.room, self.out.limits.xml_bytes)
        if info.file_size > room:
            raise Unreadable("too-big", "unpacks to more than is read")
        data = bounded(self.archive, info, room)
        self.out.unpacked(len(data))
        return data

    def matching(self, prefix: str, suffix: str = ".xml") -> list[str]:
        """Names of parts, numbers in order: slide2 before slide10."""
        prefix, suffix = prefix.casefold(), suffix.casefold()
        folded = ((n.casefold(), n) for n in self.names)
        found = [n for f, n in folded if f.startswith(prefix) and f.endswith(suffix) and "/_rels/" not in f]
        return sorted(found, key=lambda n: (len(n), n))

    def relations(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """The relations of a part: id -> (type's last word, target, external)."""
        folder, base = posixpath.split(part)
        name = self.real(posixpath.join(folder, "_rels", base + ".rels"))
        found: dict[str, tuple[str, str, bool]] = {}
        if not self.has(name):
            return found

        def start(tag: str, a: xml.Attributes) -> None:
            if tag == "Relationship":
                external = a.get("TargetMode") == "External"
                target = a.get("Target", "")
                whole = (
                    target
                    if external
                    else posixpath.normpath(posixpath.join(folder, target))
                    if not target.startswith("/")
                    else target[1:]
                )
                whole = whole if external else self.real(whole)
                found[a.get("Id", "")] = (a.get("Type", "").rsplit("/", 1)[-1], whole, external)

        xml.walk(
            beginning(self.archive, self.names[name], _MOST_RELATIONS)
            if self.names[name].file_size < _MOST_RELATIONS
            else b"<r/>",
            self.out,
            start,
            _ignore,
            _ignore,
        )
        return found


_TAG = re.compile(rb"<[^<>]*>")
_BETWEEN = re.compile(rb">\s*[^<\s]|<!--")
_REMARKS = Marks(remark=b"<!--")
_LISTS = frozenset({"[Content_Types].xml", "manifest.rdf", "META-INF/manifest.xml"})
_BLOCK_END = re.compile(rb"</(?:w:p|a:p|text:p|text:h|w:tc|a:tc|table:table-cell|si|c)>")


def _ignore(_: str) -> None:
    return None


def open_package(node: Node, out: Reading) -> Package:
    """The package, its size and count checked before anything is unpacked."""
    archive = open_zip(node.data)
    infos = archive.infolist()
    if len(infos) > out.limits.entries:
        raise Unreadable("too-many-entries", "has more entries than are read")
    for info in infos:
        if info.flag_bits & 1:
            raise Unreadable(
                "encryption", "a part of the document is encrypted in a way that no Office program writes"
            )
        if info.file_size > max(info.compress_size, 1000) * out.limits.ratio:
            raise Unreadable("too-big", "unpacks to more than is read")
    names = {i.filename.lstrip("/").replace("\\", "/"): i for i in infos if not i.is_dir()}
    return Package(archive, node, out, names)


def finish(package: Package) -> None:
    """Sweep what no reader took: XML as text, all else as parts of its own."""
    for name in list(package.names):
        if name in package.used:
            continue
        try:
            _rest(package, name)
        except Unreadable as stop:
            package.out.partly(package.node, stop.reason, stop.why, place=place_of(name))
    beside(package.node, package.archive, package.out)


def _rest(package: Package, name: str) -> None:
    data = package.take(name)
    if not data:
        return
    if _THUMBNAIL.fullmatch(name):
        _thumbnail(package, name, data)
    elif name.endswith(".rels") and _is_bare(data):
        found = _elements(package, data) if _LINKED.search(data) else []
        targets = [a.get("Target", "") for _, a in found if a.get("TargetMode") == "External"]
        said = "\n".join(dict.fromkeys(map(unquote, targets)))
        package.out.text(package.node, said, place="link", hidden=True)
    elif name.endswith(_XML) or _MARKUP.match(data[:200]):
        _swept(package, name, data)
    else:
        _file(package, name, data)


def _swept(package: Package, name: str, data: bytes) -> None:
    """XML that no reader took."""
    node, out = package.node, package.out
    if labels.stands_in(data):
        labels.told(node, out)
    always = frozenset({"v"}) if "pivotCache" in name else frozenset()
    quiet = name in _LISTS or any(q in name for q in _QUIET)
    try:
        text = xml.sweep(data, out, always=always, quiet=quiet)
    except Unreadable as stop:
        incomplete(package, stop, place_of(name), data)
        return
    out.text(node, text, place=place_of(name), hidden=True)
    if name.endswith(_LABELLED):
        out.text(node, _labels(name, data), place="labels and formats", hidden=True)
    if name.endswith("settings.xml") and _VARIABLE.search(data):
        of_variables = (a.values() for tag, a in _elements(package, data) if tag in _VARIABLES)
        kept = [value for values in of_variables for value in values]
        out.text(node, "\n".join(kept), place="document variable", hidden=True)


def _file(package: Package, name: str, data: bytes) -> None:
    """Neither XML nor what programs keep for fonts and printers, unless it is a document that is only named so."""
    node, out = package.node, package.out
    plain = "activeX/" in name or (name.endswith(".bin") and not _printer(name))
    if name == "layout-cache" or (plain and not is_file(data)):
        out.text(node, strings(data), place=place_of(name), hidden=True)
    elif _printer(name):
        out.text(node, carried.sentences(data), place=place_of(name), hidden=True)
    elif not name.endswith((".fntdata", ".odttf")) or sniff(data) in _DOCUMENTS:
        out.child(node, data, name=posixpath.basename(name), hidden=False, facts={"embedded": "yes"})


def _thumbnail(package: Package, name: str, data: bytes) -> None:
    """A picture of the first page or of an object in it, or whatever is named so."""
    node, out = package.node, package.out
    if is_thumb(data):
        out.text(node, carried.sentences(data), place="thumbnail", hidden=True)
    elif sniff(data) == "unknown":
        out.text(node, strings(data), place="thumbnail", hidden=True)
    else:
        facts = {"embedded": "yes"}
        out.child(node, data, name=posixpath.basename(name), facts=facts, hidden=True)


def remarks(package: Package, data: bytes) -> None:
    """What stands between the elements of a part that a reader took."""
    if _REMARKS.within(data):
        said = "\n".join(xml.remarks(data))
        package.out.text(package.node, said, place="remark in its source", hidden=True)


def is_thumb(data: bytes) -> bool:
    """Whether it is a picture, as programs keep one of the first page beside a document: what it shows, the page says."""
    return sniff(data) in {"png", "jpeg"}


def _is_bare(data: bytes) -> bool:
    """Whether it is a list of relations and nothing else: no words between its tags, no remarks."""
    return b"\0" in data or (b"Relationships" in data and _BETWEEN.search(data) is None)


def _labels(name: str, data: bytes) -> str:
    """Words that are shown though they stand among styles and settings."""
    patterns = (_SETTING,) if name.endswith("settings.xml") else _LABELS
    found = [raw for pattern in patterns for raw in pattern.findall(data)]
    words = (unescape(raw.decode("utf-8", "replace")) for raw in dict.fromkeys(found))
    return "\n".join(text for text in words if not text.endswith(_LINKED_STYLE) and prose.is_sentence(text))


def _elements(package: Package, data: bytes) -> list[tuple[str, xml.Attributes]]:
    """The elements that have attributes."""
    found: list[tuple[str, xml.Attributes]] = []

    def start(tag: str, attributes: xml.Attributes) -> None:
        if attributes:
            found.append((tag, attributes))

    xml.walk(data, package.out, start, _ignore, _ignore)
    return found


def _printer(name: str) -> bool:
    return "printerSettings" in name


def place_of(name: str) -> str:
    """In plain words where in a document a package part shows."""
    return next((place for mark, place in _PLACES if mark in name), "document")


def incomplete(package: Package, stop: Unreadable, place: str, data: bytes = b"") -> None:
    """One part of the package failed; the others are still read, and of damaged XML the words between its tags."""
    package.out.unreadable(package.node, stop.reason, stop.why, read=Read.IN_PART, place=place)
    if data and stop.reason == "corrupt":
        words = _TAG.sub(b"", _BLOCK_END.sub(b"\n", data)).decode("utf-8", "replace")
        package.out.text(package.node, unescape(words), place=f"{place} (damaged)".strip(), hidden=True)
