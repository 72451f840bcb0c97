"""What stands in a ZIP beside the entries that its list names: other entries, bytes in front, and words between and behind."""

import struct
import zipfile
import zlib
from collections.abc import Iterator

from detectors.extract.reading import Node, Reading
from detectors.extract.sweep import strings

_END = b"PK\x05\x06"
_LOCAL = b"PK\x03\x04"
_MOST_UNLISTED = 20
_SIZES = 24  # bytes that may stand behind an entry: its sum and its sizes


def unlisted(node: Node, archive: zipfile.ZipFile, out: Reading) -> None:
    """What stands in front of the archive that the list describes, entries which it does not name, and words beside those that it does."""
    entries = archive.infolist()
    _hidden_front(node, entries, out)
    out.text(node, _loose(node.data, entries, archive.start_dir), place="beside the entries", hidden=True)
    if starts := _unlisted(node.data, entries):
        out.partly(node, "ambiguous", "holds entries that its list does not name")
        for at in starts[:_MOST_UNLISTED]:
            _unnamed(node, at, out)


def _unlisted(data: bytes, entries: list[zipfile.ZipInfo]) -> list[int]:
    """Where entries begin that stand between or behind those of the list: programs that read in order unpack them."""
    found: list[int] = []
    for at, end in _gaps(data, entries, len(data)):
        found += _starts(data, at, end)
    return found


def _gaps(data: bytes, entries: list[zipfile.ZipInfo], last: int) -> Iterator[tuple[int, int]]:
    """From where to where no entry of the list stands, but for what is in front of all."""
    at = min((e.header_offset for e in entries), default=0)
    for info in sorted(entries, key=lambda e: e.header_offset):
        yield at, info.header_offset
        start = info.header_offset
        lengths = data[start + 26 : start + 30]
        at = start + 30 + sum(struct.unpack("<HH", lengths) if len(lengths) == 4 else ()) + info.compress_size
    yield at, last


def _loose(data: bytes, entries: list[zipfile.ZipInfo], listed: int) -> str:
    """Words between the entries, and behind the end; what is longer than a sum and two sizes may hold some."""
    gaps = (data[at:end] for at, end in _gaps(data, entries, listed) if end - at > _SIZES)
    end = data.rfind(_END)
    comment = int.from_bytes(data[end + 20 : end + 22], "little") if end >= 0 else 0
    behind = data[end + 22 + comment :] if end >= 0 else b""
    return "\n".join(filter(None, map(strings, (*gaps, behind))))


def _starts(data: bytes, at: int, end: int) -> list[int]:
    found: list[int] = []
    while len(found) < _MOST_UNLISTED and (at := data.find(_LOCAL, at, end)) >= 0:
        found.append(at)
        at += len(_LOCAL)
    return found


def _unnamed(node: Node, at: int, out: Reading) -> None:
    """An entry that only its own header names. Its size stands there, or the packed bytes tell where they end."""
    head = node.data[at : at + 30]
    if len(head) < 30:
        return
    flags, method = struct.unpack("<HH", head[6:10])
    size, _, name, extra = struct.unpack("<IIHH", head[18:30])
    begin = at + 30 + name + extra
    out.text(
        node,
        node.data[at + 30 : at + 30 + name].decode("utf-8", "replace"),
        place="name in the archive",
        hidden=True,
    )
    if flags & 1 or method not in {0, 8}:
        return
    raw = node.data[begin : begin + size] if size else node.data[begin:]
    try:
        data = zlib.decompressobj(-15).decompress(raw, out.room) if method == 8 else raw
    except zlib.error:
        return
    out.unpacked(len(data))
    out.child(node, data, hidden=True)


def _hidden_front(node: Node, entries: list[zipfile.ZipInfo], out: Reading) -> None:
    """Another archive, or anything else, in front of the one that the list of entries describes."""
    first = min((e.header_offset for e in entries), default=0)
    front = node.data[:first]
    if len(front) <= 64 or front.count(0) == len(front):
        out.text(node, strings(front), place="in front of the archive", hidden=True)
        return
    end = front.rfind(_END)
    if front.startswith(_LOCAL) and end >= 0:
        out.child(node, front, name="archive in front", hidden=True)
    elif node.type == "zip" and front.strip(b"\0"):
        out.child(node, front, name="bytes in front", hidden=True)
    else:
        out.text(node, strings(front), place="in front of the archive", hidden=True)
