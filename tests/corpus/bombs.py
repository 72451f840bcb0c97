"""Files made to break, stall or flood a reader: (name, bytes, the kinds of which one must be found)."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

from tests.corpus.plain import plain_docx, plain_pdf, plain_xlsx, plain_zip, with_part

Bomb = tuple[str, bytes, set[str]]
BIG = {"unreadable:too-big", "unreadable:time", "unreadable:too-much-text", "unreadable:memory"}
BROKEN = {"unreadable:corrupt"}
_SHEET = "xl/worksheets/sheet1.xml"
_WORD = "word/document.xml"


def _zeros(size: int) -> bytes:
    """Deflated zeros, as a ZIP entry."""
    return plain_zip(**{"zeros.txt": b"\0" * size})


def _overlapping() -> bytes:
    """Two names for the same bytes, as Fifield's bomb does at scale."""
    made = plain_zip(**{"a.txt": b"x" * 1000})
    start = made.index(b"PK\x01\x02")
    end = made.index(b"PK\x05\x06")
    entry = made[start:end]
    tail = bytearray(made[end:])
    tail[8:12] = struct.pack("<HH", 200, 200)
    tail[12:16] = struct.pack("<I", len(entry) * 200)
    return made[:start] + entry * 200 + bytes(tail)


def _nested(depth: int) -> bytes:
    data = b"Quill"
    for level in range(depth):
        data = plain_zip(**{f"{level}.zip": data})
    return data


def _xml(part: str, plain: bytes, body: bytes) -> bytes:
    return with_part(plain, part, lambda _: body)


