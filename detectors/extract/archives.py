"""Archives other than ZIP: tar, cab, iso and their kin by libarchive, 7z by py7zr, and single compressed files. Streamed, so that a bomb can be cut off."""

import bz2
import io
import lzma
import re
import struct
import zlib
from collections.abc import Callable, Iterator

import libarchive
import libarchive.exception
import py7zr
import py7zr.exceptions

from detectors.extract import carried
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sweep import strings
from detectors.findings import Protection, Read

_FEED, _CHUNK = (
    64,
    1 << 18,
)  # bytes that a member is given at first, and at most: of many small ones none copies all that follow
_HEAD_7Z, _BLOCK = 32, 512  # bytes of the head of a 7z; of a block in a tar
_MOST_HEADS, _LONGEST = 1_000, 65_536  # heads of a gz that are looked at, and letters of a name
_ZEROS = re.compile(rb"\0*+")
_AES_7Z = b"\x06\xf1\x07\x01"
_PAX = re.compile(rb"\d{1,5} (?:comment|[ug]name|SCHILY\.[\w.]{1,80})=([^\n\0]{2,1000})\n")
_LIBARCHIVE_FORMATS = {
    "cab": "cab",
    "iso": "iso9660",
    "cpio": "cpio",
    "ar": "ar",
    "xar": "xar",
}
_PIECE = 16_000_000  # bytes that are unpacked at once
# py7zr asks the system how much memory is free; a worker can see nothing of the system.
py7zr.py7zr.get_memory_limit = lambda: _PIECE  # type: ignore[attr-defined]  # the library names no exports


def read_stream(node: Node, out: Reading) -> None:
    """gz, bz2, xz, lzma: one file, maybe a tar."""
    makers: dict[str, Callable[[], zlib._Decompress | bz2.BZ2Decompressor | lzma.LZMADecompressor]] = {
        "gz": lambda: zlib.decompressobj(31),
        "bz2": bz2.BZ2Decompressor,
        "xz": lambda: lzma.LZMADecompressor(memlimit=300_000_000),
        "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=300_000_000),
    }
    data, starts, end = _inflate(node.data, makers[node.type], out)
    if node.type == "gz":
        told = dict.fromkeys(word for start in starts[:_MOST_HEADS] for word in _head(node.data, start))
        out.text(node, "\n".join(told), place="comment of the archive")
        if len(starts) > _MOST_HEADS:
            out.partly(node, "too-many-entries", "has more pieces than are asked for their names")
    out.text(node, strings(node.data[end:]), place="behind the end", hidden=True)
    out.unpacked(len(data))
    out.child(node, data, name=_inner_name(node))


def _head(data: bytes, start: int) -> Iterator[str]:
    """What the head of a gz holds: an extra field, a name, a comment."""
    flags, at = data[start + 3] if len(data) > start + 10 else 0, start + 10
    if flags & 0x04:
        size = int.from_bytes(data[at : at + 2], "little")
        yield strings(data[at + 2 : at + 2 + size])
        at += 2 + size
    for _ in range((flags >> 3 & 1) + (flags >> 4 & 1)):
        end = data.find(b"\0", at, at + _LONGEST)
        end = end if end >= 0 else at + _LONGEST
        yield data[at:end].decode("latin-1")
        at = end + 1


def _inner_name(node: Node) -> str:
    base, _, ending = node.name.rpartition(".")
    if (
        node.type == "gz" and node.data[3:4] and node.data[3] & 0x0C == 0x08
    ):  # a name, and no extra field before it
        return node.data[10:].split(b"\0", 1)[0][:255].decode("latin-1")
    return base + ".tar" if ending.lower() in {"tgz", "tbz", "tbz2", "txz"} else base


