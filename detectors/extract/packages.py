"""Packages of other makers: EPUB, XPS, Visio, binary Excel, a Mac's property lists and PostScript."""

import plistlib
import re
import struct
from collections.abc import Iterator

from detectors.extract import legacy, opc, xml
from detectors.extract.archive_zip import read as read_zip
from detectors.extract.protection import rights
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sweep import strings
from detectors.sniff import sniff

_DRAWN = re.compile(rb"\(((?:[^()\\]|\\.){1,5000}+)\)", re.DOTALL)
_DRAWN_ONCE = re.compile(rb"\\.|" + _DRAWN.pattern, re.DOTALL)  # no string begins at a bracket with a stroke
_STROKES = 2_000  # brackets with a stroke; with more, each is looked at once, and not 5,000 letters from it
_ESCAPE = re.compile(r"\\([0-7]{1,3}|.)", re.DOTALL)
_XLSB_CELLS = re.compile(r"xl/worksheets/.*\.bin$")


def read_epub(node: Node, out: Reading) -> None:
    """A ZIP of web pages."""
    read_zip(node, out)


def read_xps(node: Node, out: Reading) -> None:
    """Pages keep their words in attributes."""
    package = opc.open_package(node, out)
    for number, name in enumerate(package.matching("", ".fpage"), 1):
        out.text(
            node,
            xml.sweep(package.take(name), out, always=frozenset({"UnicodeString"})),
            place=f"page {number}",
        )
    opc.finish(package)


def read_sweep(node: Node, out: Reading) -> None:
    """Vsdx and unknown Office packages: all XML by sweep."""
    package = opc.open_package(node, out)
    opc.finish(package)


def read_xlsb(node: Node, out: Reading) -> None:
    """Rows by calamine where the sheets are of a sane size, and every string by sweep."""
    package = opc.open_package(node, out)
    binary = [n for n in package.names if n.endswith(".bin")]
    if sum(package.names[n].file_size for n in binary) > out.room:
        raise Unreadable("too-big", "unpacks to more than is read")
    for name in binary:
        data = package.take(name)
        if not _XLSB_CELLS.search(name) and "vbaProject" not in name:
            out.text(node, strings(data), place=opc.place_of(name), hidden=True)
    legacy.sheets(node, out)
    for name in filter(_XLSB_CELLS.search, binary):  # their headers, footers and lists beside the rows
        out.text(node, strings(package.take(name)), place=opc.place_of(name), hidden=True)
    opc.finish(package)


def read_plist(node: Node, out: Reading) -> None:
    """A Mac's list of properties; Safari keeps whole pages in one (webarchive)."""
    try:
        value = plistlib.loads(node.data, fmt=plistlib.FMT_BINARY)
    except (
        plistlib.InvalidFileException,
        ValueError,
        KeyError,
        OverflowError,
        IndexError,
        struct.error,
    ) as error:
        raise Unreadable("corrupt", "a damaged list of properties") from error
    said: list[str] = []
    for depth, leaf in _leaves(value):
        if depth > out.limits.xml_depth:
            raise Unreadable("too-deep", "is nested deeper than values are read")
        if isinstance(leaf, bytes) and sniff(leaf) != "unknown":
            out.unpacked(len(leaf))
            out.child(node, leaf, facts={"embedded": "yes"})
        else:
            said.append(strings(leaf) if isinstance(leaf, bytes) else str(leaf))
    out.text(node, "\n".join(said))


def _leaves(value: object) -> Iterator[tuple[int, object]]:
    """Every value that holds no others, and the keys of all, with their depth."""
    stack: list[tuple[int, object]] = [(0, value)]
    while stack:
        depth, found = stack.pop()
        if isinstance(found, dict):
            stack += [(depth + 1, inner) for pair in found.items() for inner in pair]
        elif isinstance(found, list):
            stack += [(depth + 1, inner) for inner in found]
        else:
            yield depth, found


def read_postscript(node: Node, out: Reading) -> None:
    """The strings that its pages draw, once joined and once apart, for programs cut words where letters stand closer."""
    strings = _DRAWN if node.data.count(b"\\(") <= _STROKES else _DRAWN_ONCE
    drawn = [_ESCAPE.sub(_letter, s.decode("latin-1")) for s in strings.findall(node.data) if s]
    out.text(node, "".join(drawn), place="page")
    out.text(node, " ".join(drawn), place="page, strings apart", hidden=True)
    out.partly(node, "unsupported", "PostScript: its strings were read, what else it draws was not")


def _letter(match: re.Match[str]) -> str:
    code = match[1]
    return (
        chr(int(code, 8) & 0xFF)
        if code[0] in "01234567"
        else {"n": "\n", "r": "\n", "t": "\t"}.get(code, code)
    )


def read_rights_managed(node: Node, out: Reading) -> None:
    """message.rpmsg, and files under Microsoft's rights management."""
    rights.managed(node, out)
