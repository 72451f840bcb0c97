"""What stands in a file beside its own content is read: pictures, films, archives, PDFs and pages are no hiding places."""

import io
import os
import struct
import zipfile
import zlib
from unittest import mock

import pikepdf
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf.generic import NameObject, StreamObject, TextStringObject

from detectors.extract import carried
from detectors.extract.carried import documents, runs
from detectors.extract.transfer import unbase64
from detectors.findings import Protection
from tests.corpus.reading import at, kinds, read_file
from tests.support.documents import docx, pdf, xlsx

ROWS = [("Forename", "Surname", "DOB"), ("Amara", "Okafor", "14/05/2014"), ("Mei", "Chen", "30/09/2012")]
CSV = "\r\n".join(",".join(row) for row in ROWS).encode()
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
FILM = b"\0\0\0\x18ftypmp42"
NOISE = os.urandom(20_000)


def packed(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "head", [PNG, JPEG, b"GIF89a\r\n", b"BM" + b"\0" * 30, b"ID3\0", FILM, b"wOFF\0", b"8BPS"]
)
@pytest.mark.parametrize(
    "hidden",
    [b"\r\n" + CSV, NOISE + CSV + NOISE, CSV.decode().encode("utf-16-le"), pdf("Amara Okafor"), xlsx(ROWS), xlsx(ROWS) + NOISE * 4],
    ids=["csv", "csv in the middle", "wide", "pdf", "xlsx", "xlsx in the middle"],
)  # fmt: skip
def test_a_picture_or_film_hides_no_list(head, hidden):
    out = read_file("l.jpg", head + hidden)
    assert at(out, "Okafor")


@given(
    st.lists(
        st.sampled_from([b"a" * 30, b"b" * 7, b"a\0" * 30, b"c\0" * 5, b"\0", b"\1" * 11, b"d"]), max_size=20
    ).map(b"".join),
    st.integers(48, 99),
)
def test_runs_are_the_same_whatever_is_looked_at_together(data, window):
    """A run that reaches over the edge of a window is one run."""
    whole = runs(data)
    with mock.patch.object(carried, "WINDOW", window):
        assert runs(data) == whole


def test_noise_has_no_runs_and_no_documents():
    assert runs(NOISE * 10) == ""
    assert documents(NOISE * 10) == ([], False)


@pytest.mark.parametrize("front", [b"junk\r\n" * 100, b"junk \r\n" * 1_000, pdf("Menu")])
def test_a_pdf_behind_something_else_is_read(front):
    assert at(read_file("x.pdf", front + pdf("Amara Okafor")), "Okafor")


def test_twenty_documents_behind_each_other_are_each_read_once():
    out = read_file("x.pdf", b"".join(pdf(f"Pupil {n} Okafor") for n in range(20)))
    assert all(at(out, f"Pupil {n} Okafor") for n in range(20))
    assert len(out.nodes) < 40  # each was cut out again from every other before, without end


def test_more_archives_behind_a_picture_than_are_read_are_said():
    out = read_file("x.png", PNG + (b"Rar!\x1a\x07\x00" + b"\0" * 90) * 9)
    assert "unreadable:too-many-parts" in kinds(out)


def test_a_pdf_in_front_of_another_and_text_behind_one_are_read():
    assert at(read_file("x.pdf", pdf("Amara Okafor") + pdf("Menu")), "Okafor")
    assert at(read_file("x.pdf", pdf("Menu") + CSV), "Okafor")


def _between() -> bytes:
    """An entry between the last listed one and the list."""
    outer, inner = packed(("menu.txt", b"soup" * 50)), packed(("l.csv", CSV))
    end = outer.rfind(b"PK\x05\x06")
    start = struct.unpack("<I", outer[end + 16 : end + 20])[0]
    hidden = inner[: struct.unpack("<I", inner[-6:-2])[0]]
    moved = struct.pack("<I", start + len(hidden))
    return outer[:start] + hidden + outer[start : end + 16] + moved + outer[end + 20 :]


def test_an_entry_that_the_list_does_not_name_is_ambiguous():
    inner = packed(("l.csv", CSV))
    behind = packed(("menu.txt", b"soup" * 50)) + inner[: struct.unpack("<I", inner[-6:-2])[0]]
    assert "unreadable:ambiguous" in kinds(read_file("a.zip", _between()))
    assert "unreadable:ambiguous" in kinds(read_file("a.zip", behind))


