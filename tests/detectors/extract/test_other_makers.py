"""Formats that no program at hand writes: put together from their descriptions, with a name where people write it."""

import base64
import io
import struct
import zipfile

import pytest

from detectors.findings import Protection, Read
from tests.corpus.cfb import compound
from tests.corpus.reading import at, kinds, message, read_file

NAME = "Wilhelmina Warmington"


def package(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return target.getvalue()


def record(kind: int, body: bytes = b"") -> bytes:
    """MS-XLSB 2.1.4: a number and a length, each in sevens of bits."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(body) & 0x7F | 0x80, len(body) >> 7]) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_workbook(*, size: bool = True) -> bytes:
    """Excel's binary workbook: one sheet, a heading row, a name in two cells and a birthday as text."""
    rows = [("Forename", "Surname", "DOB"), ("Wilhelmina", "Warmington", "12/03/2011")]
    sheet = record(129) + (record(148, struct.pack("<4I", 0, 1, 0, 2)) if size else b"") + record(145)
    for number, row in enumerate(rows):
        sheet += record(0, struct.pack("<IIHBBB", number, 0, 300, 0, 0, 0) + struct.pack("<I", 0))
        for column, words in enumerate(row):
            sheet += record(6, struct.pack("<II", column, 0) + wide(words))
    sheet += record(146) + record(130)
    book = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("5B")) + record(144) + record(132)  # fmt: skip
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{}" Target="{}"/></Relationships>'
    kinds_of_parts = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
    return package(
        **{
            "[Content_Types].xml": kinds_of_parts.encode(),
            "_rels/.rels": relations.format(f"{office}/officeDocument", "xl/workbook.bin").encode(),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relations.format(f"{office}/worksheet", "worksheets/sheet1.bin").encode(),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )  # fmt: skip


def test_a_binary_workbook_is_a_table():
    out = read_file("list.xlsb", binary_workbook())
    assert out.nodes[1].type == "xlsb"
    [table] = [e.table for e in out.extracts if e.table]
    assert table.header == ("Forename", "Surname", "DOB")
    assert table.rows == (("Wilhelmina", "Warmington", "12/03/2011"),)


def test_of_a_binary_workbook_whose_rows_cannot_be_read_the_words_are():
    out = read_file("list.xlsb", binary_workbook(size=False))
    assert out.nodes[1].read is Read.IN_PART
    assert at(out, "Wilhelmina")
    assert at(out, "Warmington")


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("plan.vsdx", package(**{"[Content_Types].xml": b"<Types/>", "visio__document.xml": b"<a/>", "visio__pages__page1.xml": b"<Shapes><Shape><Text>Wilhelmina<cp IX='0'/> Warmington</Text></Shape></Shapes>"}), "vsdx"),
        ("page.xps", package(**{"_rels/.rels": b"<Relationships/>", "Documents__1__Pages__1.fpage": b'<FixedPage><Glyphs UnicodeString="Wilhelmina Warmington"/></FixedPage>'}), "xps"),
        ("plan.vsd", compound({"VisioDocument": b"\0" * 40 + NAME.encode("utf-16-le") + b"\0" * 40}), "vsd"),
        ("leaflet.pub", compound({"Quill": b"\0" * 40 + NAME.encode("utf-16-le") + b"\0" * 40}), "pub"),
        ("list.tsv", b"Name\tDOB\nWilhelmina Warmington\t12/03/2011\n", "csv"),
        ("letter.doc", b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r><w:t>Wil</w:t></w:r><w:r><w:t>helmina Warmington</w:t></w:r></w:p></w:body></w:wordDocument>', "xml"),
    ],
)  # fmt: skip
def test_the_name_is_found_and_nothing_is_called_disguised(name, data, kind):
    out = read_file(name, data)
    assert out.nodes[1].type == kind
    assert at(out, NAME)
    assert "disguised" not in kinds(out)


def test_a_delivery_report_names_its_recipient_and_holds_the_message():
    raw = (
        b"From: mailer-daemon@x.org\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nNot delivered\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.org\r\n\r\nFinal-Recipient: rfc822; wilhelmina.warmington@x.org\r\nAction: failed\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: =?utf-8?Q?Wilhelmina_Warmington?=\r\n--b--\r\n"
    )
    out = message(raw)
    assert at(out, "wilhelmina.warmington@x.org")
    assert at(out, NAME)


def test_microsofts_encrypted_message_is_judged_by_what_it_carries_and_its_page_is_read():
    """The page may say anything: only the part under rights management counts as such."""
    sealed = base64.b64encode(b"\x76\xe8\x04\x60\xc4\x11\xe3\x86" + b"x" * 300).decode()
    page = f'<html><body><p>{NAME}</p><form action="https://outlook.office365.com/Encryption/store.ashx"><input type="hidden" name="rpmsg" value="{sealed}"></form></body></html>'
    out = read_file("message.html", page.encode())
    assert at(out, NAME)
    wrapper, inner = out.nodes[1:]
    assert (wrapper.protection, wrapper.read) == (Protection.NONE, Read.WHOLE)
    assert (inner.protection, inner.read) == (Protection.RIGHTS_MANAGED, Read.NOT)
