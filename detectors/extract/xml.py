"""XML for documents: an expat walk with a depth guard and no DTD, and a sweep that loses no text and no telling attribute."""

import re
from collections.abc import Callable
from html import unescape
from xml.parsers import expat

from detectors.extract.reading import Node, Reading, Unreadable

Attributes = dict[str, str]
_TELLING = re.compile(r"(?<=[^\W\d_][^\W\d_])\W+\w|@|\d{9}", re.UNICODE)
_ALWAYS = frozenset({"descr", "title", "author", "alias", "tooltip", "prompt", "error", "lastModifiedBy", "userName", "displayName", "uniqueName", "instr", "initials", "refersTo"})  # fmt: skip
_NEVER = frozenset({"xmlns", "schemaLocation", "style", "path", "coordsize", "points", "Type", "ContentType", "PartName", "uri", "rsid", "formatCode", "typeface", "panose", "Ignorable"})  # fmt: skip
_ROOT = re.compile(rb"<([A-Za-z][\w:.-]{0,60})[\s/>]")


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rsplit(":", 1)[-1]


def walk(
    data: bytes,
    out: Reading,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Call back for every element and text. A document type that declares something is refused: no Office program writes one."""
    if len(data) > out.limits.xml_bytes:
        raise Unreadable("too-big", "more XML than is read in one part")
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def opened(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > out.limits.xml_depth:
            raise Unreadable("too-deep", "XML nested deeper than documents are")
        start(local(name), attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(local(name))

    def doctype(_name: str, _system: str | None, _public: str | None, own: int) -> None:
        if own:  # a name alone, as in SVG, declares nothing
            raise Unreadable("doctype", "XML with a document type of its own, which may say anything")

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        for at in range(0, len(data), 1 << 20):
            out.check_time()
            parser.Parse(data[at : at + (1 << 20)], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Unreadable("corrupt", "damaged XML") from error


def telling(attributes: Attributes, *, quiet: bool = False) -> list[str]:
    """Attribute values that may hold words of a person."""
    found = []
    for name, value in attributes.items():
        key = local(name)
        if (
            key not in _NEVER
            and not name.startswith("xmlns")
            and (key in _ALWAYS or (not quiet and _TELLING.search(value)))
            and not value.startswith("http://schemas.")
        ):
            found.append(unescape(value))
    return found


def sweep(data: bytes, out: Reading, *, always: frozenset[str] = frozenset(), quiet: bool = False) -> str:
    """All text, an element a line, and all telling attributes: the net under the readers that know a format."""
    lines: list[str] = []
    pieces: list[str] = []

    def start(_: str, attributes: Attributes) -> None:
        flush()
        lines.extend(telling(attributes, quiet=quiet))
        if always:
            lines.extend(v for k, v in attributes.items() if local(k) in always)

    def flush(_: str = "") -> None:
        joined = "".join(pieces).strip()
        if joined:
            lines.append(joined)
        pieces.clear()

    walk(data, out, start, flush, pieces.append)
    return "\n".join(dict.fromkeys(lines))


def read(node: Node, out: Reading) -> None:
    """An XML file of any kind; Word and Excel once wrote whole documents so."""
    try:
        text = sweep(node.data, out)
    except Unreadable as stop:
        from_source = re.sub(rb"<[^<>]*>", b" ", node.data)
        out.text(node, unescape(from_source.decode("utf-8", "replace")))
        out.partly(node, stop.reason, stop.why)
        return
    root = _ROOT.search(node.data[:4_096])
    out.text(node, text, place=local(root[1].decode("ascii")) if root else "")
