"""ZIP archives, entry by entry: names, content, what is locked, and what does not add up. Nothing unpacks beyond the budgets."""

import io
import lzma
import struct
import zipfile
import zlib

from isal import igzip_lib, isal_zlib

from detectors.extract import deflate64
from detectors.extract.protection.archives import ZipLock, zip_lock
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sweep import strings
from detectors.extract.zip_rest import unlisted
from detectors.findings import Protection, Read

_END = b"PK\x05\x06"
_LOCAL = b"PK\x03\x04"
_UNICODE_NAME = 0x7075
_STAMPS = frozenset(
    {0x0001, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0x9901}
)  # sizes, times, owners and ciphers
_METHODS = {0, 8, 9, 12, 14}
_UTF8, _UNUSUAL = 0x800, 0x1 | 0x20 | 0x40  # flags: names in UTF-8; encrypted, a patch, encrypted strongly


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The archive, or Unreadable."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (
        zipfile.BadZipFile,
        ValueError,
        OSError,
        EOFError,
        struct.error,
        UnicodeError,
    ) as error:
        raise Unreadable("corrupt", "a damaged archive") from error
    except NotImplementedError as error:  # the library's word for a version above its own
        raise Unreadable("unsupported", "an archive of a version that is not read") from error


def read(node: Node, out: Reading) -> None:
    """Every entry as a child; the lock is judged per entry."""
    archive = open_zip(node.data)
    entries = archive.infolist()
    if len(entries) > out.limits.entries:
        raise Unreadable("too-many-entries", "has more entries than are read")
    _overlaps(entries, node, out)
    locks: list[ZipLock] = []
    for info in entries:
        out.check_time()
        if info.is_dir():
            out.text(node, info.filename, place="folder name", hidden=False)
            _beside(node, info, out)
            if not info.file_size:
                continue
        lock = zip_lock(node.data, info)
        if lock.fake:
            _fake(node, info, out)
            _beside(node, info, out)
            continue
        locks.append(lock)
        if lock.protection is not Protection.NONE:
            _locked(node, info, lock, out)
        else:
            _entry(node, archive, info, out)
    _summary(node, locks, out)
    if archive.comment:
        out.text(node, archive.comment.decode("utf-8", "replace"), place="comment of the archive")
    if not entries and len(node.data) > 22:
        raise Unreadable("corrupt", "an archive without a list of entries")
    unlisted(node, archive, out)


def beside(node: Node, archive: zipfile.ZipFile, out: Reading) -> None:
    """What a document that is an archive holds and no program shows, or some do: parts of one name, and what no list names."""
    entries = archive.infolist()
    if archive.comment:
        out.text(
            node, archive.comment.decode("utf-8", "replace"), place="comment of the archive", hidden=True
        )
    for info in entries:
        if info.comment or info.extra:
            _beside(node, info, out)
    last = {_plainly(info): info for info in entries}
    if len(last) < len(entries):
        out.partly(node, "ambiguous", "holds two parts of one name, of which programs show one or the other")
        for info in entries:
            if last[_plainly(info)] is not info:
                _entry(node, archive, info, out)
    unlisted(node, archive, out)