def _inflate(
    data: bytes,
    make: Callable[[], "zlib._Decompress | bz2.BZ2Decompressor | lzma.LZMADecompressor"],
    out: Reading,
) -> tuple[bytes, list[int], int]:
    """All members one after the other, bounded by room and ratio; where each begins, and where the last ends."""
    room = min(out.room, max(len(data) * out.limits.ratio, 1_000_000))
    found, at = bytearray(), 0
    starts: list[int] = []
    while at < len(data):
        starts.append(at)
        unpacker, feed, step = make(), b"", _FEED
        try:
            while not unpacker.eof:
                out.check_time()
                if not feed and getattr(unpacker, "needs_input", True):
                    feed, at, step = data[at : at + step], at + step, min(2 * step, _CHUNK)
                piece = unpacker.decompress(feed, _CHUNK)
                fed, feed = feed, getattr(unpacker, "unconsumed_tail", b"")
                found += piece
                if len(found) > room:
                    raise Unreadable("too-big", "unpacks to more than is read")
                if not piece and not fed and at >= len(data) and not unpacker.eof:
                    raise Unreadable("corrupt", "cut off before its end")
        except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError) as error:
            raise Unreadable("corrupt", "damaged compressed data") from error
        at = _ZEROS.match(data, min(at, len(data)) - len(unpacker.unused_data)).end()  # type: ignore[union-attr]  # it matches anywhere
        if not data.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ"), at):
            break
    return bytes(found), starts, at


def read_zstd(node: Node, out: Reading) -> None:
    """zst, through libarchive's filter."""
    by_libarchive(node, out, "raw")
    out.text(node, carried.runs(node.data), place="beside its content", hidden=True)


def read_libarchive(node: Node, out: Reading) -> None:
    """tar, cab, iso, cpio, ar, xar."""
    by_libarchive(node, out, _LIBARCHIVE_FORMATS[node.type])
    out.text(node, carried.runs(node.data), place="beside its entries", hidden=True)


def read_tar(node: Node, out: Reading) -> None:
    """A tar, and what stands in its own fields beside the names: comments, and who owned a file."""
    by_libarchive(node, out, "tar")
    said = [value.decode("utf-8", "replace") for value in _PAX.findall(node.data)]
    owners, end = _walked(node.data, out)
    out.text(node, "\n".join(dict.fromkeys((*said, *owners))), place="comment of the archive", hidden=True)
    if rest := node.data[end:].lstrip(b"\0"):
        out.child(node, rest, name="behind the end", hidden=True)


