"""RAR archives: the list and the locks by rarfile, the content by libarchive from an archive put together anew; no program is run."""

import io
import struct
import zlib
from collections.abc import Iterator, Sequence

import libarchive
import libarchive.exception
import rarfile

from detectors.extract import archives, carried
from detectors.extract.rar_packed import AES_SINCE, NEW, STORED, decrypted, unpacked
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.findings import Protection, Read

FAILURES = (rarfile.Error, ValueError, OSError, TypeError, IndexError, KeyError, EOFError, AttributeError, struct.error)  # fmt: skip
_SOLID = 0x10
_STRETCH = 18  # as a power of two: rounds of the key that we are ready to run; RAR writes 15
_SIZE = 16  # bytes of a size; ten hold the largest number
_MARK5 = b"Rar!\x1a\x07\x01\x00"


class _Archive(io.BytesIO):
    """The bytes, as rarfile reads them: it takes a size byte by byte as far as it goes on, in quadratic time. Here it ends like the file."""

    _single = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self._single = self._single + 1 if size == 1 else 0
        return b"" if self._single > _SIZE else super().read(size)


def read(node: Node, out: Reading) -> None:
    """Names, locks, and what stands open."""
    entries, archive = _listed(node)
    if archive.needs_password() and not entries:
        node.facts["crypto"] = "rar"
        _shut(node, out, Protection.STRONG, f"AES-{_bits(node.data)}, names encrypted too")
        return
    for entry in entries:
        out.text(node, entry.filename, place="name in the archive")
    folders = [e.filename for e in archive.infolist() if e.is_dir()]
    out.text(node, "\n".join(folders), place="folder name")
    comments = [str(c.comment) for c in (archive, *entries) if getattr(c, "comment", None)]
    out.text(node, "\n".join(comments), place="comment of the archive")
    out.text(node, carried.runs(node.data), place="beside its entries", hidden=True)
    if any(e.flags & (rarfile.RAR_FILE_SPLIT_BEFORE | rarfile.RAR_FILE_SPLIT_AFTER) for e in entries):
        raise Unreadable("partial-archive", "one volume of an archive in several")
    shut = [e for e in entries if e.needs_password()]
    if shut:
        _locked(node, out, shut, entries)
    if shut:
        unpack(node, out, node.data, [e for e in entries if not e.needs_password()])
    elif entries:
        _open(node, out, entries)
    else:
        raise Unreadable("corrupt", "an archive without entries")


def _open(node: Node, out: Reading, entries: Sequence[rarfile.RarInfo]) -> None:
    """By libarchive alone, which sees former versions of files too; what it cannot read, entry by entry."""
    before = len(out.nodes)
    try:
        archives.by_libarchive(node, out, "all")
    except Unreadable as stop:
        if stop.reason != "corrupt":
            raise
        seen = {n.name for n in out.nodes[before:]}
        unpack(node, out, node.data, [e for e in entries if e.filename not in seen])


def _listed(node: Node) -> tuple[list[rarfile.RarInfo], rarfile.RarFile]:
    try:
        archive = rarfile.RarFile(_Archive(node.data))
        return [e for e in archive.infolist() if not e.is_dir()], archive
    except rarfile.NeedFirstVolume as error:
        raise Unreadable("partial-archive", "one volume of an archive in several") from error
    except FAILURES as error:
        raise Unreadable("corrupt", "a damaged archive") from error


def _locked(
    node: Node, out: Reading, shut: Sequence[rarfile.RarInfo], entries: Sequence[rarfile.RarInfo]
) -> None:
    if len(shut) < len(entries):
        how = f"{len(shut)} of {len(entries)} entries are encrypted, the others are open"
        out.protect(node, Protection.LOOKALIKE, how)
        node.read, node.why = Read.IN_PART, "some entries are locked"
        return
    if any(e.extract_version < AES_SINCE for e in shut):
        _shut(node, out, Protection.WEAK, "the cipher of RAR 2, names are open")
        return
    node.facts["crypto"] = "rar"
    _shut(node, out, Protection.STRONG, f"AES-{_bits(node.data)}, names are open")


