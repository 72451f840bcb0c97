"""Whatever a file was made to do, it ends within its budget, with the right finding, and the file beside it is read."""

import base64
import bz2
import gzip
import json
import random
import time

import pytest

from detectors.extract.archive_zip import beginning, open_zip
from detectors.extract.table import EXTRACTORS, OPAQUE
from detectors.findings import Read
from detectors.limits import Limits
from tests.corpus.bombs import bombs, sheet, spoiled, unclosed
from tests.corpus.locks.mail import smimes
from tests.corpus.malformed import malformed
from tests.corpus.plain import plain_docx, plain_pdf, plain_pptx, plain_xlsx, plain_zip, with_part
from tests.corpus.reading import kinds, message, read_file, text
from tests.support.mail import make_message

SECONDS = 25


@pytest.fixture(scope="module")
def all_bombs():
    rows = {name: (data, expected) for name, data, expected in (*bombs(), *malformed())}
    assert len(rows) >= 80
    return rows


@pytest.mark.slow
def test_every_bomb_ends_with_the_right_finding(all_bombs):
    wrong = []
    for name, (data, expected) in all_bombs.items():
        began = time.monotonic()
        out = read_file(name, data, Limits(part_seconds=5, seconds=15))
        took = time.monotonic() - began
        if took > SECONDS or (expected and not kinds(out) & expected):
            wrong.append((name, round(took, 1), kinds(out)))
    assert wrong == []


@pytest.mark.slow
def test_the_file_beside_a_bomb_is_read(all_bombs):
    for name in ("zeros.zip", "deep.docx", "deep.html", "cut.pdf"):
        raw = make_message(
            attach=(
                (name, "application/octet-stream", all_bombs[name][0]),
                ("a.docx", "application/octet-stream", plain_docx()),
            )
        )
        out = message(raw)
        assert "Quill Word" in text(out), name


@pytest.mark.parametrize(
    "make",
    [plain_pdf, plain_docx, plain_xlsx, plain_pptx, plain_zip, lambda: smimes()[0][1]],
    ids=["pdf", "docx", "xlsx", "pptx", "zip", "cms"],
)
def test_a_spoiled_file_is_read_or_said_to_be_unread(make):
    whole = make()
    for number, data in enumerate(spoiled(whole)):
        out = read_file("spoiled", data, Limits(part_seconds=5))
        said = [f for f in out.findings if f.kind.startswith(("unreadable", "protected"))]
        assert said or "Quill" in text(out), number


@pytest.mark.parametrize("kind", sorted(set(EXTRACTORS) - OPAQUE))
def test_every_extractor_survives_nonsense(kind):
    """Bytes of another type, no bytes, one byte, and zeros: a finding or nothing, never an error."""
    from detectors.extract.reading import Node, Reading
    from detectors.extract.walk import drain

    for data in (
        b"\0",
        b"x",
        b"\0" * 600,
        b"PK\x03\x04" + b"\xff" * 300,
        b"\xff" * 700,
        b"{\\rtf1 \\bin99999999 x",
        b"0\x82\xff\xff" + b"\x30" * 90,
    ):
        out = Reading(limits=Limits(part_seconds=2))
        root = Node(path="0", data=b"")
        out.child(root, data, type=kind)
        drain(out)
        assert out.nodes[0].read in set(Read)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("list.pdf", plain_docx(), True),
        ("photo.jpg", plain_zip(), True),
        ("letter.docx", plain_docx(), False),
        ("letter.doc", b"{\\rtf1 Quill}", False),
        ("letter.doc", b"<html><body>Quill</body></html>", False),
        ("sheet.xls", b"a,b\nQuill,c\n", False),
        ("cert.key", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", False),
        ("mail.msg", b"From: a@b.c\r\nSubject: Quill\r\n\r\nx\r\n", False),
        ("song.mp3", plain_pdf(), True),
    ],
)
def test_a_name_that_lies_is_a_finding(name, data, kind):
    assert ("disguised" in kinds(read_file(name, data))) is kind


def test_a_zip_at_the_end_of_a_picture_is_read():
    picture = b"\x89PNG\r\n\x1a\n" + b"\0" * 5_000
    out = read_file("photo.png", picture + plain_zip())
    assert "Quill Inside" in text(out)
    assert "disguised" in kinds(out)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tags.html", b"<" * 400_000),
        ("attribute.xml", b'<a b="' + b"a" * 400_000 + b'"/>'),
        ("card.vcf", b"BEGIN:VCARD\r\nX" + b";" * 5_000 + b"\r\n"),
        ("words.eml", b"Subject: " + b"=?" * 20_000 + b"\r\n\r\nx"),
        ("blanks.eml", b"Subject: x\r\n\r\npassword" + b" " * 400_000 + b"\r\n"),
        ("quotes.eml", b"Subject: x\r\n\r\n" + b"On Monday " * 40_000 + b"\r\n"),
        ("cells.csv", b",\n" * 100_000),
        ("quote.csv", b'a,b\n"' + b"x" * 1_000_000),
        *unclosed(),
    ],
)
def test_no_pattern_is_slow_on_what_nearly_matches(name, data):
    began = time.monotonic()
    read_file(name, data)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Quill</t></is></c ></row>',
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Quill</t\n></is></c></row>',
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Quill</t></is></c></row\t>',
    ],
)
def test_blanks_before_the_end_of_a_tag_hide_no_cell(row):
    """They are legal XML, and spreadsheet programs read such cells."""
    assert "Quill" in text(read_file("blanks.xlsx", sheet(row)))


def test_a_body_that_is_no_text_is_read_as_what_it_is():
    raw = (
        b"Subject: x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(plain_zip())
    )
    assert "Quill Inside" in text(message(raw))


def test_a_damaged_bz2_is_not_passed_off_as_whole():
    """The beginning was read, and nobody said that the rest was not."""
    packed = bytearray(bz2.compress(random.Random(1).randbytes(2_000_000)))
    packed[len(packed) // 2] ^= 0xFF
    assert "unreadable:corrupt" in kinds(read_file("list.bz2", bytes(packed)))


def test_packed_members_with_zeros_between_and_behind_them_are_one_file():
    packed = gzip.compress(b"Qu") + b"\0" * 700 + gzip.compress(b"ill\n") + b"\0" * 10
    assert "Quill" in text(read_file("list.txt.gz", packed))


def test_cells_that_lie_far_apart_make_no_wide_rows():
    lines = b"".join(b"C;Y%d;X16384;K1\r\n" % n for n in range(1, 400))
    assert "unreadable:too-many-cells" in kinds(read_file("far.slk", b"ID;P\r\n" + lines))


def test_objects_with_nothing_in_common_make_no_table():
    objects = [{f"k{n}": "Quill"} for n in range(1_000)] + [{}] * 4_000
    out = read_file("sparse.json", json.dumps(objects).encode())
    assert "unreadable:too-many-cells" in kinds(out)
    assert "Quill" in text(out)


def test_of_styles_no_more_is_unpacked_than_is_read():
    """A hundred megabytes were unpacked before the first twenty were kept."""
    packed = with_part(plain_xlsx(), "xl/styles.xml", lambda _: b"<a>" + b" " * 60_000_000)
    archive = open_zip(packed)
    assert len(beginning(archive, archive.getinfo("xl/styles.xml"), 1_000)) == 1_000
    assert archive.fp.tell() < len(packed)