def _walked(data: bytes, out: Reading) -> tuple[list[str], int]:
    """Who owned the entries, and where the archive ends; where a size is written otherwise, nobody knows."""
    owners: dict[str, None] = {}
    at = 0
    while at + _BLOCK <= len(data) and data[at]:
        size = data[at + 124 : at + 136].strip(b" \0")
        if not re.fullmatch(rb"[0-7]+", size or b"0"):
            return list(owners), len(data)
        for start in (265, 297):
            owners[data[at + start : at + start + 32].split(b"\0", 1)[0].decode("utf-8", "replace")] = None
        at += _BLOCK + -(-int(size or b"0", 8) // _BLOCK) * _BLOCK
        out.check_time()
    return [owner for owner in owners if len(owner) > 1], min(at, len(data))


def by_libarchive(node: Node, out: Reading, format_name: str) -> None:
    """Every entry that libarchive can read, as parts."""
    count = 0
    try:
        with libarchive.memory_reader(node.data, format_name=format_name) as archive:
            for entry in archive:
                count += 1
                if count > out.limits.entries:
                    raise Unreadable("too-many-entries", "has more entries than are read")
                out.check_time()
                name = str(entry.pathname or "") if format_name != "raw" else _inner_name(node)
                if entry.isdir:
                    out.text(node, name, place="folder name")
                    continue
                if entry.issym or entry.islnk:
                    out.text(node, f"{name}\n{entry.linkpath or ''}", place="link name")
                    continue
                _entry(node, out, entry, name)
    except libarchive.exception.ArchiveError as error:
        if not count:
            raise Unreadable("corrupt", "a damaged archive") from error
        raise Unreadable("corrupt", "damaged: not all of the archive was read") from error
    if not count:
        raise Unreadable("corrupt", "an archive without entries")


def _entry(node: Node, out: Reading, entry: "libarchive.entry.ArchiveEntry", name: str) -> None:
    data = bytearray()
    for block in entry.get_blocks():
        data += block
        if len(data) > out.room:
            child = out.child(node, b"", name=name, type="packed")
            out.unreadable(child, "too-big", "unpacks to more than is read")
            return
        out.check_time()
    out.unpacked(len(data))
    out.child(node, bytes(data), name=name)


def read_7z(node: Node, out: Reading) -> None:
    """Entries one by one; the lock is judged by the coders of each."""
    if len(node.data) > _HEAD_7Z:
        offset, size = struct.unpack("<QQ", node.data[12:28])
        out.text(node, strings(node.data[_HEAD_7Z + offset + size :]), place="behind the end", hidden=True)
    try:
        archive = py7zr.SevenZipFile(io.BytesIO(node.data))
    except py7zr.exceptions.PasswordRequired:
        _shut(node, out, "AES-256, names encrypted too")
        return
    except (
        py7zr.exceptions.ArchiveError,
        lzma.LZMAError,
        ValueError,
        OSError,
        TypeError,
        IndexError,
        KeyError,
        EOFError,
        AssertionError,
    ) as error:
        raise Unreadable("corrupt", "a damaged archive") from error
    with archive:
        files = [f for f in archive.files if not f.is_directory]
        out.text(node, "\n".join(f.filename for f in archive.files if f.is_directory), place="folder name")
        if len(files) > out.limits.entries:
            raise Unreadable("too-many-entries", "has more entries than are read")
        shut = {
            f.filename
            for f in files
            if f.folder is not None and any(c["method"] == _AES_7Z for c in f.folder.coders)
        }
        if shut:
            _locked_names(node, out, files, shut)
            return
        if sum(f.uncompressed or 0 for f in files) > out.room:
            for f in files:
                out.text(node, f.filename, place="name in the archive")
            raise Unreadable("too-big", "unpacks to more than is read")
        _extract_7z(node, out, archive)


def _locked_names(node: Node, out: Reading, files: list[py7zr.py7zr.ArchiveFile], shut: set[str]) -> None:
    for f in files:
        out.text(node, f.filename, place="name in the archive", where=None)
    if len(shut) == len(files):
        _shut(node, out, "AES-256, names are open")
        return
    out.protect(
        node, Protection.LOOKALIKE, f"{len(shut)} of {len(files)} entries are encrypted, the others are open"
    )
    clear = [f.filename for f in files if f.filename not in shut]
    with py7zr.SevenZipFile(io.BytesIO(node.data), password="\0") as archive:  # noqa: S106 - not a password: the library wants one to read what is open
        _extract_7z(node, out, archive, clear)


def _extract_7z(node: Node, out: Reading, archive: py7zr.SevenZipFile, only: list[str] | None = None) -> None:
    factory = py7zr.io.BytesIOFactory(out.room)
    try:
        if only is None:
            archive.extractall(factory=factory)
        else:
            archive.extract(targets=only, factory=factory)
    except (
        py7zr.exceptions.ArchiveError,
        lzma.LZMAError,
        zlib.error,
        ValueError,
        OSError,
        TypeError,
        IndexError,
        KeyError,
        EOFError,
        RuntimeError,
        AssertionError,
    ) as error:
        raise Unreadable("corrupt", "a damaged archive") from error
    if len(names := [f.filename for f in archive.files]) > len(set(names)):
        out.partly(node, "ambiguous", "holds several entries of one name, of which one was read")
    for name, product in factory.products.items():
        product.seek(0)
        data = product.read()
        out.unpacked(len(data))
        out.child(node, data, name=name)


def _shut(node: Node, out: Reading, how: str) -> None:
    out.protect(node, Protection.STRONG, how)
    node.read, node.why = Read.NOT, "locked"
    node.facts["crypto"] = "7z"
    out.locked.append(node)