def _bits(data: bytes) -> int:
    return 256 if data.startswith(_MARK5) else 128


def _shut(node: Node, out: Reading, protection: Protection, how: str) -> None:
    out.protect(node, protection, how)
    node.read, node.why = Read.NOT, "locked"
    if node.facts.get("crypto"):
        out.locked.append(node)


def unpack(
    node: Node, out: Reading, data: bytes, entries: Sequence[rarfile.RarInfo], password: str = ""
) -> None:
    """The content of these entries as parts."""
    if len(entries) > out.limits.entries:
        raise Unreadable("too-many-entries", "has more entries than are read")
    packed: list[tuple[rarfile.RarInfo, bytes]] = []
    for entry in entries:
        out.check_time()
        if entry.is_symlink():
            continue
        if entry.file_size > out.room:
            _unread(node, out, entry, "too-big", "unpacks to more than is read")
        elif entry.compress_type == STORED:
            _child(node, out, entry, decrypted(data, entry, password)[: entry.file_size])
        elif entry.extract_version < AES_SINCE:
            _unread(node, out, entry, "unsupported", "packed by an old RAR")
        elif entry.extract_version < NEW and entry.flags & _SOLID and not entry.needs_password():
            _unread(node, out, entry, "unsupported", "packed together with others by an old RAR")
        else:
            packed.append((entry, decrypted(data, entry, password)))
    for entry, plain in _in_time(packed, out):
        _child(node, out, entry, plain)


def opened(data: bytes, password: str) -> list[rarfile.RarInfo]:
    """The entries, when this password opens the smallest of them; else []."""
    try:
        archive = rarfile.RarFile(_Archive(data))
        archive.setpassword(password)
        entries = [e for e in archive.infolist() if not e.is_dir() and not e.is_symlink()]
        if not entries or any(_stretch(e) > _STRETCH for e in entries):
            return []
        first = min((e for e in entries if e.needs_password() and e.file_size), key=lambda e: e.file_size)
        return entries if _fits(data, first, password) else []
    except (*FAILURES, Unreadable, libarchive.exception.ArchiveError):
        return []


def _stretch(entry: rarfile.RarInfo) -> int:
    return int(entry.file_encryption[2]) if entry.extract_version >= NEW and entry.needs_password() else 0


def _fits(data: bytes, entry: rarfile.RarInfo, password: str) -> bool:
    """By the check value of RAR 5; by the content's own sum in older ones."""
    if entry.extract_version >= NEW and len(check := entry.file_encryption[5]) == 12:
        rounds, salt = (1 << entry.file_encryption[2]) + 32, entry.file_encryption[3]
        long = rarfile.rar5_s2k(password, salt, rounds)
        short = bytes(long[i] ^ long[i + 8] ^ long[i + 16] ^ long[i + 24] for i in range(8))
        return short == bytes(check[:8])
    plain = decrypted(data, entry, password)
    if entry.compress_type != STORED:
        plain = next(unpacked([(entry, plain)]))[1]
    return bool(zlib.crc32(plain[: entry.file_size]) == entry.CRC)


def _in_time(
    packed: Sequence[tuple[rarfile.RarInfo, bytes]], out: Reading
) -> Iterator[tuple[rarfile.RarInfo, bytes]]:
    try:
        for entry, plain in unpacked(packed):
            out.check_time()
            yield entry, plain
    except libarchive.exception.ArchiveError as error:
        old = "unavailable" in str(error) or "unsupported" in str(error).lower()
        raise Unreadable(
            "unsupported" if old else "corrupt", "not all of the archive could be read"
        ) from error


def _child(node: Node, out: Reading, entry: rarfile.RarInfo, plain: bytes) -> None:
    out.unpacked(len(plain))
    out.child(node, plain, name=entry.filename)


def _unread(node: Node, out: Reading, entry: rarfile.RarInfo, reason: str, why: str) -> None:
    child = out.child(node, b"", name=entry.filename, type="packed")
    out.unreadable(child, reason, why)