def test_archives_in_archives_are_not_ambiguous():
    inner = packed(("l.csv", CSV))
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        assert not kinds(read_file("a.zip", packed(("a.zip", inner), ("b.zip", inner), method=method)))


@pytest.mark.parametrize("deflated", [False, True])
def test_a_mark_of_aes_on_plain_bytes_is_no_lock(deflated):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeeze.compress(CSV * 20) + squeeze.flush() if deflated else CSV
    entry = zipfile.ZipInfo("l.csv")
    entry.extra = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, 8 if deflated else 0)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, body)
    data = bytearray(out.getvalue())
    listed = data.rfind(b"PK\x01\x02")
    for flags, method in ((6, 8), (listed + 8, listed + 10)):
        data[flags] |= 1
        data[method : method + 2] = struct.pack("<H", 99)
    found = read_file("a.zip", bytes(data))
    assert Protection.STRONG not in {n.protection for n in found.nodes}
    assert "protected:lookalike" in kinds(found)


def test_a_workbook_under_a_strange_name_in_a_document_is_read():
    out = io.BytesIO(docx("Menu"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/x.bin", xlsx(ROWS))
    assert at(read_file("m.docx", out.getvalue()), "Okafor")


@pytest.mark.parametrize(
    "page",
    [
        "<!-- Amara Okafor --><html><p>Menu</p></html>",
        "<html><p>Menu</p></html><!-- Amara Okafor -->",
        "<p>Menu</p><!-- <b>Amara Okafor</b> -->",
        "<script>var a='list\\nAmara Okafor\\n'</script>",
        "<script>document.write(unescape('%41mara Oka%66or'))</script>",
        "<style>p:after{content:'Amara Okafor'}</style>",
        "<a href='mailto:x?body=Amara%20Okafor%0a'>x</a>",
    ],
)
def test_a_page_hides_no_name(page):
    assert any("Amara Okafor" in e.text for e in read_file("p.html", page.encode()).extracts)


def test_a_card_says_that_a_birthday_is_a_date_of_birth():
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Amara Okafor\r\nBDAY:14/05/2014\r\nEND:VCARD\r\n"
    assert at(read_file("c.vcf", card), "Date of birth: 14/05/2014")


def test_letters_outside_the_alphabet_are_passed_over():
    assert unbase64(b"QW1h*cmE=\r\nSGk=") == b"AmaraHi"


def test_the_lock_of_a_pdf_is_not_the_lock_of_what_stands_behind_it():
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Menu"))) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="x", user="tall-gate-49", R=6))
    for data in (out.getvalue() + CSV, pdf("Amara Okafor") + out.getvalue(), out.getvalue() + packed(("l.csv", CSV))):  # fmt: skip
        found = read_file("x.pdf", data)
        parts = [e.part for e in at(found, "Okafor")]
        locked = {n.path for n in found.nodes if n.protection is Protection.STRONG}
        assert parts
        assert not any(p == path or p.startswith(path + "/") for p in parts for path in locked)


def test_notes_and_files_overwritten_at_the_last_save_are_read_and_those_that_stayed_once(tmp_path):
    first = tmp_path / "first.pdf"
    with pikepdf.open(io.BytesIO(pdf("Agenda"))) as document:
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents="Amara Okafor")  # fmt: skip
        document.pages[0].Annots = pikepdf.Array([document.make_indirect(note)])
        document.attachments["gone.txt"] = pikepdf.AttachedFileSpec(
            document, b"Mei Chen", filename="gone.txt"
        )
        document.attachments["kept.txt"] = pikepdf.AttachedFileSpec(document, b"Leo Sanchez", filename="kept.txt")  # fmt: skip
        document.save(first)
    writer = pypdf.PdfWriter(str(first), incremental=True)
    writer.pages[0]["/Annots"][0].get_object()[NameObject("/Contents")] = TextStringObject("Menu")
    [gone] = [o for o in writer._objects if isinstance(o, StreamObject) and o.get_data() == b"Mei Chen"]
    gone.set_data(b"Soup")
    last = io.BytesIO()
    writer.write(last)
    assert last.getvalue().startswith(first.read_bytes())
    out = read_file("a.pdf", last.getvalue())
    assert at(out, "Mei Chen")
    assert [e.place for e in out.extracts if "Amara Okafor" in e.text] == ["earlier version, annotation"]
    assert len([e for e in out.extracts if "Leo Sanchez" in e.text]) == 1
