"""More files made to break, stall or flood a reader: mail, documents and archives whose structure lies, loops or never ends."""

import base64
import gzip
import io
import struct
import zipfile
import zlib

import pikepdf
import py7zr
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.corpus.cfb import compound
from tests.corpus.locks.mail import packet
from tests.corpus.plain import plain_docx, plain_pdf, plain_xlsx, plain_zip, with_part
from tests.corpus.tnef import attribute

Bomb = tuple[str, bytes, set[str]]
ANY: set[str] = set()  # to end within its budget is enough: a lenient reader may read it
BIG = {"unreadable:too-big", "unreadable:time", "unreadable:too-much-text", "unreadable:memory"}
BROKEN = {"unreadable:corrupt"}
DEEP = {"unreadable:too-deep"}


def malformed() -> list[Bomb]:
    """Each ends within its budget."""
    return [*_mail(), *_pdfs(), *_office(), *_compound(), *_packed(), *_small()]


def _mail() -> list[Bomb]:
    nested = b"".join(b"Subject: %d\r\nContent-Type: message/rfc822\r\n\r\n" % n for n in range(60))
    parts = b"--b\r\n\r\nx\r\n" * 20_000
    return [
        ("parts.eml", b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + parts, {"unreadable:too-many-parts"}),
        ("nested.eml", b"From: a@b.c\r\n" + nested + b"Quill", DEEP),
        ("header.eml", b"Subject: x\r\nTo: " + b"a@b.example,\r\n " * 20_000 + b"z@b.example\r\n\r\nx", {"unreadable:header-too-long", "unreadable:too-big", "unreadable:headers"}),
        ("comments.eml", b"Subject: x\r\nTo: " + b"(" * 3_000 + b")" * 3_000 + b"\r\n\r\nx", ANY),
        ("words.eml", b"From: a@b.c\r\nSubject: " + b"=?utf-8?B?UXVpbGw=?= " * 20_000 + b"\r\n\r\nx", ANY),
        ("boundary.eml", b"From: a@b.c\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=never\r\n\r\nQuill\r\n", {"unreadable:ambiguous"}),
        ("begins.txt", b"begin 644 a\n#0V%T\n`\nend\n" * 5_000, ANY),
        ("equals.eml", b"From: a@b.c\r\nSubject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 3_000_000, ANY),
        ("long.ics", b"BEGIN:VCALENDAR\r\nDESCRIPTION:x" + b"\r\n y" * 300_000, ANY),
        ("length.dat", b"\x78\x9f\x3e\x22\x01\x00" + b"\x01" + struct.pack("<II", 0x8004, 0xFFFFFFFF) + b"Quill", BROKEN),
        ("nested.dat", _winmails(30), DEEP | {"unreadable:too-many-parts"}),
    ]  # fmt: skip


def _winmails(depth: int) -> bytes:
    data = b"Quill"
    for _ in range(depth):
        data = b"\x78\x9f\x3e\x22\x01\x00" + attribute(2, 0x00069002, b"\0" * 14) + attribute(2, 0x00018010, b"winmail.dat\0") + attribute(2, 0x0006800F, data)  # fmt: skip
    return data


def _pdfs() -> list[Bomb]:
    def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
        body = b"\n".join(b"%d 0 obj%s endobj" % (n, o) for n, o in enumerate(objects, 1))
        return (
            b"%PDF-1.7\n" + body + b"\ntrailer<</Root 1 0 R/Size 99" + trailer + b">>\nstartxref\n0\n%%EOF\n"
        )

    huge = zlib.compress(b" " * 120_000_000, 9)
    letters = zlib.compress(b"BT /F1 9 Tf " + b"(x) Tj " * 60_000 + b"ET", 9)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>"
    one = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page)
    return [
        ("loop-pages.pdf", pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"), ANY),
        ("loop-outline.pdf", pdf(b"<</Type/Catalog/Pages 2 0 R/Outlines 3 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", b"<</First 4 0 R/Last 4 0 R>>", b"<</Title(Quill)/Next 4 0 R/Parent 3 0 R>>"), ANY),
        ("loop-xref.pdf", pdf(*one, b"<</Length 0>>stream\n\nendstream", trailer=b"/Prev 0"), ANY),
        ("count.pdf", pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 2000000000>>"), ANY),
        ("flate.pdf", pdf(*one, b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(huge), huge)), ANY),
        ("letters.pdf", pdf(*one, b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(letters), letters)), ANY),
        ("filters.pdf", pdf(*one, b"<</Length 5/Filter[" + b"/ASCIIHexDecode" * 5_000 + b"]>>stream\n41>41\nendstream"), ANY),
        ("versions.pdf", plain_pdf() * 40, ANY),
        ("nested.pdf", _attached(24), DEEP),
        ("names.pdf", pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", b"[" * 5_000 + b"]" * 5_000), ANY),
    ]  # fmt: skip


def _attached(depth: int) -> bytes:
    data = plain_pdf()
    for _ in range(depth):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
            pdf.attachments["a.pdf"] = pikepdf.AttachedFileSpec(pdf, data)
            pdf.save(out)
        data = out.getvalue()
    return data


def _office() -> list[Bomb]:
    def sheet(rows: bytes) -> bytes:
        return with_part(plain_xlsx(), "xl/worksheets/sheet1.xml", lambda _: b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>")  # fmt: skip

    def word(body: bytes) -> bytes:
        return with_part(plain_docx(), "word/document.xml", lambda _: b'<w:document xmlns:w="w"><w:body>' + body + b"</w:body></w:document>")  # fmt: skip

    cell = b'<c r="%s" t="inlineStr"><is><t>Quill</t></is></c>'
    corners = b'<row r="1">' + cell % b"A1" + b'</row><row r="1048576">' + cell % b"XFD1048576" + b"</row>"
    inside = plain_docx()
    for _ in range(25):
        inside = _with_embedded(inside)
    return [
        ("sparse.xlsx", sheet(corners), ANY),
        ("columns.xlsx", sheet(b'<row r="1">' + b"".join(b'<c r="A%d"><v>1</v></c>' % n for n in range(300_000)) + b"</row>"), ANY),
        ("numbers.xlsx", sheet(b'<row r="99999999999999999999"><c r="ZZZZZZZZ9"><v>1e999</v></c></row>'), ANY),
        ("runs.docx", word(b"<w:p>" + b"<w:r><w:t>a</w:t></w:r>" * 200_000 + b"</w:p>"), ANY),
        ("tables.docx", word(b"<w:tbl><w:tr><w:tc>" * 80 + b"<w:p><w:r><w:t>Quill</w:t></w:r></w:p>" + b"</w:tc></w:tr></w:tbl>" * 80), ANY),
        ("itself.docx", inside, DEEP),
        ("parts.docx", _parts(9_000), ANY),
        ("unclosed.docx", word(b"<w:p><w:r><w:t>Quill</w:p>"), BROKEN),
    ]  # fmt: skip


def _with_embedded(inner: bytes) -> bytes:
    out = io.BytesIO(plain_docx())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/embeddings/inner.docx", inner)
    return out.getvalue()


def _parts(count: int) -> bytes:
    out = io.BytesIO(plain_docx())
    with zipfile.ZipFile(out, "a") as archive:
        for n in range(count):
            archive.writestr(f"customXml/part{n}.xml", b"<a>x</a>")
    return out.getvalue()


def _compound() -> list[Bomb]:
    def looped() -> bytes:
        made = bytearray(compound({"WordDocument": b"\xec\xa5" + b"\0" * 900}))
        first = struct.unpack("<I", made[76:80])[0]
        for n in range(3, 100):  # every chain ends in itself
            made[512 * (first + 1) + 4 * n : 512 * (first + 1) + 4 * n + 4] = struct.pack("<I", n)
        return bytes(made)

    head = compound({"Workbook": b"\0"})
    far = b"\x09\x08\x10\0\0\x06\x10\0" + b"\0" * 12 + b"\x03\x02\x0e\0\xff\xff\xff\0\0\0" + b"\0" * 8 + b"\x03\x02\x0e\0\0\0\0\0\0\0" + b"\0" * 8 + b"\x0a\0\0\0"  # fmt: skip
    fib = bytearray(b"\xec\xa5\xc1\0" + b"\0" * 6 + struct.pack("<H", 0x0200)).ljust(900, b"\0")
    fib[0x01A2:0x01AA] = struct.pack("<II", 0, 0xFFFFFFFF)
    return [
        ("loop.doc", looped(), ANY),
        ("sector.xls", head[:30] + b"\x1f\0" + head[32:], BROKEN),
        ("far.xls", compound({"Workbook": far}), ANY),
        ("pieces.doc", compound({"WordDocument": bytes(fib), "1Table": b"\x02\xff\xff\xff\x7f" + b"\xff" * 900}), ANY),
        ("atoms.ppt", compound({"PowerPoint Document": b"\x0f\0\xe8\x03\xff\xff\xff\xff" * 400, "Current User": b"\0" * 40}), ANY),
    ]  # fmt: skip


def _packed() -> list[Bomb]:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        archive.writestr(b"\0" * 150_000_000, "zeros.txt")
    lies = bytearray(plain_zip())
    at = lies.index(b"PK\x05\x06")
    lies[at + 16 : at + 20] = b"\xff\xff\xff\x7f"
    bomb = packet(8, b"\x02" + zlib.compress(packet(11, b"b\x04list\0\0\0\0" + b"\0" * 120_000_000), 9))
    return [
        ("zeros.7z", out.getvalue(), BIG),
        ("offset.zip", bytes(lies), BROKEN | {"unreadable:overlap"}),
        ("comment.zip", plain_zip()[:-2] + b"\xff\xff" + b"Q" * 65_535, ANY),
        ("members.gz", gzip.compress(b"Q") * 20_000, ANY),
        ("bomb.asc", b"-----BEGIN PGP MESSAGE-----\n\n" + base64.encodebytes(bomb) + b"-----END PGP MESSAGE-----\n", BIG | {"unreadable:opaque"}),
        ("endless.p7m", b"0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80" + b"0\x80" * 3_000, BROKEN),
        ("short.tar", b"a".ljust(100, b"\0") + b"0000644\0" * 3 + b"77777777777\0" * 2 + b"\0" * 300, ANY),
    ]  # fmt: skip


def _small() -> list[Bomb]:
    info, out = PngInfo(), io.BytesIO()
    info.add_text("Comment", "Q" * 900_000, zip=True)
    Image.new("L", (300, 300)).save(out, "PNG", pnginfo=info)
    return [
        ("text.png", out.getvalue(), ANY),
        ("zero.jpg", b"\xff\xd8" + b"\xff\xe1\0\0" * 100_000, ANY),
        ("comments.gif", b"GIF89a\1\0\1\0\0\0\0" + b"\x21\xfe\x01Q\0" * 100_000, ANY),
        ("letters.svg", b"<svg xmlns='s'>" + b"<text x='1'>a</text>" * 100_000 + b"</svg>", ANY),
        ("columns.csv", b"a," * 500_000 + b"\nQuill", ANY),
        ("attributes.html", b"<p " + b"a='b' " * 200_000 + b">Quill", ANY),
        ("negative.rtf", b"{\\rtf1 \\bin-99999 \\u-99999? \\uc99999 Quill}", ANY),
        ("sylk.slk", b"ID;P\nC;Y9999999;X9999999;K1\n" + b"C;Y1;X16384;K1\n" * 50_000, ANY),
    ]
