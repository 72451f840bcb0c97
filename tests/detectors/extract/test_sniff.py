"""Types by content: real marks count, a few letters at the start of a text do not."""

import io
import zipfile

import pytest

from detectors.findings import Read
from detectors.sniff import sniff
from tests.corpus.cfb import compound
from tests.corpus.locks.office import opendocuments
from tests.corpus.reading import kinds, read_file, text


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"OTTO SMITH is absent", "txt"),
        (b"MZ Smith\n", "txt"),
        (b"BM Jones\n", "txt"),
        (b"ID3 of the pupil\n", "txt"),
        (b"070701 234567 is the number to call, please\n", "txt"),
        (b"RIFFLE\n", "txt"),
        (b"<p>hello</p>", "html"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b'{"a": 1}', "json"),
        (b"BEGIN:VCALENDAR\r\n", "ics"),
        (b"From: a@b.c\r\nTo: d@e.f\r\n\r\nx", "eml"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA", "pem"),
        (b"-----BEGIN PGP MESSAGE-----\n", "pgp"),
        ("Zoë".encode("utf-16"), "txt"),
        ("hello there".encode("utf-16-le"), "txt"),
        (b"junk before %PDF-1.4", "pdf"),
        (b"\0\x05\x16\x07\0\x02\0\0", "leavings"),
        (b"ID3\x04\0\0\0\0", "audio"),
        (b"\0\0\0\x18ftypheic", "heic"),
        (b"\0\0\0\x18ftypisom", "video"),
        (bytes(range(256)) * 8, "unknown"),
    ],
)
def test_the_type_is_what_the_bytes_say(data, kind):
    assert sniff(data) == kind


def test_a_song_says_its_title():
    out = read_file("a.mp3", b"ID3\x04\0\0\0\0\0\x20TIT2\0\0\0\x10\0\0\0Quill Singing\0" + b"\xff" * 500)
    assert "opaque" in kinds(out)
    assert "Quill Singing" in text(out)


def test_what_a_mac_leaves_behind_holds_nothing_up():
    out = read_file("._list.docx", b"\0\x05\x16\x07\0\x02\0\0" + b"Mac OS X        " + b"\0" * 80)
    assert not {k for k in kinds(out) if k.startswith("unreadable")}


def test_a_drawing_that_names_its_type_is_read():
    out = read_file(
        "a.svg",
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x"><svg><text>Quill</text></svg>',
    )
    assert "Quill" in text(out)
    assert kinds(out) == set()


def test_what_libreoffice_keeps_for_itself_holds_nothing_up():
    """Every text that was once open on a screen has a layout-cache, every chart a replacement picture."""
    [plain] = [data for name, data, _ in opendocuments() if name == "plain.odt"]
    out = io.BytesIO(plain)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("layout-cache", bytes(range(256)))
        archive.writestr("ObjectReplacements/Object 1", bytes(range(256)))
    assert kinds(read_file("a.odt", out.getvalue())) == set()


def test_an_unknown_compound_file_is_read_in_part():
    out = read_file("x.bin", compound({"Something": b"Quill Inside".ljust(4096)}))
    assert out.nodes[1].read is Read.IN_PART
    assert "unreadable:unsupported" in kinds(out)
    assert "Quill Inside" in text(out)
