"""Places where words hide beside the obvious ones: macros, Apple's records, hidden rows, labels, archives behind pictures, a second layer of forms."""

import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from detectors.extract import macros
from detectors.extract.iwork_tables import Records
from detectors.extract.reading import Reading
from detectors.extract.walk import read_message
from detectors.findings import Read
from detectors.limits import Limits
from tests.corpus.plain import plain_docx, plain_xlsx, with_part
from tests.corpus.rar import rar5
from tests.support.mail import make_message
from tests.support.pictures import photograph, saved

CORPUS = Path(__file__).parents[2] / "corpus"


def read(name: str, data: bytes) -> Reading:
    return read_message(
        make_message(attach=[(name, "application/octet-stream", data)]), Limits(try_seconds=0)
    )


def places(reading: Reading, needle: str) -> list[str]:
    return [e.place for e in reading.extracts if needle in e.text]


def kinds(reading: Reading) -> set[str]:
    return {f.kind for f in reading.findings}


def test_the_source_of_a_macro_is_read() -> None:
    """By Excel: packed in its own way inside a stream of a file inside the workbook."""
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/vbaProject.bin", (CORPUS / "macros" / "vbaProject.bin").read_bytes())
    assert "macro" in places(read("a.xlsm", book.getvalue()), "Hello from Python!")


@pytest.mark.parametrize("cut", [0, 1, 5, 40, 200])
def test_a_macro_cut_short_breaks_nothing(cut: int) -> None:
    stream = b"\x01\x16\xb0\x00Attribut\x00e VB_Name" * 3
    assert isinstance(macros.source(stream[:cut]), str)


def test_the_tables_of_numbers_are_tables() -> None:
    """Birthdays are dates and numbers keep every digit; a row far down and a second sheet as well."""
    reading = read("pupils.numbers", (CORPUS / "committed" / "needles" / "numbers.numbers").read_bytes())
    first, second = [e.table for e in reading.extracts if e.table]
    assert first.header == ("Forename", "Surname", "DOB", "NHS number", "Note")
    assert first.rows[0] == ("Wilhelmina", "Warmington", "2011-03-12", "9434765919", "SEN support")
    assert second.rows[-1] == ("Zebedee Hollingberry", "7700900456")
    assert reading.nodes[2].read is Read.WHOLE


def test_tables_of_numbers_that_do_not_add_up_are_said_to_be_unread() -> None:
    records = Records()
    with pytest.raises(ValueError, match="does not end"):
        records.add(b"\xff" * 20)
    whole = (CORPUS / "committed" / "needles" / "numbers.numbers").read_bytes()
    tiles = [n for n in zipfile.ZipFile(io.BytesIO(whole)).namelist() if n.startswith("Index/Tables/Tile")]
    broken = with_part(whole, tiles[0], lambda old: old[:4] + bytes([old[4]]) + old[5:-30] + b"\0" * 30)
    reading = read("pupils.numbers", broken)
    assert reading.nodes[2].read is Read.IN_PART


def sheet(body: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<m/>")
        archive.writestr(
            "content.xml",
            '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s"><office:automatic-styles>'
            '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
            f"</office:automatic-styles><office:body>{body}</office:body></office:document-content>",
        )
    return target.getvalue()


def test_hidden_sheets_and_rows_of_opendocument_are_named_as_hidden() -> None:
    row = "<table:table-row{}><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>"
    rows = row.format(' table:number-rows-repeated="3"', "Seen") + row.format(
        ' table:visibility="collapse"', "Amara"
    )
    open_one = f'<table:table table:name="A">{rows}</table:table>'
    shut_one = f'<table:table table:name="B" table:style-name="ta2">{row.format("", "Okafor")}</table:table>'
    reading = read("a.ods", sheet(open_one + shut_one))
    tables = {e.place: e for e in reading.extracts if e.table}
    assert tables["table 1"].table.places[-1] == "table 1, row 4 (hidden)"
    assert tables["table 2 (hidden)"].hidden


@pytest.mark.parametrize(
    "xml",
    [
        b'<property name="MSIP_Label_defa4170-0d19-0005-0004-bc88714345d2_Name"><vt:lpwstr>Confidential</vt:lpwstr></property>',
        b'<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata"><clbl:label id="x"/></clbl:labelList>',
    ],
)
def test_a_label_is_told_and_is_no_lock(xml: bytes) -> None:
    data = io.BytesIO(plain_docx())
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("docMetadata/LabelInfo.xml", xml)
    found = kinds(read("a.docx", data.getvalue()))
    assert "sensitivity-label" in found
    assert not {k for k in found if k.startswith("protected")}


def test_a_label_in_the_head_of_a_message_is_told() -> None:
    raw = b"msip_labels: MSIP_Label_x_Enabled=True\r\n" + make_message()
    assert "sensitivity-label" in kinds(read_message(raw, Limits()))


@pytest.mark.parametrize("form", ["rar", "7z"])
def test_an_archive_behind_a_picture_is_read(form: str, tmp_path: Path) -> None:
    """Programs that open archives find it; people see a picture."""
    (tmp_path / "a.txt").write_bytes(b"Wilhelmina Warmington was here")
    if form == "rar":
        archive = rar5(("a.txt", b"Wilhelmina Warmington was here", ""))
    else:
        subprocess.run(["7zz", "a", "a.7z", "a.txt"], cwd=tmp_path, check=True, capture_output=True)
        archive = (tmp_path / "a.7z").read_bytes()
    reading = read("trip.jpg", saved(photograph(300, 200), "JPEG") + archive)
    assert places(reading, "Wilhelmina Warmington")
    assert "disguised" in kinds(reading)


@pytest.mark.parametrize(
    "body",
    [
        b'<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Wil</w:t></w:r><w:proofErr w:type="x"/><w:r w:rsidR="1"><w:t xml:space="preserve">helmina Warmington</w:t></w:r></w:p>',
        b'<a:p><a:r><a:t>Wil</a:t></a:r><a:r><a:rPr b="1"><a:latin typeface="x"/></a:rPr><a:t>helmina Warmington</a:t></a:r></a:p>',
        b'<r><t>Wil</t></r><r><rPr><b/></rPr><t xml:space="preserve">helmina Warmington</t></r>',
        b'<text:p>Wil<text:span text:style-name="T1">helmina</text:span> Warmington</text:p>',
    ],
    ids=["Word", "drawing", "comment", "OpenDocument"],
)
def test_a_name_in_two_styles_is_one_name_where_no_reader_knows_the_part(body: bytes) -> None:
    """In XML files, and in charts, diagrams and comments of Office."""
    assert places(read("a.xml", b"<?xml version='1.0'?><root>" + body + b"</root>"), "Wilhelmina Warmington")


def test_the_name_of_a_bookmark_on_a_page_is_read() -> None:
    assert places(read("a.html", b'<p><a name="Wilhelmina_Warmington">x</a></p>'), "Wilhelmina Warmington")


def test_a_scenario_of_a_sheet_is_read_with_its_author_and_remark() -> None:
    rest = b'<scenarios><scenario name="Amara Okafor" user="Mei Chen" comment="Wilhelmina Warmington"><inputCells r="A1" val="Leo Sanchez"/></scenario></scenarios>'
    book = with_part(plain_xlsx(), "xl/worksheets/sheet1.xml", lambda old: old.replace(b"</sheetData>", b"</sheetData>" + rest))  # fmt: skip
    out = read("a.xlsx", book)
    assert all(
        places(out, name) for name in ("Amara Okafor", "Mei Chen", "Wilhelmina Warmington", "Leo Sanchez")
    )
