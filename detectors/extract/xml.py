"""XML for documents: an expat walk with a depth guard and no DTD, and a sweep that loses no text and no telling attribute."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from xml.parsers import expat

from detectors.extract import prose
from detectors.extract.marks import Marks
from detectors.extract.reading import Node, Reading, Unreadable

Attributes = dict[str, str]
_TELLING = re.compile(r"(?<=[^\W\d_][^\W\d_])\W+\w|@|\d{9}", re.UNICODE)
_SAID = re.compile(r"[^\W\d_]{3}|\d{9}")
_BETWEEN = re.compile(rb">\s*([^<\s][^<]*)<")
_ATTRIBUTE = re.compile(rb"\s([A-Za-z_][\w:.-]*)=\"([^\"<]{2,})\"")
_ALWAYS = frozenset({"descr", "title", "author", "alias", "tooltip", "prompt", "error", "lastModifiedBy", "userName", "displayName", "uniqueName", "instr", "initials", "refersTo"})  # fmt: skip
_NEVER = frozenset({"typeface", "panose"})
# Attributes of which programs take the values from lists of their own; a sentence is none of those.
_LISTED = frozenset({"xmlns", "schemaLocation", "style", "path", "coordsize", "points", "Type", "ContentType", "PartName", "uri", "rsid", "formatCode", "Ignorable"})  # fmt: skip
_SMALL, _SWITCHES = 4, frozenset({"true", "false"})
_ROOT = re.compile(rb"<([A-Za-z][\w:.-]{0,60})[\s/>]")
_FIRST = re.compile(rb"\s*<([^\s<>/!?]{1,100})")
_NAMED = re.compile(rb"\s((?:\w+:)?(?:" + "|".join(sorted(_ALWAYS)).encode() + rb"))=\"([^\"<]{2,})\"")
# Where a run of letters ends and the next one begins in the same paragraph: a name in two styles is one name.
# Blanks are never given back, and nothing is sought beyond the end of another run: else hostile bytes would take hours.
_STYLED = rb"(?:<%s\b[^<>]*/>|<%s\b[^<>]*>(?:(?!hlink|</%s>|</(?:[aw]:)?t>).){0,2000}</%s>)?\s*+"
_RUN_ENDS = (
    (b"</a:t></a:r>", re.compile(rb"</a:t></a:r>\s*+<a:r>\s*+" + _STYLED % ((b"a:rPr",) * 4) + rb"<a:t(?:\s[^<>]*)?>", re.DOTALL)),
    (b"</w:t></w:r>", re.compile(rb"</w:t></w:r>\s*+(?:<w:proofErr\b[^<>]*/>\s*+){0,3}<w:r(?:\s[^<>]*)?>\s*+" + _STYLED % ((b"w:rPr",) * 4) + rb"<w:t(?:\s[^<>]*)?>", re.DOTALL)),
    (b"</t></r>", re.compile(rb"</t></r>\s*+<r>\s*+" + _STYLED % ((b"rPr",) * 4) + rb"<t(?:\s[^<>]*)?>", re.DOTALL)),
    (b"<cp IX=", re.compile(rb"<[cpt]p IX=[^<>]*/>")),  # Visio
    (b"<text:span", re.compile(rb"</?text:span\b[^<>]*>")),
)  # fmt: skip
_BOOKMARK = re.compile(
    rb"<(?:text:bookmark(?:-start)?|w:bookmarkStart|aml:annotation)\s[^<>]*?\b(?:text|w):name=\"([^\"]{2,200})\""
)
# What a part must hold before it is searched for it: runs that may be joined, words between tags, telling attributes,
# declarations, comments and instructions, quotes of the other kind, and blanks beside equals signs.
_MARKS = Marks(
    text=rb">[ \t\n\r\x0b\x0c]*[^< \t\n\r\x0b\x0c]",
    telling=b"|".join(name.encode() + b'="' for name in sorted(_ALWAYS)),
    runs=b"|".join(mark for mark, _ in _RUN_ENDS),
    declared=rb"<[!?]",
    quoted=b"='",
    apart=rb"[ \t\r\n]=|=[ \t\r\n]",
)
_APART = re.compile(rb"<[^<>]*(?:[ \t\r\n]=[ \t\r\n]*|=[ \t\r\n]+)[\"']")  # in a tag, and not in words
_DOCTYPE = re.compile(rb"<!DOCTYPE([^<>]*)")
_NAME = re.compile(rb"[<\s]([A-Za-z][A-Za-z0-9]*+(?:[_.-][A-Za-z0-9]++){2,}+)")
_PROLOG = re.compile(rb"<\?xml[^<>]{0,190}\?>")


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


def says(text: str) -> bool:
    """Whether words stand in a text that no reader shows."""
    return not text.isspace() and _SAID.search(text) is not None


def telling(attributes: Attributes, *, quiet: bool = False) -> list[str]:
    """Attribute values that may hold words of a person."""
    found = []
    for name, value in attributes.items():
        key = local(name)
        listed = key in _LISTED or name.startswith("xmlns") or value.startswith("http://schemas.")
        if listed or key in _NEVER:
            said = listed and not quiet and prose.is_sentence(value)
        else:
            said = key in _ALWAYS or (not quiet and _TELLING.search(value) is not None)
        if said:
            found.append(unescape(value))
    return found


def sweep(data: bytes, out: Reading, *, always: frozenset[str] = frozenset(), quiet: bool = False) -> str:
    """All text, an element a line, and all telling attributes: the net under the readers that know a format."""
    marks = _look(data)
    if "runs" in marks:
        data = joined(data)
        marks = _look(data)
    if len(data) <= out.limits.xml_bytes and _is_simple(data, marks):
        out.check_time()
        return _sweep_quickly(data, marks, always=always, quiet=quiet)
    texts: list[str] = []
    asides: list[str] = []
    pieces: list[str] = []

    def start(_: str, attributes: Attributes) -> None:
        flush()
        asides.extend(telling(attributes, quiet=quiet))
        if always:
            asides.extend(v for k, v in attributes.items() if local(k) in always)

    def flush(_: str = "") -> None:
        joined = "".join(pieces).strip()
        if joined:
            texts.append(joined)
        pieces.clear()

    walk(data, out, start, flush, pieces.append)
    asides += remarks(data) if "declared" in marks else ()
    return "\n".join((*_said(texts), *dict.fromkeys(asides)))


def _said(texts: list[str]) -> Iterator[str]:
    """Every text as often as it stands there, for it may be half of a name; switches and small numbers once."""
    known: set[str] = set()
    for text in texts:
        if (len(text) < _SMALL and text.isdecimal()) or text in _SWITCHES:
            if text in known:
                continue
            known.add(text)
        yield text


def remarks(data: bytes) -> Iterator[str]:
    """What comments and instructions say, where they can be found without a parser."""
    for begin, end in ((b"<!--", b"-->"), (b"<?", b"?>")):
        pieces = data[: data.rfind(end) + len(end)].split(begin)[1:] if end in data else []
        yield from (piece.partition(end)[0].decode("utf-8", "replace") for piece in pieces if end in piece)
    types = (m.decode("utf-8", "replace") for m in _DOCTYPE.findall(data))
    yield from (said for said in types if prose.is_sentence(said))


def joined(data: bytes) -> bytes:
    """Without the borders between runs of one paragraph."""
    for mark, border in _RUN_ENDS:
        if mark in data:
            data = border.sub(b"", data)
    return data


def _look(data: bytes) -> set[str]:
    """The marks behind the declaration of XML, which holds no other than quotes."""
    prolog = _PROLOG.match(data)
    return _MARKS.within(memoryview(data)[prolog.end() - 2 :] if prolog else data)


def _is_simple(data: bytes, marks: set[str]) -> bool:
    """No comments, no CDATA, no document type, no instructions, no quotes of the other kind, no wide letters: then patterns see what a parser sees."""
    head = data[:200].lower()
    other = b"encoding=" in head and b"utf-8" not in head
    return (
        not other
        and data[:1] == b"<"
        and b"\0" not in head
        and _ends(data)
        and "declared" not in marks
        and ("quoted" not in marks or data.find(b"='", max(0, data.find(b"?>", 0, 200))) < 0)
        and ("apart" not in marks or not _APART.search(data, max(0, data.find(b"?>", 0, 200))))
    )


def _ends(data: bytes) -> bool:
    """Whether its first element is closed at the end: else something is missing."""
    prolog = _PROLOG.match(data)
    root = _FIRST.match(data, prolog.end() if prolog else 0)
    last = data[-200:].rstrip()
    return root is not None and (
        last.endswith(b"</%b>" % root[1])
        or (last.endswith(b"/>") and data.find(b"<", root.end()) < 0)  # one element without content
    )


def _sweep_quickly(data: bytes, marks: set[str], *, always: frozenset[str], quiet: bool) -> str:
    """The same by patterns, ten times as fast; alike attributes are judged once."""
    texts = (t.strip() for t in (_BETWEEN.findall(data, 0, data.rfind(b"<") + 1) if "text" in marks else ()))
    lines = [unescape(t.decode("utf-8", "replace")) for t in texts if t]
    if quiet and "telling" not in marks:
        return "\n".join(_said(lines))
    asides: list[str] = []
    for raw_name, raw in dict.fromkeys((_NAMED if quiet else _ATTRIBUTE).findall(data)):
        name = raw_name.decode("ascii", "replace")
        value = unescape(raw.decode("utf-8", "replace"))
        asides += telling({name: value}, quiet=quiet)
        if local(name) in always:
            asides.append(value)
    return "\n".join((*_said(lines), *dict.fromkeys(asides)))


def xmp(data: bytes) -> Iterator[bytes]:
    """The packets of properties that pictures and documents carry."""
    done, last = 0, b"</x:xmpmeta>"
    while (start := data.find(b"<x:xmpmeta", done)) >= 0 and (stop := data.find(last, start)) >= 0:
        done = stop + len(last)
        yield data[start:done]


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
    names = [
        unescape(name.decode("utf-8", "replace")) for name in dict.fromkeys(_BOOKMARK.findall(node.data))
    ]
    out.text(node, "\n".join(names).replace("_", " "), place="bookmark", hidden=True)
    words = (re.sub(r"[_.-]", " ", n.decode()) for n in dict.fromkeys(_NAME.findall(node.data)))
    out.text(
        node,
        "\n".join(w for w in words if prose.is_sentence(w)),
        place="names of elements",
        hidden=True,
    )
