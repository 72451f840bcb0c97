"""What nearly is something takes no longer than its bytes: four times as many bytes take about four times as long, not sixteen."""

import time

import pytest

from tests.corpus.bombs import sheet
from tests.corpus.plain import plain_docx, plain_xlsx, with_part
from tests.corpus.reading import message, read_file

FEW, TIMES = 0.02, 4  # seconds below which nothing can be told, and how much larger the second file is


def repeated(unit, before=b"", after=b""):
    """Makes bytes of about this length."""
    return lambda size: before + unit * (size // len(unit)) + after


def numbered(unit, before=b""):
    """Makes bytes of about this length, no unit like another."""
    return lambda size: before + b"".join(unit % n for n in range(size // len(unit)))


def within(package, part, unit, before=b"", after=b""):
    """Makes a package that has such a part."""
    return lambda size: with_part(package, part, lambda _: repeated(unit, before, after)(size))


def rows(unit, before=b""):
    """Makes a workbook of these bytes."""
    return lambda size: sheet(repeated(unit, before)(size))


MAIL = b"Subject: x\r\n"
FLOWED = MAIL + b"Content-Type: text/plain; format=flowed\r\n\r\n"
ROW = b'<row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
CASES = {
    "lines of base64 between blank lines": ("a.eml", repeated(b"\n" + b"A" * 60 + b"\n", MAIL + b"\r\n"), 2_000_000),
    "starts of base64": ("a.eml", repeated(b"\n\n" + b"A" * 60 + b"\n", MAIL + b"\r\n", b"-"), 2_000_000),
    "semicolons in open quotes": ("a.eml", repeated(b";", MAIL + b'Content-Type: text/plain; a="', b"\r\n\r\nx"), 40_000),
    "parameters": ("a.eml", repeated(b";a=b", MAIL + b"Content-Type: text/plain", b"\r\n\r\nx"), 200_000),
    "open comments": ("a.eml", repeated(b"(", MAIL + b"Content-Transfer-Encoding: ", b"\r\n\r\nx"), 50_000),
    "lines that flow on": ("a.eml", repeated(b"a \n", FLOWED), 300_000),
    "a line of blanks": ("a.eml", repeated(b" ", MAIL + b"\r\n" + b"_" * 20, b"x\n"), 20_000),
    "uuencode": ("a.eml", repeated(b"begin 644 a\n", MAIL + b"\r\n"), 40_000),
    "begin-base64": ("a.eml", repeated(b"begin-base64 644 a\n", MAIL + b"\r\n"), 60_000),
    "comments of HTML": ("a.html", repeated(b"<!--", b"<html><body>"), 60_000),
    "tables in a table": ("a.html", repeated(b"<table></table>", b"<table><tr><td>" * 300), 100_000),
    "options": ("a.html", repeated(b"<option>", b"<html><body><select>"), 60_000),
    "attributes": ("a.html", numbered(b" a%d=x", b"<html><body><p"), 40_000),
    "styles": ("a.html", numbered(b"<font color=%d><p>x", b"<html><body>"), 10_000),
    "headers of armour": ("a.asc", repeated(b"a:b:c\n", b"-----BEGIN PGP MESSAGE-----\n"), 100),
    "a header of armour": ("a.asc", repeated(b"a:", b"-----BEGIN PGP MESSAGE-----\n", b"\n"), 10_000),
    "blank lines of armour": ("a.asc", repeated(b"\n", b"-----BEGIN PGP MESSAGE-----\n"), 1_000),
    "messages in armour": ("a.asc", repeated(b"-----BEGIN PGP MESSAGE"), 60_000),
    "signatures": ("a.asc", repeated(b"-----BEGIN PGP SIGNATURE-----\n"), 60_000),
    "certificates": ("a.pem", repeated(b"-----BEGIN CERTIFICATE-----\n"), 60_000),
    "quoted-printable": ("a.vcf", repeated(b"ENCODING=QUOTED-PRINTABLE", b"BEGIN:VCARD\r\n"), 30_000),
    "folds": ("a.vcf", repeated(b"=\r\n a", b"BEGIN:VCARD\r\nNOTE;ENCODING=QUOTED-PRINTABLE:a"), 400_000),
    "ends of tags": ("a.xml", repeated(b">", b"<a>"), 40_000),
    "blanks between runs": ("a.xml", repeated(b" ", b"<a></w:t></w:r><w:r>", b"x"), 20_000),
    "styles of runs": ("a.xml", repeated(b"</w:t></w:r><w:r><w:rPr>", b"<a>"), 100_000),
    "yEnc": ("a.yenc", repeated(b"=ybegin name=a\n"), 60_000),
    "names of yEnc": ("a.yenc", repeated(b"name=", b"=ybegin "), 60_000),
    "properties of a picture": ("a.png", repeated(b"<x:xmpmeta", b"\x89PNG\r\n\x1a\n"), 100_000),
    "ends of tags behind a sheet": ("a.xlsx", rows(b">", ROW), 60_000),
    "comments in a sheet": ("a.xlsx", rows(b"<!--"), 60_000),
    "CDATA in a sheet": ("a.xlsx", rows(b"<![CDATA["), 100_000),
    "styles of cells": ("a.xlsx", within(plain_xlsx(), "xl/styles.xml", b"<cellXfs "), 60_000),
    "brackets of a format": ("a.xlsx", within(plain_xlsx(), "xl/styles.xml", b"[", b'<a><numFmt numFmtId="170" formatCode="', b'"/>'), 40_000),
    "a size in a RAR": ("a.rar", repeated(b"\xff", b"Rar!\x1a\x07\x01\x00"), 100_000),
    "strings of PostScript": ("a.ps", repeated(b"(a\\", b"%!PS-Adobe-3.0\n"), 100_000),
    "hashes": ("a.docx", within(plain_docx(), "word/settings.xml", b"hash", b"<w:writeProtection "), 20_000),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_four_times_the_bytes_take_four_times_as_long(case):
    name, made, size = CASES[case]
    small, large = (took(name, made(n)) for n in (size, TIMES * size))
    assert large < 2.5 * TIMES * max(small, FEW)


def took(name, data):
    """Seconds of the processor."""
    began = time.process_time()
    message(data) if name.endswith(".eml") else read_file(name, data)
    return time.process_time() - began