def _plainly(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").lstrip("/").casefold()


def _summary(node: Node, locks: list[ZipLock], out: Reading) -> None:
    """The archive is as protected as its weakest entry; half and half is none, and says so."""
    if not locks:
        return
    shut = [lock for lock in locks if lock.protection is not Protection.NONE]
    if not shut:
        return
    if len(shut) < len(locks):
        out.protect(
            node,
            Protection.LOOKALIKE,
            f"{len(shut)} of {len(locks)} entries are encrypted, the others are open",
        )
        return
    weak = [lock for lock in shut if lock.protection is Protection.WEAK]
    worst = weak[0] if weak else shut[0]
    out.protect(node, worst.protection, worst.how)
    node.facts["crypto"] = "zip"
    out.locked.append(node)
    node.read, node.why = Read.IN_PART, "locked: only the names of the entries were read"


def _locked(node: Node, info: zipfile.ZipInfo, lock: ZipLock, out: Reading) -> None:
    child = out.child(node, b"", name=info.filename, facts={"locked": "zip"}, type="locked", cost=0)
    child.protection, child.how, child.read, child.why = lock.protection, lock.how, Read.NOT, "locked"
    child.size = info.file_size
    _beside(node, info, out)


def _entry(node: Node, archive: zipfile.ZipFile, info: zipfile.ZipInfo, out: Reading) -> None:
    if info.compress_type not in _METHODS:
        child = out.child(node, b"", name=info.filename, type="packed")
        out.unreadable(child, "unsupported", "packed by a method that is not read")
        return
    room = out.room
    if info.file_size > room or info.file_size > max(info.compress_size, 64) * out.limits.ratio:
        child = out.child(node, b"", name=info.filename, type="packed")
        out.unreadable(child, "too-big", "unpacks to more than is read")
        return
    try:
        wide = info.compress_type == deflate64.METHOD
        data = deflate64.entry(node.data, info, room) if wide else bounded(archive, info, room)
    except Unreadable as stop:
        child = out.child(node, b"", name=info.filename, type="packed")
        out.unreadable(child, stop.reason, stop.why)
        return
    out.unpacked(len(data))
    out.child(node, data, name=info.filename)
    _beside(node, info, out)


def _beside(node: Node, info: zipfile.ZipInfo, out: Reading) -> None:
    """A comment, and a second name, which Info-ZIP and Windows show in place of the first."""
    if info.comment:
        out.text(node, info.comment.decode("utf-8", "replace"), place="comment of an entry")
    at, extra = 0, info.extra
    while at + 4 <= len(extra):
        kind, size = struct.unpack("<HH", extra[at : at + 4])
        if kind == _UNICODE_NAME:
            other = extra[at + 9 : at + 4 + size].decode("utf-8", "replace")
            out.text(node, other if other != info.filename else "", place="name in the archive")
        elif kind not in _STAMPS:
            out.text(node, strings(extra[at + 4 : at + 4 + size]), place="beside an entry", hidden=True)
        at += 4 + size


def bounded(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> bytes:
    """One entry whole, its checksum verified, or Unreadable."""
    if info.file_size <= room and (quickly := inflated(archive, info)) is not None:
        return quickly
    try:
        with archive.open(info) as stream:
            data = stream.read(room + 1)
            if len(data) <= room:
                stream.read(1)  # reaches the end, where the checksum is verified
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        struct.error,
        lzma.LZMAError,
    ) as error:
        raise Unreadable("corrupt", "a damaged entry") from error
    if len(data) > room:
        raise Unreadable("too-big", "unpacks to more than is read")
    return data


_MOST = 1_100  # times its packed size is the most that deflated bytes can hold


def beginning(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """The first bytes of an entry, and no more is unpacked; raises what zipfile raises."""
    if info.file_size <= most and (quickly := inflated(archive, info)) is not None:
        return quickly
    with archive.open(info) as stream:
        return stream.read(most)


def inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    """An entry by ISA-L, three times as fast; None where its header, size or sum is not as the list states: that is for the standard library to judge."""
    file, at = archive.fp, info.header_offset
    if (
        info.compress_type not in {0, 8}
        or info.flag_bits & _UNUSUAL
        or at < 0
        or not isinstance(file, io.BytesIO)
    ):
        return None
    data = file.getvalue()
    head = data[at : at + 30]
    if info.file_size > _MOST * len(data) or len(head) < 30 or not head.startswith(_LOCAL):
        return None
    flags, name, extra = struct.unpack("<6xH18xHH", head)
    stated = info.orig_filename.encode("utf-8" if flags & _UTF8 else "cp437", "replace")
    if (flags ^ info.flag_bits) & _UTF8 or data[at + 30 : at + 30 + name] != stated:
        return None
    start = at + 30 + name + extra
    entry = _unpacked(memoryview(data)[start : start + info.compress_size], info)
    return entry if len(entry) == info.file_size and isal_zlib.crc32(entry) == info.CRC else None


def _unpacked(raw: memoryview, info: zipfile.ZipInfo) -> bytes:
    """What a stream holds that ends where it should."""
    if info.compress_type == zipfile.ZIP_STORED:
        return bytes(raw)
    stream = isal_zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        whole = stream.decompress(raw, info.file_size + 1)
    except igzip_lib.IsalError:  # type: ignore[misc]  # its stubs take the class for one of its instances
        return b""
    return whole if stream.eof else b""


def _fake(node: Node, info: zipfile.ZipInfo, out: Reading) -> None:
    """Flagged as encrypted, yet plain: readers ask for a password that is not needed."""
    start = info.header_offset
    name_length, extra_length = struct.unpack("<HH", node.data[start + 26 : start + 30])
    begin = start + 30 + name_length + extra_length
    raw = node.data[begin : begin + info.compress_size]
    data = zlib.decompressobj(-15).decompress(raw, out.room) if info.compress_type == 8 else raw
    out.unpacked(len(data))
    child = out.child(node, data, name=info.filename)
    out.protect(child, Protection.LOOKALIKE, "flagged as encrypted, but the content is plain")


def _overlaps(entries: list[zipfile.ZipInfo], node: Node, out: Reading) -> None:
    """Entries that share bytes are a bomb: no packer writes them."""
    end = -1
    for info in sorted(entries, key=lambda e: e.header_offset):
        if info.header_offset < end:
            raise Unreadable("overlap", "entries lie over each other")
        end = info.header_offset + 30 + info.compress_size
    total = sum(e.file_size for e in entries)
    if total > out.limits.out_bytes * 4:
        out.partly(node, "too-big", "unpacks to more than is read")


def tail(data: bytes) -> bytes:
    """The ZIP that stands at the end of bytes of another type, b"" if there is none."""
    end = data.rfind(_END, max(0, len(data) - 66_000))
    if end < 0:
        return b""
    size, offset = struct.unpack("<II", data[end + 12 : end + 20]) if len(data) >= end + 20 else (0, 0)
    start = end - size - offset
    begin = start if 0 < start < end and data[start : start + 4] == _LOCAL else data.find(_LOCAL)
    return data[begin:] if 0 < begin < end else b""
