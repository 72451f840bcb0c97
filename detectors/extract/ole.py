"""OLE files: open them, find what is embedded, and read what no reader knows by sweeping its streams."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import olefile

from detectors.extract import macros
from detectors.extract.charsets import decode
from detectors.extract.protection import rights
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sweep import strings

_EMBEDDED = {"Package", "CONTENTS", "EmbeddedOdf"}
_PROPERTIES = {"\x05SummaryInformation", "\x05DocumentSummaryInformation"}
_STREAMS = 5_000


@contextmanager
def open_ole(data: bytes) -> Iterator[olefile.OleFileIO]:
    """The compound file, or Unreadable."""
    try:
        ole = olefile.OleFileIO(io.BytesIO(data))
    except Exception as error:
        raise Unreadable("corrupt", "a damaged compound file") from error
    try:
        yield ole
    finally:
        ole.close()


def streams(ole: olefile.OleFileIO, out: Reading) -> list[str]:
    """Names of all streams, bounded."""
    names = ["/".join(entry) for entry in ole.listdir(streams=True, storages=False)]
    if len(names) > _STREAMS:
        raise Unreadable("too-many-entries", "has more streams than are read")
    out.check_time()
    return names


def take(ole: olefile.OleFileIO, name: str, out: Reading) -> bytes:
    """The bytes of one stream."""
    try:
        if ole.get_size(name) > out.room:
            raise Unreadable("too-big", "a stream larger than is read")
        data = ole.openstream(name).read()
    except (OSError, ValueError, IndexError, struct.error, AttributeError, TypeError) as error:
        raise Unreadable("corrupt", "a damaged stream") from error
    out.unpacked(len(data))
    return bytes(data)


def rights_managed(names: list[str]) -> bool:
    """Microsoft's rights management leaves these streams."""
    return any("DRMTransform" in n or "DRMEncryptedTransform" in n or n.endswith("DRMContent") for n in names)


def rest(ole: olefile.OleFileIO, node: Node, out: Reading, used: set[str]) -> None:
    """Embedded files as parts, properties and everything else by sweep."""
    swept: list[str] = []
    for name in streams(ole, out):
        base = name.rsplit("/", 1)[-1]
        if name in used:
            continue
        out.check_time()
        try:
            data = take(ole, name, out)
        except Unreadable as stop:
            out.partly(node, stop.reason, stop.why)
            continue
        if base == "\x01Ole10Native":
            package(data, node, out)
        elif base in _EMBEDDED and len(data) > 100 and ("/" in name or node.type in {"ole", "ole-package"}):
            out.child(node, data, name="embedded object", facts={"embedded": "yes"})
        elif name in _PROPERTIES:
            out.text(node, strings(data), place="properties", hidden=True)
        else:
            if source := macros.source(data):
                out.text(node, source, place="macro", hidden=True)
            swept.append(strings(data))
    out.text(
        node, "\n".join(dict.fromkeys(s for s in swept if s)), place="elsewhere in the file", hidden=True
    )


def package(data: bytes, node: Node, out: Reading) -> None:
    """An Ole10Native stream: the file that somebody dropped into a document."""
    try:
        at = 6
        label, at = _text(data, at)
        name, at = _text(data, at)
        at += 8
        temporary, at = _text(data, at)
        size = struct.unpack("<I", data[at : at + 4])[0]
        content = data[at + 4 : at + 4 + size]
    except (struct.error, ValueError):
        out.text(node, strings(data), place="embedded object", hidden=True)
        return
    out.child(
        node, content, name=label or name.replace("\\", "/").rsplit("/", 1)[-1], facts={"embedded": "yes"}
    )
    beside = "\n".join(dict.fromkeys((name, temporary, strings(data[at + 4 + size :]))))
    out.text(node, beside, place="embedded object", hidden=True)


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = data.index(b"\0", at)
    return decode(data[at:end]), end + 1


def read(node: Node, out: Reading) -> None:
    """Any compound file without a reader of its own: Publisher, Visio, packages; macros and formulas inside documents."""
    with open_ole(node.data) as ole:
        names = streams(ole, out)
        if rights_managed(names):
            rights.managed(node, out)
            return
        rest(ole, node, out, set())
    if node.type == "vsd" or (node.type == "ole" and not node.facts.get("embedded")):
        out.partly(node, "unsupported", "only the words that stand openly in the file were read")
