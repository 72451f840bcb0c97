"""Words in an archive that stand in no entry, or in one that is taken for something else, are read or said to be unread."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable

import py7zr
import pytest

from tests.corpus.plain import plain_docx
from tests.support.mail import make_message
from tests.support.needle import NEEDLE, TOLD, found

SAID = NEEDLE.encode()
GZ = gzip.compress(b"Hello")


def attached(name: str, data: bytes) -> bytes:
    return make_message(attach=((name, "application/octet-stream", data),))


def zipped(fill: Callable[[zipfile.ZipFile], None]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "Hello")
        fill(archive)
    return target.getvalue()


def between(archive: zipfile.ZipFile) -> None:
    assert archive.fp is not None
    archive.fp.write(SAID)
    archive.start_dir = archive.fp.tell()
    archive.writestr("b.txt", "Hello")


def beside(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("b.txt")
    info.extra = struct.pack("<HH", 0x9999, len(SAID)) + SAID
    archive.writestr(info, "Hello")


def folder(archive: zipfile.ZipFile) -> None:
    archive.writestr(zipfile.ZipInfo("notes/"), SAID)


def nothing(archive: zipfile.ZipFile) -> None:
    del archive


@pytest.mark.parametrize("fill", [between, beside, folder])
def test_words_beside_the_entries_of_a_zip_are_read(fill: Callable[[zipfile.ZipFile], None]) -> None:
    assert found(attached("a.zip", zipped(fill))) >= TOLD


def test_words_behind_a_zip_and_a_document_are_read() -> None:
    assert found(attached("a.zip", zipped(nothing) + SAID)) >= TOLD
    assert found(attached("a.docx", plain_docx() + SAID)) >= TOLD
    assert not found(attached("a.zip", zipped(nothing)))


def test_the_comment_of_a_document_is_read() -> None:
    target = io.BytesIO(plain_docx())
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = SAID
    assert found(attached("a.docx", target.getvalue())) >= TOLD


def head(flags: int, rest: bytes) -> bytes:
    return b"\x1f\x8b\x08" + bytes([flags]) + bytes(6) + rest + GZ[10:]


FIELD = b"ap" + struct.pack("<H", len(SAID)) + SAID


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.gz", GZ + SAID),
        ("a.bz2", bz2.compress(b"Hello") + SAID),
        ("a.xz", lzma.compress(b"Hello") + SAID),
        ("a.gz", head(4, struct.pack("<H", len(FIELD)) + FIELD)),
        ("a.gz", head(12, struct.pack("<H", 4) + b"ap\0\0" + SAID + b"\0")),
        ("a.gz", GZ + head(8, SAID + b"\0")),
    ],
)
def test_words_beside_what_is_packed_are_read(name: str, data: bytes) -> None:
    """Behind the end; in the head's extra field; in a name beside one; in the name of the second piece."""
    assert found(attached(name, data)) >= TOLD


def tar(name: str, data: bytes, *, owner: str = "") -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        info = tarfile.TarInfo(name)
        info.size, info.uname = len(data), owner
        archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        tar("a.txt", b"Hello") + SAID,
        tar("a.txt", b"Hello") + tar("b.txt", SAID),
        tar("a.txt", b"Hello", owner=NEEDLE),
    ],
)
def test_words_behind_a_tar_and_of_its_owners_are_read(data: bytes) -> None:
    assert found(attached("a.tar", data)) >= TOLD


def test_a_tar_as_programs_write_it_is_no_finding() -> None:
    assert not found(attached("a.tar", tar("a.txt", b"Hello", owner="root")))


def test_words_behind_a_7z_are_read_and_two_entries_of_one_name_are_said() -> None:
    target = io.BytesIO()
    with py7zr.SevenZipFile(target, "w") as archive:
        archive.writestr(SAID, "a.txt")
        archive.writestr(b"Hello", "a.txt")
    assert "unreadable:ambiguous" in found(attached("a.7z", target.getvalue()))
    assert found(attached("a.7z", target.getvalue() + SAID)) >= TOLD
