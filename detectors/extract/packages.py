"""Packages of other makers: EPUB, XPS, Visio and binary Excel."""

import re

from detectors.extract import legacy, opc, xml
from detectors.extract.archive_zip import read as read_zip
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sweep import strings
from detectors.findings import Protection, Read

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
    opc.finish(package)


def read_rights_managed(node: Node, out: Reading) -> None:
    """message.rpmsg, and files under Microsoft's rights management."""
    out.protect(node, Protection.RIGHTS_MANAGED, "Microsoft rights management")
    node.read, node.why = Read.NOT, "locked"