def sheet(rows: bytes) -> bytes:
    """A workbook with these bytes for rows."""
    return _xml(_SHEET, plain_xlsx(), b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>")


def _with_strings(body: bytes) -> bytes:
    out = io.BytesIO(plain_xlsx())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sharedStrings.xml", body)
    return out.getvalue()


def unclosed() -> list[tuple[str, bytes]]:
    """Workbooks of tags without an end: whoever seeks it from each tag anew takes hours."""
    tags = {
        "row": b"<row ", "rows": b"<row>", "prefix": b"<x:row>", "cells": b'<row r="1"><c ', "values": b"<row><c><v>1</v></c>", "one": b"<row><c><v>",
        "text": b'<c t="inlineStr"><is><t ',
    }  # fmt: skip
    sheets = [(f"{name}.xlsx", sheet(tag * 400_000)) for name, tag in tags.items()]
    closed = [(f"{name}-row.xlsx", sheet(b"<row>" + tag * 200_000 + b"</row>")) for name, tag in tags.items()]
    strings = (b"<si>", b"<si ", b"<si><rPh>", b"<si><t ")
    shared = [
        (f"shared-{n}.xlsx", _with_strings(b"<sst>" + tag * 200_000 + b"</si></sst>"))
        for n, tag in enumerate(strings)
    ]
    return [*sheets, *closed, *shared]


def _lying_zip() -> bytes:
    """An entry that says it is ten bytes long and is a million."""
    made = bytearray(plain_zip(**{"a.txt": b"\0" * 1_000_000}))
    at = made.index(b"PK\x01\x02")
    made[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(made)


def _tar(count: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for i in range(count):
            archive.addfile(tarfile.TarInfo(f"{i}"))
    return out.getvalue()


def _many_entries(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for i in range(count):
            archive.writestr(f"{i}", b"")
    return out.getvalue()


def _spins() -> bytes:
    from tests.corpus.locks.office import offices

    [data] = [d for n, d, _ in offices() if n == "agile.docx"]
    return data.replace(b'spinCount="100000"', b'spinCount="999999"').replace(
        b'saltSize="16"', b'spinCount="99999999"', 1
    )


def bombs() -> list[Bomb]:
    """Each ends within its budget."""
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><w:document xmlns:w="w"><w:t>&b;</w:t></w:document>'
    outside = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document xmlns:w="w"><w:t>&e;</w:t></w:document>'
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    return [
        ("zeros.zip", _zeros(300_000_000), BIG),
        ("lying.zip", _lying_zip(), BROKEN | BIG),
        ("overlap.zip", _overlapping(), {"unreadable:overlap"}),
        ("nested.zip", _nested(30), {"unreadable:too-deep"}),
        ("many.zip", _many_entries(10_001), {"unreadable:too-many-entries"}),
        ("zeros.gz", gzip.compress(b"\0" * 300_000_000, 9), BIG),
        ("zeros.bz2", bz2.compress(b"\0" * 300_000_000), BIG),
        ("zeros.xz", lzma.compress(b"\0" * 300_000_000), BIG),
        ("twice.gz", gzip.compress(gzip.compress(b"\0" * 300_000_000, 9), 9), BIG),
        ("many.tar", _tar(10_001), {"unreadable:too-many-entries", "unreadable:too-many-parts"}),
        ("laughs.docx", _xml(_WORD, plain_docx(), laughs), {"unreadable:doctype"}),
        ("outside.docx", _xml(_WORD, plain_docx(), outside), {"unreadable:doctype"}),
        ("deep.docx", _xml(_WORD, plain_docx(), deep), {"unreadable:too-deep"}),
        ("ratio.docx", _xml(_WORD, plain_docx(), b"<w:document>" + b" " * 300_000_000), BIG),
        ("cut.docx", _xml(_WORD, plain_docx(), b"<w:document><w:t>Quill"), BROKEN),
        (
            "rows.xlsx",
            sheet(b'<row r="1"><c><v>1</v></c></row>' * 4_000_000),
            BIG | {"unreadable:too-many-cells"},
        ),
        ("laughs.xlsx", _xml(_SHEET, plain_xlsx(), b"<!DOCTYPE x><worksheet/>"), {"unreadable:doctype"}),
        ("pages.pdf", _pages(3_000), {"unreadable:too-many-pages"}),
        ("cut.pdf", plain_pdf()[:200], BROKEN),
        ("empty.pdf", b"%PDF-1.7\n%%EOF", BROKEN),
        ("deep.html", b"<div>" * 300_000, {"unreadable:too-deep"}),
        ("deep.json", b"[" * 100_000 + b"]" * 100_000, set()),
        ("deep.rtf", b"{\\rtf1" + b"{" * 300_000, set()),
        ("escapes.rtf", b"{\\rtf1 " + b"\\u65?" * 1_000_000 + b"}", set()),
        ("spins.docx", _spins(), {"unreadable:encryption"}),
        ("random.bin", bytes(range(256)) * 40, {"unreadable:unknown-type"}),
        ("broken.7z", b"7z\xbc\xaf\x27\x1c" + b"x" * 100, BROKEN),
        ("broken.rar", b"Rar!\x1a\x07\x01\x00" + b"x" * 100, BROKEN),
        ("broken.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 1000, BROKEN),
        ("broken.tnef", b"\x78\x9f\x3e\x22" + b"x" * 100, BROKEN),
        ("broken.cab", b"MSCF" + b"x" * 100, BROKEN),
        ("broken.p7m", b"0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + b"x" * 50, BROKEN),
        ("broken.asc", b"-----BEGIN PGP MESSAGE-----\n\n!!!!\n-----END PGP MESSAGE-----", BROKEN),
        ("cut.gz", gzip.compress(b"Quill" * 1000)[:40], BROKEN),
        ("cut.zip", plain_zip()[:60], BROKEN),
    ]


def _pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (i + 3) for i in range(count))
    parts = [
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[%s]/Count %d>>endobj\n"
        % (kids, count)
    ]
    parts += [
        b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n" % (i + 3) for i in range(count)
    ]
    return b"".join(parts) + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (count + 3)


def spoiled(data: bytes) -> list[bytes]:
    """A good file cut short, with bytes changed, doubled, and with rubbish in front."""
    middle = len(data) // 2
    flipped = bytearray(data)
    for at in range(0, len(flipped), max(1, len(flipped) // 50)):
        flipped[at] ^= 0xFF
    return [
        data[:middle],
        data[: len(data) - 20],
        bytes(flipped),
        data + data,
        b"rubbish\n" + data,
        data[:middle] + b"\0" * 100 + data[middle:],
        zlib.compress(data),
    ]
